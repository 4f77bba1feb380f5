// SPDX-License-Identifier: GPL-2.0
/*
 * See foreign.h. An array is made by the worker that makes the fixed mode's (alien.c),
 * at first use, since a free may run where nothing can be allocated; its CPU's reaper
 * takes it away when it is idle.
 */
#include <linux/kmemleak.h>

#include "alien.h"
#include "aside.h"
#include "cache.h"
#include "foreign.h"
#include "grow.h"
#include "node.h"
#include "reap.h"
#include "resize.h"

/* A9: turns of the reaper that found it empty, before it is given back. */
#define FOREIGN_IDLE	2

/*
 * The oldest entries of @a, which is of objects of @n's: into the shared array as far as
 * they fit, the rest to the slabs. Under list_lock and the mark. Answers how many went.
 */
static unsigned int drain_home(struct myslab_cache *c, struct myslab_node *n,
			       struct myslab_array *a, struct list_head *surplus)
{
	unsigned int nr = move_at_once(a->avail);
	unsigned int moved = 0;

	n->alien_in += nr;
	if (n->shared)
		moved = array_transfer_oldest(n->shared, a, nr);
	if (moved < nr) {
		node_free_block(c, n, a->entry, nr - moved, surplus);
		array_drop_oldest(a, nr - moved);
	}
	a->low = 0;	/* turns that it was idle */
	return nr;
}

/* Push @obj where there is room. The mark is not set, and the CPU is pinned. */
static enum cpucache_put try_put(struct myslab_cache *c, struct myslab_cpu *cpu, void *obj,
				 int home)
{
	enum cpucache_put ret = PUT_ELSEWHERE;
	struct myslab_array *a;

	preempt_disable();
	cpu_mark(cpu);
	a = foreign_of(cpu, home);
	if (a && array_top_is(a, obj)) {
		ret = PUT_TWICE;
	} else if (a && !array_full(a)) {
		array_push(a, obj);
		this_cpu_inc(c->cpu->stats.alien_put);
		ret = PUT_DONE;
	}
	cpu_unmark(cpu);
	preempt_enable();
	return ret;
}

/*
 * From an interrupt that landed in the mark. The array that is in use is not touched, but
 * its newest entry may be looked at: see cpucache.c.
 */
static enum cpucache_put put_in_mark(struct myslab_cache *c, struct myslab_cpu *cpu,
				     void *obj, int home, struct list_head *surplus)
{
	struct myslab_array *a = foreign_of(cpu, home);

	if (a && array_top_is(a, obj))
		return PUT_TWICE;
	return aside_put_foreign(c, cpu, obj, home, surplus);
}

/* Make room. Under list_lock of @n and the mark. */
static void drain_full(struct myslab_cache *c, struct myslab_node *n, struct myslab_array *a,
		       struct list_head *surplus)
{
	if (a && array_full(a) && a->avail) {
		this_cpu_inc(c->cpu->stats.alien_drain);
		drain_home(c, n, a, surplus);
	}
}

/*
 * The array is full, or there is none: with one lock of the home node. Never inlined: a
 * test counts its calls by a probe.
 */
static noinline enum cpucache_put foreign_put_locked(struct myslab_cache *c,
						     struct myslab_cpu *cpu, void *obj,
						     int home, struct list_head *surplus)
{
	struct myslab_node *n = c->node[home];
	enum cpucache_put ret;
	unsigned long flags;

	spin_lock_irqsave(&n->list_lock, flags);
	preempt_disable();
	cpu_mark(cpu);
	drain_full(c, n, foreign_of(cpu, home), surplus);
	cpu_unmark(cpu);
	preempt_enable();
	ret = try_put(c, cpu, obj, home);
	if (ret == PUT_ELSEWHERE) {
		this_cpu_inc(c->cpu->stats.alien_direct);
		n->alien_in++;
		node_free_block(c, n, &obj, 1, surplus);
	}
	spin_unlock_irqrestore(&n->list_lock, flags);
	return ret;
}

/* The worker looks for what says so. */
static void ask_for_array(struct myslab_cache *c, struct myslab_cpu *cpu, int home)
{
	if (!c->alien_limit || cpu->node == home || READ_ONCE(c->leaked) ||
	    READ_ONCE(cpu->foreign[home]) || !reap_has_turns(smp_processor_id()))
		return;
	if (!cmpxchg(&cpu->foreign[home], NULL, FOREIGN_ASKED))
		queue_work(myslab_slow_wq, &c->alien_work);
}

