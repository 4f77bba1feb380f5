// SPDX-License-Identifier: GPL-2.0
/* Mode auto: interrupts that find the CPU's array in use have one of their own (A11). */
#include <linux/cpu.h>
#include <linux/hrtimer.h>

#include "bursts.h"
#include "compat/hrtimer.h"
#include "suites.h"

/* A timer that takes and frees on the CPU whose array is in use. */
#define TICK_NS		100000
#define TICK_OBJECTS	8
#define TICK_MOST	32

struct ticker {
	struct hrtimer timer;
	struct pool *p;
	enum hrtimer_mode mode;		/* 0: in hard interrupt */
	unsigned int objects;		/* a tick; 0: TICK_OBJECTS */
	int node;			/* of other nodes' objects: where they are from, or 0 */
	unsigned int missing;
	bool twice;			/* free the last object a second time */
	unsigned int refused;		/* so often */
};

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	struct ticker *t = container_of(timer, struct ticker, timer);
	unsigned int i, nr = t->objects ? t->objects : TICK_OBJECTS;
	void *o[TICK_MOST];

	for (i = 0; i < nr; i++) {
		if (t->node)
			o[i] = myslab_cache_alloc_node(t->p->cache, GFP_ATOMIC, t->node);
		else
			o[i] = myslab_cache_alloc(t->p->cache, GFP_ATOMIC);
		t->missing += !o[i];
	}
	while (i--)
		myslab_cache_free(t->p->cache, o[i]);
	if (READ_ONCE(t->twice)) {
		myslab_cache_free(t->p->cache, o[0]);
		t->refused++;
	}
	hrtimer_forward_now(timer, ns_to_ktime(TICK_NS));
	return HRTIMER_RESTART;
}

static long busy_calls(const struct pool *p)
{
	return look_stat(p->name, ALL_CPUS, "busy_alloc") +
	       look_stat(p->name, ALL_CPUS, "busy_free");
}

/* A look is a file that is read; under KASAN a call's objects take longer. */
#define CALLS_A_LOOK	(IS_ENABLED(CONFIG_KASAN) ? 1 : 20)

/* Bulk calls, which keep the mark for long, until so many calls more met it. */
static bool meet_the_mark(struct pool *p, void **o, unsigned int nr, long more)
{
	unsigned long deadline = jiffies + 60 * HZ;
	long before = busy_calls(p);
	unsigned int i;

	while (busy_calls(p) < before + more) {
		if (!expect(time_before(jiffies, deadline)))
			return false;
		for (i = 0; i < CALLS_A_LOOK; i++) {
			if (!expect(myslab_cache_alloc_bulk(p->cache, GFP_KERNEL, nr, o)))
				return false;
			myslab_cache_free_bulk(p->cache, nr, o);
		}
		cond_resched();
	}
	return true;
}

/* On this CPU, from now on. */
static void start_ticker(struct ticker *t, struct pool *p)
{
	enum hrtimer_mode mode = t->mode ? t->mode : HRTIMER_MODE_REL_PINNED;

	t->p = p;
	t->missing = 0;
	t->twice = false;
	t->refused = 0;
	hrtimer_setup(&t->timer, tick, CLOCK_MONOTONIC, mode);
	hrtimer_start(&t->timer, ns_to_ktime(TICK_NS), mode);
}

static void stop_ticker(struct ticker *t)
{
	hrtimer_cancel(&t->timer);
	expect_eq(t->missing, 0);
	expect_eq(look_stat(t->p->name, ALL_CPUS, "errors"), t->refused);
}

#define MANY	(LIMIT_SURE > 1800 ? 1800U : BURST)

/* The first calls ask for the arrays, and take locks until a worker has made them. */
static bool meet_until_made(struct pool *p, void **o, unsigned int nr, bool foreign)
{
	unsigned long deadline = jiffies + 60 * HZ;
	struct queue_bytes q;

	do {
		if (!meet_the_mark(p, o, nr, 100) || !look_queue(p->name, &q) ||
		    !expect(time_before(jiffies, deadline)))
			return false;
	} while (!q.aside || (foreign && !q.alien));
	return true;
}

