// SPDX-License-Identifier: GPL-2.0
/* What mode auto gives back: what lay idle, and arrays that were (A6-A8, A10). */
#include <linux/cpu.h>

#include "bursts.h"
#include "fault.h"
#include "suites.h"

/* SLAB would leave an array alone in which one object comes and goes. */
static void A6_the_working_set_stays_and_the_rest_goes(void)
{
	const unsigned int nr = BURST, used = 10;
	void **o = pointers(nr);
	struct pool p;
	long before;
	int turn;

	if (o && open_auto(&p, 256)) {
		expect(burst_until_it_fits(&p, o, nr));
		expect(avail_of(&p) >= nr);
		before = moves(&p);
		for (turn = 0; turn < 14; turn++) {
			ask_for_turns(1);
			burst(&p, o, used, 3);
		}
		expect(avail_of(&p) <= 3 * used);
		expect(avail_of(&p) >= used);
		/* and nobody had to fetch them back */
		expect_eq(moves(&p), before);
		close_pool(&p);
	}
	kvfree(o);
}

/* The @nr newest of @o, which are parked, come back in that order. */
static void take_newest(struct pool *p, void **o, unsigned int all, unsigned int nr)
{
	unsigned int i;

	for (i = 1; i <= nr; i++)
		expect_eq(which(o, all, take(p)), all - i);
}

static void A6_the_oldest_go(void)
{
	struct pool p;
	void *o[10];

	if (!open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 20, 10, 0 }))
		return;
	if (take_many(&p, o, 10)) {
		myslab_cache_shrink(p.cache);
		give_many(&p, o, 10);
		ask_for_turns(1);
		expect_eq(avail_of(&p), 10);
		take_newest(&p, o, 10, 3);
		give_many(&p, o + 7, 3);
		ask_for_turns(1);
		expect(avail_of(&p) >= 3);
		expect(avail_of(&p) <= 7);
		take_newest(&p, o, 10, 3);
		give_many(&p, o + 7, 3);
	}
	close_pool(&p);
}

/*
 * The first thirty of fifty in the shared array, of which the last ten are used between two
 * turns: of the other twenty the oldest go, half of them at least, and of the ten none.
 */
static void A6_the_shared_array_keeps_its_working_set(void)
{
	unsigned long left;
	struct pool p;
	void *o[50];

	if (!open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 20, 10, 4 }))
		return;
	if (take_many(&p, o, 50)) {
		myslab_cache_shrink(p.cache);
		give_many(&p, o, 50);
		ask_for_turns(1);
		expect_eq(shared_avail(&p), 30);
		take_newest(&p, o, 50, 25);
		give_many(&p, o + 25, 25);
		expect_eq(shared_avail(&p), 30);
		ask_for_turns(1);
		left = shared_avail(&p);
		expect(left >= 10);
		expect(left <= 20);
		take_newest(&p, o, 50, 30);
		give_many(&p, o + 20, 30);
	}
	close_pool(&p);
}

/*
 * R11 has sixteen for an array from which nobody took since the last turn, or ever. A slab has
 * more than a batch, of which a growth fills the array; the second one is a refill.
 */
static void A6_a_refill_is_never_small(void)
{
	struct pool p;
	void *o[2];

	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		test_skip("a batch is at most 16 objects here");
		return;
	}
	if (!open_auto(&p, 16))
		return;
	expect(writes(&p, "200 100 0"));
	expect(p.num > 200);
	o[0] = take(&p);
	expect_eq(avail_of(&p), 99);
	/* the first turn may see that it was used */
	ask_for_turns(2);
	myslab_cache_shrink(p.cache);
	expect_eq(avail_of(&p), 0);
	o[1] = take(&p);
	expect_eq(avail_of(&p), 99);
	give_many(&p, o, 2);
	close_pool(&p);
}

static void A7_idle_slabs_go_and_used_ones_stay(void)
{
	const unsigned int nr = 1200;
	void **o = pointers(nr);
	struct info info;
	struct pool p;
	long grown;
	int turn;

	if (o && open_pool(&p, 1024, 0, 0, NULL, (struct tunables){ 400, 400, 0 })) {
		burst(&p, o, nr, 1);
		burst(&p, o, nr, 1);
		grown = look_node(p.name, here(), "grown");
		for (turn = 0; turn < 5; turn++) {
			ask_for_turns(1);
			burst(&p, o, nr - 400, 1);
		}
		expect(look_node(p.name, here(), "grown") <= grown + 1);
		ask_for_turns(4);
		expect(look_info(p.name, &info));
		expect_eq(info.num_slabs, 0);
		close_pool(&p);
	}
	kvfree(o);
}

