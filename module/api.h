/* SPDX-License-Identifier: GPL-2.0 */
/* What the single calls of api.c, their slow way (miss.c) and the bulk calls have in common. */
#ifndef _MYSLAB_API_H
#define _MYSLAB_API_H

#include <linux/sched/mm.h>

#include "internal.h"

/* Some 24 instructions where it does nothing, so only where it can find something. */
static __always_inline void check_may_sleep(gfp_t gfp)
{
	if (IS_ENABLED(CONFIG_DEBUG_ATOMIC_SLEEP) || IS_ENABLED(CONFIG_LOCKDEP))
		might_alloc(gfp);
}

/* From here on @obj is the caller's; answers @obj. */
void *hand_out(struct myslab_cache *c, gfp_t gfp, void *obj);
/* An allocation by every way but the hit: an object that is handed out, or NULL. */
void *alloc_slow(struct myslab_cache *c, gfp_t gfp);
/* The same of @node, but the object is not handed out yet. */
void *alloc_of_node(struct myslab_cache *c, gfp_t gfp, int node);
/* A free of whatever @obj may be, by every way but the hit. */
void free_slow(struct myslab_cache *c, void *obj);

#endif /* _MYSLAB_API_H */
