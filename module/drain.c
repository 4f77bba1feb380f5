// SPDX-License-Identifier: GPL-2.0
/* Everything that is parked goes back to its slab; free slabs go back to the kernel. */
#include <linux/cpu.h>
#include <linux/export.h>

#include "alien.h"
#include "cache.h"
#include "cpucache.h"
#include "grow.h"
#include "node.h"
#include "reap.h"
#include "resize.h"

/* One drain at a time: caches_mutex. */
struct drain_work {
	struct work_struct work;
	struct myslab_cache *cache;
	enum drain_reason why;
};

static DEFINE_PER_CPU(struct drain_work, drain_works);

/* On the CPU that @cpu is of, which does not change. */
static void drain_cpu(struct myslab_cache *c, struct myslab_cpu *cpu,
		      enum drain_reason why)
{
	cpucache_drain(c, cpu);
	if (why == DRAIN_SHRINK)
		resize_to_first(c, cpu);
}

/* Queued on its CPU, which stays online: cpu_hotplug_lock. */
static void drain_work_fn(struct work_struct *work)
{
	struct drain_work *dw = container_of(work, struct drain_work, work);

	migrate_disable();
	drain_cpu(dw->cache, this_cpu_ptr(dw->cache->cpu), dw->why);
	migrate_enable();
}

/* In place where the array of @cpu is the one of the CPU that this runs on. */
bool drain_in_place(struct myslab_cache *c, int cpu, enum drain_reason why)
{
	bool here;

	migrate_disable();
	here = smp_processor_id() == cpu;
	if (here)
		drain_cpu(c, this_cpu_ptr(c->cpu), why);
	migrate_enable();
	return here;
}

/* Is @cpu to be disturbed for it? */
static bool is_drained(struct myslab_cache *c, int cpu, enum drain_reason why)
{
	const struct myslab_cpu *its = per_cpu_ptr(c->cpu, cpu);

	if (why == DRAIN_LEAKED || cpucache_holds(its))
		return true;
	return why == DRAIN_SHRINK && resize_has_grown(c, its) && reap_may_disturb(cpu);
}

/*
 * Empty the array of every CPU, each on its own CPU; a CPU with an empty one is left
 * in peace, unless it is to be closed, or large and the CPU may be disturbed. A CPU that
 * is not online has no array that is in use, and none comes up or goes down meanwhile.
 */
static void drain_cpus(struct myslab_cache *c, enum drain_reason why)
{
	static cpumask_t queued;
	int cpu;

	lockdep_assert_held(&caches_mutex);
	cpumask_clear(&queued);
	for_each_online_cpu(cpu) {
		struct drain_work *dw = per_cpu_ptr(&drain_works, cpu);

		if (!is_drained(c, cpu, why) || drain_in_place(c, cpu, why))
			continue;
		INIT_WORK(&dw->work, drain_work_fn);
		dw->cache = c;
		dw->why = why;
		cpumask_set_cpu(cpu, &queued);
		queue_work_on(cpu, myslab_wq, &dw->work);
	}
	for_each_cpu(cpu, &queued)
		flush_work(&per_cpu_ptr(&drain_works, cpu)->work);
}

/*
 * Up to @max of the oldest entries of a node's shared array go to their slabs, in
 * sections of bounded length. No more than it has at first: others may fill it meanwhile.
 */
void drain_shared_of(struct myslab_cache *c, struct myslab_node *n, unsigned int max)
{
	unsigned int nr, sum = 0;

	if (busted(BUSTED_IRQS_ON) && n->shared) {
		spin_lock(&n->list_lock);
		spin_unlock(&n->list_lock);
	}
	do {
		unsigned long flags;
		LIST_HEAD(surplus);

		spin_lock_irqsave(&n->list_lock, flags);
		if (!sum)
			max = n->shared ? min(max, n->shared->avail) : 0;
		nr = node_shared_drain(c, n, max - sum, &surplus);
		spin_unlock_irqrestore(&n->list_lock, flags);
		destroy_slabs(c, &surplus);
		sum += nr;
		cond_resched();
	} while (nr && sum < max);
}

/*
 * Give up to @max free slabs of a node back, the tail first, of those that are free at
 * first. Answers how many.
 */
unsigned int drain_free_of(struct myslab_cache *c, struct myslab_node *n, unsigned int max)
{
	unsigned int nr, sum = 0;

	do {
		unsigned long flags;
		LIST_HEAD(surplus);

		spin_lock_irqsave(&n->list_lock, flags);
		if (!sum)
			max = min_t(unsigned long, max, n->free_slabs);
		nr = node_detach_free(c, n, min(max - sum, NODE_AT_ONCE), &surplus);
		spin_unlock_irqrestore(&n->list_lock, flags);
		destroy_slabs(c, &surplus);
		sum += nr;
		cond_resched();
	} while (nr && sum < max);
	return sum;
}

