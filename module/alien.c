// SPDX-License-Identifier: GPL-2.0
/* See alien.h. */
#include <linux/kmemleak.h>
#include <linux/nodemask.h>
#include <linux/slab.h>

#include "alien.h"
#include "foreign.h"
#include "grow.h"
#include "node.h"
#include "reap.h"

/*
 * Empty @al towards its home node: into the shared array as far as it fits, the
 * rest to the slabs (R17). Under al->lock and list_lock.
 */
static void move_home(struct myslab_cache *c, struct myslab_alien *al,
		      struct myslab_node *n, struct list_head *surplus)
{
	struct myslab_array *a = &al->array;

	lockdep_assert_held(&al->lock);
	n->alien_in += a->avail;
	if (n->shared)
		array_transfer(n->shared, a, a->limit);
	node_free_block(c, n, a->entry, a->avail, surplus);
	a->avail = 0;
}

/* Under al->lock. */
static void drain_home(struct myslab_cache *c, struct myslab_alien *al, int home,
		       struct list_head *surplus)
{
	struct myslab_node *n = c->node[home];

	if (!al->array.avail)
		return;
	spin_lock(&n->list_lock);
	move_home(c, al, n, surplus);
	spin_unlock(&n->list_lock);
}

/* Straight to the slab, where the pair of nodes has no array (yet). */
static void send_home(struct myslab_cache *c, void *obj, int home)
{
	struct myslab_node *n = c->node[home];
	unsigned long flags;
	LIST_HEAD(surplus);

	this_cpu_inc(c->cpu->stats.alien_direct);
	spin_lock_irqsave(&n->list_lock, flags);
	n->alien_in++;
	node_free_block(c, n, &obj, 1, &surplus);
	spin_unlock_irqrestore(&n->list_lock, flags);
	destroy_slabs(c, &surplus);
}

/* A free may run where nothing can be allocated: a worker makes the array. */
static void ask_for_alien(struct myslab_cache *c, struct myslab_node *here, int home)
{
	if (c->alien_limit && !READ_ONCE(c->leaked) &&
	    !node_test_and_set(home, here->alien_wanted)) {
		if (busted(BUSTED_SLEEPY_FREE))
			alien_work(&c->alien_work);
		else
			queue_work(myslab_slow_wq, &c->alien_work);
	}
}

/* R17, by the array of the pair of nodes, under its lock. */
static bool put_between_nodes(struct myslab_cache *c, void *obj, int home)
{
	int node = this_cpu_read(c->cpu->node);
	struct myslab_node *here = c->node[node];
	struct myslab_alien *al = alien_of(here, home);
	unsigned long flags;
	LIST_HEAD(surplus);

	if (!al) {
		if (node != home)
			ask_for_alien(c, here, home);
		send_home(c, obj, home);
		return true;
	}
	spin_lock_irqsave(&al->lock, flags);
	if (array_top_is(&al->array, obj)) {
		spin_unlock_irqrestore(&al->lock, flags);
		return false;
	}
	this_cpu_inc(c->cpu->stats.alien_put);
	if (array_full(&al->array)) {
		this_cpu_inc(c->cpu->stats.alien_drain);
		drain_home(c, al, home, &surplus);
	}
	array_push(&al->array, obj);
	spin_unlock_irqrestore(&al->lock, flags);
	destroy_slabs(c, &surplus);
	return true;
}

/**
 * alien_put() - take an object of another node on its way home
 * @c: cache
 * @obj: judged, and marked as free where the cache does so
 * @home: the object's node
 *
 * Context: Any but NMI. The CPU may change under the caller, which costs a detour.
 * Return: false where the object is the newest entry of the array that it would go
 * to: a second free, and nothing was done.
 */
bool alien_put(struct myslab_cache *c, void *obj, int home)
{
	/* A9: an array of its own would keep what it holds, where the reaper has no turns. */
	if (c->is_auto && reap_may_disturb(raw_smp_processor_id()))
		return foreign_put(c, obj, home);
	return put_between_nodes(c, obj, home);
}

