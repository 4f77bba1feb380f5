// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs come and go (R9, R31). What is done here is done for a CPU that is not up: a
 * PREPARE state's callbacks run on another one, with cpu_hotplug_lock held to write.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>

#include "cache.h"
#include "cpucache.h"
#include "foreign.h"
#include "resize.h"

static void set_free_limit(struct myslab_cache *c, unsigned int cpu,
			   unsigned int coming)
{
	int node = per_cpu_ptr(c->cpu, cpu)->node;

	if (c->node[node] && cpu_to_node(cpu) == node)
		cache_set_free_limit(c, node, coming);
}

static int add_to_all(unsigned int cpu)
{
	struct myslab_cache *c;
	int err;

	list_for_each_entry(c, &caches, registered) {
		err = cache_add_cpu(c, cpu);
		if (err)
			return err;
		set_free_limit(c, cpu, 1);
	}
	list_for_each_entry(c, &leaked_caches, registered) {
		err = cache_add_cpu(c, cpu);
		if (err)
			return err;
		/* closed, so that a free comes to leak_put() */
		per_cpu_ptr(c->cpu, cpu)->array->limit = 0;
		foreign_close(per_cpu_ptr(c->cpu, cpu));
	}
	return 0;
}

/*
 * Before a CPU comes up: it has its arrays before it allocates. With an error it does
 * not come up, and nobody calls cpu_dead() for it. Arrays that were made go as those of a
 * dead CPU do (A8); in mode fixed they wait for it, as after its death.
 */
static int cpu_prepare(unsigned int cpu)
{
	struct myslab_cache *c;
	int err;

	mutex_lock(&caches_mutex);
	err = add_to_all(cpu);
	if (err) {
		pr_err("CPU %u stays down: no memory for its arrays\n", cpu);
		list_for_each_entry(c, &caches, registered) {
			set_free_limit(c, cpu, 0);
			resize_forget(c, per_cpu_ptr(c->cpu, cpu));
		}
	}
	mutex_unlock(&caches_mutex);
	return err;
}

/* After a CPU's death, or where it never came up: what it held goes to the slabs. */
static int cpu_dead(unsigned int cpu)
{
	struct myslab_cache *c;

	mutex_lock(&caches_mutex);
	list_for_each_entry(c, &caches, registered) {
		struct myslab_cpu *dead = per_cpu_ptr(c->cpu, cpu);

		set_free_limit(c, cpu, 0);
		if (!busted(BUSTED_DEAD_KEEPS))
			cpucache_drain(c, dead);
		resize_forget(c, dead);
		resize_settle(c, dead->node);
		drain_deserted(c, dead->node);
	}
	list_for_each_entry(c, &leaked_caches, registered)
		cpucache_drain(c, per_cpu_ptr(c->cpu, cpu));
	mutex_unlock(&caches_mutex);
	return 0;
}

static int cpuhp_state;

int __init hotplug_init(void)
{
	int ret = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "mm/myslab:prepare",
					    cpu_prepare, cpu_dead);

	if (ret < 0)
		return ret;
	cpuhp_state = ret;
	return 0;
}

void hotplug_exit(void)
{
	cpuhp_remove_state_nocalls(cpuhp_state);
}
