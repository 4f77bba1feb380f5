/* SPDX-License-Identifier: GPL-2.0 */
/* Is this pointer an object that its caller may free? See internal.h. */
#ifndef _MYSLAB_JUDGE_H
#define _MYSLAB_JUDGE_H

#include <linux/preempt.h>

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

/*
 * Objects that are judged one after the other: the slab of the last, and copies of what
 * does not change, which the compiler cannot know of what lies behind a pointer.
 */
struct myslab_row {
	const struct myslab_cache *c;
	unsigned long key;
	unsigned long slab_base;
	unsigned long mark_key;
	unsigned long mark_offset;
	unsigned long base;	/* of that slab; no object has the base of none */
	u32 first;		/* the low half of its first object's address */
	u32 num;
	u32 inverse;
	u32 shift;
};

#define ROW_NO_BASE	1UL

/* Nothing was judged yet. @key: see slab_probe(). */
static __always_inline struct myslab_row row_of(const struct myslab_cache *c,
						unsigned long key)
{
	return (struct myslab_row){
		.c = c,
		.key = key,
		.slab_base = c->slab_base,
		.mark_key = c->mark_key,
		.mark_offset = c->mark_offset,
		.base = ROW_NO_BASE,
		.num = c->layout.num,
		.inverse = c->layout.inverse,
		.shift = c->layout.shift,
	};
}

static __always_inline struct myslab_mark row_mark(const struct myslab_row *row,
						   const void *obj)
{
	return (struct myslab_mark){
		.value = row->mark_key ^ (unsigned long)obj,
		.offset = row->mark_offset,
	};
}

/*
 * As judge_is_object(), and whether it lies in a slab of the cache at all, for one object
 * after the other, each of which this CPU parks before the next is judged, all within one
 * section: while an object of a slab is parked the slab is what it was, and its page need
 * not be probed again. Without marks (@marked is a constant) an object that was judged
 * sound may be free already, and then its slab may go: each is probed.
 */
static __always_inline bool judge_is_next_of_row(struct myslab_row *row, void *obj,
						 const bool marked)
{
	unsigned long base = (unsigned long)obj & row->slab_base;
	u32 offset;

	if (unlikely(base != row->base)) {
		unsigned long diff = slab_probe(row->c, obj, row->key);

		if (unlikely(diff > MYSLAB_COLOUR_MAX))
			return false;
		row->base = marked ? base : ROW_NO_BASE;
		row->first = base + diff;
	}
	offset = (u32)(unsigned long)obj - row->first;
	return likely(ror32(offset * row->inverse, row->shift) < row->num) &&
	       (!marked || !mark_is_set(row_mark(row, obj), obj));
}

enum myslab_verdict judge_object(const struct myslab_cache *c, void *obj, int *node);
int judge_home(const struct myslab_cache *c, const void *obj);
struct myslab_cache *judge_owner(const void *p);
struct myslab_cache *judge_place(const void *p, void **obj, unsigned int *offset);

#endif /* _MYSLAB_JUDGE_H */
