// SPDX-License-Identifier: GPL-2.0
/*
 * Mode auto: what bounds its sizes and what follows them when they fall (A4, A7, A10),
 * and how often other nodes' objects take a lock (A9).
 */
#include <linux/atomic.h>
#include <linux/cpu.h>
#include <linux/hrtimer.h>
#include <linux/kprobes.h>

#include "bursts.h"
#include "compat/hrtimer.h"
#include "suites.h"

/* Arrays of one entry are replaced too. What is wrong then only KASAN sees. */
static void A3_the_smallest_arrays_grow(void)
{
	const unsigned int nr = 3;
	void *o[3];
	struct pool p;

	if (!open_auto(&p, 200000))
		return;
	expect_eq(limit_of(&p), 1);
	expect(burst_until_it_fits(&p, o, nr));
	expect(limit_of(&p) >= nr);
	close_pool(&p);
}

/* Objects in free slabs: all that are not out, where no array holds any. */
static long free_objects(const struct pool *p)
{
	struct info info;

	return look_info(p->name, &info) ? info.num_objs - info.active_objs : -1;
}

/* The turn that makes the array small has just made slabs free, which are not idle. */
static void A4_what_need_not_be_kept_any_more_goes(void)
{
	const unsigned int nr = BURST;
	void **o = pointers(nr);
	struct pool p;
	int turn;

	if (o && open_auto(&p, 256)) {
		expect(burst_until_it_fits(&p, o, nr));
		for (turn = 0; turn < 20 && limit_of(&p) > 30; turn++)
			ask_for_turns(1);
		expect_eq(limit_of(&p), 30);
		expect_eq(avail_of(&p), 0);
		expect(free_objects(&p) <= look_node(p.name, here(), "free_limit"));
		close_pool(&p);
	}
	kvfree(o);
}

static void A7_slabs_that_were_given_back_do_not_count_as_idle(void)
{
	const unsigned int nr = 800;
	void **o = pointers(nr);
	struct pool p;
	long reaped;

	if (o && open_pool(&p, 1024, 0, 0, NULL, (struct tunables){ 400, 400, 0 })) {
		burst(&p, o, nr, 1);
		/* those that lie there now are looked at again at the next turn */
		ask_for_turns(1);
		myslab_cache_shrink(p.cache);
		burst(&p, o, nr, 1);
		reaped = look_node(p.name, here(), "reaped");
		ask_for_turns(1);
		expect_eq(look_node(p.name, here(), "reaped"), reaped);
		close_pool(&p);
	}
	kvfree(o);
}

/* A cache whose shared array is large, and holds more than one that is as at first. */
static bool open_full(struct pool *p, void **o, unsigned int nr)
{
	if (num_possible_cpus() == 1) {
		test_skip("one CPU");
		return false;
	}
	if (!o || !open_auto(p, 256))
		return false;
	expect(burst_until_it_fits(p, o, nr));
	expect(shared_limit(p) > 8 * 15);
	/* more than the CPU's array has room for: batches of it go there */
	burst(p, o, 2 * nr, 1);
	return true;
}

static void A10_shrink_makes_a_full_shared_array_small(void)
{
	const unsigned int nr = BURST;
	void **o = pointers(2 * nr);
	struct pool p;

	if (open_full(&p, o, nr)) {
		myslab_cache_shrink(p.cache);
		expect_eq(shared_limit(&p), 8 * 15);
		close_pool(&p);
	}
	kvfree(o);
}

static void A10_an_idle_shared_array_becomes_small(void)
{
	const unsigned int nr = BURST;
	void **o = pointers(2 * nr);
	struct pool p;

	if (open_full(&p, o, nr)) {
		ask_for_turns(12);
		expect_eq(limit_of(&p), 30);
		expect_eq(shared_limit(&p), 8 * 15);
		close_pool(&p);
	}
	kvfree(o);
}

