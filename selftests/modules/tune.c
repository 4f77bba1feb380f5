// SPDX-License-Identifier: GPL-2.0
/* Tunables written while the cache is in use (R29, R30). */
#include <linux/kthread.h>

#include "fixture.h"
#include "suites.h"

static bool tune(const struct pool *p, const char *numbers)
{
	char line[128];

	snprintf(line, sizeof(line), "%s %s", p->name, numbers);
	return user_writes("/proc/myslabinfo", line);
}

/* The cache's own file in debugfs: the numbers alone. */
static bool tune_by_file(const struct pool *p, const char *numbers)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/kernel/debug/myslab/%s/tunables", p->name);
	return user_writes(path, numbers);
}

static void expect_tuned(const struct pool *p, unsigned int limit,
			 unsigned int batchcount, unsigned int shared)
{
	struct info info;

	if (!expect(look_info(p->name, &info)))
		return;
	expect_eq(info.limit, limit);
	expect_eq(info.batchcount, batchcount);
	expect_eq(info.shared, shared);
}

static void R29_bad_numbers_change_nothing(void)
{
	static const char *const bad[] = {
		"", "8", "8 4", "0 0 0", "8 0 1", "8 9 1", "-8 4 1", "8 -4 1", "8 4 -1",
		"8 4 1 1", "8 4 x", "eight 4 1", "99999999999 1 1", "2000000000 1 1",
		"8 4 2000000000", "8 4 1junk", "4294967304 4 1", "8 4294967300 1",
		"8 4 4294967297", "18446744073709551624 4 1", "+8 4 1", "0x8 4 1", "8.5 4 1",
		"8,4,1", "16385 1 1", "1024 1024 17",
	};
	struct pool p;
	size_t i;

	if (!open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 6, 3, 2 }))
		return;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (!expect(!tune(&p, bad[i])) || !expect(!tune_by_file(&p, bad[i])))
			test_note("\"%s\"", bad[i]);
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		expect(!tune(&p, "4097 1 1"));
	expect_tuned(&p, 6, 3, 2);
	close_pool(&p);
}

/* The array holds as many as it says now, and no more. */
static void expect_limit(struct pool *p, unsigned int limit)
{
	void *o[40];
	unsigned int i;

	if (!take_many(p, o, 40))
		return;
	myslab_cache_shrink(p->cache);
	for (i = 0; i < 40; i++) {
		give(p, o[i]);
		expect(look_stat(p->name, first_cpu(), "avail") <= limit);
	}
	myslab_cache_shrink(p->cache);
	take_many(p, o, 40);
	myslab_cache_shrink(p->cache);
	give_many(p, o, limit);
	expect_eq(look_stat(p->name, first_cpu(), "avail"), limit);
	give_many(p, o + limit, 40 - limit);
}

static void R29_the_new_limit_holds(void)
{
	struct pool p;

	if (!open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 6, 3, 0 }))
		return;
	expect_limit(&p, 6);
	expect(tune(&p, "20 10 0"));
	expect_tuned(&p, 20, 10, 0);
	expect_limit(&p, 20);
	expect(tune_by_file(&p, "2047 2047 8"));
	expect_tuned(&p, 2047, 2047, 8);
	expect(tune(&p, "1024 1024 16"));
	expect_tuned(&p, 1024, 1024, 16);
	expect(tune(&p, " 1\t1  0 "));
	expect_tuned(&p, 1, 1, 0);
	expect_limit(&p, 1);
	close_pool(&p);
}

/* The parameters cannot be refused together: what they ask for beyond it is cut. */
static void R29_parameters_ask_for_no_larger_array(void)
{
	struct pool p;

	if (!open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 2047, 2047, 64 }))
		return;
	expect_tuned(&p, 2047, 2047, 16384 / 2047);
	close_pool(&p);
}

