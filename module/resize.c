// SPDX-License-Identifier: GPL-2.0
/*
 * See resize.h. The array of a CPU is replaced on that CPU, under the mark, by a larger
 * or a smaller one with the same entries. tune_cache() may replace it from elsewhere at the same
 * moment: of the two the first wins, by cmpxchg of the pointer, and the other's array
 * was never seen by anybody. What was replaced is freed after a grace period, since
 * others look at its counts under RCU.
 */
#include <linux/kmemleak.h>
#include <linux/mm.h>

#include "aside.h"
#include "autosize.h"
#include "cache.h"
#include "cpucache.h"
#include "foreign.h"
#include "node.h"
#include "reap.h"
#include "resize.h"

/*
 * From what is free at once, and nothing of the reserves: a caller may hold any lock but
 * the scheduler's. kswapd may be woken: some kernels take a request that may not do even
 * that for one that takes no lock, and do not tell kmemleak of it.
 */
static struct myslab_array *alloc_now(unsigned int limit, int node)
{
	struct myslab_array *a;

	a = kmalloc_node(array_bytes(limit), GFP_NOWAIT | __GFP_NOWARN | __GFP_NOMEMALLOC,
			 node);
	if (!a)
		return NULL;
	kmemleak_no_scan(a);	/* as cache_alloc_array() */
	array_init(a, limit, auto_batch(limit));
	return a;
}

/*
 * Put @new in the place of @old, with what that holds. False: somebody was faster, it
 * holds too much, or it is closed (a leaked cache).
 */
static bool replace(struct myslab_cpu *cpu, struct myslab_array *old,
		    struct myslab_array *new)
{
	bool done = false;

	preempt_disable();
	cpu_mark(cpu);
	if (READ_ONCE(cpu->array) == old && old->limit && old->avail <= new->limit) {
		array_copy(new, old);
		if (busted(BUSTED_HALF_COPIED) && new->avail)
			array_drop_oldest(new, 1);
		done = cmpxchg(&cpu->array, old, new) == old;
	}
	cpu_unmark(cpu);
	preempt_enable();
	return done;
}

static void free_array_rcu(struct rcu_head *head)
{
	kvfree(container_of((void *)head, struct myslab_array, entry));
}

/* Free an array that nobody can find any more, when nobody looks at it any more. */
void resize_retire(struct myslab_array *a)
{
	static_assert(sizeof(struct rcu_head) <= 2 * sizeof(void *));	/* array_bytes() */

	/* What is on its way to be freed hangs on nothing that kmemleak looks at. */
	kmemleak_ignore(a);
	if (busted(BUSTED_RETIRE_AT_ONCE))
		kvfree(a);
	else
		call_rcu((struct rcu_head *)a->entry, free_array_rcu);
}

/* A10: entries of a shared array, as the CPUs' arrays are now. */
unsigned int resize_wanted_shared(const struct myslab_cache *c, unsigned int batch)
{
	return auto_shared(READ_ONCE(c->shared), batch, READ_ONCE(c->limit_most));
}

/* Put @new in the place of a node's shared array; answers that one, or NULL: it stays. */
static struct myslab_array *replace_shared(struct myslab_cache *c, struct myslab_node *n,
					   struct myslab_array *new)
{
	struct myslab_array *old;
	unsigned long flags;

	spin_lock_irqsave(&n->list_lock, flags);
	old = n->shared;
	if (old && resize_follows(c) && !READ_ONCE(c->leaked) && old->avail <= new->limit) {
		array_copy(new, old);
		/* Pairs with the address dependency of who looks at its counts under RCU. */
		smp_store_release(&n->shared, new);
	} else {
		old = NULL;
	}
	spin_unlock_irqrestore(&n->list_lock, flags);
	return old;
}

