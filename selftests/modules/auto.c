// SPDX-License-Identifier: GPL-2.0
/* Mode auto: which it is, its slabs, and arrays that grow (A1-A5). */
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mm.h>

#include "bursts.h"
#include "suites.h"

#define MODE_FILE	"/sys/module/myslab/parameters/mode"

static struct pool pool_in_mode(enum myslab_mode mode, unsigned int size)
{
	struct pool p = { .name = "test-mode", .size = size };
	struct info info;

	p.cache = myslab_cache_create_mode(mode, p.name, size, 0, 0, NULL);
	if (expect(p.cache) && expect(look_info(p.name, &info))) {
		p.stride = info.objsize;
		p.num = info.objperslab;
		p.slab_bytes = PAGE_SIZE * info.pagesperslab;
	}
	return p;
}

/* Of 3000 bytes SLAB puts two in two pages, and wastes a quarter. */
static void A1_mode_is_chosen_by_parameter_and_by_client(void)
{
	static const struct {
		enum myslab_mode asked;
		const char *parameter, *is;
		unsigned int num;
	} cases[] = {
		{ MYSLAB_MODE_DEFAULT, "auto", "auto", 5 },
		{ MYSLAB_MODE_DEFAULT, "fixed", "fixed", 2 },
		{ MYSLAB_MODE_AUTO, "fixed", "auto", 5 },
		{ MYSLAB_MODE_FIXED, "auto", "fixed", 2 },
	};
	struct pool p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		expect(user_writes(MODE_FILE, cases[i].parameter));
		p = pool_in_mode(cases[i].asked, 3000);
		if (!expect(mode_is(p.name, cases[i].is)) ||
		    !expect_eq(p.num, cases[i].num))
			test_note("case %zu", i);
		myslab_cache_destroy(p.cache);
	}
	expect(!user_writes(MODE_FILE, "sideways"));
	expect(!user_writes(MODE_FILE, ""));
	expect(!myslab_cache_create_mode(MYSLAB_MODE_FIXED + 1, "test-mode", 64, 0, 0, NULL));
	p = pool_in_mode(MYSLAB_MODE_DEFAULT, 64);
	expect(mode_is(p.name, "auto"));
	myslab_cache_destroy(p.cache);
}

/* One object in a page, as R2 has it: 1096 of 4096 bytes are wasted. */
static void A1_reclaimable_caches_keep_R2(void)
{
	struct pool p;

	if (!open_pool(&p, 3000, 0, SLAB_RECLAIM_ACCOUNT, NULL, BY_SIZE))
		return;
	expect(mode_is(p.name, "auto"));
	expect_eq(p.slab_bytes, PAGE_SIZE);
	expect_eq(p.num, 1);
	close_pool(&p);
}

static void A1_no_size_of_programs_wastes_much(void)
{
	static const unsigned int sizes[] = {
		24, 32, 40, 48, 64, 72, 80, 88, 96, 128, 192, 256, 320, 384, 512, 576,
		640, 700, 768, 1024, 1400, 1536, 2048, 4096, 8192,
	};
	struct pool p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		p = pool_in_mode(MYSLAB_MODE_AUTO, sizes[i]);
		expect(p.slab_bytes <= PAGE_SIZE << 3);
		if (!expect(p.slab_bytes * 1000 / p.num <= p.stride * 1085UL))
			test_note("%u bytes: %u of %u in %lu", sizes[i], p.num, p.stride,
				  p.slab_bytes);
		myslab_cache_destroy(p.cache);
	}
}

static void A2_arrays_begin_small(void)
{
	static const struct {
		unsigned int size, limit;
	} should[] = { { 16, 30 }, { 256, 30 }, { 1024, 30 }, { 4096, 24 }, { 8192, 8 } };
	struct info info;
	struct pool p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(should); i++) {
		if (!open_auto(&p, should[i].size))
			return;
		expect_eq(limit_of(&p), should[i].limit);
		expect(look_info(p.name, &info));
		expect_eq(info.limit, should[i].limit);
		expect_eq(info.batchcount, (should[i].limit + 1) / 2);
		close_pool(&p);
	}
}

