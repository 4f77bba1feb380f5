// SPDX-License-Identifier: GPL-2.0
/*
 * See aside.h. Their users nest: a hard interrupt may land in the softirq that landed in
 * the mark. So they turn interrupts off, which is not on the way of a hit. Like a foreign
 * array each is made by a worker once it was missed, and taken away when it is idle.
 */
#include "cache.h"
#include "aside.h"
#include "foreign.h"
#include "grow.h"
#include "judge.h"
#include "node.h"
#include "reap.h"
#include "resize.h"

/* A11: turns of the reaper that found it empty, before it is given back. */
#define ASIDE_IDLE	2

/* With interrupts off, or under RCU. */
static struct myslab_array *aside_of(const struct myslab_cpu *cpu, enum aside which)
{
	return foreign_at(&cpu->aside[which]);
}

/* A worker is to make the array, where there is none. No lock of ours is held. */
void aside_ask(struct myslab_cache *c, struct myslab_cpu *cpu, enum aside which)
{
	if (!c->is_auto || READ_ONCE(c->leaked) || READ_ONCE(cpu->aside[which]) ||
	    (which == ASIDE_FOREIGN && !c->alien_limit) ||
	    !reap_has_turns(smp_processor_id()))
		return;
	if (!cmpxchg(&cpu->aside[which], NULL, FOREIGN_ASKED))
		queue_work(myslab_slow_wq, &c->alien_work);
}

/* What is there, with no lock; NULL: nothing, or no array. The CPU is pinned. */
void *aside_take(struct myslab_cpu *cpu)
{
	struct myslab_array *a;
	unsigned long flags;
	void *obj = NULL;

	local_irq_save(flags);
	a = aside_of(cpu, ASIDE_OWN);
	if (a && a->avail)
		obj = array_pop(a);
	local_irq_restore(flags);
	return obj;
}

/* Park @obj with no lock. PUT_ELSEWHERE: there is no room. The CPU is pinned. */
enum cpucache_put aside_put(struct myslab_cpu *cpu, enum aside which, void *obj)
{
	enum cpucache_put ret = PUT_ELSEWHERE;
	struct myslab_array *a;
	unsigned long flags;

	local_irq_save(flags);
	a = aside_of(cpu, which);
	if (a && array_top_is(a, obj)) {
		ret = PUT_TWICE;
	} else if (a && !array_full(a)) {
		array_push(a, obj);
		ret = PUT_DONE;
	}
	local_irq_restore(flags);
	return ret;
}

/* One object, and half an array of them for the next. Under list_lock, interrupts off. */
void *aside_refill(struct myslab_cache *c, struct myslab_node *n, struct myslab_cpu *cpu)
{
	struct myslab_array *a = aside_of(cpu, ASIDE_OWN);

	if (!a)
		return NULL;
	if (!a->avail && !node_shared_take(n, a, a->batchcount))
		a->avail += node_take_block(c, n, a->entry, min(a->batchcount, a->limit));
	return a->avail ? array_pop(a) : NULL;
}

/* Half of the array, the oldest, and then @obj. Under list_lock, interrupts off. */
void aside_flush(struct myslab_cache *c, struct myslab_node *n, struct myslab_cpu *cpu,
		 void *obj, struct list_head *surplus)
{
	struct myslab_array *a = aside_of(cpu, ASIDE_OWN);
	unsigned int nr;

	if (a && array_full(a)) {
		nr = min(a->batchcount, a->avail);
		if (!n->shared || !array_transfer_oldest(n->shared, a, nr)) {
			node_free_block(c, n, a->entry, nr, surplus);
			array_drop_oldest(a, nr);
		}
	}
	if (a && !array_full(a))
		array_push(a, obj);
	else
		node_free_block(c, n, &obj, 1, surplus);
}

/*
 * The node whose lock lets the oldest foreign object leave: its home, or, of one whose slab
 * is gone, this CPU's. NUMA_NO_NODE: there is none. The CPU is pinned.
 */
static int oldest_home(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	struct myslab_array *a;
	int home = NUMA_NO_NODE;
	unsigned long flags;

	local_irq_save(flags);
	a = aside_of(cpu, ASIDE_FOREIGN);
	if (a && a->avail) {
		home = judge_home(c, a->entry[0]);
		if (unlikely(home == NUMA_NO_NODE))
			home = READ_ONCE(cpu->node);
	}
	local_irq_restore(flags);
	return home;
}

