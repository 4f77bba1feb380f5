/* SPDX-License-Identifier: GPL-2.0 */
/* Caches of any shape, without what the kernel's part of create makes around them. */
#ifndef _SIM_CACHES_H
#define _SIM_CACHES_H

#include "internal.h"

#define LINE_BYTES	64
#define LAST_ORDER	10

#define PLACEMENTS	(MYSLAB_INDEX_ON_SLAB + 1)

const char *placement_name(unsigned int placement);

/* A request as create makes it for a plain cache, on a machine with memory. */
struct myslab_layout_request plain_request(unsigned int size, unsigned int align);

/* Any size up to @largest, aligned and flagged in any way. */
struct myslab_layout_request random_request(unsigned int largest);

/* The cache that a request gets. */
struct myslab_cache *cache_new(const struct myslab_layout_request *req);

/* A cache with slabs of few pages, at least @least objects and at most @most. */
struct myslab_cache *cache_random(unsigned int least, unsigned int most);

/*
 * A cache with exactly @num objects in a slab and its index at @placement, whether
 * or not the search for an order would come to it. NULL: no size has that.
 */
struct myslab_cache *cache_exactly(unsigned int num, unsigned int placement);

void cache_delete(struct myslab_cache *c);

#endif /* _SIM_CACHES_H */
