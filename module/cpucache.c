// SPDX-License-Identifier: GPL-2.0
/* See cpucache.h; the rules of the mark are in internal.h. */
#include "aside.h"
#include "cpucache.h"
#include "foreign.h"
#include "grow.h"
#include "node.h"
#include "resize.h"

/* R11: refill of an array that nobody used since the last reap; not in mode auto (A6). */
#define IDLE_REFILL	16

static struct myslab_node *cpu_node(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	return c->node[READ_ONCE(cpu->node)];
}

/* list_lock, for this CPU's array; one that has to be waited for counts as pressure (A3). */
static inline void lock_node(struct myslab_node *n, struct myslab_cpu *cpu,
			     unsigned long *flags)
{
	if (likely(spin_trylock_irqsave(&n->list_lock, *flags)))
		return;
	WRITE_ONCE(cpu->waited, 1);
	spin_lock_irqsave(&n->list_lock, *flags);
}

/* A3: a large array's batch travels in parts. What is written is kept to (A5). */
static unsigned int bounded(const struct myslab_cache *c, unsigned int nr)
{
	return move_at_once(resize_follows(c) ? min(nr, NODE_AT_ONCE) : nr);
}

static unsigned int refill_batch(const struct myslab_cache *c, const struct myslab_array *a)
{
	unsigned int batch = a->batchcount;

	if (!c->is_auto && !array_touched(a) && batch > IDLE_REFILL)
		batch = IDLE_REFILL;
	return bounded(c, min(batch, a->limit));
}

/* R12, R13. Under list_lock and the mark. */
static void refill(struct myslab_cache *c, struct myslab_node *n,
		   struct myslab_array *a)
{
	unsigned int batch = refill_batch(c, a);

	resize_note(this_cpu_ptr(c->cpu));
	if (!node_shared_take(n, a, batch))
		a->avail += node_take_block(c, n, a->entry, batch);
	if (a->avail) {
		a->low = 0;
		this_cpu_inc(c->cpu->stats.refill);
	}
}

/* Pop this CPU's array, refilled where it is empty (R10-R13). Under list_lock. */
static void *refill_and_pop(struct myslab_cache *c, struct myslab_node *n,
			    struct myslab_cpu *cpu)
{
	struct myslab_array *a;
	void *obj = NULL;

	preempt_disable();
	cpu_mark(cpu);
	a = READ_ONCE(cpu->array);
	if (!a->avail)
		refill(c, n, a);
	if (a->avail) {
		obj = array_pop(a);
		array_note(a);
		if (busted(BUSTED_DOUBLED) && a->avail)
			a->entry[0] = obj;
	}
	cpu_unmark(cpu);
	preempt_enable();
	return obj;
}

/* For an interrupt that landed inside the mark: one object, past the array. */
static void *take_past_array(struct myslab_cache *c, struct myslab_node *n,
			     struct myslab_cpu *cpu)
{
	void *obj;

	this_cpu_inc(c->cpu->stats.busy_locked);
	obj = aside_refill(c, n, cpu);
	if (obj)
		return obj;
	if (n->shared && n->shared->avail) {
		obj = array_pop(n->shared);
		array_note(n->shared);
		return obj;
	}
	return node_take_one(c, n);
}

/**
 * cpucache_take() - take an object that this CPU's node already has
 * @c: cache
 * @node: the node it must be of, or NUMA_NO_NODE for the CPU's own
 *
 * Context: Any but NMI.
 * Return: an object, or NULL where the node has none free or is not this CPU's.
 */
