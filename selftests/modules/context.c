// SPDX-License-Identifier: GPL-2.0
/*
 * From where the calls may be made: hard interrupt, softirq, interrupts off, under a
 * spinlock; and all of them at once, on every CPU, over a few objects.
 */
#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/random.h>
#include <linux/spinlock.h>

#include "compat/hrtimer.h"
#include "fixture.h"
#include "suites.h"

#define HELD	64

/* Takes and frees in one context, and counts what is not as it should be. */
struct churn {
	struct pool *p;
	void *o[HELD];
	unsigned int wrong;		/* objects that were not what they should be */
	unsigned int missing;		/* allocations that failed */
	unsigned int elsewhere;		/* runs that were not in that context */
	unsigned int runs;
};

static u64 stamp_of(const void *obj, unsigned int salt)
{
	return ((unsigned long)obj ^ 0x9e3779b97f4a7c15ULL) + salt;
}

static void stamp(const struct pool *p, void *obj, unsigned int salt)
{
	u64 *word = obj;
	unsigned int i;

	for (i = 0; i < p->size / 8; i++)
		word[i] = stamp_of(obj, salt) + i;
}

static bool is_stamped(const struct pool *p, void *obj, unsigned int salt)
{
	const u64 *word = obj;
	unsigned int i;

	for (i = 0; i < p->size / 8; i++)
		if (word[i] != stamp_of(obj, salt) + i)
			return false;
	return true;
}

/* Take @nr, of which each keeps what is written to it, and free them in odd order. */
static void churn_once(struct churn *c, unsigned int nr, gfp_t gfp)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		c->o[i] = myslab_cache_alloc(c->p->cache, gfp);
		if (c->o[i])
			stamp(c->p, c->o[i], i);
		else
			c->missing++;
	}
	for (i = 0; i < nr; i++) {
		unsigned int k = (i * 5 + 3) % nr;

		if (c->o[k] && !is_stamped(c->p, c->o[k], k))
			c->wrong++;
		myslab_cache_free(c->p->cache, c->o[k]);
	}
	c->runs++;
}

static void expect_sound(const struct churn *c)
{
	expect_eq(c->wrong, 0);
	expect_eq(c->missing, 0);
	expect_eq(c->elsewhere, 0);
	expect(c->runs > 0);
}

/* Small arrays, so that most calls have more to do than to move a pointer. */
#define SMALL_ARRAYS	((struct tunables){ 5, 3, 1 })

/* Run @in_context over a new cache, and look at what it counted. */
static void check_context(void (*in_context)(struct churn *c))
{
	struct churn *c = kzalloc(sizeof(*c), GFP_KERNEL);
	struct pool p;

	if (!expect(c))
		return;
	if (open_pool(&p, 256, 0, 0, NULL, SMALL_ARRAYS)) {
		c->p = &p;
		in_context(c);
		expect_sound(c);
		expect_eq(look_stat(p.name, ALL_CPUS, "errors"), 0);
		expect_eq(myslab_cache_shrink(p.cache), 0);
		close_pool(&p);
	}
	kfree(c);
}

static void with_interrupts_off(struct churn *c)
{
	unsigned long flags;
	unsigned int i;

	for (i = 0; i < 50; i++) {
		local_irq_save(flags);
		churn_once(c, HELD, GFP_ATOMIC);
		c->elsewhere += !irqs_disabled();
		local_irq_restore(flags);
	}
}

static void calls_with_interrupts_off(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		test_skip("list_lock sleeps here, as the kernel's own caches' locks do");
		return;
	}
	check_context(with_interrupts_off);
}

static void under_spinlock(struct churn *c)
{
	static DEFINE_SPINLOCK(lock);
	unsigned int i;

	for (i = 0; i < 50; i++) {
		spin_lock(&lock);
		churn_once(c, HELD, GFP_ATOMIC);
		spin_unlock(&lock);
	}
}

static void calls_under_a_spinlock(void)
{
	check_context(under_spinlock);
}

static struct churn *here_is;
static struct completion ran;

static void tasklet_runs(struct tasklet_struct *unused)
{
	here_is->elsewhere += !in_serving_softirq();
	churn_once(here_is, HELD, GFP_ATOMIC);
	complete(&ran);
}

static void in_softirq_context(struct churn *c)
{
	struct tasklet_struct tasklet;
	unsigned int i;

	here_is = c;
	init_completion(&ran);
	tasklet_setup(&tasklet, tasklet_runs);
	for (i = 0; i < 50; i++) {
		reinit_completion(&ran);
		tasklet_schedule(&tasklet);
		wait_for_completion(&ran);
	}
	tasklet_kill(&tasklet);
}

static void calls_in_softirq(void)
{
	check_context(in_softirq_context);
}

static void irq_work_runs(struct irq_work *unused)
{
	here_is->elsewhere += !in_hardirq();
	churn_once(here_is, HELD, GFP_ATOMIC);
}

