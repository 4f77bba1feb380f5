// SPDX-License-Identifier: GPL-2.0
/* Loading and unloading, in the order of the house; module parameters. */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "cache.h"
#include "compat/workqueue.h"
#include "debugfs.h"
#include "delayed.h"
#include "leak.h"
#include "memnode.h"
#include "params.h"
#include "procfs.h"
#include "reap.h"
#include "shrinker.h"
#include "sizeclass.h"
#include "stress.h"

struct workqueue_struct *myslab_wq;
struct workqueue_struct *myslab_slow_wq;

unsigned int param_limit;
unsigned int param_batchcount;
int param_shared = -1;
bool param_noaliencache;
enum myslab_mode param_mode = MYSLAB_MODE_AUTO;
/* A kernel that looks up every load and store is slower by as much. */
unsigned int param_grow_ticks = IS_ENABLED(CONFIG_KASAN_GENERIC) ? 64 : 1;
bool param_reap = true;

/* An array of so many pointers is 4 pages. */
#define LIMIT_MAX	2047
/* Times batchcount: entries of a shared array. */
#define SHARED_MAX	64

static int set_limit(const char *val, const struct kernel_param *kp)
{
	return param_set_uint_minmax(val, kp, 0, LIMIT_MAX);
}

static const struct kernel_param_ops limit_ops = {
	.set = set_limit,
	.get = param_get_uint,
};

static int set_ticks(const char *val, const struct kernel_param *kp)
{
	return param_set_uint_minmax(val, kp, 1, INT_MAX);
}

static const struct kernel_param_ops ticks_ops = {
	.set = set_ticks,
	.get = param_get_uint,
};

static int set_shared(const char *val, const struct kernel_param *kp)
{
	int shared, err = kstrtoint(val, 0, &shared);

	if (err)
		return err;
	if (shared < -1 || shared > SHARED_MAX)
		return -EINVAL;
	*(int *)kp->arg = shared;
	return 0;
}

static const struct kernel_param_ops shared_ops = {
	.set = set_shared,
	.get = param_get_int,
};

static int set_mode(const char *val, const struct kernel_param *kp)
{
	if (sysfs_streq(val, "auto")) {
		WRITE_ONCE(param_mode, MYSLAB_MODE_AUTO);
	} else if (sysfs_streq(val, "fixed")) {
		WRITE_ONCE(param_mode, MYSLAB_MODE_FIXED);
	} else {
		pr_err("mode refused: \"%*pE\" is neither auto nor fixed\n",
		       (int)strnlen(val, 32), val);
		return -EINVAL;
	}
	return 0;
}

static int get_mode(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n",
			  READ_ONCE(param_mode) == MYSLAB_MODE_AUTO ? "auto" : "fixed");
}

static const struct kernel_param_ops mode_ops = {
	.set = set_mode,
	.get = get_mode,
};

module_param_cb(mode, &mode_ops, NULL, 0644);
MODULE_PARM_DESC(mode, "of caches created from now on: auto (default; sizes follow the load) or fixed (SLAB to the letter)");
module_param_cb(limit, &limit_ops, &param_limit, 0644);
MODULE_PARM_DESC(limit, "objects in a CPU's array, for caches created from now on (0: by size)");
module_param_cb(batchcount, &limit_ops, &param_batchcount, 0644);
MODULE_PARM_DESC(batchcount, "objects moved at once, for caches created from now on (0: half the limit)");
module_param_cb(shared, &shared_ops, &param_shared, 0644);
MODULE_PARM_DESC(shared, "batches in a node's shared array, for caches created from now on (-1: by size)");
module_param_named(noaliencache, param_noaliencache, bool, 0644);
MODULE_PARM_DESC(noaliencache, "no alien arrays in caches created from now on: foreign objects go straight home");
module_param_cb(grow_ticks, &ticks_ops, &param_grow_ticks, 0644);
MODULE_PARM_DESC(grow_ticks, "mode auto: an array that is refilled or flushed four times, each within so many ticks of the last, grows (1)");

