// SPDX-License-Identifier: GPL-2.0
/*
 * The reaper's own turns, which nobody asks for (R24). A deferrable timer does not
 * fire on an idle CPU, so the CPUs are kept busy; how long it takes is not asserted.
 */
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/workqueue.h>
#include <linux/sched/isolation.h>

#include "suites.h"
#include "turns.h"

#define DEADLINE	(180 * HZ)

bool is_isolated(int cpu)
{
	/* nohz_full: the same CPUs as these, which no unbound work is to run on */
	return cpu_is_isolated(cpu) || !housekeeping_test_cpu(cpu, HK_TYPE_TIMER);
}

bool busy_until(bool (*done)(struct pool *p), struct pool *p)
{
	unsigned long end = jiffies + DEADLINE;

	while (!done(p)) {
		if (!expect(time_before(jiffies, end)))
			return false;
		cond_resched();
	}
	return true;
}

bool seldom(void)
{
	static unsigned long next;

	if (time_before(jiffies, next))
		return false;
	next = jiffies + HZ / 5;
	return true;
}

static bool holds_nothing(struct pool *p)
{
	struct info info;

	return seldom() && (!look_info(p->name, &info) || !info.num_slabs);
}

/* Small arrays, so that few turns do it. */
#define FEW		((struct tunables){ 2, 1, 1 })

static void R24_an_emptied_cache_is_gone_unasked(void)
{
	struct pool p;
	void *o[40];

	if (!open_pool(&p, 256, 0, 0, NULL, FEW))
		return;
	if (take_many(&p, o, ARRAY_SIZE(o))) {
		struct info info;

		give_many(&p, o, ARRAY_SIZE(o));
		expect(look_info(p.name, &info) && info.num_slabs);
		busy_until(holds_nothing, &p);
	}
	close_pool(&p);
}

int spin(void *unused)
{
	while (!kthread_should_stop()) {
		cpu_relax();
		cond_resched();
	}
	return 0;
}

/* One goes at each turn, after one that only looks. */
#define PARKED		2
#define CPUS_LOOKED_AT	16

/* The first CPU, and others; each with its spinners. */
struct looked_at {
	unsigned int nr;
	int cpu[CPUS_LOOKED_AT];
	struct task_struct *spinner[CPUS_LOOKED_AT][2];
	void *o[CPUS_LOOKED_AT][PARKED];
};

static void find_cpus(struct looked_at *l, bool isolated)
{
	int cpu;

	l->cpu[l->nr++] = first_cpu();
	for_each_online_cpu(cpu)
		if (is_isolated(cpu) == isolated && cpu != first_cpu() &&
		    l->nr < CPUS_LOOKED_AT)
			l->cpu[l->nr++] = cpu;
}

static void park_on_all(struct pool *p, struct looked_at *l)
{
	unsigned int i;

	for (i = 0; i < l->nr; i++) {
		run_on(l->cpu[i]);
		if (!take_many(p, l->o[i], PARKED))
			memset(l->o[i], 0, sizeof(l->o[i]));
	}
	myslab_cache_shrink(p->cache);
	for (i = 0; i < l->nr; i++) {
		run_on(l->cpu[i]);
		give_many(p, l->o[i], PARKED);
		expect_eq(look_stat(p->name, l->cpu[i], "avail"), PARKED);
	}
	run_on(first_cpu());
}

/* All but the first. */
static bool others_hold(struct pool *p, struct looked_at *l, long avail)
{
	unsigned int i;

	for (i = 1; i < l->nr; i++)
		if (look_stat(p->name, l->cpu[i], "avail") != avail)
			return false;
	return true;
}

static void expect_others_hold(struct pool *p, struct looked_at *l, long avail)
{
	unsigned int i;

	for (i = 1; i < l->nr; i++)
		if (!expect_eq(look_stat(p->name, l->cpu[i], "avail"), avail))
			test_note("CPU %d", l->cpu[i]);
}

static bool first_cpu_holds_nothing(struct pool *p)
{
	return seldom() && !look_stat(p->name, first_cpu(), "avail");
}

static void keep_busy(struct looked_at *l)
{
	unsigned int i, k;

	for (i = 1; i < l->nr; i++)
		for (k = 0; k < 2; k++)
			l->spinner[i][k] = thread_on(l->cpu[i], spin, NULL, "myslab-spin");
}

static void stop_busy(struct looked_at *l)
{
	unsigned int i, k;

	for (i = 1; i < l->nr; i++)
		for (k = 0; k < 2; k++)
			if (l->spinner[i][k])
				kthread_stop(l->spinner[i][k]);
}

static long nothing(void *unused)
{
	return 0;
}

/* What was asked of these CPUs has begun, and whoever waited for the caches had them. */
static void let_drains_run(struct looked_at *l)
{
	struct info info;
	unsigned int i;

	for (i = 0; i < l->nr; i++)
		work_on_cpu(l->cpu[i], nothing, NULL);
	look_info("myslab-cache", &info);
}

static void R24_isolated_cpus_are_left_alone(void)
{
	struct looked_at *l = kzalloc(sizeof(*l), GFP_KERNEL);
	struct pool p;

	if (!expect(l))
		return;
	find_cpus(l, true);
	if (l->nr == 1) {
		test_skip("no CPU is isolated");
		goto free;
	}
	if (!open_pool(&p, 256, 0, 0, NULL, (struct tunables){ PARKED, 1, 0 }))
		goto free;
	keep_busy(l);
	park_on_all(&p, l);
	/* the first CPU has its turns meanwhile */
	busy_until(first_cpu_holds_nothing, &p);
	/* who was isolated just now had a last one */
	if (!others_hold(&p, l, PARKED)) {
		park_on_all(&p, l);
		busy_until(first_cpu_holds_nothing, &p);
	}
	expect_others_hold(&p, l, PARKED);
	expect(user_writes("/proc/sys/vm/drop_caches", "2"));
	let_drains_run(l);
	expect_others_hold(&p, l, PARKED);
	stop_busy(l);
	myslab_cache_shrink(p.cache);
	expect_others_hold(&p, l, 0);
	/* destroy has them too, or the cache would be leaked */
	park_on_all(&p, l);
	close_pool(&p);
free:
	kfree(l);
}

static struct looked_at *housekeepers;

static bool housekeepers_hold_nothing(struct pool *p)
{
	return seldom() && others_hold(p, housekeepers, 0);
}

/* Those too that were isolated and are not any more. */
static void R24_all_others_have_turns(void)
{
	struct looked_at *l = kzalloc(sizeof(*l), GFP_KERNEL);
	struct pool p;

	if (!expect(l))
		return;
	find_cpus(l, false);
	housekeepers = l;
	if (l->nr == 1) {
		test_skip("one CPU");
	} else if (open_pool(&p, 256, 0, 0, NULL, (struct tunables){ PARKED, 1, 0 })) {
		keep_busy(l);
		park_on_all(&p, l);
		busy_until(housekeepers_hold_nothing, &p);
		stop_busy(l);
		close_pool(&p);
	}
	kfree(l);
}

static const struct test_case cases[] = {
	CASE(R24_an_emptied_cache_is_gone_unasked),
	CASE(R24_isolated_cpus_are_left_alone),
	CASE(R24_all_others_have_turns),
};

SUITE(turns);