static void in_hardirq_context(struct churn *c)
{
	struct irq_work work = IRQ_WORK_INIT(irq_work_runs);
	unsigned int i;

	here_is = c;
	for (i = 0; i < 50; i++) {
		irq_work_queue(&work);
		irq_work_sync(&work);
	}
}

/* Where hard interrupts may take a lock. */
static bool hardirq_is_served(void)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		return true;
	test_skip("hard interrupts are not served on PREEMPT_RT");
	return false;
}

static void calls_in_hard_interrupt(void)
{
	if (!hardirq_is_served())
		return;
	check_context(in_hardirq_context);
}

/* What a hard interrupt of PREEMPT_RT does: it takes one more than the array has. */
#define RT_LIMIT	4

static struct {
	struct pool p;
	void *got[RT_LIMIT + 1];
	void *one_more;			/* another object of ours, when the array is full */
	bool elsewhere;
} rt;

static void rt_takes(struct irq_work *unused)
{
	unsigned int i;

	rt.elsewhere |= !in_hardirq();
	for (i = 0; i <= RT_LIMIT; i++)
		rt.got[i] = myslab_cache_alloc(rt.p.cache, GFP_ATOMIC);
}

static void rt_gives(struct irq_work *unused)
{
	unsigned int i;

	rt.elsewhere |= !in_hardirq();
	for (i = RT_LIMIT; i; i--)
		myslab_cache_free(rt.p.cache, rt.got[i - 1]);
	myslab_cache_free(rt.p.cache, rt.one_more);
}

static void in_hardirq_once(void (*fn)(struct irq_work *))
{
	struct irq_work work = IRQ_WORK_INIT_HARD(fn);

	irq_work_queue(&work);
	irq_work_sync(&work);
}

/* With RT_LIMIT objects in the array, and one in use. */
static void rt_expect_served_from_the_array(void *const *parked)
{
	unsigned int i;

	in_hardirq_once(rt_takes);
	for (i = 0; i < RT_LIMIT; i++)
		expect(rt.got[i] == parked[RT_LIMIT - 1 - i]);
	expect(!rt.got[RT_LIMIT]);
	expect_eq(look_stat(rt.p.name, ALL_CPUS, "errors"), 0);
	in_hardirq_once(rt_gives);
	expect(!rt.elsewhere);
	expect_eq(look_stat(rt.p.name, first_cpu(), "avail"), RT_LIMIT);
	/* nothing was done with the object that was refused */
	expect_eq(look_stat(rt.p.name, ALL_CPUS, "errors"), 1);
}

static void a_hard_interrupt_of_rt_takes_no_lock(void)
{
	void *o[RT_LIMIT + 1];

	if (!IS_ENABLED(CONFIG_PREEMPT_RT)) {
		test_skip("hard interrupts are served here");
		return;
	}
	memset(&rt, 0, sizeof(rt));
	if (!open_pool(&rt.p, 256, 0, 0, NULL, (struct tunables){ RT_LIMIT, 2, 0 }))
		return;
	if (take_many(&rt.p, o, ARRAY_SIZE(o))) {
		myslab_cache_shrink(rt.p.cache);
		give_many(&rt.p, o, RT_LIMIT);
		rt.one_more = o[RT_LIMIT];
		rt_expect_served_from_the_array(o);
		give(&rt.p, rt.one_more);
	}
	close_pool(&rt.p);
}

/* A hard interrupt on this CPU that uses the cache that the thread beneath it uses. */
#define TIMER_OBJECTS	7
#define TIMER_RUNS	500
#define TIMER_NS	200000

struct ticking {
	struct hrtimer timer;
	struct churn churn;
};

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	struct ticking *t = container_of(timer, struct ticking, timer);

	t->churn.elsewhere += !in_hardirq();
	churn_once(&t->churn, TIMER_OBJECTS, GFP_ATOMIC);
	hrtimer_forward_now(timer, ns_to_ktime(TIMER_NS));
	return HRTIMER_RESTART;
}

