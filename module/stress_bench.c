// SPDX-License-Identifier: GPL-2.0
/*
 * The timed loops. A pair is called as a client calls it, directly and with
 * constant flags: each backend and each gfp has a loop of its own, made from
 * one template. A last one around an allocator that does nothing is what the
 * loop itself costs. Of all repetitions the least counts: interrupts and
 * misses only ever add.
 */
#include <linux/compiler.h>
#include <linux/math64.h>
#include <linux/timex.h>
#include <myslab/myslab.h>
#include "stress_run.h"

/* Hands out the cache itself; the compiler knows neither its value nor use. */
static __always_inline void *stress_none_alloc(void *cache, gfp_t gfp)
{
	return cache;
}

static __always_inline void stress_none_free(void *cache, void *obj)
{
	barrier_data(obj);
}

/* Returns the ticks that @pairs took, 0 where memory ran out. */
#define STRESS_LOOP(_name, _alloc, _free, _gfp)				\
static noinline u64 stress_loop_##_name(void *cache, unsigned int pairs) \
{									\
	u64 start = get_cycles();					\
	void *obj;							\
									\
	while (pairs--) {						\
		obj = _alloc(cache, _gfp);				\
		OPTIMIZER_HIDE_VAR(obj);				\
		if (unlikely(!obj))					\
			return 0;					\
		_free(cache, obj);					\
	}								\
	return get_cycles() - start;					\
}

STRESS_LOOP(myslab, myslab_cache_alloc, myslab_cache_free, GFP_KERNEL)
STRESS_LOOP(myslab_atomic, myslab_cache_alloc, myslab_cache_free, GFP_ATOMIC)
STRESS_LOOP(kmem, kmem_cache_alloc, kmem_cache_free, GFP_KERNEL)
STRESS_LOOP(kmem_atomic, kmem_cache_alloc, kmem_cache_free, GFP_ATOMIC)
STRESS_LOOP(none, stress_none_alloc, stress_none_free, GFP_KERNEL)

typedef u64 (*stress_loop_fn)(void *cache, unsigned int pairs);

static const stress_loop_fn stress_loops[][2] = {
	[MYSLAB_STRESS_MYSLAB]	= { stress_loop_myslab, stress_loop_myslab_atomic },
	[MYSLAB_STRESS_KMEM]	= { stress_loop_kmem, stress_loop_kmem_atomic },
};

static u64 stress_least(struct stress_thread *t, stress_loop_fn loop,
			struct stress_cache *c, unsigned int pairs, unsigned int *reps)
{
	u64 ticks, least = U64_MAX;
	unsigned int i;

	for (i = 0; i < t->quota; i++) {
		ticks = loop(c->cache, pairs);
		if (!ticks) {
			t->actor.count.failed++;
			break;
		}
		least = min(least, ticks);
		/* A repetition is long: breathe after each. */
		if (!stress_breathe(t, INT_MAX / 2))
			break;
	}
	*reps = i;
	return least == U64_MAX ? 0 : least;
}

static unsigned int stress_tsc_step(void)
{
	cycles_t a, b, least = INT_MAX;
	int i;

	for (i = 0; i < 100; i++) {
		a = get_cycles();
		b = get_cycles();
		least = min(least, b - a);
	}
	return least;
}

/**
 * stress_bench() - time the hot pair in each cache of the run
 * @t: the run's only thread
 */
void stress_bench(struct stress_thread *t)
{
	struct stress_run *run = t->actor.run;
	const struct myslab_stress_params *p = &run->plan.p;
	stress_loop_fn loop = stress_loops[p->backend][stress_flag(run, MYSLAB_STRESS_ATOMIC)];
	unsigned int i, ignored;

	run->tsc_step = stress_tsc_step();
	for (i = 0; i < run->nr_caches && !READ_ONCE(run->stop); i++) {
		struct stress_cache *c = &run->caches[i];
		struct myslab_stress_bench *b = &run->bench[i];
		u64 none, ticks;

		none = stress_least(t, stress_loop_none, c, p->objects, &ignored);
		ticks = stress_least(t, loop, c, p->objects, &b->reps);
		b->size = c->size;
		b->pairs = p->objects;
		b->empty_x1000 = div_u64(none * 1000, p->objects);
		b->cycles_per_op_x1000 = div_u64(max(ticks, none) * 1000, p->objects) -
					 b->empty_x1000;
		t->actor.count.allocs += (u64)b->reps * p->objects;
		t->actor.count.frees += (u64)b->reps * p->objects;
		/* Pairs with stress_run_report(): the entry is complete. */
		smp_store_release(&run->nr_bench, i + 1);
	}
}