/* Answers whether the shared array of @node was replaced, as the CPUs' ask for. */
static bool refit_shared(struct myslab_cache *c, int node)
{
	struct myslab_node *n = c->node[node];
	unsigned int batch = cache_batch_in_force(c, node);
	unsigned int wanted = resize_wanted_shared(c, batch), limit;
	struct myslab_array *shared, *old;

	if (!resize_follows(c) || !wanted)	/* tuned meanwhile */
		return false;
	rcu_read_lock();
	shared = READ_ONCE(n->shared);
	limit = shared ? READ_ONCE(shared->limit) : wanted;
	rcu_read_unlock();
	if (limit == wanted)
		return false;
	shared = alloc_now(wanted, node);
	if (!shared)
		return false;
	shared->batchcount = batch;
	old = replace_shared(c, n, shared);
	if (old)
		resize_retire(old);
	else
		kfree(shared);	/* which nobody has seen */
	return old;
}

/*
 * A10: the shared array of @node is to be as large as the CPUs' arrays ask for. Of two
 * CPUs that grow at the same time the last one sees what both have changed.
 */
static void fit_shared(struct myslab_cache *c, int node)
{
	while (refit_shared(c, node))
		;
}

/* A4, A10: what hangs on the sizes of a node's arrays. */
static void follow(struct myslab_cache *c, int node)
{
	cache_set_free_limit(c, node, 0);
	fit_shared(c, node);
}

/**
 * resize_settle() - let a node follow its CPUs' arrays where they became smaller
 * @c: cache
 * @node: its node id
 *
 * What the shared array holds beyond its new size goes to the slabs, and what slabs
 * then need not be kept to the kernel (A4, A10). Where there was no memory for the new
 * array the old one stays until this is called again.
 *
 * Context: Process context under caches_mutex.
 */
void resize_settle(struct myslab_cache *c, int node)
{
	struct myslab_node *n = c->node[node];
	unsigned int wanted, avail;

	if (!n || !resize_follows(c) || READ_ONCE(c->leaked))
		return;
	wanted = resize_wanted_shared(c, cache_batch_in_force(c, node));
	avail = node_shared_avail(n);
	if (avail > wanted)
		drain_shared_of(c, n, avail - wanted);
	follow(c, node);
	drain_excess_of(c, n);
}

/* There was no memory for a larger array lately. On its own CPU, pinned. */
static bool was_short(struct myslab_cpu *cpu)
{
	unsigned int at = READ_ONCE(cpu->short_at);

	if (at && (unsigned int)jiffies + 1 - at > RESIZE_RETRY)
		WRITE_ONCE(cpu->short_at, at = 0);
	return at;
}

/* A3: of one that nobody makes smaller again no more than SLAB's limit. */
static unsigned int grown_limit(const struct myslab_cache *c, unsigned int limit)
{
	unsigned int most = READ_ONCE(c->limit_most);

	if (!reap_has_turns(raw_smp_processor_id()))
		most = min(most, READ_ONCE(c->limit));
	return auto_limit_up(limit, most);
}

/**
 * resize_grow() - double this CPU's array (A3)
 * @c: cache
 * @cpu: this CPU's part of it, the CPU pinned by cpu_pin(), the mark not set
 *
 * Where there is no memory to be had at once the array stays as it is for a second.
 *
 * Context: Any but NMI; no lock of ours held.
 */
void resize_grow(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	/* Pairs with tune_cache(): who sees its array sees that sizes are pinned. */
	struct myslab_array *old = smp_load_acquire(&cpu->array), *new;
	unsigned int limit = grown_limit(c, READ_ONCE(old->limit));

	WRITE_ONCE(cpu->pressure, 0);
	if (limit <= READ_ONCE(old->limit) || READ_ONCE(c->leaked) || was_short(cpu))
		return;
	new = alloc_now(limit, cpu->node);
	if (!new) {
		WRITE_ONCE(cpu->short_at, (unsigned int)jiffies | 1);
		return;
	}
	if (replace(cpu, old, new)) {
		this_cpu_inc(c->cpu->stats.resized);
		resize_retire(old);
		follow(c, cpu->node);
	} else {
		kfree(new);
	}
}

/*
 * A8: a CPU that is dead keeps no array, and begins with a small one if it comes back;
 * one whose size is pinned waits for it, as in mode fixed.
 */
void resize_forget(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	struct myslab_array *a;

	if (!c->is_auto)
		return;
	a = resize_follows(c) ? xchg(&cpu->array, NULL) : NULL;
	if (a)
		resize_retire(a);
	foreign_forget(cpu);
	aside_forget(cpu);
}

