// SPDX-License-Identifier: GPL-2.0
/*
 * Load for who measures what queues take (queues.sh): caches of both modes, and on all
 * CPUs at once bursts of objects, other nodes' among them. debugfs myslab-crowd takes
 * "create", "one", "burst" or "destroy", and "fixed" or "auto" behind it ("one": a burst
 * on one CPU); or "settle", which waits for what was given to RCU to be free.
 */
#include <linux/cpu.h>
#include <linux/debugfs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nodemask.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/topology.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include <myslab/myslab.h>

static unsigned int caches = 10;
module_param(caches, uint, 0400);
MODULE_PARM_DESC(caches, "caches of each mode");

static unsigned int size = 256;
module_param(size, uint, 0400);
MODULE_PARM_DESC(size, "bytes of an object");

static unsigned int objects = 2048;
module_param(objects, uint, 0400);
MODULE_PARM_DESC(objects, "objects that each CPU takes before it frees them, of each cache");

static unsigned int far = 256;
module_param(far, uint, 0400);
MODULE_PARM_DESC(far, "of these so many of each other node, at most objects");

static unsigned int rounds = 8;
module_param(rounds, uint, 0400);
MODULE_PARM_DESC(rounds, "how often each does so in a burst");

/* By mode. */
struct crowd {
	const char *name;
	enum myslab_mode mode;
	struct myslab_cache **caches;
};

static struct crowd crowds[] = {
	{ .name = "fixed", .mode = MYSLAB_MODE_FIXED },
	{ .name = "auto", .mode = MYSLAB_MODE_AUTO },
};

/* One CPU's part of a burst. */
struct part {
	struct work_struct work;
	struct crowd *crowd;
	int err;
};

static DEFINE_PER_CPU(struct part, parts);
static struct workqueue_struct *crowd_wq;
static DEFINE_MUTEX(crowd_mutex);

/* @nr objects, of @node where it is one, and back; 0 or -ENOMEM. */
static int take_and_give(struct myslab_cache *c, void **o, unsigned int nr, int node)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		o[i] = node == NUMA_NO_NODE ? myslab_cache_alloc(c, GFP_KERNEL) :
		       myslab_cache_alloc_node(c, GFP_KERNEL | __GFP_THISNODE, node);
		if (!o[i])
			break;
	}
	nr -= i;
	while (i--)
		myslab_cache_free(c, o[i]);
	cond_resched();
	return nr ? -ENOMEM : 0;
}

static int one_cache(struct myslab_cache *c, void **o)
{
	unsigned int round;
	int node, err = 0;

	for (round = 0; round < rounds && !err; round++) {
		err = take_and_give(c, o, objects, NUMA_NO_NODE);
		for_each_node_state(node, N_MEMORY)
			if (node != numa_mem_id() && !err)
				err = take_and_give(c, o, far, node);
	}
	return err;
}

static void part_fn(struct work_struct *work)
{
	struct part *part = container_of(work, struct part, work);
	void **o = kvmalloc_array(objects, sizeof(*o), GFP_KERNEL);
	unsigned int i;

	part->err = o ? 0 : -ENOMEM;
	for (i = 0; i < caches && !part->err; i++)
		part->err = one_cache(part->crowd->caches[i], o);
	kvfree(o);
}

static int burst_on(struct crowd *crowd, const struct cpumask *cpus)
{
	int cpu, err = 0;

	if (!crowd->caches)
		return -ENOENT;
	cpus_read_lock();
	for_each_cpu_and(cpu, cpus, cpu_online_mask) {
		struct part *part = per_cpu_ptr(&parts, cpu);

		INIT_WORK(&part->work, part_fn);
		part->crowd = crowd;
		queue_work_on(cpu, crowd_wq, &part->work);
	}
	for_each_cpu_and(cpu, cpus, cpu_online_mask) {
		flush_work(&per_cpu_ptr(&parts, cpu)->work);
		err = err ?: per_cpu_ptr(&parts, cpu)->err;
	}
	cpus_read_unlock();
	return err;
}

static int burst(struct crowd *crowd)
{
	return burst_on(crowd, cpu_possible_mask);
}

static int one(struct crowd *crowd)
{
	return burst_on(crowd, cpumask_of(cpumask_first(cpu_online_mask)));
}

static int destroy(struct crowd *crowd)
{
	unsigned int i;

	for (i = 0; crowd->caches && i < caches; i++)
		myslab_cache_destroy(crowd->caches[i]);
	kfree(crowd->caches);
	crowd->caches = NULL;
	return 0;
}

static int create(struct crowd *crowd)
{
	unsigned int i;
	char name[32];

	if (crowd->caches)
		return -EEXIST;
	crowd->caches = kcalloc(caches, sizeof(*crowd->caches), GFP_KERNEL);
	for (i = 0; crowd->caches && i < caches; i++) {
		snprintf(name, sizeof(name), "crowd-%s-%u", crowd->name, i);
		crowd->caches[i] = myslab_cache_create_mode(crowd->mode, name, size, 0, 0,
							    NULL);
		if (!crowd->caches[i])
			break;
	}
	if (crowd->caches && i == caches)
		return 0;
	destroy(crowd);
	return -ENOMEM;
}

static const struct {
	const char *name;
	int (*run)(struct crowd *crowd);
} commands[] = {
	{ "create", create },
	{ "one", one },
	{ "burst", burst },
	{ "destroy", destroy },
};

static int run_command(const char *command, const char *mode)
{
	size_t i, j;

	if (!strcmp(command, "settle")) {
		rcu_barrier();
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		for (j = 0; j < ARRAY_SIZE(crowds); j++)
			if (mode && !strcmp(command, commands[i].name) &&
			    !strcmp(mode, crowds[j].name))
				return commands[i].run(&crowds[j]);
	return -EINVAL;
}

static ssize_t crowd_write(struct file *file, const char __user *from, size_t count,
			   loff_t *pos)
{
	char text[32] = "", *mode = text, *command;
	int err;

	if (count >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, count))
		return -EFAULT;
	mode = strim(text);
	command = strsep(&mode, " ");
	mutex_lock(&crowd_mutex);
	err = run_command(command, mode);
	mutex_unlock(&crowd_mutex);
	return err ? err : count;
}

static const struct file_operations crowd_fops = {
	.owner = THIS_MODULE,
	.write = crowd_write,
};

static struct dentry *crowd_file;

static int __init crowd_init(void)
{
	if (!caches || far > objects)
		return -EINVAL;
	crowd_wq = alloc_workqueue("myslab-crowd", WQ_CPU_INTENSIVE, 0);
	if (!crowd_wq)
		return -ENOMEM;
	crowd_file = debugfs_create_file("myslab-crowd", 0200, NULL, NULL, &crowd_fops);
	return 0;
}

static void __exit crowd_exit(void)
{
	size_t i;

	debugfs_remove(crowd_file);
	destroy_workqueue(crowd_wq);
	for (i = 0; i < ARRAY_SIZE(crowds); i++)
		destroy(&crowds[i]);
}

module_init(crowd_init);
module_exit(crowd_exit);

MODULE_DESCRIPTION("Load on every CPU, for who measures myslab's queues");
MODULE_AUTHOR("The myslab developers");
MODULE_LICENSE("GPL");
