// SPDX-License-Identifier: GPL-2.0
/* See fixture.h. */
#include <linux/kthread.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>

#include "fixture.h"

void run_on(int cpu)
{
	expect_eq(set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
	expect_eq(raw_smp_processor_id(), cpu);
}

struct task_struct *thread_on(int cpu, int (*run)(void *arg), void *arg, const char *name)
{
	struct task_struct *thread;

	thread = kthread_create_on_node(run, arg, cpu_to_node(cpu), "%s/%d", name, cpu);
	if (!expect(!IS_ERR(thread)))
		return NULL;
	kthread_bind(thread, cpu);
	wake_up_process(thread);
	return thread;
}

int first_cpu(void)
{
	return cpumask_first(cpu_online_mask);
}

int first_cpu_of_node(int node)
{
	int cpu = cpumask_first_and(cpumask_of_node(node), cpu_online_mask);

	return cpu < nr_cpu_ids ? cpu : -1;
}

int second_cpu_of_node(int node)
{
	int cpu, first = first_cpu_of_node(node);

	for_each_cpu_and(cpu, cpumask_of_node(node), cpu_online_mask)
		if (cpu != first)
			return cpu;
	return -1;
}

int here(void)
{
	return cpu_to_node(first_cpu());
}

int other_node(void)
{
	int node;

	for_each_node_state(node, N_MEMORY)
		if (node != here() && first_cpu_of_node(node) >= 0)
			return node;
	return -1;
}

static struct myslab_cache *create_tuned(struct pool *p, unsigned int align,
					 slab_flags_t flags, void (*ctor)(void *),
					 struct tunables t)
{
	struct myslab_cache *cache = NULL;

	if (set_parameter("limit", t.limit) &&
	    set_parameter("batchcount", t.batchcount) &&
	    set_parameter("shared", t.shared))
		cache = myslab_cache_create(p->name, p->size, align, flags, ctor);
	set_parameter("limit", 0);
	set_parameter("batchcount", 0);
	set_parameter("shared", -1);
	return cache;
}

/*
 * Names tell a failed case's report which cache it is about; a number in them keeps
 * one case's leftovers from stopping the next.
 */
bool open_pool(struct pool *p, unsigned int size, unsigned int align,
	       slab_flags_t flags, void (*ctor)(void *), struct tunables t)
{
	static unsigned int serial;
	struct info info;

	memset(p, 0, sizeof(*p));
	p->size = size;
	p->name = kasprintf(GFP_KERNEL, "test-%u-%u", size, ++serial);
	if (!expect(p->name))
		return false;
	p->cache = create_tuned(p, align, flags, ctor, t);
	if (!expect(p->cache) || !expect(look_info(p->name, &info))) {
		close_pool(p);
		return false;
	}
	p->stride = info.objsize;
	p->num = info.objperslab;
	p->slab_bytes = PAGE_SIZE * info.pagesperslab;
	return true;
}

void close_pool(struct pool *p)
{
	struct info info;
	char leaked[64];

	if (p->cache) {
		myslab_cache_destroy(p->cache);
		snprintf(leaked, sizeof(leaked), "%s(leaked)", p->name);
		expect(!look_info(leaked, &info));
	}
	kfree(p->name);
	p->cache = NULL;
	p->name = NULL;
}

static bool inlined;
module_param(inlined, bool, 0644);
MODULE_PARM_DESC(inlined, "take and give by what MYSLAB_INLINE compiles into a client");

void *take(struct pool *p)
{
	void *obj = inlined ? alloc_inlined(p->cache, GFP_KERNEL) :
			      myslab_cache_alloc(p->cache, GFP_KERNEL);

	expect(obj);
	return obj;
}

void give(struct pool *p, void *obj)
{
	if (inlined)
		free_inlined(p->cache, obj);
	else
		myslab_cache_free(p->cache, obj);
}

bool take_many(struct pool *p, void **objs, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		objs[i] = take(p);
		if (!objs[i]) {
			give_many(p, objs, i);
			return false;
		}
	}
	return true;
}

void give_many(struct pool *p, void **objs, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		give(p, objs[i]);
}

void *take_of(struct pool *p, int node)
{
	void *obj = myslab_cache_alloc_node(p->cache, GFP_KERNEL | __GFP_THISNODE, node);

	if (expect(obj))
		expect_eq(node_of(obj), node);
	return obj;
}

/*
 * Alien arrays are made at first use, by a worker: free far objects here until one
 * does not go straight home. Then empty everything again. Where that waited in vain
 * once, nobody waits again.
 */
#define ALIEN_TRIES	1500

bool make_alien(struct pool *p, int node)
{
	long before = look_stat(p->name, ALL_CPUS, "alien_put");
	static bool in_vain;
	unsigned int tries;

	for (tries = 0; tries < ALIEN_TRIES && !in_vain; tries++) {
		void *obj = take_of(p, node);

		if (!obj)
			return false;
		give(p, obj);
		if (look_stat(p->name, ALL_CPUS, "alien_put") > before) {
			myslab_cache_shrink(p->cache);
			return true;
		}
		schedule_timeout_uninterruptible(1);
	}
	in_vain = true;
	return expect(!"no alien array was made");
}

int which(void *const *objs, unsigned int nr, const void *obj)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (objs[i] == obj)
			return i;
	return -1;
}
