// SPDX-License-Identifier: GPL-2.0
/*
 * See aside.h. Its users nest: a hard interrupt may land in the softirq that landed in
 * the mark. So they turn interrupts off, which is not on the way of a hit. Like a foreign
 * array it is made by a worker once it was missed, and taken away when it is idle.
 */
#include "cache.h"
#include "aside.h"
#include "foreign.h"
#include "grow.h"
#include "node.h"
#include "resize.h"

/* A11: turns of the reaper that found it empty, before it is given back. */
#define ASIDE_IDLE	2

/* With interrupts off, or under RCU. */
static struct myslab_array *aside_of(const struct myslab_cpu *cpu)
{
	struct myslab_array *a = READ_ONCE(cpu->aside);

	return a > FOREIGN_ASKED ? a : NULL;
}

/* A worker is to make the array, where there is none. No lock of ours is held. */
void aside_ask(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	if (!c->is_auto || READ_ONCE(c->leaked) || READ_ONCE(cpu->aside))
		return;
	if (!cmpxchg(&cpu->aside, NULL, FOREIGN_ASKED))
		queue_work(myslab_slow_wq, &c->alien_work);
}

/* What is there, with no lock; NULL: nothing, or no array. The CPU is pinned. */
void *aside_take(struct myslab_cpu *cpu)
{
	struct myslab_array *a;
	unsigned long flags;
	void *obj = NULL;

	local_irq_save(flags);
	a = aside_of(cpu);
	if (a && a->avail)
		obj = array_pop(a);
	local_irq_restore(flags);
	return obj;
}

/* Park @obj with no lock. PUT_ELSEWHERE: there is no room. The CPU is pinned. */
enum cpucache_put aside_put(struct myslab_cpu *cpu, void *obj)
{
	enum cpucache_put ret = PUT_ELSEWHERE;
	struct myslab_array *a;
	unsigned long flags;

	local_irq_save(flags);
	a = aside_of(cpu);
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
	struct myslab_array *a = aside_of(cpu);

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
	struct myslab_array *a = aside_of(cpu);
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

/* To the slabs. On its own CPU, pinned, or for a dead one. */
void aside_drain(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	struct myslab_node *n = c->node[READ_ONCE(cpu->node)];
	struct myslab_array *a;
	unsigned long flags;
	LIST_HEAD(surplus);

	if (!aside_avail(cpu))
		return;
	spin_lock_irqsave(&n->list_lock, flags);
	a = aside_of(cpu);
	if (a && a->avail) {
		node_free_block(c, n, a->entry, a->avail, &surplus);
		a->avail = 0;
	}
	spin_unlock_irqrestore(&n->list_lock, flags);
	destroy_slabs(c, &surplus);
}

/* Once in each of the reaper's turns, on its own CPU. */
void aside_reap(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	struct myslab_array *a;
	unsigned long flags;

	if (aside_avail(cpu) || READ_ONCE(cpu->aside) <= FOREIGN_ASKED) {
		cpu->aside_idle = 0;
		aside_drain(c, cpu);
		return;
	}
	if (++cpu->aside_idle <= ASIDE_IDLE)
		return;
	cpu->aside_idle = 0;
	local_irq_save(flags);
	a = aside_of(cpu);
	if (a && !a->avail)
		WRITE_ONCE(cpu->aside, NULL);
	else
		a = NULL;
	local_irq_restore(flags);
	if (a)
		resize_retire(a);
}

/* From any CPU. */
unsigned int aside_avail(const struct myslab_cpu *cpu)
{
	const struct myslab_array *a;
	unsigned int avail;

	rcu_read_lock();
	a = aside_of(cpu);
	avail = a ? READ_ONCE(a->avail) : 0;
	rcu_read_unlock();
	return avail;
}

/* From any CPU; 0: there is none. */
unsigned int aside_limit(const struct myslab_cpu *cpu)
{
	const struct myslab_array *a;
	unsigned int limit;

	rcu_read_lock();
	a = aside_of(cpu);
	limit = a ? READ_ONCE(a->limit) : 0;
	rcu_read_unlock();
	return limit;
}

/* From any CPU. */
unsigned long aside_bytes(const struct myslab_cpu *cpu)
{
	const struct myslab_array *a;
	unsigned long bytes;

	rcu_read_lock();
	a = aside_of(cpu);
	bytes = a ? array_bytes(READ_ONCE(a->limit)) : 0;
	rcu_read_unlock();
	return bytes;
}

/* A dead CPU's, empty, while others may look at it. */
void aside_forget(struct myslab_cpu *cpu)
{
	struct myslab_array *a = xchg(&cpu->aside, NULL);

	if (a > FOREIGN_ASKED)
		resize_retire(a);
}

/* Of a cache that nobody uses any more. */
void aside_release(struct myslab_cpu *cpu)
{
	kfree(aside_of(cpu));
}