/* One object comes and goes: more than four turns, and each halves it. What it holds stays. */
static void A8_an_idle_array_shrinks(void)
{
	const unsigned int nr = BURST;
	void **o = pointers(nr);
	struct pool p;
	void *last;
	long limit;
	int turn;

	if (o && open_auto(&p, 256)) {
		expect(burst_until_it_fits(&p, o, nr));
		limit = limit_of(&p);
		expect(limit >= nr);
		/* this one finds that all were taken */
		ask_for_turns(1);
		last = take(&p);
		for (turn = 1; turn <= 12; turn++) {
			give(&p, last);
			ask_for_turns(1);
			if (turn > 4)
				limit = max(limit / 2 - 1, 30L);
			if (!expect_eq(limit_of(&p), limit))
				test_note("turn %d", turn);
			expect(take(&p) == last);
		}
		expect_eq(limit, 30);
		give(&p, last);
		close_pool(&p);
	}
	kvfree(o);
}

/* At which of the turns, before each of which @nr were taken, it shrinks; 0: at none. */
static int turn_that_shrinks(struct pool *p, void **o, unsigned int nr)
{
	long limit = limit_of(p);
	int turn;

	for (turn = 1; turn <= 8; turn++) {
		burst(p, o, nr, 1);
		ask_for_turns(1);
		if (limit_of(p) < limit)
			return turn;
	}
	return 0;
}

/*
 * Half of it at each turn is idle, and more is not. The calls that go deeper than any since
 * the turn before are not counted as hits: some ten of a thousand.
 */
static void A8_half_of_it_taken_is_idle_and_more_is_not(void)
{
	const unsigned int spare = 16;
	void **o = pointers(LIMIT_MOST);
	long half, before;
	struct pool p;

	if (o && open_auto(&p, 256)) {
		expect(burst_until_it_fits(&p, o, BURST));
		do {
			half = limit_of(&p) / 2 - 1;
			expect(burst_until_it_fits(&p, o, half + spare));
		} while (limit_of(&p) / 2 - 1 != half && !test_failed());
		before = moves(&p);
		expect_eq(turn_that_shrinks(&p, o, half + spare), 0);
		expect_eq(turn_that_shrinks(&p, o, half), 5);
		/* or it would be these that say what is idle */
		expect_eq(moves(&p), before);
		close_pool(&p);
	}
	kvfree(o);
}

/* Bursts of all that it holds, a turn at each: no refill, no flush, and not idle. */
static void expect_to_stay(bool turn_at_peak)
{
	const unsigned int nr = BURST;
	void **o = pointers(nr);
	struct pool p;
	long before, limit;
	int turn;

	if (o && open_auto(&p, 256)) {
		expect(burst_until_it_fits(&p, o, nr));
		limit = limit_of(&p);
		before = moves(&p);
		for (turn = 0; turn < 14; turn++) {
			if (!turn_at_peak)
				ask_for_turns(1);
			if (!take_many(&p, o, nr))
				break;
			if (turn_at_peak)
				ask_for_turns(1);
			give_many(&p, o, nr);
		}
		expect_eq(turn, 14);
		expect_eq(limit_of(&p), limit);
		expect_eq(moves(&p), before);
		close_pool(&p);
	}
	kvfree(o);
}

static void A8_an_array_that_serves_bursts_stays(void)
{
	expect_to_stay(false);
}

/* A turn that comes while all are out finds the array empty. */
static void A8_turns_at_the_peak_of_bursts(void)
{
	expect_to_stay(true);
}

static void A8_an_empty_idle_array_is_as_at_first(void)
{
	const unsigned int nr = BURST;
	void **o = pointers(nr);
	struct pool p;

	if (o && open_auto(&p, 256)) {
		unsigned int cpus = cpumask_weight(cpumask_of_node(here()));

		expect(burst_until_it_fits(&p, o, nr));
		ask_for_turns(3);
		expect_eq(avail_of(&p), 0);
		expect_eq(limit_of(&p), 30);
		expect_eq(look_node(p.name, here(), "free_limit"), (1 + cpus) * 15 + p.num);
		expect(burst_until_it_fits(&p, o, nr));
		close_pool(&p);
	}
	kvfree(o);
}

static void A8_shrink_makes_arrays_small(void)
{
	const unsigned int nr = BURST;
	void **o = pointers(nr);
	struct pool p;

	if (o && open_auto(&p, 256)) {
		expect(burst_until_it_fits(&p, o, nr));
		expect_eq(myslab_cache_shrink(p.cache), 0);
		expect_eq(limit_of(&p), 30);
		expect(burst_until_it_fits(&p, o, nr));
		close_pool(&p);
	}
	kvfree(o);
}