/* What was parked in the replaced arrays is back in its slabs. */
static void R30_what_was_parked_is_free(void)
{
	struct info info;
	struct pool p;
	void *o[30];

	if (!open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 12, 6, 2 }))
		return;
	if (take_many(&p, o, 30)) {
		give_many(&p, o, 30);
		expect(look_info(p.name, &info) && info.active_objs);
		expect(tune(&p, "5 2 1"));
		expect(look_info(p.name, &info));
		expect_eq(info.active_objs, 0);
		expect_eq(info.sharedavail, 0);
	}
	close_pool(&p);
}

/* R9 holds for the new batchcount, and what the node may not keep any more is gone. */
static void R30_the_free_limit_follows(void)
{
	unsigned int nr = 1000, cpus = cpumask_weight(cpumask_of_node(here()));
	void **o = pointers(nr);
	struct info info;
	struct pool p;

	if (!expect(o) ||
	    !open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 400, 300, 0 }))
		goto free;
	if (take_many(&p, o, nr)) {
		give_many(&p, o, nr);
		expect(tune(&p, "1 1 0"));
		expect_eq(look_node(p.name, here(), "free_limit"), 1 + cpus + p.num);
		expect(look_info(p.name, &info));
		expect(info.num_slabs * p.num <= 1 + cpus + p.num);
	}
	close_pool(&p);
free:
	kvfree(o);
}

/*
 * A CPU may be between the two looks at its array when that is exchanged, for as long as
 * an interrupt or the host keeps it there.
 */
#define PAIRING_CPUS	8
#define TUNINGS		(IS_ENABLED(CONFIG_KASAN) ? 20U : 60U)

static int pair_until_stopped(void *pool)
{
	struct pool *p = pool;
	unsigned int i;

	while (!kthread_should_stop()) {
		for (i = 0; i < 1000; i++)
			myslab_cache_free(p->cache, myslab_cache_alloc(p->cache, GFP_KERNEL));
		cond_resched();
	}
	return 0;
}

static unsigned int start_pairing(struct pool *p, struct task_struct **threads)
{
	unsigned int nr = 0;
	int cpu;

	for_each_online_cpu(cpu) {
		if (cpu == first_cpu() || nr == PAIRING_CPUS)
			continue;
		threads[nr] = thread_on(cpu, pair_until_stopped, p, "myslab-pair");
		if (!threads[nr])
			break;
		nr++;
	}
	return nr;
}

static void expect_nothing_lost(struct pool *p)
{
	struct info info;
	int node;

	expect_eq(myslab_cache_shrink(p->cache), 0);
	expect(look_info(p->name, &info));
	expect_eq(info.active_objs, 0);
	expect_eq(look_stat(p->name, ALL_CPUS, "errors"), 0);
	for_each_node_state(node, N_MEMORY)
		expect_eq(look_node(p->name, node, "doubled"), 0);
}

static void R30_who_uses_its_array_loses_nothing(void)
{
	struct task_struct *threads[PAIRING_CPUS];
	unsigned int i, nr;
	struct pool p;

	if (num_online_cpus() == 1) {
		test_skip("one CPU");
		return;
	}
	if (!open_pool(&p, 256, 0, 0, NULL, BY_SIZE))
		return;
	nr = start_pairing(&p, threads);
	for (i = 0; i < TUNINGS && !test_failed(); i++)
		expect(tune(&p, i % 2 ? "40 20 1" : "1 1 0"));
	while (nr)
		kthread_stop(threads[--nr]);
	expect_nothing_lost(&p);
	close_pool(&p);
}

static const struct test_case cases[] = {
	CASE(R29_bad_numbers_change_nothing),
	CASE(R29_the_new_limit_holds),
	CASE(R29_parameters_ask_for_no_larger_array),
	CASE(R30_what_was_parked_is_free),
	CASE(R30_the_free_limit_follows),
	CASE(R30_who_uses_its_array_loses_nothing),
};

SUITE(tune);
