// SPDX-License-Identifier: GPL-2.0
/*
 * See shrinker.h. Reclaim waits for nothing here: it takes what is free where it gets
 * the locks at once, asks the CPUs to empty their arrays when they can, and answers.
 * What the arrays give back goes to the kernel as soon as they have.
 */
#include <linux/cpumask.h>
#include <linux/shrinker.h>

#include "alien.h"
#include "cache.h"
#include "compat/shrinker.h"
#include "compat/workqueue.h"
#include "foreign.h"
#include "node.h"
#include "reap.h"
#include "grow.h"
#include "shrinker.h"
#include "stats.h"

static DEFINE_PER_CPU(struct work_struct, drains);
static struct shrinker *shrinker;
/*
 * Its work waits for caches_mutex, so it is a queue of its own: whoever holds the mutex
 * waits for drains on the other one, and waits for nothing on this one.
 */
static struct workqueue_struct *drain_wq;

/* What a CPU's drain brought to its node's slabs, or in mode auto to those of any. */
static void give_back_of(struct myslab_cache *c, int cpu)
{
	int own = per_cpu_ptr(c->cpu, cpu)->node, node;

	for_each_node(node) {
		if (!c->node[node] || (node != own && !c->is_auto))
			continue;
		if (node != own)
			drain_shared_of(c, c->node[node], UINT_MAX);
		drain_free_of(c, c->node[node], UINT_MAX);
	}
}

/* On its CPU, which the queue sees to unless that has gone. */
static void drain_fn(struct work_struct *work)
{
	int cpu = raw_smp_processor_id();
	struct myslab_cache *c;

	if (work != per_cpu_ptr(&drains, cpu))
		return;
	mutex_lock(&caches_mutex);
	list_for_each_entry(c, &caches, registered) {
		if (!drain_in_place(c, cpu, DRAIN_SHRINK))
			break;
		give_back_of(c, cpu);
	}
	mutex_unlock(&caches_mutex);
}

/* Objects of @node in the array of @cpu, where that may be emptied. */
static unsigned int parked_by_cpu(struct myslab_cache *c, int cpu, int node)
{
	if (!reap_may_disturb(cpu))
		return 0;
	if (per_cpu_ptr(c->cpu, cpu)->node != node)
		return c->is_auto ? foreign_parked(c, cpu, node) : 0;
	return stats_cpu_avail(c, cpu) + quarantine_count(per_cpu_ptr(c->cpu, cpu));
}

/* Objects of @node in arrays that pressure empties. Under caches_mutex. */
static unsigned long parked(struct myslab_cache *c, int node)
{
	unsigned long nr = node_shared_avail(c->node[node]);
	int i;

	for_each_node(i)
		nr += alien_parked(c, i, node);
	for_each_online_cpu(i)
		nr += parked_by_cpu(c, i, node);
	return nr;
}

/*
 * Pages that could come back: those of free slabs, and as many more as the parked
 * objects could fill, which is too many where the rest of their slabs is in use: then
 * they are in those slabs after the first scan, and not counted again.
 */
static unsigned long pages_to_gain(struct myslab_cache *c, int node)
{
	struct myslab_node *n = c->node[node];
	unsigned long free = READ_ONCE(n->free_slabs);
	unsigned long used = READ_ONCE(n->total_slabs) - free;
	unsigned long more = DIV_ROUND_UP(parked(c, node), c->layout.num);

	return (free + min(more, used)) << c->layout.order;
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long pages = 0;
	struct myslab_cache *c;

	if (!mutex_trylock(&caches_mutex))
		return 0;
	list_for_each_entry(c, &caches, registered)
		if (c->node[sc->nid])
			pages += pages_to_gain(c, sc->nid);
	mutex_unlock(&caches_mutex);
	return pages ? pages : SHRINK_EMPTY;
}

/* The oldest of the shared array to the slabs, then up to @slabs free ones. How many went? */
static unsigned long try_take(struct myslab_cache *c, struct myslab_node *n,
			      unsigned int slabs)
{
	unsigned long flags;
	LIST_HEAD(surplus);

	if (!spin_trylock_irqsave(&n->list_lock, flags))
		return 0;
	node_shared_drain(c, n, NODE_AT_ONCE, &surplus);
	node_detach_free(c, n, slabs, &surplus);
	spin_unlock_irqrestore(&n->list_lock, flags);
	return destroy_slabs(c, &surplus);
}

/* What is parked on its way to the slabs of @node, and then those that are free: pages. */
static unsigned long take_free_slabs(struct myslab_cache *c, int node, unsigned long pages)
{
	unsigned int slabs = clamp(pages >> c->layout.order, 1UL, (unsigned long)NODE_AT_ONCE);
	struct myslab_node *n = c->node[node];
	unsigned int shared;
	unsigned long gone = 0;
	int i;

	for_each_node(i)
		if (c->node[i])
			gone += alien_try_reap(c, i, node);
	shared = node_shared_avail(n);
	if (READ_ONCE(n->free_slabs) || shared)
		gone += try_take(c, n, slabs);
	return gone << c->layout.order;
}

/* CPUs that have something of @node. One that has been asked already does it once. */
static void ask_for_drains(int node)
{
	struct myslab_cache *c;
	int cpu;

	lockdep_assert_held(&caches_mutex);
	for_each_online_cpu(cpu) {
		list_for_each_entry(c, &caches, registered) {
			if (!parked_by_cpu(c, cpu, node))
				continue;
			queue_work_on(cpu, drain_wq, per_cpu_ptr(&drains, cpu));
			break;
		}
	}
}

static unsigned long scan(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long pages = 0;
	struct myslab_cache *c;

	if (!mutex_trylock(&caches_mutex))
		return SHRINK_STOP;
	list_for_each_entry(c, &caches, registered) {
		if (pages >= sc->nr_to_scan)
			break;
		if (c->node[sc->nid])
			pages += take_free_slabs(c, sc->nid, sc->nr_to_scan - pages);
	}
	if (pages < sc->nr_to_scan)
		ask_for_drains(sc->nid);
	mutex_unlock(&caches_mutex);
	return pages ? pages : SHRINK_STOP;
}

int __init shrink_init(void)
{
	int cpu, err = -ENOMEM;

	for_each_possible_cpu(cpu)
		INIT_WORK(per_cpu_ptr(&drains, cpu), drain_fn);
	drain_wq = alloc_workqueue("myslab_drain", WQ_MEM_RECLAIM | MYSLAB_WQ_PERCPU, 0);
	if (!drain_wq)
		return -ENOMEM;
	shrinker = shrinker_alloc(SHRINKER_NUMA_AWARE, "myslab");
	if (!shrinker)
		goto no_shrinker;
	shrinker->count_objects = count;
	shrinker->scan_objects = scan;
	shrinker->seeks = DEFAULT_SEEKS;
	err = myslab_shrinker_register(shrinker, "myslab");
	if (!err)
		return 0;
	kfree(shrinker);
no_shrinker:
	destroy_workqueue(drain_wq);
	return err;
}

void shrink_exit(void)
{
	shrinker_free(shrinker);
	destroy_workqueue(drain_wq);	/* which does first what is queued */
}