/*
 * Of a hundred calls that met the mark, and all that are of @t, ten at most take a lock.
 * scripts/bench reads the note.
 */
static void expect_shared_locks(struct ticker *t, unsigned int size, bool foreign)
{
	unsigned int nr = size < 4096 ? MANY : BURST / 4;
	void **o = pointers(nr);
	struct queue_bytes q;
	long locked, direct, busy;
	struct pool p;

	if (served_in_interrupts() && o && open_auto(&p, size)) {
		expect(burst_until_it_fits(&p, o, nr));
		start_ticker(t, &p);
		if (meet_until_made(&p, o, nr, foreign)) {
			busy = busy_calls(&p);
			locked = look_stat(p.name, ALL_CPUS, "busy_locked");
			direct = look_stat(p.name, ALL_CPUS, "alien_direct");
			expect(locked > 0);
			meet_the_mark(&p, o, nr, 2000);
			busy = busy_calls(&p) - busy;
			locked = look_stat(p.name, ALL_CPUS, "busy_locked") - locked;
			test_note("%u bytes: %ld of %ld calls took the lock", size, locked, busy);
			expect(locked * 10 <= busy);
			if (look_queue(p.name, &q))
				expect_eq(q.aside, size < 4096 ? 256 : 208);
			/* no more frees of foreign objects than in the mark: they go by arrays */
			direct = look_stat(p.name, ALL_CPUS, "alien_direct") - direct;
			if (!expect(!foreign || direct * 10 <= busy))
				test_note("%ld went home alone", direct);
		}
		stop_ticker(t);
		expect_eq(myslab_cache_shrink(p.cache), 0);
		close_pool(&p);
	}
	kvfree(o);
}

static void A11_interrupts_in_the_mark_share_a_lock(void)
{
	static struct ticker t;

	expect_shared_locks(&t, 256, false);
}

/* 64 operations a tick. */
static void A11_softirqs_in_the_mark_share_a_lock(void)
{
	static struct ticker t = {
		.mode = HRTIMER_MODE_REL_PINNED_SOFT,
		.objects = TICK_MOST,
	};
	static const unsigned int sizes[] = { 16, 64, 256, 1024, 4096 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes) && !test_failed(); i++)
		expect_shared_locks(&t, sizes[i], false);
}

static void A11_other_nodes_objects_share_a_lock(void)
{
	static struct ticker t = {
		.mode = HRTIMER_MODE_REL_PINNED_SOFT,
		.objects = TICK_MOST,
	};
	int node = other_node();

	if (node < 0) {
		test_skip("one node");
		return;
	}
	t.node = node;
	expect_shared_locks(&t, 256, true);
}

static long aside_limit_of(const struct pool *p, int cpu)
{
	return look_stat(p->name, cpu, "aside_limit");
}

/* Until the array that interrupts on this CPU, @cpu, have for themselves holds some. */
static bool park_aside(struct pool *p, void **o, int cpu)
{
	unsigned long deadline = jiffies + 60 * HZ;
	static struct ticker t;
	bool met = true;

	while (met && aside_of(p, cpu) <= 0) {
		start_ticker(&t, p);
		met = meet_the_mark(p, o, MANY, 20) && expect(time_before(jiffies, deadline));
		stop_ticker(&t);
	}
	return met && expect_eq(aside_limit_of(p, cpu), 30);
}

/* A cache whose first CPU's interrupts have an array with some in it; objects for more. */
static void **open_aside(struct pool *p)
{
	void **o;

	if (!served_in_interrupts())
		return NULL;
	o = pointers(MANY);
	if (expect(o) && open_auto(p, 256)) {
		expect(burst_until_it_fits(p, o, MANY));
		if (park_aside(p, o, first_cpu()))
			return o;
		close_pool(p);
	}
	kvfree(o);
	return NULL;
}