/* A4: give the free slabs back that a node need not keep, where its free_limit fell. */
void drain_excess_of(struct myslab_cache *c, struct myslab_node *n)
{
	unsigned int nr;

	do {
		unsigned long flags;
		LIST_HEAD(surplus);

		spin_lock_irqsave(&n->list_lock, flags);
		nr = node_trim(c, n, NODE_AT_ONCE, &surplus);
		spin_unlock_irqrestore(&n->list_lock, flags);
		destroy_slabs(c, &surplus);
		cond_resched();
	} while (nr);
}

void drain_excess(struct myslab_cache *c)
{
	int node;

	for_each_node(node)
		if (c->node[node])
			drain_excess_of(c, c->node[node]);
}

/* A node's shared array, to its slabs. */
static void drain_shared(struct myslab_cache *c, int node)
{
	if (c->node[node])
		drain_shared_of(c, c->node[node], UINT_MAX);
}

/**
 * drain_deserted() - empty a node's own arrays, where no CPU uses them any more
 * @c: cache
 * @node: the node that a CPU has just left
 *
 * R31: what the last CPU leaves in the shared and alien arrays would stay there: the
 * reaper comes by on the node's CPUs alone.
 *
 * Context: Process context under cpu_hotplug_lock and caches_mutex.
 */
void drain_deserted(struct myslab_cache *c, int node)
{
	int cpu;

	for_each_online_cpu(cpu)
		if (per_cpu_ptr(c->cpu, cpu)->node == node)
			return;
	alien_drain_node(c, node);
	drain_shared(c, node);
}

/* Give every free slab back. Answers how many there were. */
unsigned int drain_free_slabs(struct myslab_cache *c)
{
	unsigned int nr = 0;
	int node;

	for_each_node(node)
		if (c->node[node])
			nr += drain_free_of(c, c->node[node], UINT_MAX);
	return nr;
}

/* Aliens before shared arrays, which they drain into. */
void drain_everything(struct myslab_cache *c, enum drain_reason why)
{
	int node;

	drain_cpus(c, why);
	alien_drain_all(c);
	for_each_node(node) {
		drain_shared(c, node);
		if (why == DRAIN_SHRINK)
			resize_settle(c, node);
	}
	drain_free_slabs(c);
}

/* A cache's slabs that go free their indices, which lie in slabs of another. */
static void shrink(struct myslab_cache *c)
{
	drain_everything(c, DRAIN_SHRINK);
	if (c->index_cache)
		drain_everything(c->index_cache, DRAIN_SHRINK);
}

/**
 * cache_shrink_all() - shrink every cache there is, the module's own too
 *
 * Context: Process context, sleeps. Takes cpu_hotplug_lock and caches_mutex.
 */
void cache_shrink_all(void)
{
	struct myslab_cache *c;

	cpus_read_lock();
	mutex_lock(&caches_mutex);
	/* the oldest last: among them are those of the others' indices */
	list_for_each_entry_reverse(c, &caches, registered)
		drain_everything(c, DRAIN_SHRINK);
	mutex_unlock(&caches_mutex);
	cpus_read_unlock();
}

/**
 * myslab_cache_shrink() - give back all memory that a cache can do without
 * @cache: cache
 *
 * Empties every CPU's array, the alien and the shared arrays, then destroys every
 * free slab (R27), and does the same for what those slabs were described by. What other
 * CPUs do meanwhile stays theirs.
 *
 * A leaked cache has nothing parked; for what is no cache at all it is refused with a
 * report.
 *
 * Context: Process context, sleeps. Takes cpu_hotplug_lock and caches_mutex.
 * Return: 0 where no slab remains, 1 where slabs remain in use, -EINVAL where @cache is
 * none.
 */
int myslab_cache_shrink(struct myslab_cache *cache)
{
	int ret;

	might_sleep();
	cpus_read_lock();
	mutex_lock(&caches_mutex);
	if (cache_is_live(cache) || cache_is_leaked(cache)) {
		shrink(cache);
		ret = cache_slabs(cache) != 0;
	} else {
		pr_err("shrink refused: %p is not a cache\n", cache);
		ret = -EINVAL;
	}
	mutex_unlock(&caches_mutex);
	cpus_read_unlock();
	return ret;
}
EXPORT_SYMBOL_GPL(myslab_cache_shrink);