/*
 * All that is @home's, in the order in which it came. What has no home any more, since it
 * was freed a second time and its slab is gone, leaves as well, and is counted as what
 * comes back twice is. Under list_lock of @home, interrupts off.
 */
static void send_home(struct myslab_cache *c, struct myslab_array *a, int home,
		      struct list_head *surplus)
{
	struct myslab_node *n = c->node[home];
	unsigned int i, nr = 0, kept = 0;
	void *objs[ASIDE_LIMIT];

	for (i = 0; i < a->avail; i++) {
		void *obj = a->entry[i];
		int at = judge_home(c, obj);

		if (likely(at == home))
			objs[nr++] = obj;
		else if (unlikely(at == NUMA_NO_NODE))
			n->doubled++;
		else
			a->entry[kept++] = obj;
	}
	a->avail = kept;
	n->alien_in += nr;
	node_free_block(c, n, objs, nr, surplus);
}

/*
 * With no room for @obj, which is of @home: all that is of @node goes home, with one lock.
 * False: @obj is not parked. The CPU is pinned.
 */
static bool make_room(struct myslab_cache *c, struct myslab_cpu *cpu, void *obj, int home,
		      int node, struct list_head *surplus)
{
	struct myslab_node *n = c->node[node];
	struct myslab_array *a;
	unsigned long flags;
	bool done = true;

	this_cpu_inc(c->cpu->stats.busy_locked);
	spin_lock_irqsave(&n->list_lock, flags);
	a = aside_of(cpu, ASIDE_FOREIGN);
	if (a)
		send_home(c, a, node, surplus);
	if (a && !array_full(a)) {
		array_push(a, obj);
	} else if (node == home) {
		this_cpu_inc(c->cpu->stats.alien_direct);
		n->alien_in++;
		node_free_block(c, n, &obj, 1, surplus);
	} else {
		done = false;
	}
	spin_unlock_irqrestore(&n->list_lock, flags);
	return done;
}

/**
 * aside_put_foreign() - take an object of another node, from an interrupt in the mark
 * @c: cache of mode auto
 * @cpu: this CPU's part of it, the CPU pinned
 * @obj: judged, and marked as free where the cache does so
 * @home: its node
 * @surplus: slabs that the caller is to destroy
 *
 * Context: Any but NMI. Takes list_lock of one foreign node where there is no room.
 * Return: PUT_DONE or PUT_TWICE.
 */
enum cpucache_put aside_put_foreign(struct myslab_cache *c, struct myslab_cpu *cpu,
				    void *obj, int home, struct list_head *surplus)
{
	enum cpucache_put ret;
	int oldest;

	this_cpu_inc(c->cpu->stats.busy_free);
	ret = aside_put(cpu, ASIDE_FOREIGN, obj);
	if (ret != PUT_ELSEWHERE)
		return ret;
	aside_ask(c, cpu, ASIDE_FOREIGN);
	oldest = oldest_home(c, cpu);
	if (oldest == NUMA_NO_NODE || !make_room(c, cpu, obj, home, oldest, surplus))
		make_room(c, cpu, obj, home, home, surplus);
	return PUT_DONE;
}

/* On its own CPU, pinned, or for a dead one. */
static void drain_foreign(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	struct myslab_array *a;
	unsigned long flags;
	int home;

	while ((home = oldest_home(c, cpu)) != NUMA_NO_NODE) {
		LIST_HEAD(surplus);

		spin_lock_irqsave(&c->node[home]->list_lock, flags);
		a = aside_of(cpu, ASIDE_FOREIGN);
		if (a)
			send_home(c, a, home, &surplus);
		spin_unlock_irqrestore(&c->node[home]->list_lock, flags);
		destroy_slabs(c, &surplus);
	}
}

static void drain_own(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	struct myslab_node *n = c->node[READ_ONCE(cpu->node)];
	struct myslab_array *a;
	unsigned long flags;
	LIST_HEAD(surplus);

	spin_lock_irqsave(&n->list_lock, flags);
	a = aside_of(cpu, ASIDE_OWN);
	if (a && a->avail) {
		node_free_block(c, n, a->entry, a->avail, &surplus);
		a->avail = 0;
	}
	spin_unlock_irqrestore(&n->list_lock, flags);
	destroy_slabs(c, &surplus);
}

