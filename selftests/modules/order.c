// SPDX-License-Identifier: GPL-2.0
/*
 * R10-R13, R18, R19, R22: in which order objects come and go, on one CPU, judged by
 * the addresses alone. Which object was had is told by its number in the order in
 * which all were first taken.
 */
#include <linux/minmax.h>
#include <linux/random.h>

#include "fixture.h"
#include "suites.h"

/* Small slabs, so that few objects make many: four objects each. */
#define QUARTER_PAGE	1024
#define PER_SLAB	4

/* Take the next object and say which of @objs it is; it stays taken. */
static int next(struct pool *p, void **objs, unsigned int nr)
{
	return which(objs, nr, take(p));
}

/* The next objects are these of @objs, in this order. */
static bool next_are(struct pool *p, void **objs, unsigned int nr,
		     const int *order, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!expect_eq(next(p, objs, nr), order[i])) {
			test_note("at place %u of %u", i + 1, count);
			return false;
		}
	return true;
}

#define expect_next(p, objs, nr, ...)					\
	next_are(p, objs, nr, (const int[]){ __VA_ARGS__ },		\
		 sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))

/* Four slabs of four objects, full: o[0] to o[3] are of the first, and so on. */
#define FOUR_SLABS	(4 * PER_SLAB)

static bool open_four_slabs(struct pool *p, void **o, slab_flags_t flags)
{
	unsigned int i;

	if (!open_pool(p, QUARTER_PAGE, 0, flags, NULL, ONE_BY_ONE))
		return false;
	if (!expect_eq(p->num, PER_SLAB) || !take_many(p, o, FOUR_SLABS)) {
		close_pool(p);
		return false;
	}
	for (i = 0; i < FOUR_SLABS; i++)
		expect_eq(slab_at(p, o[i]) == slab_at(p, o[i / PER_SLAB * PER_SLAB]), 1);
	for (i = PER_SLAB; i < FOUR_SLABS; i += PER_SLAB)
		expect_eq(slab_at(p, o[i]) == slab_at(p, o[i - 1]), 0);
	return !test_failed();
}

static void R10_pops_the_newest(void)
{
	struct pool p;
	void *o[5];

	if (!open_pool(&p, 256, 0, 0, NULL, BY_SIZE))
		return;
	if (take_many(&p, o, 5)) {
		give_many(&p, o, 5);
		expect_next(&p, o, 5, 4, 3, 2, 1, 0);
		give_many(&p, o, 5);
	}
	close_pool(&p);
}

static void R22_the_last_freed_is_the_next_taken(void)
{
	struct pool p;
	unsigned int i;
	void *o[40];

	if (!open_pool(&p, 200, 0, 0, NULL, BY_SIZE))
		return;
	if (take_many(&p, o, ARRAY_SIZE(o))) {
		for (i = 0; i < ARRAY_SIZE(o); i++) {
			unsigned int k = i * 7 % ARRAY_SIZE(o);

			give(&p, o[k]);
			expect_eq(next(&p, o, ARRAY_SIZE(o)), k);
		}
		give_many(&p, o, ARRAY_SIZE(o));
	}
	close_pool(&p);
}

/* Which object of its slab: a new slab is handed out from its lowest address up. */
static unsigned int number_in_slab(const struct pool *p, const void *obj)
{
	return ((unsigned long)obj & (p->slab_bytes - 1)) / p->stride;
}

/*
 * A batch is taken in order and handed out newest first, so that the first object
 * of a batch tells how large it was.
 */
/* PREEMPT_RT moves 16 objects at most in one go: a stated difference. */
static bool batches_are_whole(void)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		return true;
	test_skip("a batch of more than 16 is 16 on PREEMPT_RT");
	return false;
}

static void R11_first_refill_is_16_then_a_batch(void)
{
	unsigned int i;
	struct pool p;
	void *o[76];

	if (!batches_are_whole() || !open_pool(&p, 32, 0, 0, NULL, (struct tunables){ 120, 60, 0 }))
		return;
	if (expect(p.num >= ARRAY_SIZE(o)) && take_many(&p, o, ARRAY_SIZE(o))) {
		for (i = 0; i < 16; i++)
			expect_eq(number_in_slab(&p, o[i]), 15 - i);
		for (; i < ARRAY_SIZE(o); i++)
			expect_eq(number_in_slab(&p, o[i]), 75 - (i - 16));
		give_many(&p, o, ARRAY_SIZE(o));
	}
	close_pool(&p);
}