/* Objects of @home in the array of @node. A racy look. */
unsigned int alien_parked(struct myslab_cache *c, int node, int home)
{
	struct myslab_alien *al = c->node[node] ? alien_of(c->node[node], home) : NULL;

	return al ? READ_ONCE(al->array.avail) : 0;
}

/* R25: what @node's CPUs hold of @home, unless somebody is at it. */
void alien_reap(struct myslab_cache *c, int node, int home)
{
	struct myslab_alien *al = alien_of(c->node[node], home);
	unsigned long flags;
	LIST_HEAD(surplus);

	if (!al || !READ_ONCE(al->array.avail))
		return;
	if (!spin_trylock_irqsave(&al->lock, flags))
		return;
	drain_home(c, al, home, &surplus);
	spin_unlock_irqrestore(&al->lock, flags);
	destroy_slabs(c, &surplus);
}

/* As alien_reap(), unless somebody is at the home node too. Answers the slabs that went. */
unsigned int alien_try_reap(struct myslab_cache *c, int node, int home)
{
	struct myslab_alien *al = alien_of(c->node[node], home);
	struct myslab_node *n = c->node[home];
	unsigned long flags;
	LIST_HEAD(surplus);

	if (!al || !READ_ONCE(al->array.avail))
		return 0;
	if (!spin_trylock_irqsave(&al->lock, flags))
		return 0;
	if (spin_trylock(&n->list_lock)) {
		move_home(c, al, n, &surplus);
		spin_unlock(&n->list_lock);
	}
	spin_unlock_irqrestore(&al->lock, flags);
	return destroy_slabs(c, &surplus);
}

/* Send home what the CPUs of @node hold of others. Process context. */
void alien_drain_node(struct myslab_cache *c, int node)
{
	struct myslab_node *n = c->node[node];
	int home;

	if (!n)
		return;

	for_each_node(home) {
		struct myslab_alien *al = alien_of(n, home);
		unsigned long flags;
		LIST_HEAD(surplus);

		if (!al)
			continue;
		spin_lock_irqsave(&al->lock, flags);
		drain_home(c, al, home, &surplus);
		spin_unlock_irqrestore(&al->lock, flags);
		destroy_slabs(c, &surplus);
	}
}

/* Send every object in an alien array of @c home. Process context. */
void alien_drain_all(struct myslab_cache *c)
{
	int node;

	if (busted(BUSTED_MISSED_DRAIN))
		return;
	for_each_node(node)
		alien_drain_node(c, node);
}

static size_t bytes_of(unsigned int limit)
{
	return struct_size((struct myslab_alien *)NULL, array.entry, limit);
}

/* Bytes of the array of @n for objects of @home; it stays while the cache does. */
unsigned long alien_bytes(const struct myslab_node *n, int home)
{
	const struct myslab_alien *al = alien_of(n, home);

	return al ? bytes_of(READ_ONCE(al->array.limit)) : 0;
}

static struct myslab_alien *alien_alloc(unsigned int limit, int node)
{
	struct myslab_alien *al = kmalloc_node(bytes_of(limit), GFP_KERNEL, node);

	if (!al)
		return NULL;
	kmemleak_no_scan(al);	/* as cache_alloc_array() */
	spin_lock_init(&al->lock);
	array_init(&al->array, limit, limit);
	return al;
}

/* Make the arrays that were asked for. One that cannot be had is asked for again. */
void alien_work(struct work_struct *work)
{
	struct myslab_cache *c = container_of(work, struct myslab_cache, alien_work);
	int node, home;

	for_each_node(node) {
		struct myslab_node *n = c->node[node];

		if (!n)
			continue;
		for_each_node_mask(home, n->alien_wanted) {
			struct myslab_alien *al;

			if (n->alien[home])
				continue;
			al = alien_alloc(c->alien_limit, node);
			if (al)	/* pairs with alien_of() */
				smp_store_release(&n->alien[home], al);
			else
				node_clear(home, n->alien_wanted);
		}
	}
	if (c->is_auto)
		foreign_make(c);
}

/* Free the empty arrays of a node of a cache that nobody uses any more. */
void alien_release(struct myslab_node *n)
{
	int home;

	if (!n->alien)
		return;
	for_each_node(home)
		kfree(n->alien[home]);
	kfree(n->alien);
}
