// SPDX-License-Identifier: GPL-2.0
/*
 * MYSLAB_INLINE: what is compiled into a client serves hits, and nothing but hits. The
 * calls are told apart from it by name here; myslab_cache_alloc() and _free() are
 * macros that try the one and fall back on the other.
 */
#include <linux/slab.h>
#include <linux/vmalloc.h>

#define MYSLAB_INLINE
#include "bad.h"
#include "fixture.h"
#include "suites.h"

#define NR	8
#define LIMIT	(4 * NR)

void *alloc_inlined(struct myslab_cache *cache, gfp_t gfp)
{
	return myslab_cache_alloc(cache, gfp);
}

void free_inlined(struct myslab_cache *cache, void *obj)
{
	myslab_cache_free(cache, obj);
}

/* On kernels that look at each object there is no such path. */
static bool has_inline(void)
{
#ifdef myslab_cache_free
	return true;
#else
	test_skip("this kernel looks at each object: MYSLAB_INLINE calls the module");
	return false;
#endif
}

/* A cache whose array has room for all of them, and as many objects in it. */
static bool open_primed(struct pool *p, void **o, slab_flags_t flags)
{
	if (!open_pool(p, 200, 0, flags, NULL, (struct tunables){ LIMIT, NR, 0 }))
		return false;
	if (!take_many(p, o, NR)) {
		close_pool(p);
		return false;
	}
	give_many(p, o, NR);
	/* the first pop since the last reap goes the long way */
	give(p, take(p));
	return true;
}

static void a_hit_is_inline(void)
{
	void *o[NR], *obj;
	struct pool p;

	if (!has_inline() || !open_primed(&p, o, 0))
		return;
	obj = myslab_inline_alloc(p.cache, GFP_KERNEL);
	if (expect(obj == o[NR - 1])) {
		memset(obj, 0x55, p.size);
		expect(myslab_inline_free(p.cache, obj));
	}
	expect(myslab_inline_alloc(p.cache, GFP_ATOMIC) == obj);
	give(&p, obj);
	close_pool(&p);
}

static void hits_are_counted(void)
{
	long allocs, frees;
	struct pool p;
	void *o[NR];
	int i;

	if (!has_inline() || !open_primed(&p, o, 0))
		return;
	allocs = look_stat(p.name, first_cpu(), "alloc_hit");
	frees = look_stat(p.name, first_cpu(), "free_hit");
	for (i = 0; i < 3; i++) {
		o[i] = myslab_inline_alloc(p.cache, GFP_KERNEL);
		expect(myslab_inline_free(p.cache, o[i]));
	}
	expect_eq(look_stat(p.name, first_cpu(), "alloc_hit"), allocs + 3);
	expect_eq(look_stat(p.name, first_cpu(), "free_hit"), frees + 3);
	close_pool(&p);
}

/* Until this CPU's array is empty: how many. */
static size_t take_all(struct pool *p, void **o, size_t most)
{
	size_t nr = 0;

	while (nr < most && (nr < LIMIT + 1 || look_stat(p->name, first_cpu(), "avail"))) {
		o[nr] = take(p);
		if (!o[nr])
			break;
		nr++;
	}
	expect_eq(look_stat(p->name, first_cpu(), "avail"), 0);
	return nr;
}

static void an_empty_or_full_array_is_left_to_the_call(void)
{
	void *o[3 * LIMIT];
	size_t i, nr;
	struct pool p;

	if (!has_inline() || !open_primed(&p, o, 0))
		return;
	nr = take_all(&p, o, ARRAY_SIZE(o));
	expect(!myslab_inline_alloc(p.cache, GFP_KERNEL));
	for (i = 0; i < LIMIT; i++)
		expect(myslab_inline_free(p.cache, o[i]));
	expect(!myslab_inline_free(p.cache, o[LIMIT]));
	give_many(&p, o + LIMIT, nr - LIMIT);
	close_pool(&p);
}

static void a_hit_is_zeroed_where_asked(void)
{
	struct pool p;
	void *o[NR];
	char *obj;

	if (!has_inline() || !open_primed(&p, o, 0))
		return;
	obj = take(&p);
	memset(obj, 0x55, p.size);
	give(&p, obj);
	obj = myslab_inline_alloc(p.cache, GFP_KERNEL | __GFP_ZERO);
	if (expect(obj)) {
		expect(!memchr_inv(obj, 0, p.size));
		give(&p, obj);
	}
	close_pool(&p);
}

/* Without a mark the judgement is a longer one. */
static void unmarked_objects_are_freed_by_the_call(void)
{
	struct pool p;
	void *o[NR];

	if (!has_inline() || !open_primed(&p, o, SLAB_TYPESAFE_BY_RCU))
		return;
	o[0] = myslab_inline_alloc(p.cache, GFP_KERNEL);
	expect(o[0]);
	expect(!myslab_inline_free(p.cache, o[0]));
	give(&p, o[0]);
	close_pool(&p);
}

static void what_may_not_be_freed_is_no_hit(void)
{
	const struct bad *bad;
	struct pool p, other;
	void *o[NR], *q[NR];
	size_t i, nr;

	if (!has_inline() || !open_primed(&p, o, 0))
		return;
	if (open_primed(&other, q, 0)) {
		o[0] = take(&p);
		q[0] = take(&other);
		expect(!myslab_inline_free(p.cache, q[0]));
		expect(!myslab_inline_free(p.cache, o[0] + 8));
		expect(!myslab_inline_free(p.cache, o[0] + 1));
		expect(!myslab_inline_free(p.cache, NULL));
		give(&other, q[0]);
		expect(!myslab_inline_free(other.cache, q[0]));
		expect(!myslab_inline_free(p.cache, q[0]));
		expect(myslab_inline_free(p.cache, o[0]));
		expect(!myslab_inline_free(p.cache, o[0]));
		expect(!myslab_inline_free(p.cache, o[1]));
		close_pool(&other);
	}
	bad = bad_pointers(&nr);
	for (i = 0; i < nr; i++)
		if (!expect(!myslab_inline_free(p.cache, bad[i].p)))
			test_note("%s", bad[i].what);
	bad_release();
	close_pool(&p);
}

static const struct test_case cases[] = {
	CASE(a_hit_is_inline),
	CASE(hits_are_counted),
	CASE(an_empty_or_full_array_is_left_to_the_call),
	CASE(a_hit_is_zeroed_where_asked),
	CASE(unmarked_objects_are_freed_by_the_call),
	CASE(what_may_not_be_freed_is_no_hit),
};

SUITE(inlined);