static void A3_a_burst_comes_to_fit_into_the_array(void)
{
	static const unsigned int sizes[] = { 16, 256, 1024, 4096 };
	const unsigned int nr = min(256U, BURST);
	void **o = pointers(nr);
	struct pool p;
	size_t i;

	for (i = 0; o && i < ARRAY_SIZE(sizes); i++) {
		if (!open_auto(&p, sizes[i]))
			break;
		if (!expect(burst_until_it_fits(&p, o, nr)))
			test_note("%u bytes: limit %ld", sizes[i], limit_of(&p));
		expect(limit_of(&p) >= nr);
		expect(look_stat(p.name, ALL_CPUS, "resized") >= 3);
		expect_eq(look_stat(p.name, ALL_CPUS, "errors"), 0);
		close_pool(&p);
	}
	kvfree(o);
}

/* What A3 says, of objects of @size. */
static unsigned long most_objects(unsigned int size)
{
	unsigned long share = totalram_pages() / 64 / num_possible_cpus() * PAGE_SIZE;

	return min3((unsigned long)LIMIT_MOST, (4UL << 20) / size, share / size);
}

/* However long it is asked for more: there it is, and there it stays. */
static void A3_growth_ends_at_its_bounds(void)
{
	/* beyond 128 KiB an array begins with one object */
	static const unsigned int sizes[] = { 64, 4096, 65536, 200000 };
	void **o = pointers(3 * LIMIT_MOST);
	unsigned long deadline, most, sure;
	struct pool p;
	size_t i;

	for (i = 0; o && i < ARRAY_SIZE(sizes); i++) {
		if (!open_auto(&p, sizes[i]))
			break;
		most = most_objects(sizes[i]);
		sure = min_t(unsigned long, most, LIMIT_SURE);
		deadline = jiffies + 60 * HZ;
		while (limit_of(&p) < sure && expect(time_before(jiffies, deadline)))
			burst(&p, o, 3 * most, 5);
		burst(&p, o, 3 * most, 10);
		if (!expect(limit_of(&p) >= sure) || !expect(limit_of(&p) <= most))
			test_note("%u bytes", sizes[i]);
		close_pool(&p);
	}
	kvfree(o);
}

/*
 * The largest array has a batch of 1023. After a refill of 512, one of which was taken, it
 * holds 511; to flush 512 of a full one and push another makes it 511 fewer.
 */
static void A3_no_more_than_512_travel_at_a_time(void)
{
	const unsigned int most = LIMIT_MOST, nr = 3 * most;
	unsigned long deadline = jiffies + 60 * HZ;
	long avail, before, refilled = 0, flushed = 0;
	void **o = pointers(nr);
	struct pool p;
	unsigned int i;

	if (most > LIMIT_SURE || most < 1024) {
		test_skip("no array grows to more than twice 512 here");
	} else if (o && open_auto(&p, 256)) {
		/* more than it holds, so that the node has whole batches too */
		while (limit_of(&p) < LIMIT_MOST && expect(time_before(jiffies, deadline)))
			burst(&p, o, nr, 5);
		before = avail_of(&p);
		for (i = 0; i < nr; i++, before = avail) {
			o[i] = take(&p);
			avail = avail_of(&p);
			refilled = max(refilled, avail - before);
		}
		while (i--) {
			give(&p, o[i]);
			avail = avail_of(&p);
			flushed = max(flushed, before - avail);
			before = avail;
		}
		expect_eq(refilled, 511);
		expect_eq(flushed, 511);
		close_pool(&p);
	}
	kvfree(o);
}

/*
 * Of an array of 24 that is full, half of it at a time: refilled, flushed and refilled, which
 * is one too few within a tick for it to grow; and flushed in another.
 */
#define SLOW	36
static void slow_round(struct pool *p, void **o)
{
	next_tick();
	if (!take_many(p, o, SLOW))
		return;
	give_many(p, o, SLOW);
	if (!take_many(p, o, SLOW))
		return;
	next_tick();
	give_many(p, o, SLOW);
}

