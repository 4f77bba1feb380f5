// SPDX-License-Identifier: GPL-2.0
/*
 * See shrinker.h. Reclaim never waits for anything here: it takes the free slabs
 * whose locks it gets at once, asks each CPU to empty its arrays when it can, and
 * answers. What the arrays give back is there for reclaim's next round.
 */
#include <linux/cpumask.h>
#include <linux/shrinker.h>

#include "alien.h"
#include "cache.h"
#include "compat/shrinker.h"
#include "cpucache.h"
#include "grow.h"
#include "node.h"
#include "shrinker.h"

static DEFINE_PER_CPU(struct work_struct, drains);
static struct shrinker *shrinker;

/*
 * This CPU's arrays of all caches. The queue bound it to its CPU, unless that has gone.
 * It shares the queue with drains that the mutex's holder waits for: never wait here.
 */
static void drain_fn(struct work_struct *work)
{
	struct myslab_cache *c;

	if (work != this_cpu_ptr(&drains) || !mutex_trylock(&caches_mutex))
		return;
	list_for_each_entry(c, &caches, registered) {
		drain_in_place(c, smp_processor_id());
		cond_resched();
	}
	mutex_unlock(&caches_mutex);
}

/* Where a drain is under way already, it serves this round as well. */
static void ask_for_drains(void)
{
	int cpu;

	for_each_online_cpu(cpu)
		queue_work_on(cpu, myslab_wq, per_cpu_ptr(&drains, cpu));
}

/* Pages that could come back: free slabs, and what arrays hold as far as it is known. */
static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long pages = 0;
	struct myslab_cache *c;
	struct myslab_node *n;

	if (!mutex_trylock(&caches_mutex))
		return 0;
	list_for_each_entry(c, &caches, registered) {
		n = c->node[sc->nid];
		if (!n)
			continue;
		pages += READ_ONCE(n->free_slabs) << c->layout.order;
		if (READ_ONCE(n->shared) || READ_ONCE(n->total_slabs))
			pages++;
	}
	mutex_unlock(&caches_mutex);
	return pages ? pages : SHRINK_EMPTY;
}

static unsigned long take_free_slabs(struct myslab_cache *c, struct myslab_node *n,
				     unsigned long pages)
{
	unsigned long flags;
	LIST_HEAD(surplus);

	if (!READ_ONCE(n->free_slabs) && !n->shared)
		return 0;
	if (!spin_trylock_irqsave(&n->list_lock, flags))
		return 0;
	if (n->shared) {
		node_free_block(c, n, n->shared->entry, n->shared->avail, &surplus);
		n->shared->avail = 0;
	}
	node_detach_free(c, n, max(1UL, pages >> c->layout.order), &surplus);
	spin_unlock_irqrestore(&n->list_lock, flags);
	return (unsigned long)destroy_slabs(c, &surplus) << c->layout.order;
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
			pages += take_free_slabs(c, c->node[sc->nid],
						 sc->nr_to_scan - pages);
	}
	mutex_unlock(&caches_mutex);
	if (pages < sc->nr_to_scan)
		ask_for_drains();
	return pages ? pages : SHRINK_STOP;
}

int __init shrink_init(void)
{
	int cpu, err;

	for_each_possible_cpu(cpu)
		INIT_WORK(per_cpu_ptr(&drains, cpu), drain_fn);
	shrinker = shrinker_alloc(SHRINKER_NUMA_AWARE, "myslab");
	if (!shrinker)
		return -ENOMEM;
	shrinker->count_objects = count;
	shrinker->scan_objects = scan;
	shrinker->seeks = DEFAULT_SEEKS;
	err = myslab_shrinker_register(shrinker, "myslab");
	if (err)
		kfree(shrinker);
	return err;
}

void shrink_exit(void)
{
	int cpu;

	shrinker_free(shrinker);
	for_each_possible_cpu(cpu)
		cancel_work_sync(per_cpu_ptr(&drains, cpu));
}