static void R11_a_small_batch_is_one_batch(void)
{
	unsigned int i;
	struct pool p;
	void *o[9];

	if (!open_pool(&p, 32, 0, 0, NULL, (struct tunables){ 10, 3, 0 }))
		return;
	if (take_many(&p, o, ARRAY_SIZE(o))) {
		for (i = 0; i < ARRAY_SIZE(o); i++)
			expect_eq(number_in_slab(&p, o[i]), i / 3 * 3 + 2 - i % 3);
		give_many(&p, o, ARRAY_SIZE(o));
	}
	close_pool(&p);
}

/* A CPU that only frees leaves its array untouched: its first refill is 16. */
static void R11_only_allocations_touch(void)
{
	int cpu = second_cpu_of_node(here());
	struct pool p;
	void *o[40], *first;

	if (cpu < 0) {
		test_skip("one CPU on the node");
		return;
	}
	if (!open_pool(&p, 32, 0, 0, NULL, (struct tunables){ 120, 60, 0 }))
		return;
	if (take_many(&p, o, ARRAY_SIZE(o))) {
		run_on(cpu);
		give_many(&p, o, ARRAY_SIZE(o));
		run_on(first_cpu());
		myslab_cache_shrink(p.cache);
		run_on(cpu);
		first = take(&p);
		expect_eq(number_in_slab(&p, first), 15);
		give(&p, first);
	}
	close_pool(&p);
}

/*
 * Limit 8, batches of 4, a shared array of 8. The ninth free in a row flushes the
 * oldest four into the shared array, and so on until that is full too.
 */
static const struct tunables eights = { 8, 4, 2 };

static void R12_shared_array_before_slabs(void)
{
	void *o[20], *after;
	struct pool p;

	if (!open_pool(&p, 256, 0, 0, NULL, eights))
		return;
	if (take_many(&p, o, ARRAY_SIZE(o))) {
		give_many(&p, o, 17);
		/* array: 12-16; shared: 0-7; slabs: 8-11 */
		expect_next(&p, o, 20, 16, 15, 14, 13, 12);
		expect_next(&p, o, 20, 7, 6, 5, 4, 3, 2, 1, 0);
		/* then the slabs, which have 8 to 11 and what was never taken */
		after = take(&p);
		expect(slab_at(&p, after) == slab_at(&p, o[0]) ||
		       slab_at(&p, after) == slab_at(&p, o[19]));
		give(&p, after);
		give_many(&p, o, 8);
		give_many(&p, o + 12, 8);
	}
	myslab_cache_shrink(p.cache);
	close_pool(&p);
}

static void R12_partial_before_free_before_new(void)
{
	void *o[FOUR_SLABS], *fresh;
	struct pool p;
	int i;

	if (!open_four_slabs(&p, o, 0))
		return;
	/* slab 1 free, slab 0 partial with o[0], o[8] in the array */
	for (i = 4; i < 8; i++)
		give(&p, o[i]);
	give(&p, o[0]);
	give(&p, o[8]);
	expect_next(&p, o, FOUR_SLABS, 8, 0);
	for (i = 0; i < 4; i++)
		expect_eq(next(&p, o, FOUR_SLABS) / PER_SLAB, 1);
	fresh = take(&p);
	expect_eq(which(o, FOUR_SLABS, fresh), -1);
	give(&p, fresh);
	give_many(&p, o, FOUR_SLABS);
	close_pool(&p);
}

static void R13_taken_from_stays_at_the_head(void)
{
	void *o[FOUR_SLABS], *fresh;
	struct pool p;

	if (!open_four_slabs(&p, o, 0))
		return;
	/* partial: slab 0 with two free, then slab 1 with two free; o[8] in the array */
	give(&p, o[0]);
	give(&p, o[4]);
	give(&p, o[1]);
	give(&p, o[5]);
	give(&p, o[8]);
	expect_eq(next(&p, o, FOUR_SLABS), 8);
	expect_eq(next(&p, o, FOUR_SLABS) / PER_SLAB, 0);
	expect_eq(next(&p, o, FOUR_SLABS) / PER_SLAB, 0);
	expect_eq(next(&p, o, FOUR_SLABS) / PER_SLAB, 1);
	expect_eq(next(&p, o, FOUR_SLABS) / PER_SLAB, 1);
	/* both are full again: a new slab */
	fresh = take(&p);
	expect_eq(which(o, FOUR_SLABS, fresh), -1);
	give(&p, fresh);
	give_many(&p, o, FOUR_SLABS);
	close_pool(&p);
}