void *cpucache_take(struct myslab_cache *c, int node)
{
	struct myslab_cpu *cpu;
	struct myslab_node *n;
	unsigned long flags;
	void *obj = NULL;
	bool busy;

	cpu_pin();
	cpu = this_cpu_ptr(c->cpu);
	n = cpu_node(c, cpu);
	if (node != NUMA_NO_NODE && cpu->node != node)
		goto out;
	busy = cpu_is_marked(cpu);
	if (busy) {
		this_cpu_inc(c->cpu->stats.busy_alloc);
		obj = aside_take(cpu);
		if (obj)
			goto out;
		aside_ask(c, cpu, ASIDE_OWN);
	} else {
		this_cpu_inc(c->cpu->stats.alloc_miss);
	}
	if (!node_may_have(n))
		goto out;
	lock_node(n, cpu, &flags);
	if (likely(n == cpu_node(c, cpu)))
		obj = busy ? take_past_array(c, n, cpu) : refill_and_pop(c, n, cpu);
	spin_unlock_irqrestore(&n->list_lock, flags);
	if (!busy)
		resize_check(c, cpu);
out:
	cpu_unpin();
	return obj;
}

/*
 * Fill this CPU's empty array from @slab, which is not linked yet, and pop it. Where
 * somebody filled the array meanwhile, the slab stays as it is and the array serves.
 */
static void *fill_and_pop(struct myslab_cache *c, struct myslab_cpu *cpu,
			  struct myslab_slab *slab)
{
	struct myslab_array *a = READ_ONCE(cpu->array);
	void *obj;

	if (!a->avail) {
		resize_note(cpu);
		a->avail += slab_take(c, slab, a->entry, refill_batch(c, a));
		if (!a->avail)
			return NULL;	/* limit 0: a leaked cache */
		a->low = 0;
	}
	obj = array_pop(a);
	array_note(a);
	return obj;
}

/**
 * cpucache_adopt() - take an object from a slab that was just made, and link it
 * @c: cache
 * @slab: from grow_slab(); of this CPU's node or of another, since the growth may
 *        have slept
 *
 * R14: objects leave the slab before it is linked; unused it goes to the tail of
 * free.
 *
 * Context: Any but NMI.
 * Return: an object, always.
 */
void *cpucache_adopt(struct myslab_cache *c, struct myslab_slab *slab)
{
	int node = slab_node(slab);
	struct myslab_node *n = c->node[node];
	struct myslab_cpu *cpu;
	unsigned long flags;
	void *obj = NULL;

	spin_lock_irqsave(&n->list_lock, flags);
	preempt_disable();
	cpu = this_cpu_ptr(c->cpu);
	if (cpu_is_marked(cpu)) {
		this_cpu_inc(c->cpu->stats.busy_locked);
	} else if (cpu->node == node) {
		cpu_mark(cpu);
		obj = fill_and_pop(c, cpu, slab);
		cpu_unmark(cpu);
	}
	preempt_enable();
	if (!obj)
		slab_take(c, slab, &obj, 1);
	node_link(c, n, slab);
	spin_unlock_irqrestore(&n->list_lock, flags);
	return obj;
}

/*
 * R18: the oldest batch leaves, into the shared array where that has any room, else
 * to the slabs. Under list_lock and the mark.
 */
static void flush_oldest(struct myslab_cache *c, struct myslab_node *n,
			 struct myslab_array *a, struct list_head *surplus)
{
	unsigned int nr = bounded(c, min(a->batchcount, a->avail));

	if (busted(BUSTED_LOST) && nr > 1) {
		array_drop_oldest(a, 1);
		nr--;
	}
	if (n->shared && array_transfer_oldest(n->shared, a, nr))
		return;
	node_free_block(c, n, a->entry, nr, surplus);
	array_drop_oldest(a, nr);
}

/* Under list_lock. */
static enum cpucache_put push_or_flush(struct myslab_cache *c, struct myslab_node *n,
				       struct myslab_cpu *cpu, void *obj,
				       struct list_head *surplus)
{
	enum cpucache_put ret = PUT_DONE;
	struct myslab_array *a;

