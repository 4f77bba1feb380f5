// SPDX-License-Identifier: GPL-2.0
/* Mode auto: interrupts that find the CPU's array in use have one of their own (A11). */
#include <linux/hrtimer.h>

#include "bursts.h"
#include "compat/hrtimer.h"
#include "suites.h"

/* A timer that takes and frees on the CPU whose array is in use. */
#define TICK_NS		100000
#define TICK_OBJECTS	8

struct ticker {
	struct hrtimer timer;
	struct pool *p;
	unsigned int missing;
};

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	struct ticker *t = container_of(timer, struct ticker, timer);
	void *o[TICK_OBJECTS];
	unsigned int i;

	for (i = 0; i < TICK_OBJECTS; i++) {
		o[i] = myslab_cache_alloc(t->p->cache, GFP_ATOMIC);
		t->missing += !o[i];
	}
	while (i--)
		myslab_cache_free(t->p->cache, o[i]);
	hrtimer_forward_now(timer, ns_to_ktime(TICK_NS));
	return HRTIMER_RESTART;
}

static long busy_calls(const struct pool *p)
{
	return look_stat(p->name, ALL_CPUS, "busy_alloc") +
	       look_stat(p->name, ALL_CPUS, "busy_free");
}

/* Bulk calls, which keep the mark for long, until so many calls more met it. */
static bool meet_the_mark(struct pool *p, void **o, unsigned int nr, long more)
{
	unsigned long deadline = jiffies + 60 * HZ;
	long before = busy_calls(p);
	unsigned int i;

	while (busy_calls(p) < before + more) {
		if (!expect(time_before(jiffies, deadline)))
			return false;
		for (i = 0; i < 20; i++) {
			if (!expect(myslab_cache_alloc_bulk(p->cache, GFP_KERNEL, nr, o)))
				return false;
			myslab_cache_free_bulk(p->cache, nr, o);
		}
		cond_resched();
	}
	return true;
}

static void A11_interrupts_in_the_mark_share_a_lock(void)
{
	const unsigned int nr = 1800;
	static struct ticker t;
	void **o = pointers(nr);
	struct queue_bytes q;
	long locked, busy;
	struct pool p;

	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		test_skip("hard interrupts are not served there");
	} else if (o && open_auto(&p, 256)) {
		expect(burst_until_it_fits(&p, o, nr));
		t.p = &p;
		t.missing = 0;
		hrtimer_setup(&t.timer, tick, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
		hrtimer_start(&t.timer, ns_to_ktime(TICK_NS), HRTIMER_MODE_REL_PINNED);
		/* the first ask for the array */
		if (meet_the_mark(&p, o, nr, 100)) {
			busy = busy_calls(&p);
			locked = look_stat(p.name, ALL_CPUS, "busy_locked");
			expect(locked > 0);
			meet_the_mark(&p, o, nr, 400);
			busy = busy_calls(&p) - busy;
			locked = look_stat(p.name, ALL_CPUS, "busy_locked") - locked;
			test_note("%ld of %ld calls took the lock", locked, busy);
			expect(locked * 10 <= busy);
			if (look_queue(p.name, &q))
				expect_eq(q.aside, 256);
		}
		hrtimer_cancel(&t.timer);
		expect_eq(t.missing, 0);
		expect_eq(look_stat(p.name, ALL_CPUS, "errors"), 0);
		expect_eq(myslab_cache_shrink(p.cache), 0);
		close_pool(&p);
	}
	kvfree(o);
}

static const struct test_case cases[] = {
	CASE(A11_interrupts_in_the_mark_share_a_lock),
};

SUITE(aside);