static void R18_the_oldest_batch_leaves(void)
{
	struct pool p;
	void *o[16];

	if (!open_pool(&p, 256, 0, 0, NULL, eights))
		return;
	if (take_many(&p, o, ARRAY_SIZE(o))) {
		/* 0-3 leave for the shared array when 8 comes, the rest move down */
		give_many(&p, o, 9);
		expect_next(&p, o, 16, 8, 7, 6, 5, 4, 3, 2, 1, 0);
		give_many(&p, o, ARRAY_SIZE(o));
	}
	myslab_cache_shrink(p.cache);
	close_pool(&p);
}

/* Without a shared array they go to their slabs, where R13 and R19 order them. */
static void R18_to_the_slabs_without_shared(void)
{
	struct pool p;
	void *o[12];

	if (!open_pool(&p, QUARTER_PAGE, 0, 0, NULL, (struct tunables){ 4, 2, 0 }))
		return;
	if (expect_eq(p.num, PER_SLAB) && take_many(&p, o, ARRAY_SIZE(o))) {
		/* 0 and 1 leave for their slab when 4 comes */
		give_many(&p, o, 5);
		expect_next(&p, o, 12, 4, 3, 2);
		expect_eq(next(&p, o, 12) < 2, 1);
		expect_eq(next(&p, o, 12) < 2, 1);
		give_many(&p, o, ARRAY_SIZE(o));
	}
	close_pool(&p);
}

/*
 * As many leave as the shared array has room for. It gets room for 16 of 20 by the
 * first refill of a CPU that has not allocated before (R11).
 */
static void R18_as_many_as_fit_the_shared_array(void)
{
	int cpu = second_cpu_of_node(here()), i;
	struct pool p;
	void *o[100];

	if (cpu < 0) {
		test_skip("one CPU on the node");
		return;
	}
	if (!batches_are_whole() ||
	    !open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 40, 20, 1 }))
		return;
	if (take_many(&p, o, ARRAY_SIZE(o))) {
		myslab_cache_shrink(p.cache);
		/* 0-19 leave for the shared array, the other CPU takes 4-19 of them */
		give_many(&p, o, 41);
		run_on(cpu);
		for (i = 19; i >= 4; i--)
			expect_eq(next(&p, o, 100), i);
		run_on(first_cpu());
		/* array: 20-40, to which come 41-59; then 60 finds it full: 20-35 leave */
		give_many(&p, o + 41, 20);
		for (i = 60; i >= 36; i--)
			expect_eq(next(&p, o, 100), i);
		/* the shared array: 0-3 below 20-35, taken by the batch */
		for (i = 35; i >= 20; i--)
			expect_eq(next(&p, o, 100), i);
		expect_next(&p, o, 100, 3, 2, 1, 0);
		give_many(&p, o, ARRAY_SIZE(o));
	}
	myslab_cache_shrink(p.cache);
	close_pool(&p);
}

static void R19_a_freed_to_slab_goes_to_the_tail_of_partial(void)
{
	void *o[FOUR_SLABS];
	struct pool p;

	if (!open_four_slabs(&p, o, 0))
		return;
	/* partial: 0, 1, 2; then 0 again, which moves it behind 2 */
	give(&p, o[0]);
	give(&p, o[4]);
	give(&p, o[8]);
	give(&p, o[1]);
	give(&p, o[12]);
	expect_next(&p, o, FOUR_SLABS, 12, 4, 8);
	expect_eq(next(&p, o, FOUR_SLABS) / PER_SLAB, 0);
	expect_eq(next(&p, o, FOUR_SLABS) / PER_SLAB, 0);
	give_many(&p, o, FOUR_SLABS);
	close_pool(&p);
}

static void R19_an_emptied_slab_goes_to_the_head_of_free(void)
{
	struct pool p;
	void *o[8];
	int i;

	/* two objects a slab: two free slabs are within free_limit on any machine */
	if (!open_pool(&p, 2048, 0, 0, NULL, ONE_BY_ONE))
		return;
	if (expect_eq(p.num, 2) && take_many(&p, o, ARRAY_SIZE(o))) {
		/* free: slab 1, slab 0; o[4] in the array */
		give_many(&p, o, 5);
		for (i = 0; i < 4; i++)
			expect(still_there(&p, o[i]));
		expect_eq(next(&p, o, 8), 4);
		expect_eq(next(&p, o, 8) / 2, 1);
		expect_eq(next(&p, o, 8) / 2, 1);
		expect_eq(next(&p, o, 8) / 2, 0);
		expect_eq(next(&p, o, 8) / 2, 0);
		give_many(&p, o, ARRAY_SIZE(o));
	}
	close_pool(&p);
}