/* How many were taken from this CPU's array since the last turn. */
static unsigned long taken(struct myslab_cpu *cpu)
{
	unsigned long hits = READ_ONCE(cpu->stats.alloc_hit);
	unsigned long nr = hits - cpu->seen_hits;

	cpu->seen_hits = hits;
	return nr;
}

/*
 * A8: what an idle array is to hold from now on; its own limit: no change. One that serves
 * every call sees neither refill nor flush and is not idle for it. What a turn finds in it
 * tells nothing either, which may come when all are out; so an array that half its size
 * might not have done for stays.
 */
static unsigned int idle_limit(struct myslab_cache *c, struct myslab_cpu *cpu,
			       const struct myslab_array *a)
{
	unsigned int limit = READ_ONCE(a->limit);
	unsigned int first = min(limit, auto_limit_first(c->limit));
	unsigned int down = auto_limit_down(limit, first);
	unsigned long nr = taken(cpu);

	if (nr > down)
		cpu->idle = 0;
	else if (cpu->idle <= RESIZE_IDLE)
		cpu->idle++;
	if (!nr && !READ_ONCE(a->avail) && cpu->idle > 1)
		return first;
	return cpu->idle > RESIZE_IDLE ? down : limit;
}

/*
 * Replace this CPU's array by one of @limit, once it holds no more. Under caches_mutex,
 * so that nobody tunes.
 */
static bool shrink_to(struct myslab_cache *c, struct myslab_cpu *cpu,
		      struct myslab_array *old, unsigned int limit, unsigned int avail)
{
	struct myslab_array *new = alloc_now(limit, cpu->node);

	if (!new)
		return false;
	if (avail > limit)
		cpucache_give_back(c, cpu, avail - limit);
	if (!replace(cpu, old, new)) {
		kfree(new);
		return false;
	}
	this_cpu_inc(c->cpu->stats.resized);
	resize_retire(old);
	resize_settle(c, cpu->node);
	return true;
}

/* Does a CPU's array have room for more than @limit? From any CPU, of one that is up. */
static bool exceeds(const struct myslab_cache *c, const struct myslab_cpu *cpu,
		    unsigned int limit)
{
	unsigned int has;

	if (!resize_follows(c))
		return false;
	rcu_read_lock();
	has = READ_ONCE(READ_ONCE(cpu->array)->limit);
	rcu_read_unlock();
	return has > limit;
}

/* Is a CPU's array larger than at first? From any CPU, of one that is up. */
bool resize_has_grown(const struct myslab_cache *c, const struct myslab_cpu *cpu)
{
	return exceeds(c, cpu, auto_limit_first(READ_ONCE(c->limit)));
}

/* A3: is it larger than one may be of a CPU that has no turns? */
bool resize_needs_turns(const struct myslab_cache *c, const struct myslab_cpu *cpu)
{
	return exceeds(c, cpu, READ_ONCE(c->limit));
}

/**
 * resize_to_first() - make this CPU's array, which was emptied, as small as at first (A8)
 * @c: cache
 * @cpu: this CPU's part of it, which does not change CPU meanwhile
 *
 * Context: Process context under caches_mutex.
 */
void resize_to_first(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	struct myslab_array *old = READ_ONCE(cpu->array);
	unsigned int first = auto_limit_first(c->limit);

	if (resize_has_grown(c, cpu) && !READ_ONCE(c->leaked))
		shrink_to(c, cpu, old, first, 0);
}

/**
 * resize_shrink() - halve this CPU's array where it has been idle (A8)
 * @c: cache
 * @cpu: this CPU's part of it, which does not change CPU meanwhile
 *
 * Once in each of the reaper's turns.
 *
 * Context: Process context under caches_mutex, so that nobody tunes; sleeps.
 */
void resize_shrink(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	struct myslab_array *old;
	unsigned int limit, avail;

	if (!resize_follows(c))
		return;
	rcu_read_lock();	/* it may grow at any moment */
	old = READ_ONCE(cpu->array);
	limit = idle_limit(c, cpu, old);
	avail = READ_ONCE(old->avail);
	if (limit >= READ_ONCE(old->limit))
		limit = 0;
	rcu_read_unlock();
	if (!limit)
		return;
	shrink_to(c, cpu, old, limit, avail);
}
