// SPDX-License-Identifier: GPL-2.0
/*
 * A cache that was destroyed while callers held objects of it keeps their memory:
 * it is listed as leaked, its name is free, it allocates nothing, and it pins the
 * module until the last object is back. Every array of it has limit 0, so that each
 * free comes to leak_put(), and no constructor runs again since nothing grows.
 */
#include <linux/module.h>
#include <linux/ratelimit.h>

#include "cache.h"
#include "debugfs.h"
#include "grow.h"
#include "leak.h"
#include "node.h"
#include "release.h"
#include "stats.h"

/*
 * One work for all leaked caches, since it ends them: a work inside a cache could
 * be queued again by the free that it waited for.
 */
static void leak_work_fn(struct work_struct *work);
static DECLARE_WORK(leak_work, leak_work_fn);

/* The last object is back. Frees that are still on their way out hold RCU. */
static void release_leaked(struct myslab_cache *c)
{
	list_del(&c->registered);
	debugfs_remove_cache(c);
	drain_free_slabs(c);
	synchronize_rcu();
	if (c->flags & SLAB_TYPESAFE_BY_RCU)
		rcu_barrier();
	cancel_work_sync(&c->alien_work);
	stats_retire(c);
	cache_forget_id(c);
	pr_info("%s: the last object of the leaked cache is back\n", c->name);
	release_cache(c);
	module_put(THIS_MODULE);
}

static void leak_work_fn(struct work_struct *work)
{
	struct myslab_cache *c, *next;

	mutex_lock(&caches_mutex);
	list_for_each_entry_safe(c, next, &leaked_caches, registered)
		if (!cache_objects_out(c))
			release_leaked(c);
	mutex_unlock(&caches_mutex);
}

/* Nothing that is free is of use to it any more. */
static void keep_nothing_free(struct myslab_cache *c)
{
	int node;

	for_each_node(node)
		if (c->node[node])
			cache_set_free_limit(c, node, 0);
}

unsigned long leak_abandoned;

/*
 * Keep @c, which is drained and off the list of caches, until its objects are back.
 * Where the module is on its way out nobody can bring them back: their memory stays
 * and is accounted for at unload. Under cpus_read_lock and caches_mutex.
 */
void leak_adopt(struct myslab_cache *c)
{
	lockdep_assert_held(&caches_mutex);
	if (!try_module_get(THIS_MODULE)) {
		leak_abandoned += cache_objects_out(c);
		return;
	}
	WRITE_ONCE(c->leaked, true);
	/* A free that did not see it yet is done with the arrays after this. */
	synchronize_rcu();
	list_add_tail(&c->registered, &leaked_caches);
	debugfs_rename_leaked(c);
	keep_nothing_free(c);
	/* Closes the arrays, and catches what came back since the first drain. */
	drain_everything(c, DRAIN_LEAKED);
	queue_work(myslab_slow_wq, &leak_work);
}

/* An object of a leaked cache comes back: to its slab, and a look whether it was the last. */
void leak_put(struct myslab_cache *c, void *obj, int node)
{
	struct myslab_node *n = c->node[node];
	unsigned long flags;
	LIST_HEAD(surplus);

	rcu_read_lock();
	spin_lock_irqsave(&n->list_lock, flags);
	node_free_block(c, n, &obj, 1, &surplus);
	spin_unlock_irqrestore(&n->list_lock, flags);
	destroy_slabs(c, &surplus);
	rcu_read_unlock();
	queue_work(myslab_slow_wq, &leak_work);
}

bool leak_report_alloc(struct myslab_cache *c)
{
	pr_err_ratelimited("%s: allocation refused: the cache is destroyed\n", c->name);
	return true;
}
