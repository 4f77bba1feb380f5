// SPDX-License-Identifier: GPL-2.0
/* See release.h. */
#include <linux/atomic.h>
#include <linux/llist.h>
#include <linux/rcupdate.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "cache.h"
#include "release.h"

static LLIST_HEAD(released);
static struct rcu_work release_work;

/* How many are let go and not gone: in the list, or with the work that took them off it. */
static atomic_t waiting;
static DECLARE_WAIT_QUEUE_HEAD(all_gone);

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
	int gone = 0;

	llist_for_each_entry_safe(c, next, all, released) {
		if (poll_state_synchronize_rcu(c->grace_period)) {
			cache_free(c);
			gone++;
		} else {
			wait_in_list(c);
		}
	}
	if (atomic_sub_and_test(gone, &waiting))
		wake_up(&all_gone);
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
	atomic_inc(&waiting);
	wait_in_list(c);
}

/**
 * release_wait() - wait until those that were let go are gone
 *
 * The work has returned too, so that its code may go. It is not asked for again: that
 * needs one who was let go.
 *
 * Context: Process context, sleeps. Who lets others go meanwhile makes it wait for them.
 */
void release_wait(void)
{
	wait_event(all_gone, !atomic_read(&waiting));
	flush_workqueue(myslab_slow_wq);
}
