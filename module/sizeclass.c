// SPDX-License-Identifier: GPL-2.0
/*
 * Allocation by size (R34): a cache for each of kmalloc's sizes up to 8 KiB, pages
 * beyond. A client of the public calls.
 */
#define MYSLAB_UNHOOKED	/* pages are charged to the caller: hooks.h */
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/ratelimit.h>

#include "block.h"
#include "checkers.h"
#include "cpucache.h"
#include "internal.h"
#include "sizeclass.h"

static const unsigned short class_bytes[] = {
	16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192,
};

#define CLASSES		ARRAY_SIZE(class_bytes)
#define CLASS_MAX	8192

/* The class of up to 192 bytes, by (bytes - 1) / 8. */
static const u8 small_class[] = {
	0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5,
};

/* Constant between sizeclass_init() and sizeclass_exit(). */
static struct myslab_cache *classes[CLASSES];

/* The cache for @size bytes, 1 to CLASS_MAX. */
static __always_inline struct myslab_cache *class_for(size_t size)
{
	if (size <= 192)
		return classes[small_class[(size - 1) / 8]];
	return classes[fls(size - 1) - 2];
}

/* Size classes have memory of the ordinary zones alone. */
#define BLOCK_GFP	(__GFP_DMA | __GFP_DMA32)

static __always_inline bool is_for_class(size_t size, gfp_t gfp)
{
	return likely(size - 1 < CLASS_MAX) && likely(!(gfp & BLOCK_GFP));
}

static bool node_is_possible(int node)
{
	if (node == NUMA_NO_NODE || (node >= 0 && node < MAX_NUMNODES))
		return true;
	pr_err_ratelimited("allocation refused: there is no node %d\n", node);
	return false;
}

/* What no class is for: nothing, very much, or memory of a zone. */
static noinline void *alloc_unclassed(size_t size, gfp_t gfp, int node)
{
	if (!size)
		return ZERO_SIZE_PTR;
	if (size > KMALLOC_MAX_SIZE) {
		if (!(gfp & __GFP_NOWARN))
			pr_warn_ratelimited("allocation of %zu bytes refused: more than %lu\n",
					    size, KMALLOC_MAX_SIZE);
		return NULL;
	}
	if (unlikely(cpu_gets_no_lock()) || !node_is_possible(node))
		return NULL;
	if (node != NUMA_NO_NODE && !node_online(node)) {
		if (gfp & __GFP_THISNODE)
			return NULL;
		node = NUMA_NO_NODE;
	}
	return block_alloc(size, gfp, node);
}

/* KASAN guards what of the class was not asked for. */
static __always_inline void *trimmed(void *p, size_t size, const struct myslab_cache *c)
{
	if (p)
		checkers_trim(p, size, c->object_size);
	return p;
}

/**
 * myslab_kmalloc() - allocate by size
 * @size: in bytes; 0 gives ZERO_SIZE_PTR; more than KMALLOC_MAX_SIZE is refused
 * @gfp: as for kmalloc(); see myslab_cache_alloc()
 *
 * Up to 8 KiB comes from the cache of the next larger of kmalloc's sizes, more, and
 * what must be of a DMA zone, from the page allocator, a power of two of pages.
 *
 * Source: R34.
 *
 * Context: as myslab_cache_alloc().
 * Return: memory for the caller, aligned to the size of its class where that is a
 * power of two, to ARCH_KMALLOC_MINALIGN in any case; NULL where memory ran out. To
 * be freed by myslab_kfree().
 */
void *myslab_kmalloc(size_t size, gfp_t gfp)
{
	struct myslab_cache *c;

	if (!is_for_class(size, gfp))
		return alloc_unclassed(size, gfp, NUMA_NO_NODE);
	c = class_for(size);
	return trimmed(myslab_cache_alloc(c, gfp), size, c);
}
EXPORT_SYMBOL_GPL(myslab_kmalloc);

/**
 * myslab_kmalloc_node() - allocate by size from a given node
 * @size: see myslab_kmalloc()
 * @gfp: see myslab_kmalloc()
 * @node: see myslab_cache_alloc_node()
 *
 * Context: as myslab_cache_alloc().
 * Return: as myslab_kmalloc(); NULL too where @node cannot be a node.
 */
void *myslab_kmalloc_node(size_t size, gfp_t gfp, int node)
{
	struct myslab_cache *c;

	if (!is_for_class(size, gfp))
		return alloc_unclassed(size, gfp, node);
	c = class_for(size);
	return trimmed(myslab_cache_alloc_node(c, gfp, node), size, c);
}
EXPORT_SYMBOL_GPL(myslab_kmalloc_node);

/* R34: powers of two are naturally aligned. All of an object is for its user. */
static struct myslab_cache *make_class(unsigned int bytes)
{
	unsigned int align = ARCH_KMALLOC_MINALIGN;
	char name[32];

	if (is_power_of_2(bytes))
		align = max(align, bytes);
	snprintf(name, sizeof(name), "myslab-size-%u", bytes);
	return myslab_cache_create_usercopy(name, bytes, align, 0, 0, bytes, NULL);
}

int __init sizeclass_init(void)
{
	size_t i;

	for (i = 0; i < CLASSES; i++) {
		classes[i] = make_class(class_bytes[i]);
		if (!classes[i]) {
			sizeclass_exit();
			return -ENOMEM;
		}
	}
	return 0;
}

void sizeclass_exit(void)
{
	size_t i;

	for (i = 0; i < CLASSES; i++)
		myslab_cache_destroy(classes[i]);
}