/* One after the other, so that what grows the cache at first is none of it. */
static void slow_start(struct pool *p, void **o)
{
	unsigned int i;

	for (i = 0; i < SLOW; i++) {
		next_tick();
		o[i] = take(p);
	}
	while (i--) {
		next_tick();
		give(p, o[i]);
	}
}

/* Holds list_lock for as long as it takes to look at each slab. */
static int look_at_slabs(void *nodes)
{
	while (!kthread_should_stop()) {
		kvfree(look_again(nodes));
		cond_resched();
	}
	return 0;
}

/* A cache of @nr objects that are out, each a slab of its own, and an array as at first. */
static bool open_slow(struct pool *p, void **held, unsigned int nr, void **o)
{
	if (!open_auto(p, 4096))
		return false;
	if (take_many(p, held, nr)) {
		myslab_cache_shrink(p->cache);
		slow_start(p, o);
		if (expect_eq(limit_of(p), 24))
			return true;
		give_many(p, held, nr);
	}
	close_pool(p);
	return false;
}

#define SLABS	1000

static void A3_a_lock_that_is_waited_for_makes_it_grow(void)
{
	int second = cpumask_next(first_cpu(), cpu_online_mask), i;
	unsigned long deadline = jiffies + 120 * HZ;
	void **held = pointers(SLABS), *o[SLOW];
	struct task_struct *thread;
	struct file *nodes;
	struct pool p;

	if (second >= nr_cpu_ids || IS_ENABLED(CONFIG_KASAN_GENERIC)) {
		test_skip(second >= nr_cpu_ids ? "one CPU" : "ticks are longer under KASAN");
	} else if (held && open_slow(&p, held, SLABS, o)) {
		for (i = 0; i < 50; i++)
			slow_round(&p, o);
		expect_eq(limit_of(&p), 24);
		nodes = look_open(p.name, "nodes");
		thread = nodes ? thread_on(second, look_at_slabs, nodes, "myslab-look") : NULL;
		while (thread && limit_of(&p) == 24 &&
		       expect(time_before(jiffies, deadline))) {
			for (i = 0; i < 20; i++)
				slow_round(&p, o);
			cond_resched();
		}
		if (thread)
			kthread_stop(thread);
		if (nodes)
			filp_close(nodes, NULL);
		give_many(&p, held, SLABS);
		close_pool(&p);
	}
	kvfree(held);
}

/*
 * As R9, by the arrays of the time: what a burst leaves beyond the arrays stays with the
 * node, and the next one finds it.
 */
static void A4_a_burst_repeated_asks_for_no_pages(void)
{
	unsigned int nr = 3 * LIMIT_MOST;
	void **o = pointers(nr);
	long grown, limit, batch;
	struct pool p;

	if (LIMIT_SURE < LIMIT_MOST) {
		test_skip("too slow here for arrays to grow until they may no more");
	} else if (o && open_auto(&p, 512)) {
		unsigned int cpus = cpumask_weight(cpumask_of_node(here()));

		expect(burst_until_it_fits(&p, o, most_objects(512) * 3 / 4));
		limit = limit_of(&p);
		expect_eq(limit, most_objects(512));
		batch = (limit + 1) / 2;
		expect_eq(look_node(p.name, here(), "free_limit"), (1 + cpus) * batch + p.num);
		nr = limit + shared_limit(&p) + batch;
		burst(&p, o, nr, 1);
		grown = look_node(p.name, here(), "grown");
		burst(&p, o, nr, 20);
		expect_eq(look_node(p.name, here(), "grown"), grown);
		/* all of it in slabs, some of them free: that much can be beyond the arrays */
		expect(look_node(p.name, here(), "objects: out") < nr);
		close_pool(&p);
	}
	kvfree(o);
}

