// SPDX-License-Identifier: GPL-2.0
/*
 * A cache of many objects that were all freed, on every CPU, gives its memory back: by
 * turns of reaping, by shrink, under memory pressure. Nothing is loaded that would
 * do so by itself (reap=0).
 */
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/moduleparam.h>

#include "fixture.h"
#include "suites.h"

static unsigned int objects = 100000;
module_param_named(pressure_objects, objects, uint, 0644);
MODULE_PARM_DESC(pressure_objects, "how many the cache has had");

#define DEADLINE	(60 * HZ)

static unsigned long slabs_of(const struct pool *p)
{
	struct info info;

	return expect(look_info(p->name, &info)) ? info.num_slabs : 0;
}

/* Freed in turn on each CPU: all arrays hold some, alien and shared ones too. */
static void give_on_every_cpu(struct pool *p, void **objs, unsigned int nr)
{
	unsigned int cpus = num_online_cpus(), i = 0, end;
	int cpu, left = cpus;

	for_each_online_cpu(cpu) {
		run_on(cpu);
		for (end = --left ? i + nr / cpus : nr; i < end; i++)
			give(p, objs[i]);
	}
	run_on(first_cpu());
}

struct emptied {
	struct pool p;
	void **objs;		/* all of them free */
};

static bool open_emptied(struct emptied *e)
{
	e->objs = pointers(objects);
	if (!expect(e->objs))
		return false;
	if (!open_pool(&e->p, 256, 0, 0, NULL, BY_SIZE))
		goto free;
	if (!take_many(&e->p, e->objs, objects))
		goto close;
	expect(slabs_of(&e->p) >= objects / e->p.num);
	give_on_every_cpu(&e->p, e->objs, objects);
	if (expect(slabs_of(&e->p)))
		return true;
close:
	close_pool(&e->p);
free:
	kvfree(e->objs);
	return false;
}

static void close_emptied(struct emptied *e)
{
	close_pool(&e->p);
	kvfree(e->objs);
}

/* Looks without allocating, since memory may be short. */
static bool holds_slabs(struct emptied *e)
{
	unsigned int i;

	for (i = 0; i < objects; i++)
		if (still_there(&e->p, e->objs[i]))
			return true;
	return false;
}

static void R26_an_emptied_cache_is_gone_after_15_turns(void)
{
	struct emptied e;

	if (!open_emptied(&e))
		return;
	expect(user_writes("/sys/kernel/debug/myslab/reap", "15"));
	expect_eq(slabs_of(&e.p), 0);
	expect(!holds_slabs(&e));
	close_emptied(&e);
}

static void R27_an_emptied_cache_is_gone_after_shrink(void)
{
	struct emptied e;

	if (!open_emptied(&e))
		return;
	expect_eq(myslab_cache_shrink(e.p.cache), 0);
	expect_eq(slabs_of(&e.p), 0);
	expect(!holds_slabs(&e));
	close_emptied(&e);
}

/* The kernel's own way to ask for all that its shrinkers have. */
static void drop_caches_takes_it(void)
{
	unsigned long end = jiffies + DEADLINE;
	struct emptied e;

	if (!open_emptied(&e))
		return;
	do {
		expect(user_writes("/proc/sys/vm/drop_caches", "2"));
		schedule_timeout_uninterruptible(1);
	} while (slabs_of(&e.p) && time_before(jiffies, end) && !test_failed());
	expect_eq(slabs_of(&e.p), 0);
	close_emptied(&e);
}

/* Long enough for any count, and shorter than what the kernel calls a lockup. */
#define HELD_FOR	(30 * HZ)

/*
 * While a CPU is held whose array has objects, who shrinks their cache has caches_mutex
 * and waits for that CPU.
 */
struct held {
	struct pool p;
	bool is_held;
	bool may_go;
	bool gave_up;
};

static void until_stopped(void)
{
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
}

