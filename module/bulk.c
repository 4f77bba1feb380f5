// SPDX-License-Identifier: GPL-2.0
/*
 * The exported bulk calls. They come to what as many single ones come to, object by
 * object; but what this CPU's array has, or has room for, moves in one section.
 */
#define MYSLAB_UNHOOKED	/* pages are charged to the caller: hooks.h */
#include <linux/export.h>

#include "api.h"
#include "checkers.h"
#include "cpucache.h"
#include "judge.h"

/* array_pop_block(), and what is popped is marked no more as free. */
static void pop_marked_block(struct myslab_array *a, void **to, unsigned int nr,
			     const unsigned long mark_offset)
{
	void **end = to + nr, **from = a->entry + a->avail;

	while (to < end) {
		void *obj = *--from;

		mark_write(obj + mark_offset, 0);
		*to++ = obj;
	}
	a->avail -= nr;
}

/*
 * Up to @n objects of this CPU's array, the newest first, as @n allocations would get.
 * @mark_offset: where each of them is marked as free, or 0.
 */
static size_t pop_block(struct myslab_cache *c, size_t n, void **objs,
			unsigned long mark_offset)
{
	struct myslab_cpu *cpu;
	size_t nr = 0;

	preempt_disable();
	cpu = this_cpu_ptr(c->cpu);
	if (!cpu_is_marked(cpu)) {
		struct myslab_array *a;

		cpu_mark(cpu);
		a = READ_ONCE(cpu->array);
		nr = move_at_once(min_t(size_t, n, a->avail));
		if (mark_offset)
			pop_marked_block(a, objs, nr, mark_offset);
		else
			array_pop_block(a, objs, nr);
		if (nr)
			array_note(a);
		cpu->stats.alloc_hit += nr;
		cpu_unmark(cpu);
	}
	preempt_enable();
	return nr;
}

/* What is to be done for each object that leaves, beyond its mark. */
static bool is_looked_at(gfp_t gfp)
{
	return IS_ENABLED(CONFIG_KASAN_GENERIC) || IS_ENABLED(CONFIG_DEBUG_KMEMLEAK) ||
	       static_branch_unlikely(&myslab_alloc_hooks) || unlikely(gfp & __GFP_ZERO);
}

/**
 * myslab_cache_alloc_bulk() - take many objects at once
 * @cache: cache to allocate from
 * @gfp: see myslab_cache_alloc()
 * @n: how many; 0 succeeds
 * @objs: filled in with @n objects
 *
 * Source: R10-R15, as that many calls of myslab_cache_alloc().
 *
 * Context: as myslab_cache_alloc().
 * Return: true with all @n of them, or false with none: those that were had are
 * given back, and @objs holds nothing of use.
 */
bool myslab_cache_alloc_bulk(struct myslab_cache *cache, gfp_t gfp, size_t n,
			     void **objs)
{
	const bool looked_at = is_looked_at(gfp);
	size_t i = 0;

	check_may_sleep(gfp);
	while (i < n) {
		size_t nr = pop_block(cache, n - i, objs + i,
				      looked_at ? 0 : cache->mark_offset);

		if (likely(nr)) {
			for (; looked_at && nr; nr--)
				hand_out(cache, gfp, objs[i++]);
			i += nr;
			continue;
		}
		objs[i] = alloc_slow(cache, gfp);
		if (unlikely(!objs[i])) {
			myslab_cache_free_bulk(cache, i, objs);
			return false;
		}
		i++;
	}
	return true;
}
EXPORT_SYMBOL_GPL(myslab_cache_alloc_bulk);

/* As push_row(); @marked is a constant: do objects of @c carry marks? */
static __always_inline size_t push_each(struct myslab_cache *c, const unsigned long key,
					struct myslab_array *a, size_t n, void **objs,
					const bool marked)
{
	struct myslab_row row = row_of(c, key);
	void **newest = array_newest(a);
	void **end = objs + n, **at;

	for (at = objs; at < end; at++) {
		void *obj = READ_ONCE(*at);

		if (!judge_is_next_of_row(&row, obj, marked) || unlikely(*newest == obj))
			break;
		*++newest = obj;
		if (marked)
			mark_set(row_mark(&row, obj), obj);
		checkers_free(c, obj);
	}
	a->avail += at - objs;
	return at - objs;
}

/*
 * Push up to @n objects, as far as one after the other is judged sound: how many. This
 * CPU's array, which is marked, has room for them. Never inlined: a test lands here.
 */
static noinline size_t push_row(struct myslab_cache *c, const unsigned long key,
				struct myslab_array *a, size_t n, void **objs)
{
	return likely(c->mark_offset) ? push_each(c, key, a, n, objs, true) :
					push_each(c, key, a, n, objs, false);
}

/*
 * Push objects on this CPU's array until it is full, or one needs a closer look. Answers
 * how many; 0 says nothing yet of the first, and has changed nothing.
 */
static size_t push_block(struct myslab_cache *c, size_t n, void **objs)
{
	struct myslab_cpu *cpu;
	size_t nr = 0;

	if (static_branch_unlikely(&myslab_free_hooks))
		return 0;
	preempt_disable();
	cpu = this_cpu_ptr(c->cpu);
	if (!cpu_is_marked(cpu)) {
		struct myslab_array *a;
		unsigned int room;

		cpu_mark(cpu);
		a = READ_ONCE(cpu->array);
		room = move_at_once(min_t(size_t, n, array_room(a)));
		nr = push_row(c, cpu->key, a, room, objs);
		cpu->stats.free_hit += nr;
		cpu_unmark(cpu);
	}
	preempt_enable();
	return nr;
}

/**
 * myslab_cache_free_bulk() - give many objects back at once
 * @cache: the cache that they were allocated from
 * @n: how many
 * @objs: the objects, each judged as by myslab_cache_free(); a NULL is passed over
 *
 * Source: R17-R23, as that many calls of myslab_cache_free().
 *
 * Context: as myslab_cache_free().
 */
void myslab_cache_free_bulk(struct myslab_cache *cache, size_t n, void **objs)
{
	size_t i = 0;

	while (i < n) {
		size_t nr = push_block(cache, n - i, objs + i);

		i += nr;
		if (!nr)
			free_slow(cache, objs[i++]);
	}
}
EXPORT_SYMBOL_GPL(myslab_cache_free_bulk);
