/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An array cache: object pointers, last in first out. It knows no lock and no
 * slab; whoever owns the array (see internal.h) calls these.
 */
#ifndef _MYSLAB_ARRAY_H
#define _MYSLAB_ARRAY_H

#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>

struct myslab_array {
	unsigned int avail;		/* objects in entry[]; entry[0] is the oldest */
	unsigned int limit;		/* most that it may hold */
	unsigned int low;		/* see array_try_pop() */
	unsigned int batchcount;	/* objects in one refill or flush */
	void *entry[];
};

/* In `low`: not allocated from since the last reap (R10). */
#define ARRAY_UNTOUCHED	(~0U)

/*
 * Bytes of an array, with room for two entries at least: who frees one that others may
 * be looking at puts an rcu_head there (resize.c).
 */
static inline size_t array_bytes(unsigned int limit)
{
	return sizeof(struct myslab_array) + sizeof(void *) * (size_t)max(limit, 2U);
}

static inline void array_init(struct myslab_array *a, unsigned int limit,
			      unsigned int batchcount)
{
	a->avail = 0;
	a->limit = limit;
	a->batchcount = batchcount;
	a->low = ARRAY_UNTOUCHED;
}

static inline bool array_touched(const struct myslab_array *a)
{
	return a->low != ARRAY_UNTOUCHED;
}

static __always_inline bool array_full(const struct myslab_array *a)
{
	return a->avail >= a->limit;
}

static inline unsigned int array_room(const struct myslab_array *a)
{
	return array_full(a) ? 0 : a->limit - a->avail;
}

static __always_inline void array_push(struct myslab_array *a, void *obj)
{
	unsigned long avail = a->avail;

	a->entry[avail] = obj;
	barrier();	/* what is counted is there: an interrupt may look */
	a->avail = avail + 1;
}

static __always_inline void *array_pop(struct myslab_array *a)
{
	return a->entry[--a->avail];
}

/*
 * Pop into @obj, unless the array has not been down to here since the last reap: then
 * the caller goes the long way, pops by array_pop() and says so by array_note(). So
 * what the reaper wants to know costs a pop no more than the question whether the
 * array is empty, which is the same question.
 */
static __always_inline bool array_try_pop(struct myslab_array *a, void **obj)
{
	unsigned long left = a->avail;

	if (unlikely((unsigned int)left <= a->low))
		return false;
	left--;
	OPTIMIZER_HIDE_VAR(left);	/* or the compiler keeps both, and copies one */
	*obj = a->entry[left];
	a->avail = left;
	return true;
}

/*
 * Objects were popped. Entries below `low` were not; it is half of what remains, so
 * that it is right and the long way is rare.
 */
static inline void array_note(struct myslab_array *a)
{
	if (a->low > a->avail)
		a->low = a->avail / 2;
}

/* Pop @nr entries, which are there, into @to, the newest first. */
static inline void array_pop_block(struct myslab_array *a, void **to, unsigned int nr)
{
	void **end = to + nr, **from = a->entry + a->avail;

	while (to < end)
		*to++ = *--from;
	a->avail -= nr;
}

/*
 * Where the newest entry is. An empty array is not asked for: the word before its first
 * entry is two numbers, the upper of them small, which no object's address equals.
 */
static __always_inline void **array_newest(struct myslab_array *a)
{
	return (void **)&a->low + a->avail;
}

/* Is it @obj: SLAB's own guard against a double free (R23). */
static __always_inline bool array_top_is(struct myslab_array *a, const void *obj)
{
	return *array_newest(a) == obj;
}

/*
 * Push @obj if there is room for it, and it is not the newest entry already. What is
 * there is counted up in memory, which is shorter than from the copy at hand.
 */
static __always_inline bool array_try_push(struct myslab_array *a, void *obj)
{
	if (unlikely(array_full(a)) || unlikely(array_top_is(a, obj)))
		return false;
	a->entry[a->avail] = obj;
	barrier();
	a->avail++;
	return true;
}

static_assert(offsetof(struct myslab_array, entry) ==
	      offsetof(struct myslab_array, low) + sizeof(void *));

/*
 * Move up to @max of the newest entries of @from to the newest end of @to.
 * Returns how many moved.
 */
static inline unsigned int array_transfer(struct myslab_array *to,
					  struct myslab_array *from,
					  unsigned int max)
{
	unsigned int nr = min3(from->avail, max, array_room(to));

	if (!nr)
		return 0;
	memcpy(to->entry + to->avail, from->entry + from->avail - nr,
	       sizeof(void *) * nr);
	from->avail -= nr;
	to->avail += nr;
	return nr;
}

/* Give @to, which is empty and large enough, what @from holds, which is not used any more. */
static inline void array_copy(struct myslab_array *to, const struct myslab_array *from)
{
	memcpy(to->entry, from->entry, sizeof(void *) * from->avail);
	to->avail = from->avail;
	to->low = from->low;
}

/* Drop the @nr oldest entries, which the caller has put elsewhere; the rest move down. */
static inline void array_drop_oldest(struct myslab_array *a, unsigned int nr)
{
	a->avail -= nr;
	if (array_touched(a))
		a->low -= min(a->low, nr);
	memmove(a->entry, a->entry + nr, sizeof(void *) * a->avail);
}

/*
 * Move up to @max of the oldest entries of @from to the newest end of @to: what a
 * flush does, so that the objects that are still in the CPU's caches stay (R18).
 * Returns how many moved.
 */
static inline unsigned int array_transfer_oldest(struct myslab_array *to,
						 struct myslab_array *from,
						 unsigned int max)
{
	unsigned int nr = min3(from->avail, max, array_room(to));

	if (!nr)
		return 0;
	memcpy(to->entry + to->avail, from->entry, sizeof(void *) * nr);
	to->avail += nr;
	array_drop_oldest(from, nr);
	return nr;
}

/*
 * R25, R26: how many of the oldest entries a reap takes. None of an array that was
 * used since the last one, which this one notes unless the array is empty; else a
 * fifth of the limit, or half of what is there if that is fewer.
 */
static inline unsigned int array_reap(struct myslab_array *a)
{
	unsigned int fifth = (a->limit + 4) / 5;

	if (!a->avail)
		return 0;
	if (array_touched(a)) {
		a->low = ARRAY_UNTOUCHED;
		return 0;
	}
	return fifth > a->avail ? (a->avail + 1) / 2 : fifth;
}

/*
 * A6: how many of the oldest entries a reap takes in mode auto: those that lay there,
 * untaken, since the last one.
 */
static inline unsigned int array_reap_idle(struct myslab_array *a)
{
	unsigned int nr = array_touched(a) ? min(a->low, a->avail) : 0;

	a->low = a->avail;
	return nr;
}

#endif /* _MYSLAB_ARRAY_H */