static void A10_the_word_auto_makes_it_as_at_first(void)
{
	struct pool p;

	if (num_possible_cpus() == 1) {
		test_skip("one CPU");
	} else if (open_auto(&p, 256)) {
		expect(writes(&p, "20 10 3"));
		expect(writes(&p, "auto"));
		expect_eq(shared_limit(&p), 8 * 15);
		close_pool(&p);
	}
}

/* A CPU of the first one's node that may go, or -1 and the case is skipped. */
static int cpu_that_can_go(void)
{
	int cpu = second_cpu_of_node(here());

	if (cpu < 0 || remove_cpu(cpu)) {
		test_skip("no CPU that can go");
		return -1;
	}
	expect(!add_cpu(cpu));
	return cpu;
}

static void A4_A10_a_dead_cpus_array_counts_no_more(void)
{
	const unsigned int nr = BURST;
	void **o = pointers(nr);
	int cpu = cpu_that_can_go();
	struct pool p;

	if (cpu >= 0 && o && open_auto(&p, 256)) {
		run_on(cpu);
		expect(burst_until_it_fits(&p, o, nr));
		run_on(first_cpu());
		expect(shared_limit(&p) > 8 * 15);
		expect(!remove_cpu(cpu));
		expect_eq(look_node(p.name, here(), "free_limit"),
			  (1 + cpumask_weight(cpumask_of_node(here()))) * 15 + p.num);
		expect_eq(shared_limit(&p), 8 * 15);
		expect(!add_cpu(cpu));
		close_pool(&p);
	}
	kvfree(o);
}

/* Pinned or not. Back, the CPU has to ask for another. */
static void A8_a_dead_cpu_keeps_no_foreign_array(void)
{
	int far = other_node(), cpu = far < 0 ? -1 : cpu_that_can_go();
	struct pool p;
	long direct;
	void *obj;

	if (far < 0) {
		test_skip("one node");
		return;
	}
	if (cpu < 0 || !open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 40, 20, 0 }))
		return;
	run_on(cpu);
	if (make_alien(&p, far)) {
		obj = take_of(&p, far);
		run_on(first_cpu());
		expect(!remove_cpu(cpu));
		expect(!add_cpu(cpu));
		run_on(cpu);
		direct = look_stat(p.name, cpu, "alien_direct");
		give(&p, obj);
		expect_eq(look_stat(p.name, cpu, "alien_direct"), direct + 1);
	}
	run_on(first_cpu());
	close_pool(&p);
}

#ifdef CONFIG_KPROBES

static atomic_t locked;

static int count_it(struct kprobe *probe, struct pt_regs *regs)
{
	atomic_inc(&locked);
	return 0;
}

/* As many as fill the array three times, and it was empty: two drains of all it holds. */
static void A9_a_bulk_takes_the_homes_lock_once_an_array(void)
{
	struct kprobe probe = {
		.symbol_name = "myslab:foreign_put_locked",
		.pre_handler = count_it,
	};
	const unsigned int nr = 3 * 62;
	void **o = pointers(nr);
	int far = other_node();
	unsigned int i;
	struct pool p;

	if (far < 0) {
		test_skip("one node");
	} else if (o && open_auto(&p, 256)) {
		if (make_alien(&p, far) && expect(!register_kprobe(&probe))) {
			for (i = 0; i < nr; i++)
				o[i] = take_of(&p, far);
			atomic_set(&locked, 0);
			myslab_cache_free_bulk(p.cache, nr, o);
			unregister_kprobe(&probe);
			expect_eq(atomic_read(&locked), DIV_ROUND_UP(nr - 62, DRAINED));
		}
		close_pool(&p);
	}
	kvfree(o);
}

#else

static void A9_a_bulk_takes_the_homes_lock_once_an_array(void)
{
	test_skip("no probes in this kernel");
}

#endif

static void construct(void *obj)
{
	memset(obj, 0x11, 64);
}

