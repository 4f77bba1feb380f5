// SPDX-License-Identifier: GPL-2.0
/* Mode auto: other nodes' objects wait on the CPU that freed them (A9). */
#include <linux/cpu.h>
#include <linux/sched.h>

#include "bursts.h"
#include "suites.h"

/* One slab of far's and more, and an array for them on this CPU, which is empty. */
#define FAR_MANY	200

struct far {
	struct pool p;
	int node;
	void *o[FAR_MANY];
};

static bool take_far(struct far *f)
{
	unsigned int i;

	for (i = 0; i < FAR_MANY; i++) {
		f->o[i] = take_of(&f->p, f->node);
		if (!f->o[i])
			return false;
	}
	return true;
}

static bool open_far_of(struct far *f, unsigned int size)
{
	f->node = other_node();
	if (f->node < 0) {
		test_skip("one node");
		return false;
	}
	if (!open_auto(&f->p, size))
		return false;
	if (make_alien(&f->p, f->node) && take_far(f))
		return true;
	close_pool(&f->p);
	return false;
}

static bool open_far(struct far *f)
{
	return open_far_of(f, 256);
}

static long counts(const struct far *f, const char *what)
{
	return look_stat(f->p.name, first_cpu(), what);
}

/* How many of far's objects this node's CPUs hold; none: -1. */
static long parked_here(const struct far *f)
{
	char key[32];

	snprintf(key, sizeof(key), "alien of node %d:", f->node);
	return look_node(f->p.name, here(), key);
}

static void A9_foreign_objects_wait_on_their_cpu(void)
{
	struct far f;
	long put, direct, in;

	if (!open_far(&f))
		return;
	put = counts(&f, "alien_put");
	direct = counts(&f, "alien_direct");
	in = look_node(f.p.name, f.node, "alien_in");
	give_many(&f.p, f.o, 62);
	expect_eq(counts(&f, "alien_put"), put + 62);
	expect_eq(counts(&f, "alien_direct"), direct);
	expect_eq(parked_here(&f), 62);
	/* nobody was at their node */
	expect_eq(look_node(f.p.name, f.node, "alien_in"), in);
	give(&f.p, f.o[62]);
	expect_eq(look_node(f.p.name, f.node, "alien_in"), in + FOREIGN_AT_ONCE);
	expect_eq(parked_here(&f), 63 - FOREIGN_AT_ONCE);
	expect_eq(counts(&f, "alien_drain"), 1);
	give_many(&f.p, f.o + 63, FAR_MANY - 63);
	expect_eq(counts(&f, "errors"), 0);
	close_pool(&f.p);
}

/* Of larger objects it is SLAB's limit of a CPU's array that is lower. */
static void A9_an_array_holds_as_many_as_slabs_would(void)
{
	static const struct {
		unsigned int size, limit;
	} should[] = { { 1024, 54 }, { 4096, 24 }, { 8192, 8 } };
	struct far f;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(should); i++) {
		const unsigned int limit = should[i].limit, gone = min(limit, 0U + FOREIGN_AT_ONCE);

		if (!open_far_of(&f, should[i].size))
			return;
		give_many(&f.p, f.o, limit);
		expect_eq(parked_here(&f), limit);
		expect_eq(counts(&f, "alien_drain"), 0);
		give(&f.p, f.o[limit]);
		expect_eq(counts(&f, "alien_drain"), 1);
		if (!expect_eq(parked_here(&f), limit + 1 - gone))
			test_note("%u bytes", should[i].size);
		give_many(&f.p, f.o + limit + 1, FAR_MANY - limit - 1);
		close_pool(&f.p);
	}
}

/* Into their node's shared array, whose newest is had first (R12), all that went of them. */
static void A9_the_oldest_go_home_first(void)
{
	struct far f;
	int i;

	if (!open_far(&f))
		return;
	give_many(&f.p, f.o, FOREIGN_MOST + 1);
	expect_eq(counts(&f, "alien_drain"), 1);
	run_on(first_cpu_of_node(f.node));
	for (i = FOREIGN_AT_ONCE - 1; i >= 0; i--)
		expect_eq(which(f.o, FAR_MANY, take(&f.p)), i);
	give_many(&f.p, f.o, FOREIGN_AT_ONCE);
	run_on(first_cpu());
	give_many(&f.p, f.o + FOREIGN_MOST + 1, FAR_MANY - FOREIGN_MOST - 1);
	close_pool(&f.p);
}

