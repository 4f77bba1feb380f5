// SPDX-License-Identifier: GPL-2.0
/*
 * The timed loops: templates that the compiler specialises for each allocator and
 * gfp. Nothing is in a timed part but the calls, the loop, and what keeps the
 * compiler from knowing what an object is.
 */
#include <linux/compiler.h>
#include <linux/timex.h>
#include <myslab/myslab.h>

#include "compat/slab_flags.h"
#include "stress_bench.h"
#include "stress_run.h"

enum bench_who { BENCH_MYSLAB, BENCH_KMEM, BENCH_NONE };

/* Both arguments are constants wherever this is expanded. */
static __always_inline void *bench_alloc(enum bench_who who, enum bench_gfp gfp, void *cache)
{
	gfp_t flags = gfp == BENCH_ATOMIC ? GFP_ATOMIC : GFP_KERNEL;

	switch (who) {
	case BENCH_MYSLAB:
		return gfp == BENCH_ZEROED ? myslab_cache_zalloc(cache, flags) :
					     myslab_cache_alloc(cache, flags);
	case BENCH_KMEM:
		return gfp == BENCH_ZEROED ? kmem_cache_zalloc(cache, flags) :
					     kmem_cache_alloc(cache, flags);
	default:
		return cache;
	}
}

static __always_inline void bench_free(enum bench_who who, void *cache, void *obj)
{
	switch (who) {
	case BENCH_MYSLAB:
		myslab_cache_free(cache, obj);
		break;
	case BENCH_KMEM:
		kmem_cache_free(cache, obj);
		break;
	default:
		barrier_data(obj);
	}
}

static __always_inline bool bench_alloc_bulk(enum bench_who who, void *cache, size_t n,
					     void **objs)
{
	switch (who) {
	case BENCH_MYSLAB:
		return myslab_cache_alloc_bulk(cache, GFP_KERNEL, n, objs);
	case BENCH_KMEM:
		return kmem_cache_alloc_bulk(cache, GFP_KERNEL, n, objs);
	default:
		barrier_data(objs);
		return true;
	}
}

static __always_inline void bench_free_bulk(enum bench_who who, void *cache, size_t n,
					    void **objs)
{
	switch (who) {
	case BENCH_MYSLAB:
		myslab_cache_free_bulk(cache, n, objs);
		break;
	case BENCH_KMEM:
		kmem_cache_free_bulk(cache, n, objs);
		break;
	default:
		barrier_data(objs);
	}
}

static __always_inline u64 bench_begin(void)
{
	bench_mark(MYSLAB_BENCH_MARK_BEGIN);
	return get_cycles();
}

static __always_inline u64 bench_end(u64 start)
{
	u64 end = get_cycles();

	bench_mark(MYSLAB_BENCH_MARK_END);
	return end - start;
}

static __always_inline u64 bench_pair(enum bench_who who, enum bench_gfp gfp,
				      struct bench_pass *p)
{
	unsigned int n = p->objects;
	void *cache = p->cache, *obj;
	u64 start = bench_begin();

	while (n--) {
		obj = bench_alloc(who, gfp, cache);
		OPTIMIZER_HIDE_VAR(obj);
		if (unlikely(!obj))
			return 0;
		bench_free(who, cache, obj);
	}
	return bench_end(start);
}

static __always_inline u64 bench_take(enum bench_who who, enum bench_gfp gfp,
				      struct bench_pass *p)
{
	void *cache = p->cache, **objs = p->objs, *obj;
	unsigned int n = p->objects, i;
	u64 start = bench_begin();

	for (i = 0; i < n; i++) {
		obj = bench_alloc(who, gfp, cache);
		OPTIMIZER_HIDE_VAR(obj);
		if (unlikely(!obj))
			break;
		objs[i] = obj;
	}
	start = bench_end(start);
	p->got = i;
	return i == n ? start : 0;
}

static __always_inline u64 bench_give(enum bench_who who, struct bench_pass *p)
{
	void *cache = p->cache, **objs = p->objs;
	unsigned int n = p->got, i;
	u64 start = bench_begin();

	if (p->order == MYSLAB_STRESS_LIFO)
		for (i = n; i--;)
			bench_free(who, cache, objs[i]);
	else
		for (i = 0; i < n; i++)
			bench_free(who, cache, objs[i]);
	p->got = 0;
	return bench_end(start);
}

static __always_inline u64 bench_take_bulk(enum bench_who who, struct bench_pass *p)
{
	void *cache = p->cache, **objs = p->objs;
	unsigned int batch = p->batch, n = p->objects, i;
	u64 start = bench_begin();

	for (i = 0; i < n; i += batch)
		if (unlikely(!bench_alloc_bulk(who, cache, batch, objs + i)))
			break;
	start = bench_end(start);
	p->got = i;
	return i == n ? start : 0;
}

static __always_inline u64 bench_give_bulk(enum bench_who who, struct bench_pass *p)
{
	void *cache = p->cache, **objs = p->objs;
	unsigned int batch = p->batch, n = p->got, i;
	u64 start = bench_begin();

	for (i = 0; i < n; i += batch)
		bench_free_bulk(who, cache, batch, objs + i);
	p->got = 0;
	return bench_end(start);
}