static void A5_what_is_written_stays_until_auto_is(void)
{
	const unsigned int nr = BURST;
	void **o = pointers(nr);
	struct info info;
	struct pool p;

	if (o && open_auto(&p, 256)) {
		expect(writes(&p, "40 20 0"));
		expect(mode_is(p.name, "auto, tuned"));
		burst(&p, o, nr, 50);
		expect_eq(limit_of(&p), 40);
		expect(look_info(p.name, &info));
		expect_eq(info.limit, 40);
		expect_eq(info.batchcount, 20);
		expect(writes(&p, "auto"));
		expect(mode_is(p.name, "auto"));
		expect_eq(limit_of(&p), 30);
		if (num_possible_cpus() > 1)
			expect_eq(shared_limit(&p), 8 * 15);
		expect(burst_until_it_fits(&p, o, nr));
		close_pool(&p);
	}
	kvfree(o);
}

/* It is the array of @cpu, and its own half. */
static void expect_shown_of(const struct pool *p, int cpu)
{
	long limit = look_stat(p->name, cpu, "limit");
	struct info info;

	expect(look_info(p->name, &info));
	expect_eq(info.limit, limit);
	expect_eq(info.batchcount, (limit + 1) / 2);
}

/* Of two that differ, once the one and once the other. */
static void A5_what_is_shown_is_of_the_largest_array(void)
{
	int second = cpumask_next(first_cpu(), cpu_online_mask);
	const unsigned int nr = BURST;
	void **o = pointers(nr);
	struct pool p;

	if (second >= nr_cpu_ids) {
		test_skip("one CPU");
	} else if (o && open_auto(&p, 256)) {
		run_on(second);
		expect(burst_until_it_fits(&p, o, 40));
		run_on(first_cpu());
		expect(limit_of(&p) < look_stat(p.name, second, "limit"));
		expect_shown_of(&p, second);
		expect(burst_until_it_fits(&p, o, nr));
		expect(limit_of(&p) > look_stat(p.name, second, "limit"));
		expect_shown_of(&p, first_cpu());
		close_pool(&p);
	}
	kvfree(o);
}

/* Either of the two, and SLAB's number in the place of the other. */
static void A5_parameters_pin_too_and_fixed_takes_no_auto(void)
{
	static const struct {
		struct tunables asked;
		unsigned int limit, batchcount;
	} cases[] = {
		{ { 50, 25, -1 }, 50, 25 },
		{ { 50, 0, -1 }, 50, 25 },
		{ { 0, 10, -1 }, 120, 10 },
	};
	const unsigned int nr = BURST;
	void **o = pointers(nr);
	struct info info;
	struct pool p;
	size_t i;

	for (i = 0; o && i < ARRAY_SIZE(cases); i++) {
		if (!open_pool(&p, 256, 0, 0, NULL, cases[i].asked))
			break;
		burst(&p, o, nr, 50);
		expect(look_info(p.name, &info));
		if (!expect_eq(limit_of(&p), cases[i].limit) ||
		    !expect_eq(info.batchcount, cases[i].batchcount))
			test_note("case %zu", i);
		close_pool(&p);
	}
	kvfree(o);
	p = pool_in_mode(MYSLAB_MODE_FIXED, 256);
	expect(!writes(&p, "auto"));
	expect_eq(limit_of(&p), 120);
	myslab_cache_destroy(p.cache);
}

static const struct test_case cases[] = {
	CASE(A1_mode_is_chosen_by_parameter_and_by_client),
	CASE(A1_reclaimable_caches_keep_R2),
	CASE(A1_no_size_of_programs_wastes_much),
	CASE(A2_arrays_begin_small),
	CASE(A3_a_burst_comes_to_fit_into_the_array),
	CASE(A3_growth_ends_at_its_bounds),
	CASE(A3_no_more_than_512_travel_at_a_time),
	CASE(A3_a_lock_that_is_waited_for_makes_it_grow),
	CASE(A4_a_burst_repeated_asks_for_no_pages),
	CASE(A5_what_is_written_stays_until_auto_is),
	CASE(A5_what_is_shown_is_of_the_largest_array),
	CASE(A5_parameters_pin_too_and_fixed_takes_no_auto),
};

SUITE(auto);
