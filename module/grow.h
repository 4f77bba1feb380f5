/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Slabs come and go: pages, colour, off-slab index, constructors. Never called
 * under a lock of ours.
 */
#ifndef _MYSLAB_GROW_H
#define _MYSLAB_GROW_H

#include "internal.h"
#include "pages.h"

/* @gfp for one node alone, without reclaim and without a word in the log (R15). */
static inline gfp_t gfp_exact_node(gfp_t gfp)
{
	return (gfp | __GFP_THISNODE | __GFP_NOWARN) &
	       ~(__GFP_RECLAIM | __GFP_NOFAIL);
}

gfp_t grow_checked_gfp(const struct myslab_cache *c, gfp_t gfp);
struct myslab_slab *grow_slab(struct myslab_cache *c, gfp_t gfp, int node);
unsigned int destroy_slabs(struct myslab_cache *c, struct list_head *surplus);

#endif /* _MYSLAB_GROW_H */