/* Bulk calls until the timer has run so often: however fast either of them is. */
static void check_bulk_against_timer(size_t nr)
{
	struct ticking *t = kzalloc(sizeof(*t), GFP_KERNEL);
	unsigned int i, wrong = 0, rounds = 0;
	void **o = pointers(nr);
	struct pool p;

	if (!expect(t && o) || !open_pool(&p, 256, 0, 0, NULL, SMALL_ARRAYS))
		goto out;
	t->churn.p = &p;
	hrtimer_setup(&t->timer, tick, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	hrtimer_start(&t->timer, ns_to_ktime(TIMER_NS), HRTIMER_MODE_REL_PINNED);
	while (READ_ONCE(t->churn.runs) < TIMER_RUNS) {
		if (!expect(myslab_cache_alloc_bulk(p.cache, GFP_KERNEL, nr, o)))
			break;
		for (i = 0; i < nr; i++)
			stamp(&p, o[i], rounds);
		for (i = 0; i < nr; i++)
			wrong += !is_stamped(&p, o[i], rounds);
		myslab_cache_free_bulk(p.cache, nr, o);
		rounds++;
		cond_resched();
	}
	hrtimer_cancel(&t->timer);
	expect_eq(wrong, 0);
	expect(rounds > 0);
	expect_sound(&t->churn);
	expect_eq(look_stat(p.name, ALL_CPUS, "errors"), 0);
	expect_eq(myslab_cache_shrink(p.cache), 0);
	close_pool(&p);
out:
	kvfree(o);
	kfree(t);
}

static void bulk_while_a_hard_interrupt_uses_the_cache(void)
{
	if (!hardirq_is_served())
		return;
	check_bulk_against_timer(3);
	check_bulk_against_timer(40);
}

/*
 * Threads on every CPU exchange objects through a table that all share, so that most
 * objects are freed on a CPU, and a node, that did not allocate them. Tunables are
 * random and small. A thread that finds an object in the table verifies it.
 */
#define TABLE		32
#define STEPS		4000

static struct {
	struct pool p;
	void *table[TABLE];
	atomic_t wrong, missing, running;
	struct completion done;
} crowd;

/* An object carries what its words should be, so that whoever has it can tell. */
static void mark_object(void *obj, u32 salt)
{
	stamp(&crowd.p, obj, salt);
	((u32 *)obj)[0] = salt;
}

static bool object_is_marked(void *obj)
{
	u32 salt = ((u32 *)obj)[0];
	const u64 *word = obj;
	unsigned int i;

	for (i = 1; i < crowd.p.size / 8; i++)
		if (word[i] != stamp_of(obj, salt) + i)
			return false;
	return true;
}

static int crowd_thread(void *arg)
{
	u32 seed = (unsigned long)arg;
	unsigned int i;

	for (i = 0; i < STEPS; i++) {
		void *obj = myslab_cache_alloc(crowd.p.cache, GFP_KERNEL);

		seed = seed * 1664525 + 1013904223;
		if (obj)
			mark_object(obj, seed);
		else
			atomic_inc(&crowd.missing);
		obj = xchg(&crowd.table[(seed >> 8) % TABLE], obj);
		if (obj && !object_is_marked(obj))
			atomic_inc(&crowd.wrong);
		/* a second owner would find this instead of its own */
		if (obj)
			memset(obj, 0xdb, crowd.p.size);
		myslab_cache_free(crowd.p.cache, obj);
		cond_resched();
	}
	if (atomic_dec_and_test(&crowd.running))
		complete(&crowd.done);
	return 0;
}

static void run_crowd(void)
{
	unsigned int seed = get_random_u32();
	int cpu;

	/* one more than there are threads, so that none of them ends it too early */
	atomic_set(&crowd.running, 1);
	init_completion(&crowd.done);
	for_each_online_cpu(cpu) {
		struct task_struct *thread;

		thread = kthread_create_on_node(crowd_thread,
						(void *)(unsigned long)(seed + cpu),
						cpu_to_node(cpu), "myslab-crowd/%d", cpu);
		if (!expect(!IS_ERR(thread)))
			break;
		kthread_bind(thread, cpu);
		atomic_inc(&crowd.running);
		wake_up_process(thread);
	}
	if (!atomic_dec_and_test(&crowd.running))
		wait_for_completion(&crowd.done);
	test_note("seed %u", seed);
}

static void no_object_is_lost_or_doubled_over_all_cpus(void)
{
	unsigned int round;

	for (round = 0; round < 6 && !test_failed(); round++) {
		unsigned int limit = 2 + get_random_u32() % 6;
		struct tunables t = {
			limit, 1 + get_random_u32() % limit, get_random_u32() % 3,
		};

		memset(&crowd, 0, sizeof(crowd));
		if (!open_pool(&crowd.p, 128, 0, 0, NULL, t))
			return;
		test_note("limit %u, batchcount %u, shared %d", t.limit, t.batchcount,
			  t.shared);
		run_crowd();
		give_many(&crowd.p, crowd.table, TABLE);
		expect_eq(atomic_read(&crowd.wrong), 0);
		expect_eq(atomic_read(&crowd.missing), 0);
		expect_eq(look_stat(crowd.p.name, ALL_CPUS, "errors"), 0);
		expect_eq(myslab_cache_shrink(crowd.p.cache), 0);
		close_pool(&crowd.p);
	}
}

static const struct test_case cases[] = {
	CASE(calls_with_interrupts_off),
	CASE(calls_under_a_spinlock),
	CASE(calls_in_softirq),
	CASE(calls_in_hard_interrupt),
	CASE(a_hard_interrupt_of_rt_takes_no_lock),
	CASE(bulk_while_a_hard_interrupt_uses_the_cache),
	CASE(no_object_is_lost_or_doubled_over_all_cpus),
};

SUITE(context);