	preempt_disable();
	cpu_mark(cpu);
	a = READ_ONCE(cpu->array);
	if (array_top_is(a, obj)) {
		ret = PUT_TWICE;
		goto out;
	}
	if (array_full(a)) {
		this_cpu_inc(c->cpu->stats.free_miss);
		this_cpu_inc(c->cpu->stats.flush);
		resize_note(cpu);
		flush_oldest(c, n, a, surplus);
	} else {
		cpu->stats.free_hit++;
	}
	if (array_full(a))	/* limit 0: a leaked cache */
		node_free_block(c, n, &obj, 1, surplus);
	else
		array_push(a, obj);
out:
	cpu_unmark(cpu);
	preempt_enable();
	return ret;
}

/*
 * From an interrupt that landed in the mark, with no lock. The array that it landed in
 * is not touched, but its newest entry may be looked at: what is counted is parked, and
 * what is moved under list_lock is so with interrupts off.
 */
static enum cpucache_put put_in_mark(struct myslab_cpu *cpu, void *obj)
{
	if (array_top_is(READ_ONCE(cpu->array), obj))
		return PUT_TWICE;
	return aside_put(cpu, ASIDE_OWN, obj);
}

/**
 * cpucache_put() - put an object back where the fast path could not
 * @c: cache
 * @obj: judged, and marked as free where the cache does so
 * @node: the object's node
 *
 * Context: Any but NMI.
 * Return: see enum cpucache_put.
 */
enum cpucache_put cpucache_put(struct myslab_cache *c, void *obj, int node)
{
	struct myslab_node *n = c->node[node];
	enum cpucache_put ret = PUT_DONE;
	struct myslab_cpu *cpu;
	unsigned long flags;
	LIST_HEAD(surplus);
	bool busy;

	cpu_pin();
	cpu = this_cpu_ptr(c->cpu);
	if (cpu->node != node && !busted(BUSTED_FOREIGN)) {
		cpu_unpin();
		return PUT_ELSEWHERE;
	}
	busy = cpu_is_marked(cpu);
	if (busy) {
		this_cpu_inc(c->cpu->stats.busy_free);
		ret = put_in_mark(cpu, obj);
		if (ret != PUT_ELSEWHERE) {
			cpu_unpin();
			return ret;
		}
		ret = PUT_DONE;
		aside_ask(c, cpu, ASIDE_OWN);
	}
	lock_node(n, cpu, &flags);
	if (unlikely(n != cpu_node(c, cpu)) && !busted(BUSTED_FOREIGN)) {
		ret = PUT_ELSEWHERE;
	} else if (busy) {
		this_cpu_inc(c->cpu->stats.busy_locked);
		aside_flush(c, n, cpu, obj, &surplus);
	} else {
		ret = push_or_flush(c, n, cpu, obj, &surplus);
	}
	spin_unlock_irqrestore(&n->list_lock, flags);
	if (!busy)
		resize_check(c, cpu);
	cpu_unpin();
	destroy_slabs(c, &surplus);
	return ret;
}

/*
 * Send up to @max of the oldest entries of a CPU's array to the slabs, in a section
 * of bounded length. @cpu is this CPU's, pinned, or a dead CPU's. Answers how many
 * went.
 */
static unsigned int give_back(struct myslab_cache *c, struct myslab_cpu *cpu,
			      unsigned int max, bool close)
{
	struct myslab_node *n = cpu_node(c, cpu);
	struct myslab_array *a;
	unsigned long flags;
	unsigned int nr;
	LIST_HEAD(surplus);

	spin_lock_irqsave(&n->list_lock, flags);
	while (unlikely(n != cpu_node(c, cpu))) {
		spin_unlock_irqrestore(&n->list_lock, flags);
		n = cpu_node(c, cpu);
		spin_lock_irqsave(&n->list_lock, flags);
	}
	preempt_disable();
	cpu_mark(cpu);
	a = READ_ONCE(cpu->array);
	nr = a ? move_at_once(min3(max, a->avail, NODE_AT_ONCE)) : 0;
	if (nr) {
		node_free_block(c, n, a->entry, nr, &surplus);
		array_drop_oldest(a, nr);
	}
	if (a && close)
		a->limit = 0;
	cpu_unmark(cpu);
	preempt_enable();
	spin_unlock_irqrestore(&n->list_lock, flags);
	destroy_slabs(c, &surplus);
	return nr;
}