/*
 * Two caches alike: what is done to one by single calls is done to the other by bulk
 * calls. Objects of 256 bytes fill a page, so that there is no colour to differ.
 */
#define TWINS_LIVE	96
#define TWINS_STEPS	60

static struct twins {
	struct pool single, bulk;
	void *a[TWINS_LIVE], *b[TWINS_LIVE];	/* live, of one and of the other */
	unsigned int nr;
} twins;

static void twins_take(struct twins *t, unsigned int n)
{
	unsigned int i;

	expect(myslab_cache_alloc_bulk(t->bulk.cache, GFP_KERNEL, n, t->b + t->nr));
	for (i = t->nr; i < t->nr + n; i++) {
		t->a[i] = take(&t->single);
		expect_eq(number_in_slab(&t->bulk, t->b[i]),
			  number_in_slab(&t->single, t->a[i]));
	}
	t->nr += n;
}

/* The last ones that were taken, or any. */
static void twins_give(struct twins *t, unsigned int n, bool any)
{
	unsigned int i;

	for (i = 1; any && i < t->nr; i++) {
		unsigned int k = get_random_u32() % (i + 1);

		swap(t->a[i], t->a[k]);
		swap(t->b[i], t->b[k]);
	}
	t->nr -= n;
	give_many(&t->single, t->a + t->nr, n);
	myslab_cache_free_bulk(t->bulk.cache, n, t->b + t->nr);
}

/* Every list, every array and every count. */
static void twins_are_alike(struct twins *t)
{
	long errors;
	char *a = look_state(t->single.name, &errors);
	char *b = look_state(t->bulk.name, &errors);

	expect_eq(errors, 0);
	expect(a && b && !strcmp(a, b));
	kvfree(a);
	kvfree(b);
}

static void twins_live(struct twins *t, slab_flags_t flags, struct tunables tunables)
{
	unsigned int step;

	t->nr = 0;
	if (!open_pool(&t->single, 256, 0, flags, NULL, tunables))
		return;
	if (!open_pool(&t->bulk, 256, 0, flags, NULL, tunables)) {
		close_pool(&t->single);
		return;
	}
	for (step = 0; step < TWINS_STEPS && !test_failed(); step++) {
		u32 random = get_random_u32();

		if (random % 2)
			twins_take(t, (random >> 2) % (TWINS_LIVE - t->nr + 1));
		else
			twins_give(t, (random >> 2) % (t->nr + 1), random % 4 == 0);
		twins_are_alike(t);
	}
	twins_give(t, t->nr, false);
	close_pool(&t->bulk);
	close_pool(&t->single);
}

static void R10_R18_a_bulk_call_is_many_single_ones(void)
{
	twins_live(&twins, 0, (struct tunables){ 4, 2, 0 });
	twins_live(&twins, 0, (struct tunables){ 10, 5, 1 });
	twins_live(&twins, 0, (struct tunables){ 120, 60, 1 });
	/* without marks */
	twins_live(&twins, SLAB_TYPESAFE_BY_RCU, (struct tunables){ 30, 15, 1 });
}

static const struct test_case cases[] = {
	CASE(R10_pops_the_newest),
	CASE(R10_R18_a_bulk_call_is_many_single_ones),
	CASE(R22_the_last_freed_is_the_next_taken),
	CASE(R11_first_refill_is_16_then_a_batch),
	CASE(R11_a_small_batch_is_one_batch),
	CASE(R11_only_allocations_touch),
	CASE(R12_shared_array_before_slabs),
	CASE(R12_partial_before_free_before_new),
	CASE(R13_taken_from_stays_at_the_head),
	CASE(R18_the_oldest_batch_leaves),
	CASE(R18_to_the_slabs_without_shared),
	CASE(R18_as_many_as_fit_the_shared_array),
	CASE(R19_a_freed_to_slab_goes_to_the_tail_of_partial),
	CASE(R19_an_emptied_slab_goes_to_the_head_of_free),
};

SUITE(order);