/* Two CPUs of one node: each has its own. */
static void A9_each_cpu_has_its_own(void)
{
	int second = second_cpu_of_node(here());
	struct far f;

	if (second < 0 || !open_far(&f)) {
		if (second < 0)
			test_skip("one CPU on the node");
		return;
	}
	give_many(&f.p, f.o, 40);
	run_on(second);
	give_many(&f.p, f.o + 40, 1);
	run_on(first_cpu());
	/* the second CPU had none yet: straight home */
	expect_eq(look_stat(f.p.name, second, "alien_direct"), 1);
	expect_eq(parked_here(&f), 40);
	give_many(&f.p, f.o + 41, FAR_MANY - 41);
	close_pool(&f.p);
}

static void A9_a_second_free_of_a_foreign_object_is_refused(void)
{
	struct far f;

	if (!open_far(&f))
		return;
	give_many(&f.p, f.o, 3);
	myslab_cache_free(f.p.cache, f.o[2]);
	myslab_cache_free(f.p.cache, f.o[0]);
	myslab_cache_free(f.p.cache, f.o[5] + 8);
	expect_eq(counts(&f, "errors"), 3);
	expect_eq(parked_here(&f), 3);
	give_many(&f.p, f.o + 3, FAR_MANY - 3);
	expect_eq(counts(&f, "errors"), 3);
	close_pool(&f.p);
}

static void A9_shrink_sends_them_home(void)
{
	struct far f;

	if (!open_far(&f))
		return;
	give_many(&f.p, f.o, 50);
	run_on(first_cpu_of_node(f.node));
	expect_eq(parked_here(&f), 50);
	myslab_cache_shrink(f.p.cache);
	expect_eq(parked_here(&f), -1);
	run_on(first_cpu());
	give_many(&f.p, f.o + 50, FAR_MANY - 50);
	close_pool(&f.p);
}

static void A9_the_reaper_sends_them_home_and_takes_idle_arrays(void)
{
	struct queue_bytes q;
	struct far f;
	long direct;

	if (!open_far(&f))
		return;
	give_many(&f.p, f.o, 50);
	ask_for_turns(1);
	expect_eq(parked_here(&f), -1);
	direct = counts(&f, "alien_direct");
	give(&f.p, f.o[50]);
	expect_eq(counts(&f, "alien_direct"), direct);
	/* home with the first, found empty by two; and by a third */
	ask_for_turns(3);
	expect(look_queue(f.p.name, &q) && q.alien);
	ask_for_turns(1);
	expect(look_queue(f.p.name, &q) && !q.alien);
	give(&f.p, f.o[51]);
	/* there the worker may be quicker than the free that asks it for an array */
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		expect_eq(counts(&f, "alien_direct"), direct + 1);
	give_many(&f.p, f.o + 52, FAR_MANY - 52);
	close_pool(&f.p);
}

static void A9_a_bulk_of_foreign_objects_waits_too(void)
{
	const long drains = DIV_ROUND_UP(FAR_MANY - FOREIGN_MOST, FOREIGN_AT_ONCE);
	const long parked = FAR_MANY - drains * FOREIGN_AT_ONCE;
	struct far f;
	long direct, in;

	if (!open_far(&f))
		return;
	direct = counts(&f, "alien_direct");
	in = look_node(f.p.name, f.node, "alien_in");
	myslab_cache_free_bulk(f.p.cache, 50, f.o);
	expect_eq(parked_here(&f), 50);
	expect_eq(look_node(f.p.name, f.node, "alien_in"), in);
	/* over the brim, and each of them again: marked */
	myslab_cache_free_bulk(f.p.cache, FAR_MANY - 50, f.o + 50);
	expect_eq(counts(&f, "alien_drain"), drains);
	expect_eq(look_node(f.p.name, f.node, "alien_in"), in + drains * FOREIGN_AT_ONCE);
	expect_eq(parked_here(&f), parked);
	expect_eq(counts(&f, "alien_direct"), direct);
	myslab_cache_free_bulk(f.p.cache, FAR_MANY, f.o);
	expect_eq(counts(&f, "errors"), FAR_MANY);
	expect_eq(parked_here(&f), parked);
	close_pool(&f.p);
}

static void construct(void *obj)
{
}

