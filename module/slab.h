/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One slab: which of its objects are free. It knows no lock: its node's list_lock
 * is held, or the slab is not linked yet and nobody else knows it.
 *
 * The free index is a stack of object numbers. Entries [active, num) name the free
 * objects, the next one to be handed out at [active]. Where it lies in a free object
 * it moves: the first object that returns to a full slab holds it, is the last entry
 * of the stack, and so the last to be handed out again.
 */
#ifndef _MYSLAB_SLAB_H
#define _MYSLAB_SLAB_H

#include "internal.h"
#include "pages.h"

/*
 * struct myslab_slab.state: objects in use in the low 16 bits, above them where the
 * index is: the number of the object that holds it, or the physical address / 16 of
 * the off-slab one (whose cache aligns it so).
 */
#define SLAB_ACTIVE_BITS	16
#define SLAB_ACTIVE_MASK	((1UL << SLAB_ACTIVE_BITS) - 1)
#define SLAB_NO_HOLDER		SLAB_ACTIVE_MASK
#define SLAB_OFF_SLAB_SHIFT	4

static inline unsigned int slab_active(const struct myslab_slab *slab)
{
	return slab->state & SLAB_ACTIVE_MASK;
}

static inline void slab_set_active(struct myslab_slab *slab, unsigned int active)
{
	slab->state = (slab->state & ~SLAB_ACTIVE_MASK) | active;
}

static inline unsigned long slab_where(const struct myslab_slab *slab)
{
	return slab->state >> SLAB_ACTIVE_BITS;
}

static inline void slab_set_where(struct myslab_slab *slab, unsigned long where)
{
	slab->state = where << SLAB_ACTIVE_BITS | slab_active(slab);
}

void slab_init(const struct myslab_cache *c, struct myslab_slab *slab,
	       myslab_index_t *off_slab);
myslab_index_t *slab_index(const struct myslab_cache *c, const struct myslab_slab *slab);
unsigned int slab_take(const struct myslab_cache *c, struct myslab_slab *slab,
		       void **to, unsigned int max);
unsigned int slab_put_block(const struct myslab_cache *c, struct myslab_slab *slab,
			    void *const *objs, unsigned int max);

#endif /* _MYSLAB_SLAB_H */
