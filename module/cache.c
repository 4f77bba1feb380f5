// SPDX-License-Identifier: GPL-2.0
/* See cache.h. */
#include <linux/cpumask.h>
#include <linux/idr.h>
#include <linux/topology.h>

#include "autosize.h"
#include "cache.h"
#include "node.h"
#include "resize.h"

/* See cache.h: the lists of caches, and every field marked M. */
DEFINE_MUTEX(caches_mutex);
LIST_HEAD(caches);
LIST_HEAD(leaked_caches);

/* Written under caches_mutex, read under RCU. Id 0 is nobody's. */
static DEFINE_IDR(cache_ids);

/* Under RCU, or where the cache is known to stay. */
struct myslab_cache *cache_by_id(unsigned int id)
{
	return idr_find(&cache_ids, id);
}

struct myslab_cache *cache_by_name(const char *name)
{
	unsigned int hash = cache_name_hash(name);
	struct myslab_cache *c;

	lockdep_assert_held(&caches_mutex);
	list_for_each_entry(c, &caches, registered)
		if (c->name_hash == hash && !strcmp(c->name, name))
			return c;
	return NULL;
}

/* Is @c a cache that was made and not destroyed yet? Looks at the pointer alone. */
bool cache_is_live(const struct myslab_cache *cache)
{
	struct myslab_cache *c;

	lockdep_assert_held(&caches_mutex);
	list_for_each_entry(c, &caches, registered)
		if (c == cache)
			return true;
	return false;
}

/* Is it one that was destroyed and waits for its objects? Looks at the pointer alone. */
bool cache_is_leaked(const struct myslab_cache *cache)
{
	struct myslab_cache *c;

	lockdep_assert_held(&caches_mutex);
	list_for_each_entry(c, &leaked_caches, registered)
		if (c == cache)
			return true;
	return false;
}

/*
 * Give @c an id. Cyclic, so that a pointer that outlived its cache is not taken for
 * an object of the next one.
 */
int cache_register(struct myslab_cache *c)
{
	int id;

	lockdep_assert_held(&caches_mutex);
	id = idr_alloc_cyclic(&cache_ids, c, 1, MYSLAB_ID_MAX + 1, GFP_KERNEL);
	if (id < 0)
		return id;
	c->id = id;
	return 0;
}

void cache_forget_id(struct myslab_cache *c)
{
	lockdep_assert_held(&caches_mutex);
	idr_remove(&cache_ids, c->id);
}

unsigned long cache_objects_out(struct myslab_cache *c)
{
	unsigned long out = 0, flags;
	int node;

	for_each_node(node) {
		struct myslab_node *n = c->node[node];

		if (!n)
			continue;
		spin_lock_irqsave(&n->list_lock, flags);
		out += node_objects_out(c, n);
		spin_unlock_irqrestore(&n->list_lock, flags);
	}
	return out;
}

unsigned long cache_slabs(struct myslab_cache *c)
{
	unsigned long slabs = 0;
	int node;

	for_each_node(node)
		if (c->node[node])
			slabs += READ_ONCE(c->node[node]->total_slabs);
	return slabs;
}

/* A4: the largest batch that moves between an array and @node now. */
unsigned int cache_batch_in_force(const struct myslab_cache *c, int node)
{
	unsigned int batch = auto_batch(auto_limit_first(c->limit));
	int cpu;

	if (!resize_follows(c))
		return READ_ONCE(c->batchcount);
	if (!c->cpu)	/* it is being made */
		return batch;
	rcu_read_lock();
	for_each_possible_cpu(cpu) {
		const struct myslab_cpu *mine = per_cpu_ptr(c->cpu, cpu);
		const struct myslab_array *a = READ_ONCE(mine->array);

		if (a && READ_ONCE(mine->node) == node)
			batch = max(batch, READ_ONCE(a->batchcount));
	}
	rcu_read_unlock();
	return batch;
}

/*
 * R9, A4. @coming: CPUs of the node that are on their way up and not in its mask yet. A
 * leaked cache has no use for what is free (R28).
 */
unsigned long cache_free_limit(const struct myslab_cache *c, int node,
			       unsigned int coming)
{
	unsigned long cpus = cpumask_weight(cpumask_of_node(node)) + coming;

	if (READ_ONCE(c->leaked))
		return 0;
	return (1 + cpus) * cache_batch_in_force(c, node) + c->layout.num;
}

/**
 * cache_set_free_limit() - let what a node keeps free follow its CPUs' arrays (R9, A4)
 * @c: cache
 * @node: its node id
 * @coming: see cache_free_limit()
 *
 * By whoever has changed an array or the CPUs, afterwards. The CPUs are gone over
 * before the lock is taken, since interrupts are off under it; of two who do so at the
 * same time the last one sees what both have changed.
 *
 * Context: Any but NMI. Takes list_lock.
 */
void cache_set_free_limit(struct myslab_cache *c, int node, unsigned int coming)
{
	struct myslab_node *n = c->node[node];
	unsigned long limit, flags;

	do {
		limit = cache_free_limit(c, node, coming);
		spin_lock_irqsave(&n->list_lock, flags);
		n->free_limit = limit;
		spin_unlock_irqrestore(&n->list_lock, flags);
	} while (limit != cache_free_limit(c, node, coming));
}

/* The node of @among that is nearest to @node, itself where it is among them. */
int cache_nearest_node(int node, const nodemask_t *among)
{
	int i, best = NUMA_NO_NODE;

	for_each_node_mask(i, *among) {
		if (i == node)
			return i;
		if (best == NUMA_NO_NODE ||
		    node_distance(node, i) < node_distance(node, best))
			best = i;
	}
	return best;
}

/*
 * The node whose objects a CPU's array holds: the CPU's own, or where that has no
 * memory the nearest that has (x86 answers numa_mem_id() with a node without). A
 * leaked cache may not know that one: it takes nothing from it either.
 */
int cache_cpu_node(const struct myslab_cache *c, int cpu)
{
	int node = cpu_to_node(cpu);

	if (node != NUMA_NO_NODE)
		node = cache_nearest_node(node, &node_states[N_MEMORY]);
	if (node == NUMA_NO_NODE || !c->node[node]) {
		for_each_node(node)
			if (c->node[node])
				break;
	}
	return node;
}