/* As SLAB did: what the array has as its newest. */
static void A9_R23_the_newest_without_a_mark_is_refused(void)
{
	struct far f;

	f.node = other_node();
	if (f.node < 0) {
		test_skip("one node");
		return;
	}
	if (!open_pool(&f.p, 256, 0, 0, construct, BY_SIZE))
		return;
	if (make_alien(&f.p, f.node) && take_far(&f)) {
		give_many(&f.p, f.o, 3);
		give(&f.p, f.o[2]);
		expect_eq(counts(&f, "errors"), 1);
		myslab_cache_free_bulk(f.p.cache, 1, f.o + 2);
		expect_eq(counts(&f, "errors"), 2);
		expect_eq(parked_here(&f), 3);
		/* full: the newest is compared before it is drained */
		give_many(&f.p, f.o + 3, 59);
		expect_eq(parked_here(&f), 62);
		give(&f.p, f.o[61]);
		expect_eq(counts(&f, "errors"), 3);
		expect_eq(parked_here(&f), 62);
		give_many(&f.p, f.o + 62, FAR_MANY - 62);
		expect_eq(counts(&f, "errors"), 3);
	}
	expect_eq(myslab_cache_shrink(f.p.cache), 0);
	close_pool(&f.p);
}

/* A CPU of this node, but the first, parks some of far's and goes. */
static void leave_foreign(int cpu, const char *tuned)
{
	struct far f;
	long direct;

	if (!open_far(&f))
		return;
	expect(!tuned || writes(&f.p, tuned));
	run_on(cpu);
	if (make_alien(&f.p, f.node)) {
		give_many(&f.p, f.o, 40);
		expect_eq(parked_here(&f), 40);
		run_on(first_cpu());
		expect_eq(remove_cpu(cpu), 0);
		expect_eq(parked_here(&f), -1);
		expect_eq(add_cpu(cpu), 0);
		run_on(cpu);
		/* begins anew: its array is gone */
		direct = look_stat(f.p.name, cpu, "alien_direct");
		give(&f.p, f.o[40]);
		expect_eq(look_stat(f.p.name, cpu, "alien_direct"), direct + 1);
	}
	run_on(first_cpu());
	give_many(&f.p, f.o + 41, FAR_MANY - 41);
	expect_eq(myslab_cache_shrink(f.p.cache), 0);
	close_pool(&f.p);
}

static void A9_a_dead_cpu_keeps_none(void)
{
	int cpu = second_cpu_of_node(here());

	if (cpu < 0 || other_node() < 0 || remove_cpu(cpu)) {
		test_skip("no second node, or no CPU of this one that can go");
		return;
	}
	expect_eq(add_cpu(cpu), 0);
	leave_foreign(cpu, NULL);
	leave_foreign(cpu, "100 50 1");
}

static bool is_listed(const struct pool *p)
{
	struct info info;
	char name[64];

	snprintf(name, sizeof(name), "%s(leaked)", p->name);
	return look_info(name, &info);
}

/* What is parked when a cache leaks goes home; what comes later is not parked. */
static void A9_R28_a_leaked_cache_parks_none(void)
{
	int tries, second = second_cpu_of_node(here());
	struct info info;
	char name[64];
	struct far f;

	if (!open_far(&f))
		return;
	give_many(&f.p, f.o, 40);
	expect_eq(parked_here(&f), 40);
	myslab_cache_destroy(f.p.cache);
	snprintf(name, sizeof(name), "%s(leaked)", f.p.name);
	if (expect(look_info(name, &info)))
		expect_eq(info.active_objs, FAR_MANY - 40);
	/* by the CPU that has an array, and by one that has none */
	give_many(&f.p, f.o + 40, 100);
	if (second >= 0)
		run_on(second);
	give_many(&f.p, f.o + 140, FAR_MANY - 140);
	run_on(first_cpu());
	for (tries = 0; tries < 2000 && is_listed(&f.p); tries++)
		schedule_timeout_uninterruptible(1);
	expect(!is_listed(&f.p));
	f.p.cache = NULL;
	close_pool(&f.p);
}

static const struct test_case cases[] = {
	CASE(A9_foreign_objects_wait_on_their_cpu),
	CASE(A9_an_array_holds_as_many_as_slabs_would),
	CASE(A9_the_oldest_go_home_first),
	CASE(A9_each_cpu_has_its_own),
	CASE(A9_a_second_free_of_a_foreign_object_is_refused),
	CASE(A9_a_bulk_of_foreign_objects_waits_too),
	CASE(A9_R23_the_newest_without_a_mark_is_refused),
	CASE(A9_a_dead_cpu_keeps_none),
	CASE(A9_R28_a_leaked_cache_parks_none),
	CASE(A9_shrink_sends_them_home),
	CASE(A9_the_reaper_sends_them_home_and_takes_idle_arrays),
};

SUITE(foreign);