module_param_named(reap, param_reap, bool, 0444);
MODULE_PARM_DESC(reap, "give back what is parked and not used, every few seconds");

/*
 * Where the kernel zeroes what it hands out or what is freed, so do we (as fixed at
 * boot): then every call has more to do than to move a pointer. So has a free where
 * objects rest first.
 */
static void __init init_hooks(void)
{
	if (want_init_on_alloc(0))
		static_branch_enable(&myslab_alloc_hooks);
	if (want_init_on_free() || quarantine_wanted())
		static_branch_enable(&myslab_free_hooks);
}

/* A client that went without destroying its caches: nobody is left to do it. */
static void destroy_forgotten(void)
{
	struct myslab_cache *c, *next;

	list_for_each_entry_safe(c, next, &caches, registered) {
		if (create_is_own(c))
			continue;
		pr_err("%s: its client never destroyed it\n", c->name);
		myslab_cache_destroy(c);
	}
}

static void exit_queues(void)
{
	if (myslab_slow_wq)
		destroy_workqueue(myslab_slow_wq);
	if (myslab_wq)
		destroy_workqueue(myslab_wq);
}

static int __init init_queues(void)
{
	myslab_wq = alloc_workqueue("myslab", WQ_MEM_RECLAIM | MYSLAB_WQ_PERCPU, 0);
	myslab_slow_wq = alloc_workqueue("myslab_slow", WQ_UNBOUND, 0);
	if (myslab_wq && myslab_slow_wq)
		return 0;
	exit_queues();
	return -ENOMEM;
}

static int __init myslab_init(void)
{
	int err;

	pages_init();
	init_hooks();
	err = init_queues();
	if (err)
		return err;
	delayed_init();
	debugfs_init();
	err = hotplug_init();
	if (err)
		goto no_hotplug;
	err = memnode_init();
	if (err)
		goto no_memnode;
	err = create_init();
	if (err)
		goto no_caches;
	err = reap_init();
	if (err)
		goto no_reap;
	err = shrink_init();
	if (err)
		goto no_shrinker;
	err = procfs_init();
	if (err)
		goto no_procfs;
	err = sizeclass_init();
	if (err)
		goto no_classes;
	err = myslab_stress_init();
	if (err)
		goto no_stress;
	if (busted(BUSTED_LEAK_PAGES) && !alloc_pages(GFP_KERNEL | __GFP_COMP, 2))
		pr_warn("busted: no pages to lose\n");
	pr_info("SLAB beside the kernel's allocator, API version %d\n", MYSLAB_API_VERSION);
	return 0;

no_stress:
	sizeclass_exit();
no_classes:
	procfs_exit();
no_procfs:
	shrink_exit();
no_shrinker:
	reap_exit();
no_reap:
	create_exit();
no_caches:
	memnode_exit();
no_memnode:
	hotplug_exit();
no_hotplug:
	debugfs_exit();
	exit_queues();
	return err;
}

/* No client is loaded any more, and no leaked cache is left: both pin the module. */
static void __exit myslab_exit(void)
{
	myslab_stress_exit();
	delayed_exit();
	sizeclass_exit();
	procfs_exit();
	shrink_exit();
	reap_exit();
	destroy_forgotten();
	create_exit();
	memnode_exit();
	hotplug_exit();
	debugfs_exit();
	exit_queues();
	rcu_barrier();
	pr_info("unloaded: %lu objects and %ld pages outstanding\n", leak_abandoned,
		atomic_long_read(&myslab_pages_held));
}

module_init(myslab_init);
module_exit(myslab_exit);

MODULE_DESCRIPTION("SLAB, an object cache beside the kernel's own");
MODULE_AUTHOR("The myslab developers");
MODULE_VERSION("0.1.0");
MODULE_LICENSE("GPL");
