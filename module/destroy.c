// SPDX-License-Identifier: GPL-2.0
/* The end of a cache. */
#include <linux/cpu.h>
#include <linux/export.h>

#include "cache.h"
#include "debugfs.h"
#include "holders.h"
#include "leak.h"
#include "release.h"
#include "stats.h"

/* BUSTED_LEAK_DESTROY: a free slab stays behind when its cache goes. */
static void lose_a_slab(struct myslab_cache *c)
{
	int node;

	for_each_node(node) {
		struct myslab_node *n = c->node[node];

		if (!n || list_empty(&n->free))
			continue;
		list_del(n->free.next);
		n->free_slabs--;
		n->total_slabs--;
		n->free_objects -= c->layout.num;
	}
}

/* Drain @c and take it off the list. Answers the objects that are still out. */
static unsigned long retire(struct myslab_cache *c)
{
	unsigned long out;

	lockdep_assert_held(&caches_mutex);
	if (busted(BUSTED_LEAK_DESTROY))
		lose_a_slab(c);
	drain_everything(c, DRAIN_DESTROY);
	list_del(&c->registered);
	out = cache_objects_out(c);
	if (out) {
		pr_err("%s: destroyed with %lu objects out: kept as leaked until they are back\n",
		       c->name, out);
		holders_report(c);
		dump_stack();
		leak_adopt(c);
	} else {
		stats_retire(c);
	}
	return out;
}

/* Answers whether @c is to be released: nothing is where it is unknown or leaked. */
static bool retire_if_live(struct myslab_cache *c)
{
	bool release = false;

	cpus_read_lock();
	mutex_lock(&caches_mutex);
	if (cache_is_live(c)) {
		cancel_work_sync(&c->alien_work);
		release = !retire(c);
	} else {
		pr_err("destroy refused: %p is not a cache\n", c);
		dump_stack();
	}
	mutex_unlock(&caches_mutex);
	cpus_read_unlock();
	return release;
}

/**
 * myslab_cache_destroy() - unmake a cache
 * @cache: the cache, which nobody allocates from or frees to any more; NULL is a
 *         no-op; what is not a live cache is refused with a report
 *
 * With objects out it refuses to free memory that is in use (R28): a report says how
 * many, on which nodes and which are the first of them, the name is free at once, the
 * cache is listed as leaked and pins this module until the last of them is freed to it.
 * With SLAB_TYPESAFE_BY_RCU it waits for the slabs whose grace period is running.
 * What was given to myslab_kfree_rcu() before is waited for.
 *
 * Context: Process context, sleeps. Takes cpu_hotplug_lock and caches_mutex.
 */
void myslab_cache_destroy(struct myslab_cache *cache)
{
	if (!cache)
		return;
	might_sleep();
	myslab_kfree_rcu_barrier();
	if (!retire_if_live(cache))
		return;
	debugfs_remove_cache(cache);	/* waits for readers: with no lock held */
	cancel_work_sync(&cache->alien_work);
	if (cache->flags & SLAB_TYPESAFE_BY_RCU)
		rcu_barrier();
	mutex_lock(&caches_mutex);
	cache_forget_id(cache);
	mutex_unlock(&caches_mutex);
	release_cache(cache);
}
EXPORT_SYMBOL_GPL(myslab_cache_destroy);
