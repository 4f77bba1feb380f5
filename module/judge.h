/* SPDX-License-Identifier: GPL-2.0 */
/* Is this pointer an object that its caller may free? See internal.h. */
#ifndef _MYSLAB_JUDGE_H
#define _MYSLAB_JUDGE_H

#include "internal.h"
#include "mark.h"
#include "pages.h"

/* What a pointer given to free turns out to be. */
enum myslab_verdict {
	VERDICT_OURS,
	VERDICT_NOT_OURS,	/* no page of ours there, or no page at all */
	VERDICT_OTHER_CACHE,
	VERDICT_INSIDE,		/* of this cache's memory, not the start of an object */
	VERDICT_FREE,		/* an object that is free already */
	VERDICT_NMI,		/* sound perhaps, but not to be touched from an NMI */
	VERDICT_HARDIRQ,	/* nor from a hard interrupt where list_lock sleeps */
};

/*
 * @obj lies in a slab of @c of @colour: is it the start of an object that does not carry
 * @mark? False says nothing yet: ask judge_object().
 */
static __always_inline bool judge_is_object(const struct myslab_cache *c, void *obj,
					    u32 colour, struct myslab_mark mark)
{
	return likely(slab_number_at(c, obj, colour) < c->layout.num) &&
	       (unlikely(!mark.offset) || !mark_is_set(mark, obj));
}

/* Why nothing can be freed where cpu_gets_no_lock(). */
static inline enum myslab_verdict judge_context(void)
{
	return in_nmi() ? VERDICT_NMI : VERDICT_HARDIRQ;
}

/* The slab of the object judged last; no object has the base of none. */
struct myslab_row {
	unsigned long base;
	u32 first;	/* the low half of its first object's address */
};

#define ROW_NO_BASE	1UL
#define ROW_NONE	{ .base = ROW_NO_BASE }

/*
 * The same for one object after the other, each of which this CPU parks before the next
 * is judged, all within one section: while an object of a slab is parked the slab is what
 * it was, and its page need not be probed again. Without marks an object that was judged
 * sound may be free already, and then its slab may go: each is probed.
 */
static __always_inline bool judge_is_next_of_row(const struct myslab_cache *c,
						 unsigned long key, void *obj,
						 struct myslab_mark mark,
						 struct myslab_row *row)
{
	unsigned long base = (unsigned long)obj & c->slab_base;
	u32 number;

	if (unlikely(base != row->base)) {
		unsigned long diff = slab_probe(c, obj, key);

		if (unlikely(diff > MYSLAB_COLOUR_MAX))
			return false;
		row->base = likely(mark.offset) ? base : ROW_NO_BASE;
		row->first = base + diff;
	}
	number = layout_object_at(&c->layout, (unsigned long)obj - row->first);
	return likely(number < c->layout.num) &&
	       (unlikely(!mark.offset) || !mark_is_set(mark, obj));
}

enum myslab_verdict judge_object(const struct myslab_cache *c, void *obj, int *node);
struct myslab_cache *judge_owner(const void *p);
struct myslab_cache *judge_place(const void *p, void **obj, unsigned int *offset);

#endif /* _MYSLAB_JUDGE_H */
