// SPDX-License-Identifier: GPL-2.0
/* See stats.h. */
#include <linux/cpumask.h>

#include "alien.h"
#include "aside.h"
#include "autosize.h"
#include "cache.h"
#include "foreign.h"
#include "node.h"
#include "report.h"
#include "resize.h"
#include "stats.h"

const char *const stats_list_name[] = { "partial", "full", "free" };

/* Walked in one go with interrupts off. */
#define WALKED_SLABS	4096

static unsigned long list_length(const struct list_head *list)
{
	const struct list_head *p;
	unsigned long nr = 0;

	list_for_each(p, list)
		nr++;
	return nr;
}

/**
 * stats_node() - take a snapshot of a node's part of a cache
 * @c: cache, which stays
 * @node: node id
 * @snap: filled in
 *
 * Context: Any but NMI. Walks the lists under list_lock, if they are short.
 * Return: false where the cache has nothing for @node.
 */
bool stats_node(struct myslab_cache *c, int node, struct myslab_node_snapshot *snap)
{
	struct myslab_node *n = c->node[node];
	unsigned long flags;

	if (!n)
		return false;
	spin_lock_irqsave(&n->list_lock, flags);
	snap->free = n->free_slabs;
	snap->checked = n->total_slabs <= WALKED_SLABS;
	snap->partial = snap->checked ? list_length(&n->partial) :
			n->total_slabs - n->free_slabs;
	snap->full = snap->checked ? list_length(&n->full) : 0;
	snap->consistent = snap->checked && node_validate(c, n);
	snap->doubled = n->doubled;
	snap->objects_free = n->free_objects;
	snap->objects_out = node_objects_out(c, n);
	snap->free_limit = n->free_limit;
	snap->shared_avail = n->shared ? n->shared->avail : 0;
	snap->shared_limit = n->shared ? n->shared->limit : 0;
	snap->grown = n->grown;
	snap->reaped = n->reaped;
	snap->alien_in = n->alien_in;
	snap->lent = n->lent;
	spin_unlock_irqrestore(&n->list_lock, flags);
	return true;
}

/* Objects of @home that @node's CPUs have parked. */
unsigned int stats_alien(struct myslab_cache *c, int node, int home)
{
	unsigned int nr = alien_parked(c, node, home);
	int cpu;

	if (c->is_auto)
		for_each_possible_cpu(cpu)
			if (READ_ONCE(per_cpu_ptr(c->cpu, cpu)->node) == node)
				nr += foreign_parked(c, cpu, home);
	return nr;
}

/* R36. Objects in arrays count as active, as in SLAB. */
void stats_info(struct myslab_cache *c, struct myslab_info *info)
{
	int node;

	memset(info, 0, sizeof(*info));
	for_each_node(node) {
		struct myslab_node *n = c->node[node];
		unsigned long flags;

		if (!n)
			continue;
		spin_lock_irqsave(&n->list_lock, flags);
		info->num_slabs += n->total_slabs;
		info->active_slabs += n->total_slabs - n->free_slabs;
		info->num_objs += n->total_slabs * c->layout.num;
		info->active_objs += node_objects_out(c, n);
		info->shared_avail += n->shared ? n->shared->avail : 0;
		spin_unlock_irqrestore(&n->list_lock, flags);
	}
}

static size_t snap_list(const struct list_head *list, unsigned short which,
			struct myslab_slab_snapshot *snap, size_t max)
{
	const struct myslab_slab *slab;
	size_t nr = 0;

	list_for_each_entry(slab, list, list) {
		if (nr == max)
			break;
		snap[nr].list = which;
		snap[nr].active = slab_active(slab);
		snap[nr].colour = slab_colour(slab);
		nr++;
	}
	return nr;
}

/* The fill of up to @max slabs of @node, in the order of its lists. Answers how many. */
size_t stats_slabs(struct myslab_cache *c, int node,
		   struct myslab_slab_snapshot *snap, size_t max)
{
	struct myslab_node *n = c->node[node];
	unsigned long flags;
	size_t nr;

	if (!n)
		return 0;
	spin_lock_irqsave(&n->list_lock, flags);
	nr = snap_list(&n->partial, 0, snap, max);
	nr += snap_list(&n->full, 1, snap + nr, max - nr);
	nr += snap_list(&n->free, 2, snap + nr, max - nr);
	spin_unlock_irqrestore(&n->list_lock, flags);
	return nr;
}

/* Objects in the array of @cpu; a CPU that was never up has none. */
unsigned int stats_cpu_avail(struct myslab_cache *c, int cpu)
{
	unsigned int avail = aside_avail(per_cpu_ptr(c->cpu, cpu));
	struct myslab_array *a;

	rcu_read_lock();	/* tune_cache() waits before it frees a replaced one */
	a = READ_ONCE(per_cpu_ptr(c->cpu, cpu)->array);
	avail += a ? READ_ONCE(a->avail) : 0;
	rcu_read_unlock();
	return avail;
}