static int hold_cpu(void *held)
{
	unsigned long end = jiffies + HELD_FOR;
	struct held *h = held;

	preempt_disable();
	WRITE_ONCE(h->is_held, true);
	while (!READ_ONCE(h->may_go) && time_before(jiffies, end))
		cpu_relax();
	WRITE_ONCE(h->gave_up, !READ_ONCE(h->may_go));
	preempt_enable();
	until_stopped();
	return 0;
}

static int shrink_once_held(void *held)
{
	struct held *h = held;

	while (!READ_ONCE(h->is_held))
		schedule_timeout_uninterruptible(1);
	myslab_cache_shrink(h->p.cache);
	until_stopped();
	return 0;
}

/*
 * The array of the CPU that the shrinking thread runs on is empty by then. To scan takes
 * the mutex as to count does, but who counts nothing is not asked to.
 */
static void count_while_shrunk(struct held *h)
{
	while (look_stat(h->p.name, first_cpu(), "avail") && !READ_ONCE(h->gave_up))
		schedule_timeout_uninterruptible(1);
	expect_eq(write_here("/proc/sys/vm/drop_caches", "2"), 0);
	expect(!READ_ONCE(h->gave_up));
	WRITE_ONCE(h->may_go, true);
}

static void the_shrinker_does_not_wait_to_count(void)
{
	int cpu = cpumask_last(cpu_online_mask);
	struct task_struct *shrinking, *holding = NULL;
	struct held h = {};

	if (cpu == first_cpu()) {
		test_skip("one CPU");
		return;
	}
	if (!open_pool(&h.p, 256, 0, 0, NULL, BY_SIZE))
		return;
	run_on(cpu);
	give(&h.p, take(&h.p));
	run_on(first_cpu());
	give(&h.p, take(&h.p));
	expect(look_stat(h.p.name, cpu, "avail") > 0);
	expect(look_stat(h.p.name, first_cpu(), "avail") > 0);
	/* first: who makes threads may be stuck on the CPU that is held */
	shrinking = thread_on(first_cpu(), shrink_once_held, &h, "myslab-shrink");
	if (shrinking)
		holding = thread_on(cpu, hold_cpu, &h, "myslab-hold");
	if (holding) {
		count_while_shrunk(&h);
		kthread_stop(holding);
	}
	WRITE_ONCE(h.is_held, true);
	if (shrinking)
		kthread_stop(shrinking);
	close_pool(&h.p);
}

/*
 * Take pages until there are none without a fight, and again for as long as the cache
 * holds out: each try has the kernel reclaim, and none of them kills anybody.
 */
#define PRESSURE_GFP	(GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN)

static bool gives_way(struct emptied *e, struct list_head *taken)
{
	unsigned long end = jiffies + DEADLINE;

	while (time_before(jiffies, end)) {
		struct page *page = alloc_page(PRESSURE_GFP);

		cond_resched();
		if (page) {
			list_add(&page->lru, taken);
			continue;
		}
		if (!holds_slabs(e))
			return true;
		schedule_timeout_uninterruptible(1);
	}
	return false;
}

static void true_pressure_takes_it(void)
{
	struct page *page, *next;
	LIST_HEAD(taken);
	struct emptied e;
	bool gave_way;

	if (!open_emptied(&e))
		return;
	gave_way = gives_way(&e, &taken);
	list_for_each_entry_safe(page, next, &taken, lru)
		__free_page(page);
	expect(gave_way);
	expect_eq(slabs_of(&e.p), 0);
	close_emptied(&e);
}

static const struct test_case cases[] = {
	CASE(R26_an_emptied_cache_is_gone_after_15_turns),
	CASE(R27_an_emptied_cache_is_gone_after_shrink),
	CASE(drop_caches_takes_it),
	CASE(the_shrinker_does_not_wait_to_count),
	CASE(true_pressure_takes_it),
};

SUITE(pressure);
