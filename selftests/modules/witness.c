// SPDX-License-Identifier: GPL-2.0
/*
 * A client that does what it is told, one line at a time, and judges nothing: a host
 * that reads this guest's memory does (scripts/qemu/witness). Its lines, written to
 * debugfs myslab-witness:
 *
 *   open SIZE [ctor]      make the cache; its tunables are the module's parameters
 *   cpu N                 from here on that CPU
 *   take COUNT [NODE]     that many objects, of that node
 *   give FROM COUNT       give back what was taken as number FROM, and so on
 *   arm FROM COUNT        give those back in the middle of the next growth
 *   shrink
 *   close                 give back what is out and destroy the cache
 *   hog N, unhog          that CPU runs nothing else meanwhile
 *
 * What was taken is numbered in order from open on.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include <myslab/myslab.h>

#define WITNESS_OBJECTS	4096

/* The host finds these by their symbols. It sends a line once the last is done. */
static void *witness_object[WITNESS_OBJECTS];
static bool witness_out[WITNESS_OBJECTS];
static unsigned int witness_taken;

static struct myslab_cache *cache;
static unsigned int armed_from, armed_count;
static unsigned int on_cpu;
static struct task_struct *hogging;
static DECLARE_COMPLETION(hog_is_on);

static int give(unsigned int from, unsigned int count)
{
	unsigned int i;

	if (count > witness_taken || from > witness_taken - count)
		return -ERANGE;
	for (i = from; i < from + count; i++)
		if (!witness_out[i])
			return -EEXIST;
	for (i = from; i < from + count; i++) {
		witness_out[i] = false;
		myslab_cache_free(cache, witness_object[i]);
	}
	return 0;
}

/* A growth holds no lock and no mark here: frees may come in between. */
static void construct(void *obj)
{
	unsigned int count = armed_count;

	armed_count = 0;
	if (count)
		WARN_ON(give(armed_from, count));
}

static int arm(unsigned int from, unsigned int count)
{
	armed_from = from;
	armed_count = count;
	return 0;
}

static int take(unsigned int count, int node)
{
	while (count--) {
		void *obj;

		if (witness_taken == WITNESS_OBJECTS)
			return -ENOSPC;
		if (node == NUMA_NO_NODE)
			obj = myslab_cache_alloc(cache, GFP_KERNEL);
		else
			obj = myslab_cache_alloc_node(cache, GFP_KERNEL | __GFP_THISNODE,
						      node);
		if (!obj)
			return -ENOMEM;
		witness_object[witness_taken] = obj;
		witness_out[witness_taken] = true;
		witness_taken++;
	}
	return 0;
}

static int open_cache(unsigned int size, bool constructs)
{
	if (cache)
		return -EBUSY;
	cache = myslab_cache_create("witnessed", size, 0, 0, constructs ? construct : NULL);
	witness_taken = 0;
	armed_count = 0;
	return cache ? 0 : -ENOMEM;
}

static int close_cache(void)
{
	unsigned int i;

	for (i = 0; i < witness_taken; i++)
		if (witness_out[i])
			give(i, 1);
	witness_taken = 0;
	myslab_cache_destroy(cache);
	cache = NULL;
	return 0;
}

static int hog_fn(void *unused)
{
	preempt_disable();
	complete(&hog_is_on);
	while (!kthread_should_stop())
		cpu_relax();
	preempt_enable();
	return 0;
}

static int hog(unsigned int cpu)
{
	if (hogging)
		return -EBUSY;
	hogging = kthread_create(hog_fn, NULL, "myslab-busy");
	if (IS_ERR(hogging)) {
		int err = PTR_ERR(hogging);

		hogging = NULL;
		return err;
	}
	kthread_bind(hogging, cpu);
	wake_up_process(hogging);
	wait_for_completion(&hog_is_on);
	return 0;
}

static int unhog(void)
{
	if (hogging)
		kthread_stop(hogging);
	hogging = NULL;
	return 0;
}

static int use_cpu(unsigned int cpu)
{
	if (cpu >= nr_cpu_ids || !cpu_online(cpu))
		return -EINVAL;
	on_cpu = cpu;
	return 0;
}

static int obey_client(const char *line)
{
	unsigned int a, b;
	int node;

	if (!cache)
		return -ENODEV;
	if (sscanf(line, "take %u %d", &a, &node) == 2)
		return take(a, node);
	if (sscanf(line, "take %u", &a) == 1)
		return take(a, NUMA_NO_NODE);
	if (sscanf(line, "give %u %u", &a, &b) == 2)
		return give(a, b);
	if (sscanf(line, "arm %u %u", &a, &b) == 2)
		return arm(a, b);
	if (!strcmp(line, "close"))
		return close_cache();
	if (strcmp(line, "shrink"))
		return -EINVAL;
	myslab_cache_shrink(cache);
	return 0;
}

/* Each line may come from another task. */
static int obey(const char *line)
{
	unsigned int a;
	int err;

	if (sscanf(line, "cpu %u", &a) == 1)
		return use_cpu(a);
	if (sscanf(line, "hog %u", &a) == 1)
		return hog(a);
	if (!strcmp(line, "unhog"))
		return unhog();
	err = set_cpus_allowed_ptr(current, cpumask_of(on_cpu));
	if (err)
		return err;
	if (sscanf(line, "open %u", &a) == 1)
		return open_cache(a, strstr(line, " ctor"));
	return obey_client(line);
}

static ssize_t witness_write(struct file *file, const char __user *from, size_t len,
			     loff_t *pos)
{
	char line[64];
	int err;

	if (len >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, from, len))
		return -EFAULT;
	line[len] = '\0';
	err = obey(strim(line));
	return err ? err : len;
}

static const struct file_operations witness_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = witness_write,
};

static struct dentry *file;

static int __init myslab_test_witness_init(void)
{
	file = debugfs_create_file("myslab-witness", 0200, NULL, NULL, &witness_fops);
	return PTR_ERR_OR_ZERO(file);
}

static void __exit myslab_test_witness_exit(void)
{
	debugfs_remove(file);
	unhog();
	if (cache)
		close_cache();
}

module_init(myslab_test_witness_init);
module_exit(myslab_test_witness_exit);

MODULE_DESCRIPTION("A client of myslab that a host leads by the hand");
MODULE_AUTHOR("The myslab developers");
MODULE_LICENSE("GPL");
