// SPDX-License-Identifier: GPL-2.0
/* A cache as what the kernel's mempools are made of. */
#define MYSLAB_UNHOOKED	/* pages are charged to the caller: hooks.h */
#include <linux/export.h>

#include <myslab/mempool.h>

/**
 * myslab_mempool_alloc() - take an object for a mempool: a mempool_alloc_t
 * @gfp: see myslab_cache_alloc()
 * @pool_data: the cache, as given to mempool_create()
 *
 * Source: the kernel's mempool_alloc_slab().
 *
 * Context: as myslab_cache_alloc().
 * Return: as myslab_cache_alloc().
 */
void *myslab_mempool_alloc(gfp_t gfp, void *pool_data)
{
	return myslab_cache_alloc(pool_data, gfp);
}
EXPORT_SYMBOL_GPL(myslab_mempool_alloc);

/**
 * myslab_mempool_free() - give an object of a mempool back: a mempool_free_t
 * @element: the object
 * @pool_data: the cache, as given to mempool_create()
 *
 * Context: as myslab_cache_free().
 */
void myslab_mempool_free(void *element, void *pool_data)
{
	myslab_cache_free(pool_data, element);
}
EXPORT_SYMBOL_GPL(myslab_mempool_free);