static void A11_shrink_empties_it(void)
{
	struct pool p;
	void **o = open_aside(&p);

	if (!o)
		return;
	expect_eq(myslab_cache_shrink(p.cache), 0);
	expect_eq(aside_of(&p, first_cpu()), 0);
	/* destroyed with some in it, nothing is lost */
	park_aside(&p, o, first_cpu());
	close_pool(&p);
	kvfree(o);
}

/* Emptied at a turn; taken at the third that found it empty; a new one has as long. */
static void A11_the_reaper_empties_it_and_takes_it(void)
{
	struct pool p;
	void **o = open_aside(&p);
	int cpu = first_cpu();

	if (!o)
		return;
	ask_for_turns(1);
	expect_eq(aside_of(&p, cpu), 0);
	expect_eq(aside_limit_of(&p, cpu), 30);
	ask_for_turns(2);
	expect_eq(aside_limit_of(&p, cpu), 30);
	ask_for_turns(1);
	expect_eq(aside_limit_of(&p, cpu), 0);
	ask_for_turns(2);
	if (park_aside(&p, o, cpu)) {
		myslab_cache_shrink(p.cache);
		ask_for_turns(1);
		expect_eq(aside_limit_of(&p, cpu), 30);
	}
	close_pool(&p);
	kvfree(o);
}

/* Whether sizes follow or were written. */
static void leave_aside(const char *tuned)
{
	int cpu = cpumask_last(cpu_online_mask);
	void **o = pointers(MANY);
	struct pool p;

	if (o && open_auto(&p, 256)) {
		run_on(cpu);
		expect(burst_until_it_fits(&p, o, MANY));
		expect(!tuned || writes(&p, tuned));
		if (park_aside(&p, o, cpu)) {
			run_on(first_cpu());
			expect_eq(remove_cpu(cpu), 0);
			expect_eq(aside_of(&p, cpu), 0);
			expect_eq(aside_limit_of(&p, cpu), 0);
			/* which drains CPUs that are up */
			expect_eq(myslab_cache_shrink(p.cache), 0);
			expect_eq(add_cpu(cpu), 0);
		}
		run_on(first_cpu());
		close_pool(&p);
	}
	kvfree(o);
}

static void A11_a_dead_cpu_keeps_none(void)
{
	int cpu = cpumask_last(cpu_online_mask);

	if (!served_in_interrupts())
		return;
	if (cpu == first_cpu() || remove_cpu(cpu)) {
		test_skip("no CPU that can go");
		return;
	}
	expect_eq(add_cpu(cpu), 0);
	leave_aside(NULL);
	leave_aside("2000 1000 1");
}

static void construct(void *obj)
{
}

/* Without a mark: the array's newest is compared, as SLAB did. */
static void A11_R23_a_second_free_in_an_interrupt_is_refused(void)
{
	static struct ticker t;
	void **o = pointers(MANY);
	struct pool p;

	if (served_in_interrupts() && o && open_pool(&p, 256, 0, 0, construct, BY_SIZE)) {
		expect(burst_until_it_fits(&p, o, MANY));
		/* with no array yet it would be believed, as in SLAB */
		if (park_aside(&p, o, first_cpu())) {
			start_ticker(&t, &p);
			WRITE_ONCE(t.twice, true);
			meet_the_mark(&p, o, MANY, 100);
			stop_ticker(&t);
			expect(t.refused > 0);
		}
		close_pool(&p);
	}
	kvfree(o);
}

static const struct test_case cases[] = {
	CASE(A11_interrupts_in_the_mark_share_a_lock),
	CASE(A11_softirqs_in_the_mark_share_a_lock),
	CASE(A11_other_nodes_objects_share_a_lock),
	CASE(A11_shrink_empties_it),
	CASE(A11_the_reaper_empties_it_and_takes_it),
	CASE(A11_a_dead_cpu_keeps_none),
	CASE(A11_R23_a_second_free_in_an_interrupt_is_refused),
};

SUITE(aside);