/**
 * foreign_put() - take an object of another node on its way home, where the hit could not
 * @c: cache of mode auto
 * @obj: judged, and marked as free where the cache does so
 * @home: the object's node
 *
 * As bulk frees do, and every free where the free hooks are on. An interrupt that landed
 * in the mark parks it elsewhere: aside.h.
 *
 * Context: Any but NMI. Takes list_lock of the home node where the array has no room.
 * Return: false where the object is the newest entry of the array that it would go
 * to: a second free, and nothing was done.
 */
bool foreign_put(struct myslab_cache *c, void *obj, int home)
{
	enum cpucache_put put;
	struct myslab_cpu *cpu;
	LIST_HEAD(surplus);

	cpu_pin();
	cpu = this_cpu_ptr(c->cpu);
	if (unlikely(cpu_is_marked(cpu)))
		put = put_in_mark(c, cpu, obj, home, &surplus);
	else
		put = try_put(c, cpu, obj, home);
	if (put == PUT_ELSEWHERE) {
		put = foreign_put_locked(c, cpu, obj, home, &surplus);
		ask_for_array(c, cpu, home);
	}
	cpu_unpin();
	destroy_slabs(c, &surplus);
	return put != PUT_TWICE;
}

/* Answers how many went. @cpu is this CPU's, pinned, or a dead CPU's. */
static unsigned int drain_one(struct myslab_cache *c, struct myslab_cpu *cpu, int home)
{
	struct myslab_node *n = c->node[home];
	struct myslab_array *a;
	unsigned long flags;
	unsigned int nr;
	LIST_HEAD(surplus);

	spin_lock_irqsave(&n->list_lock, flags);
	preempt_disable();
	cpu_mark(cpu);
	a = foreign_of(cpu, home);
	nr = a && a->avail ? drain_home(c, n, a, &surplus) : 0;
	cpu_unmark(cpu);
	preempt_enable();
	spin_unlock_irqrestore(&n->list_lock, flags);
	destroy_slabs(c, &surplus);
	return nr;
}

/* Objects of @home that a CPU has parked; from any CPU. */
static unsigned int parked(const struct myslab_cpu *cpu, int home)
{
	return foreign_avail_at(&cpu->foreign[home]);
}

/* What is there now; on PREEMPT_RT that takes several sections. */
static void drain_home_of(struct myslab_cache *c, struct myslab_cpu *cpu, int home)
{
	unsigned int nr = parked(cpu, home), gone;

	while (nr) {
		gone = drain_one(c, cpu, home);
		if (!gone)
			break;
		nr -= min(nr, gone);
	}
}

/* Send all that this CPU, or a dead one, holds of other nodes home. Process context. */
void foreign_drain(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	int home;

	if (!c->is_auto || busted(BUSTED_FOREIGN_KEPT))
		return;
	for_each_node(home)
		drain_home_of(c, cpu, home);
}

/* For a leaked cache: nothing is parked from here on. On its own CPU, or for one not up. */
void foreign_close(struct myslab_cpu *cpu)
{
	struct myslab_array *a;
	int home;

	for_each_node(home) {
		preempt_disable();
		cpu_mark(cpu);
		a = foreign_of(cpu, home);
		if (a)
			a->limit = 0;
		cpu_unmark(cpu);
		preempt_enable();
	}
}

/*
 * Take an array that was empty at the last @turns of the reaper, and is. Answers it, or
 * NULL.
 */
static struct myslab_array *take_empty(struct myslab_cpu *cpu, int home, unsigned int turns)
{
	struct myslab_array *a;

	preempt_disable();
	cpu_mark(cpu);
	a = foreign_of(cpu, home);
	if (a && !a->avail && a->low++ >= turns)
		WRITE_ONCE(cpu->foreign[home], NULL);
	else
		a = NULL;
	cpu_unmark(cpu);
	preempt_enable();
	return a;
}

/**
 * foreign_reap() - send this CPU's foreign objects home, give idle arrays back (A9)
 * @c: cache
 * @cpu: this CPU's part of it, which does not change CPU meanwhile
 *
 * Context: Process context.
 */