/* What a CPU's array holds, as @amount says. */
static unsigned int ask_array(struct myslab_cpu *cpu,
			      unsigned int (*amount)(struct myslab_array *a))
{
	struct myslab_array *a;
	unsigned int nr;

	preempt_disable();
	cpu_mark(cpu);
	a = READ_ONCE(cpu->array);
	nr = a ? amount(a) : 0;
	cpu_unmark(cpu);
	preempt_enable();
	return nr;
}

static unsigned int everything(struct myslab_array *a)
{
	return a->avail;
}

/* Send @nr of the oldest entries of this CPU's array, or a dead CPU's, to the slabs. */
void cpucache_give_back(struct myslab_cache *c, struct myslab_cpu *cpu, unsigned int nr)
{
	while (nr) {
		unsigned int gone = give_back(c, cpu, nr, false);

		if (!gone)
			break;
		nr -= gone;
	}
}

/**
 * cpucache_drain() - send everything in a CPU's array to its slabs
 * @c: cache
 * @cpu: this CPU's part of it, which does not change CPU meanwhile; or a dead CPU's
 *
 * What comes to the array while that goes on may stay.
 *
 * Context: Process context; for a dead CPU under cpu_hotplug_lock.
 */
void cpucache_drain(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	quarantine_drain(c, cpu);
	if (READ_ONCE(c->leaked)) {	/* nothing comes after this */
		give_back(c, cpu, 0, true);
		foreign_close(cpu);
	}
	aside_drain(c, cpu);
	cpucache_give_back(c, cpu, ask_array(cpu, everything));
	foreign_drain(c, cpu);
}

/* A racy look from any CPU, at one that is up: is there something to drain? */
bool cpucache_holds(const struct myslab_cpu *cpu)
{
	unsigned int avail;

	rcu_read_lock();
	avail = READ_ONCE(READ_ONCE(cpu->array)->avail);
	rcu_read_unlock();
	return avail || quarantine_count(cpu) || aside_avail(cpu) || foreign_holds(cpu);
}

/* Where the array is empty, it is @node's from here on. Answers whether it was. */
static bool move_if_empty(struct myslab_cache *c, struct myslab_cpu *cpu, int node)
{
	struct myslab_node *n = cpu_node(c, cpu);
	unsigned long flags;
	bool empty;

	spin_lock_irqsave(&n->list_lock, flags);
	preempt_disable();
	cpu_mark(cpu);
	empty = !cpu->array->avail && !aside_avail(cpu);
	if (empty) {
		WRITE_ONCE(cpu->node, node);
		cpu->key = myslab_key(c->id, node);
	}
	cpu_unmark(cpu);
	preempt_enable();
	spin_unlock_irqrestore(&n->list_lock, flags);
	return empty;
}

/**
 * cpucache_move() - let this CPU's array hold another node's objects
 * @c: cache
 * @cpu: this CPU's part of it, the CPU pinned
 * @node: the node; @c has what it needs of it
 *
 * For a node whose first memory came, or whose last went (R32).
 *
 * Context: Process context under caches_mutex.
 */
void cpucache_move(struct myslab_cache *c, struct myslab_cpu *cpu, int node)
{
	do
		cpucache_drain(c, cpu);
	while (!move_if_empty(c, cpu, node));
}

/**
 * cpucache_reap() - send what this CPU's array can spare to the slabs (R25, A6)
 * @c: cache
 * @cpu: this CPU's part of it, which does not change CPU meanwhile
 *
 * Context: Process context.
 */
void cpucache_reap(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	if (busted(BUSTED_REAP_ALL))
		cpucache_give_back(c, cpu, ask_array(cpu, everything));
	else
		cpucache_give_back(c, cpu,
				   ask_array(cpu, c->is_auto ? array_reap_idle : array_reap));
}