/* Objects in one of them; from any CPU. */
static unsigned int avail_of(const struct myslab_cpu *cpu, enum aside which)
{
	return foreign_avail_at(&cpu->aside[which]);
}

/* To the slabs. On its own CPU, pinned, or for a dead one. */
void aside_drain(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	if (avail_of(cpu, ASIDE_OWN))
		drain_own(c, cpu);
	if (avail_of(cpu, ASIDE_FOREIGN))
		drain_foreign(c, cpu);
}

/* Take one if it is empty. Answers it, or NULL. */
static struct myslab_array *take_empty(struct myslab_cpu *cpu, enum aside which)
{
	struct myslab_array *a;
	unsigned long flags;

	local_irq_save(flags);
	a = aside_of(cpu, which);
	if (a && !a->avail)
		WRITE_ONCE(cpu->aside[which], NULL);
	else
		a = NULL;
	local_irq_restore(flags);
	return a;
}

/* Take one that was found empty for some turns. Answers it, or NULL. */
static struct myslab_array *take_idle(struct myslab_cpu *cpu, enum aside which)
{
	if (avail_of(cpu, which) || READ_ONCE(cpu->aside[which]) <= FOREIGN_ASKED)
		cpu->aside_idle[which] = 0;
	else
		cpu->aside_idle[which]++;
	if (cpu->aside_idle[which] <= ASIDE_IDLE)
		return NULL;
	cpu->aside_idle[which] = 0;
	return take_empty(cpu, which);
}

/* Once in each of the reaper's turns, on its own CPU. */
void aside_reap(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	struct myslab_array *idle;
	enum aside which;

	for (which = 0; which < ASIDES; which++) {
		idle = take_idle(cpu, which);
		if (idle)
			resize_retire(idle);
	}
	aside_drain(c, cpu);
}

/* As foreign_quit(). */
void aside_quit(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	struct myslab_array *a;
	enum aside which;

	for (which = 0; which < ASIDES; which++) {
		cmpxchg(&cpu->aside[which], FOREIGN_ASKED, NULL);
		while (READ_ONCE(cpu->aside[which]) > FOREIGN_ASKED) {
			aside_drain(c, cpu);
			a = take_empty(cpu, which);
			if (a)
				resize_retire(a);
		}
	}
}

/* Objects in all of them; from any CPU. */
unsigned int aside_avail(const struct myslab_cpu *cpu)
{
	return avail_of(cpu, ASIDE_OWN) + avail_of(cpu, ASIDE_FOREIGN);
}

static unsigned int limit_of(const struct myslab_cpu *cpu, enum aside which)
{
	const struct myslab_array *a;
	unsigned int limit;

	rcu_read_lock();
	a = aside_of(cpu, which);
	limit = a ? READ_ONCE(a->limit) : 0;
	rcu_read_unlock();
	return limit;
}

/* From any CPU; 0: there is none. */
unsigned int aside_limit(const struct myslab_cpu *cpu)
{
	return limit_of(cpu, ASIDE_OWN) + limit_of(cpu, ASIDE_FOREIGN);
}

/* From any CPU. */
unsigned long aside_bytes(const struct myslab_cpu *cpu)
{
	unsigned long bytes = 0;
	enum aside which;

	for (which = 0; which < ASIDES; which++) {
		unsigned int limit = limit_of(cpu, which);

		bytes += limit ? array_bytes(limit) : 0;
	}
	return bytes;
}

/* A dead CPU's, empty, while others may look at them. */
void aside_forget(struct myslab_cpu *cpu)
{
	enum aside which;

	for (which = 0; which < ASIDES; which++) {
		struct myslab_array *a = xchg(&cpu->aside[which], NULL);

		if (a > FOREIGN_ASKED)
			resize_retire(a);
	}
}

/* Of a cache that nobody uses any more. */
void aside_release(struct myslab_cpu *cpu)
{
	enum aside which;

	for (which = 0; which < ASIDES; which++)
		kfree(aside_of(cpu, which));
}