/* All of objs are allocated, before and after; where memory ran out, one is less. */
static __always_inline u64 bench_churn(enum bench_who who, struct bench_pass *p,
				       unsigned int steps)
{
	void *cache = p->cache, **objs = p->objs, *obj;
	unsigned int n = p->objects, i;
	u64 random = p->random;
	u64 start = bench_begin();

	while (steps--) {
		i = stress_below(&random, n);
		bench_free(who, cache, objs[i]);
		obj = bench_alloc(who, BENCH_KERNEL, cache);
		OPTIMIZER_HIDE_VAR(obj);
		if (unlikely(!obj)) {
			objs[i] = objs[n - 1];
			p->got = n - 1;
			return 0;
		}
		objs[i] = obj;
	}
	start = bench_end(start);
	p->random = random;
	return start;
}

static __always_inline void bench_each(struct bench_pass *p, unsigned int i, u64 ticks)
{
	if (ticks < p->least[i])
		p->least[i] = ticks;
	if (ticks > p->slowest)
		p->slowest = ticks;
}

static __always_inline u64 bench_take_each(enum bench_who who, struct bench_pass *p)
{
	void *cache = p->cache, **objs = p->objs, *obj;
	unsigned int n = p->objects, i;
	u64 start;

	p->slowest = 0;
	for (i = 0; i < n; i++) {
		start = get_cycles();
		obj = bench_alloc(who, BENCH_KERNEL, cache);
		OPTIMIZER_HIDE_VAR(obj);
		bench_each(p, i, get_cycles() - start);
		if (unlikely(!obj))
			break;
		objs[i] = obj;
	}
	p->got = i;
	return i == n;
}

static __always_inline u64 bench_give_each(enum bench_who who, struct bench_pass *p)
{
	unsigned int n = p->got, i, at;
	u64 start;

	p->slowest = 0;
	for (i = 0; i < n; i++) {
		at = p->order == MYSLAB_STRESS_LIFO ? n - 1 - i : i;
		start = get_cycles();
		bench_free(who, p->cache, p->objs[at]);
		bench_each(p, i, get_cycles() - start);
	}
	p->got = 0;
	return n;
}

static __always_inline bool bench_create(enum bench_who who, struct bench_pass *p,
					 const char *name, unsigned int size)
{
	unsigned int n = p->objects;
	void *cache;

	while (n--) {
		switch (who) {
		case BENCH_MYSLAB:
			cache = myslab_cache_create(name, size, 0, 0, NULL);
			if (!cache)
				return false;
			myslab_cache_destroy(cache);
			break;
		case BENCH_KMEM:
			cache = kmem_cache_create(name, size, 0, MYSLAB_FLAG_APART, NULL);
			if (!cache)
				return false;
			kmem_cache_destroy(cache);
			break;
		default:
			barrier();
		}
	}
	return true;
}

#define BENCH_LOOP(_loop, _name, ...)						\
static noinline u64 _loop##_##_name(struct bench_pass *p)			\
{										\
	return _loop(__VA_ARGS__);						\
}

#define BENCH_LOOPS_OF(_name, _who)						\
BENCH_LOOP(bench_pair, _name##_kernel, _who, BENCH_KERNEL, p)			\
BENCH_LOOP(bench_pair, _name##_atomic, _who, BENCH_ATOMIC, p)			\
BENCH_LOOP(bench_pair, _name##_zeroed, _who, BENCH_ZEROED, p)			\
BENCH_LOOP(bench_take, _name##_kernel, _who, BENCH_KERNEL, p)			\
BENCH_LOOP(bench_take, _name##_atomic, _who, BENCH_ATOMIC, p)			\
BENCH_LOOP(bench_take, _name##_zeroed, _who, BENCH_ZEROED, p)			\
BENCH_LOOP(bench_give, _name, _who, p)						\
BENCH_LOOP(bench_take_bulk, _name, _who, p)					\
BENCH_LOOP(bench_give_bulk, _name, _who, p)					\
BENCH_LOOP(bench_churn, _name, _who, p, STRESS_CHURN_STEPS)			\
BENCH_LOOP(bench_take_each, _name, _who, p)					\
BENCH_LOOP(bench_give_each, _name, _who, p)					\
static noinline bool bench_create_##_name(struct bench_pass *p, const char *name, \
					  unsigned int size)			\
{										\
	return bench_create(_who, p, name, size);				\
}										\
const struct bench_loops bench_##_name[] = {					\
	[BENCH_KERNEL] = BENCH_ENTRY(_name, kernel),				\
	[BENCH_ATOMIC] = BENCH_ENTRY(_name, atomic),				\
	[BENCH_ZEROED] = BENCH_ENTRY(_name, zeroed),				\
}

#define BENCH_ENTRY(_name, _gfp) {						\
	.pair		= bench_pair_##_name##_##_gfp,				\
	.take		= bench_take_##_name##_##_gfp,				\
	.give		= bench_give_##_name,					\
	.take_bulk	= bench_take_bulk_##_name,				\
	.give_bulk	= bench_give_bulk_##_name,				\
	.churn		= bench_churn_##_name,					\
	.take_each	= bench_take_each_##_name,				\
	.give_each	= bench_give_each_##_name,				\
	.create		= bench_create_##_name,					\
}

#ifdef MYSLAB_INLINE
/* Included by stress_inline.c. */
BENCH_LOOPS_OF(inlined, BENCH_MYSLAB);
#else
BENCH_LOOPS_OF(myslab, BENCH_MYSLAB);
BENCH_LOOPS_OF(kmem, BENCH_KMEM);
BENCH_LOOPS_OF(none, BENCH_NONE);
#endif
