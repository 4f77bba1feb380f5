// SPDX-License-Identifier: GPL-2.0
/*
 * See memnode.h. Before a node's first memory can be had, each cache gets what it
 * needs of the node (R32), and once it can be had the CPUs that are nearest to it
 * turn to it. When a node's last memory has gone its CPUs turn to the nearest node
 * that has some; what the caches have of the node stays for the next time, as in
 * SLAB where it was in use: readers look at it with no lock.
 *
 * Memory that holds a slab does not go: the kernel answers EBUSY before anybody is
 * asked here.
 *
 * Which node it is about is read off the memory itself, for kernels from 6.17 on do
 * not say; it is set before the first notification.
 */
#include <linux/cpu.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/workqueue.h>

#include "cache.h"
#include "cpucache.h"
#include "memnode.h"
#include "resize.h"

/* What the caches got stays with them where one gets nothing, or others object. */
static int node_is_coming(int node)
{
	struct myslab_cache *c;
	int err = 0;

	mutex_lock(&caches_mutex);
	list_for_each_entry(c, &caches, registered) {
		err = cache_add_node(c, node);
		if (err) {
			pr_err("%s: memory of node %d stays offline: none to be had for the cache's lists of it\n",
			       c->name, node);
			break;
		}
	}
	mutex_unlock(&caches_mutex);
	return err;
}

/* On the CPU that it is about. Its asker holds caches_mutex. */
static long turn_cpu(void *unused)
{
	struct myslab_cache *c;

	migrate_disable();
	list_for_each_entry(c, &caches, registered) {
		struct myslab_cpu *cpu = this_cpu_ptr(c->cpu);
		int left = cpu->node;
		int node = cache_cpu_node(c, smp_processor_id());

		if (node == left)
			continue;
		cpucache_move(c, cpu, node);
		drain_deserted(c, left);
		resize_settle(c, left);
		resize_settle(c, node);
	}
	migrate_enable();
	return 0;
}

static bool is_to_turn(int cpu)
{
	struct myslab_cache *c;

	list_for_each_entry(c, &caches, registered)
		if (per_cpu_ptr(c->cpu, cpu)->node != cache_cpu_node(c, cpu))
			return true;
	return false;
}

/*
 * Whether node_states changed or not: a CPU that is right where it is stays, undisturbed.
 * None comes or goes meanwhile: every change of memory is made under cpu_hotplug_lock.
 */
static void turn_cpus(void)
{
	int cpu;

	mutex_lock(&caches_mutex);
	for_each_online_cpu(cpu)
		if (is_to_turn(cpu))
			work_on_cpu(cpu, turn_cpu, NULL);
	mutex_unlock(&caches_mutex);
}

static int memory_changes(struct notifier_block *nb, unsigned long what, void *data)
{
	const struct memory_notify *memory = data;
	int err = 0;

	switch (what) {
	case MEM_GOING_ONLINE:
		err = node_is_coming(page_to_nid(pfn_to_page(memory->start_pfn)));
		break;
	case MEM_ONLINE:
	case MEM_OFFLINE:
		turn_cpus();
		break;
	}
	return notifier_from_errno(err);
}

static struct notifier_block memory_notifier = {
	.notifier_call = memory_changes,
};

int __init memnode_init(void)
{
	return register_memory_notifier(&memory_notifier);
}

void memnode_exit(void)
{
	unregister_memory_notifier(&memory_notifier);
}