/* With what it held gone to the slabs; back, it begins anew. */
static void A8_a_dead_cpu_keeps_no_array(void)
{
	const unsigned int nr = BURST;
	void **o = pointers(nr);
	int cpu = cpumask_next(first_cpu(), cpu_online_mask);
	struct pool p;

	if (cpu >= nr_cpu_ids || remove_cpu(cpu)) {
		test_skip("no CPU that can go");
	} else if (o && open_auto(&p, 256)) {
		expect(!add_cpu(cpu));
		run_on(cpu);
		expect(burst_until_it_fits(&p, o, nr));
		expect(look_stat(p.name, cpu, "limit") >= nr);
		run_on(first_cpu());
		expect(!remove_cpu(cpu));
		expect_eq(look_stat(p.name, cpu, "limit"), 0);
		expect_eq(look_stat(p.name, cpu, "avail"), 0);
		expect(!add_cpu(cpu));
		expect_eq(look_stat(p.name, cpu, "limit"), 30);
		close_pool(&p);
	}
	kvfree(o);
}

/* One array of many is not to be had: those that were are not kept for it either. */
static void A8_R31_a_cpu_that_stays_down_has_no_array(void)
{
	int cpu = cpumask_next(first_cpu(), cpu_online_mask);
	struct pool p;
	long queues;

	if (cpu >= nr_cpu_ids || remove_cpu(cpu)) {
		test_skip("no CPU that can go");
		return;
	}
	if (open_auto(&p, 256)) {
		queues = look_total("queue_bytes");
		if (fail_array(3)) {
			expect_eq(add_cpu(cpu), -ENOMEM);
			expect(an_array_failed());
			expect_eq(look_total("queue_bytes"), queues);
		} else {
			test_skip("the kernel has no probes");
		}
		close_pool(&p);
	}
	expect(!add_cpu(cpu));
}

/* Empty, and as large as was written, whether its CPU is there or not. */
static void A8_a_written_size_waits_for_its_cpu(void)
{
	int cpu = cpumask_next(first_cpu(), cpu_online_mask);
	struct pool p;
	void *o[10];

	if (cpu >= nr_cpu_ids || remove_cpu(cpu)) {
		test_skip("no CPU that can go");
		return;
	}
	expect(!add_cpu(cpu));
	if (!open_auto(&p, 256))
		return;
	expect(writes(&p, "40 20 0"));
	run_on(cpu);
	if (take_many(&p, o, ARRAY_SIZE(o)))
		give_many(&p, o, ARRAY_SIZE(o));
	run_on(first_cpu());
	expect(look_stat(p.name, cpu, "avail") >= (long)ARRAY_SIZE(o));
	expect(!remove_cpu(cpu));
	expect_eq(look_stat(p.name, cpu, "limit"), 40);
	expect_eq(look_stat(p.name, cpu, "avail"), 0);
	expect(!add_cpu(cpu));
	expect_eq(look_stat(p.name, cpu, "limit"), 40);
	close_pool(&p);
}

static void A10_the_shared_array_follows(void)
{
	const unsigned int nr = 200;
	void **o = pointers(nr);
	struct pool p;

	if (num_possible_cpus() == 1) {
		test_skip("one CPU");
	} else if (o && open_auto(&p, 256)) {
		expect_eq(shared_limit(&p), 8 * 15);
		expect(burst_until_it_fits(&p, o, nr));
		expect_eq(shared_limit(&p), min(8 * ((limit_of(&p) + 1) / 2), (long)LIMIT_MOST));
		myslab_cache_shrink(p.cache);
		expect_eq(shared_limit(&p), 8 * 15);
		expect(writes(&p, "20 10 3"));
		expect_eq(shared_limit(&p), 30);
		burst(&p, o, nr, 30);
		expect_eq(shared_limit(&p), 30);
		close_pool(&p);
	}
	kvfree(o);
}

static const struct test_case cases[] = {
	CASE(A6_the_working_set_stays_and_the_rest_goes),
	CASE(A6_the_oldest_go),
	CASE(A6_the_shared_array_keeps_its_working_set),
	CASE(A6_a_refill_is_never_small),
	CASE(A7_idle_slabs_go_and_used_ones_stay),
	CASE(A8_an_idle_array_shrinks),
	CASE(A8_half_of_it_taken_is_idle_and_more_is_not),
	CASE(A8_an_array_that_serves_bursts_stays),
	CASE(A8_turns_at_the_peak_of_bursts),
	CASE(A8_an_empty_idle_array_is_as_at_first),
	CASE(A8_a_dead_cpu_keeps_no_array),
	CASE(A8_R31_a_cpu_that_stays_down_has_no_array),
	CASE(A8_a_written_size_waits_for_its_cpu),
	CASE(A8_shrink_makes_arrays_small),
	CASE(A10_the_shared_array_follows),
};

SUITE(idle);