void foreign_reap(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	struct myslab_array *idle;
	int home;

	if (!c->is_auto)
		return;
	for_each_node(home) {
		if (parked(cpu, home)) {
			drain_home_of(c, cpu, home);
			continue;
		}
		idle = take_empty(cpu, home, FOREIGN_IDLE);
		if (idle)
			resize_retire(idle);
	}
}

/* Take all arrays of this CPU, which is to have no turns any more, and make no others. */
void foreign_quit(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	int home;

	if (!c->is_auto)
		return;
	for_each_node(home) {
		struct myslab_array *a;

		cmpxchg(&cpu->foreign[home], FOREIGN_ASKED, NULL);
		while (READ_ONCE(cpu->foreign[home]) > FOREIGN_ASKED) {
			drain_home_of(c, cpu, home);
			a = take_empty(cpu, home, 0);
			if (a)
				resize_retire(a);
		}
	}
}

static struct myslab_array *array_for(unsigned int limit, unsigned int batchcount, int node)
{
	struct myslab_array *a = kmalloc_node(array_bytes(limit), GFP_KERNEL, node);

	if (!a)
		return NULL;
	kmemleak_no_scan(a);	/* as cache_alloc_array() */
	array_init(a, limit, batchcount);
	a->low = 0;
	return a;
}

/*
 * Who is told that the cache leaked waits for RCU and closes then what there is: after
 * that nothing may appear. An array that cannot be had is asked for again.
 */
static void publish(struct myslab_cache *c, struct myslab_array **place,
		    struct myslab_array *a)
{
	bool taken = false;

	rcu_read_lock();
	if (!READ_ONCE(c->leaked))	/* also where @a is NULL */
		taken = cmpxchg(place, FOREIGN_ASKED, a) == FOREIGN_ASKED;
	rcu_read_unlock();
	if (!taken)
		kfree(a);
}

/*
 * One of @limit entries for @cpu at @place, where one was asked for. A CPU that has no
 * turns any more is given none: see foreign_quit().
 */
static void make_asked(struct myslab_cache *c, int cpu, struct myslab_array **place,
		       unsigned int limit, unsigned int batchcount)
{
	struct myslab_array *a = NULL;

	if (READ_ONCE(*place) != FOREIGN_ASKED)
		return;
	if (reap_has_turns(cpu))
		a = array_for(limit, batchcount, per_cpu_ptr(c->cpu, cpu)->node);
	publish(c, place, a);
}

/* Make the arrays that were asked for, those of aside.c too. */
void foreign_make(struct myslab_cache *c)
{
	unsigned int aside = min_t(unsigned int, READ_ONCE(c->limit), ASIDE_LIMIT);
	int cpu, home;

	for_each_possible_cpu(cpu) {
		struct myslab_cpu *mine = per_cpu_ptr(c->cpu, cpu);
		enum aside which;

		for (which = 0; which < ASIDES; which++)
			make_asked(c, cpu, &mine->aside[which], aside, (aside + 1) / 2);
		for_each_node(home)
			make_asked(c, cpu, &mine->foreign[home], c->alien_limit,
				   c->alien_limit);
	}
}

/* Give the empty arrays of a dead CPU back, while others may look at them. */
void foreign_forget(struct myslab_cpu *cpu)
{
	int home;

	for_each_node(home) {
		struct myslab_array *a = xchg(&cpu->foreign[home], NULL);

		if (a > FOREIGN_ASKED)
			resize_retire(a);
	}
}

/* Free the empty arrays of a CPU of a cache that nobody uses any more. */
void foreign_release(struct myslab_cpu *cpu)
{
	int home;

	for_each_node(home)
		kfree(foreign_of(cpu, home));
}

unsigned int foreign_parked(struct myslab_cache *c, int cpu, int home)
{
	return parked(per_cpu_ptr(c->cpu, cpu), home);
}

/* Bytes of a CPU's arrays; from any CPU. */
unsigned long foreign_bytes(const struct myslab_cpu *cpu)
{
	const struct myslab_array *a;
	unsigned long bytes = 0;
	int home;

	rcu_read_lock();
	for_each_node(home) {
		a = foreign_of(cpu, home);
		bytes += a ? array_bytes(READ_ONCE(a->limit)) : 0;
	}
	rcu_read_unlock();
	return bytes;
}

/* A racy look from any CPU. */
bool foreign_holds(const struct myslab_cpu *cpu)
{
	int home;

	for_each_node(home)
		if (parked(cpu, home))
			return true;
	return false;
}