/* A timer that frees a second time what lies on top of this CPU's foreign array. */
struct freer {
	struct hrtimer timer;
	struct pool *p;
	void *own, *twice;
	long ticks;
};

static enum hrtimer_restart free_again(struct hrtimer *timer)
{
	struct freer *f = container_of(timer, struct freer, timer);

	/* counted where this landed in the mark */
	myslab_cache_free(f->p->cache, f->own);
	f->own = myslab_cache_alloc(f->p->cache, GFP_ATOMIC);
	if (!f->own)
		return HRTIMER_NORESTART;
	myslab_cache_free(f->p->cache, f->twice);
	f->ticks++;
	hrtimer_forward_now(timer, ns_to_ktime(NSEC_PER_MSEC / 4));
	return HRTIMER_RESTART;
}

/* Bulk calls keep the mark for long. */
static void until_it_met_the_mark(struct freer *f, void **o, unsigned int nr)
{
	unsigned long deadline = jiffies + 60 * HZ;

	do {
		if (!expect(myslab_cache_alloc_bulk(f->p->cache, GFP_KERNEL, nr, o)))
			return;
		myslab_cache_free_bulk(f->p->cache, nr, o);
		cond_resched();
	} while (look_stat(f->p->name, ALL_CPUS, "busy_free") < 30 &&
		 expect(time_before(jiffies, deadline)));
}

/* With one object of @far's on top of this CPU's array for them, and one of our own. */
static bool set_up(struct freer *f, struct pool *p, int far)
{
	*f = (struct freer){ .p = p };
	if (!make_alien(p, far))
		return false;
	f->twice = take_of(p, far);
	f->own = take(p);
	if (!f->twice || !f->own)
		return false;
	give(p, f->twice);
	return true;
}

/* Of an object that has no mark the newest entry is all that tells. */
static void R23_an_interrupt_in_the_mark_sees_the_foreign_newest(void)
{
	const unsigned int nr = BURST;
	void **o = pointers(nr);
	int far = other_node();
	static struct freer f;
	struct pool p;

	if (far < 0 || IS_ENABLED(CONFIG_PREEMPT_RT)) {
		test_skip(far < 0 ? "one node" : "hard interrupts are not served there");
	} else if (o && open_pool(&p, 64, 0, 0, construct, BY_SIZE)) {
		expect(burst_until_it_fits(&p, o, nr));
		if (set_up(&f, &p, far)) {
			hrtimer_setup(&f.timer, free_again, CLOCK_MONOTONIC,
				      HRTIMER_MODE_REL_PINNED);
			hrtimer_start(&f.timer, NSEC_PER_MSEC, HRTIMER_MODE_REL_PINNED);
			until_it_met_the_mark(&f, o, nr);
			hrtimer_cancel(&f.timer);
			expect(f.ticks > 0);
			expect_eq(look_stat(p.name, ALL_CPUS, "errors"), f.ticks);
			expect_eq(look_node(p.name, far, "doubled"), 0);
			give(&p, f.own);
		}
		close_pool(&p);
	}
	kvfree(o);
}

static const struct test_case cases[] = {
	CASE(A3_the_smallest_arrays_grow),
	CASE(A4_what_need_not_be_kept_any_more_goes),
	CASE(A7_slabs_that_were_given_back_do_not_count_as_idle),
	CASE(A10_shrink_makes_a_full_shared_array_small),
	CASE(A10_an_idle_shared_array_becomes_small),
	CASE(A10_the_word_auto_makes_it_as_at_first),
	CASE(A4_A10_a_dead_cpus_array_counts_no_more),
	CASE(A8_a_dead_cpu_keeps_no_foreign_array),
	CASE(A9_a_bulk_takes_the_homes_lock_once_an_array),
	CASE(R23_an_interrupt_in_the_mark_sees_the_foreign_newest),
};

SUITE(bounds);
