/* SPDX-License-Identifier: GPL-2.0 */
/*
 * myslab: a mempool over a cache. Included by clients that have one:
 *
 *	pool = mempool_create(min_nr, myslab_mempool_alloc, myslab_mempool_free, cache);
 *
 * The pool is destroyed before the cache is.
 */
#ifndef _MYSLAB_MEMPOOL_H
#define _MYSLAB_MEMPOOL_H

#include <linux/mempool.h>

#include <myslab/myslab.h>

void *myslab_mempool_alloc(gfp_t gfp, void *pool_data);
void myslab_mempool_free(void *element, void *pool_data);

#endif /* _MYSLAB_MEMPOOL_H */