/* Most that the array of @cpu may hold; 0: it has none. */
unsigned int stats_cpu_limit(struct myslab_cache *c, int cpu)
{
	struct myslab_array *a;
	unsigned int limit;

	rcu_read_lock();
	a = READ_ONCE(per_cpu_ptr(c->cpu, cpu)->array);
	limit = a ? READ_ONCE(a->limit) : 0;
	rcu_read_unlock();
	return limit;
}

/* The limit of a cache's arrays; of the largest where they follow what is asked (A3). */
unsigned int stats_limit(struct myslab_cache *c)
{
	unsigned int limit = 0;
	int cpu;

	if (!resize_follows(c))
		return READ_ONCE(c->limit);
	for_each_possible_cpu(cpu)
		limit = max(limit, stats_cpu_limit(c, cpu));
	return limit;
}

/* The batchcount of an array of @limit. */
unsigned int stats_batchcount(const struct myslab_cache *c, unsigned int limit)
{
	return resize_follows(c) ? auto_batch(limit) : READ_ONCE(c->batchcount);
}

/* Bytes of the arrays of @node that are not a CPU's own. */
static void add_node_arrays(struct myslab_cache *c, int node, struct myslab_queue_bytes *q)
{
	struct myslab_node *n = c->node[node];
	unsigned long flags;
	int home;

	spin_lock_irqsave(&n->list_lock, flags);
	q->shared += n->shared ? array_bytes(n->shared->limit) : 0;
	spin_unlock_irqrestore(&n->list_lock, flags);
	for_each_node(home)
		q->alien += alien_bytes(n, home);
}

/**
 * stats_queue() - add up what the arrays of a cache take
 * @c: cache, which stays
 * @q: filled in, bytes
 *
 * Context: Any but NMI. Takes the list_lock of each node in turn.
 */
void stats_queue(struct myslab_cache *c, struct myslab_queue_bytes *q)
{
	int cpu, node;

	memset(q, 0, sizeof(*q));
	for_each_possible_cpu(cpu) {
		struct myslab_cpu *mine = per_cpu_ptr(c->cpu, cpu);
		const struct myslab_array *a;

		rcu_read_lock();
		a = READ_ONCE(mine->array);
		q->cpu += a ? array_bytes(READ_ONCE(a->limit)) : 0;
		rcu_read_unlock();
		q->alien += foreign_bytes(mine);
		q->aside += aside_bytes(mine);
	}
	for_each_node(node)
		if (c->node[node])
			add_node_arrays(c, node, q);
}

static void add_cpus(struct myslab_cache *c, struct myslab_cpu_stats *sum)
{
	unsigned long *to = (unsigned long *)sum;
	int cpu;

	for_each_possible_cpu(cpu) {
		const unsigned long *from = (unsigned long *)&per_cpu_ptr(c->cpu, cpu)->stats;
		size_t i;

		for (i = 0; i < sizeof(*sum) / sizeof(*to); i++)
			to[i] += READ_ONCE(from[i]);
	}
}

void stats_sum_cpus(struct myslab_cache *c, struct myslab_cpu_stats *sum)
{
	memset(sum, 0, sizeof(*sum));
	add_cpus(c, sum);
}

static void add_cache(struct myslab_cache *c, struct myslab_totals *totals)
{
	struct myslab_node_snapshot snap;
	int node;

	add_cpus(c, &totals->cpu);
	for_each_node(node) {
		if (!stats_node(c, node, &snap))
			continue;
		totals->grown += snap.grown;
		totals->reaped += snap.reaped;
		totals->alien_in += snap.alien_in;
		totals->lent += snap.lent;
	}
}

/* What the caches that are gone had counted. M. */
static struct myslab_totals retired;

/* @c goes: its counts stay. Under caches_mutex. */
void stats_retire(struct myslab_cache *c)
{
	lockdep_assert_held(&caches_mutex);
	add_cache(c, &retired);
}

static void add_live(struct myslab_cache *c, struct myslab_totals *totals)
{
	struct myslab_queue_bytes q;

	add_cache(c, totals);
	stats_queue(c, &q);
	totals->queue_bytes += stats_queue_sum(&q);
}

/* Under caches_mutex. */
void stats_totals(struct myslab_totals *totals)
{
	struct myslab_cache *c;

	lockdep_assert_held(&caches_mutex);
	*totals = retired;
	list_for_each_entry(c, &caches, registered)
		add_live(c, totals);
	list_for_each_entry(c, &leaked_caches, registered)
		add_live(c, totals);
	totals->cpu.errors += atomic_long_read(&report_strays);
}
