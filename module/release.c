// SPDX-License-Identifier: GPL-2.0
/* See release.h. */
#include <linux/llist.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "cache.h"
#include "release.h"

static LLIST_HEAD(released);
static struct rcu_work release_work;

/* Whoever finds the list empty has the work come, after a grace period. */
static void wait_in_list(struct myslab_cache *c)
{
	if (llist_add(&c->released, &released))
		queue_rcu_work(myslab_slow_wq, &release_work);
}

/* Who joined after that period had begun waits for the next. */
static void release_work_fn(struct work_struct *work)
{
	struct llist_node *all = llist_del_all(&released);
	struct myslab_cache *c, *next;

	llist_for_each_entry_safe(c, next, all, released) {
		if (poll_state_synchronize_rcu(c->grace_period))
			cache_free(c);
		else
			wait_in_list(c);
	}
}

void __init release_init(void)
{
	INIT_RCU_WORK(&release_work, release_work_fn);
}

/**
 * release_cache() - let a cache go
 * @c: has no slab, no user and no id any more
 *
 * Context: Any but NMI. Its memory goes later: release_wait().
 */
void release_cache(struct myslab_cache *c)
{
	c->grace_period = get_state_synchronize_rcu();
	wait_in_list(c);
}

/**
 * release_wait() - wait until those that were let go are gone
 *
 * Context: Process context, sleeps. Nobody lets another go meanwhile.
 */
void release_wait(void)
{
	do {
		rcu_barrier();
		flush_workqueue(myslab_slow_wq);
	} while (!llist_empty(&released));
}
