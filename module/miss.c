// SPDX-License-Identifier: GPL-2.0
/*
 * An allocation that the hit did not serve: a look deeper into this CPU's array, the
 * node, a new slab, other nodes (R11-R16). With nothing held, since what the fast path
 * read may have changed by then.
 */
#define MYSLAB_UNHOOKED	/* pages are charged to the caller: hooks.h */
#include <linux/sched.h>
#include <linux/sched/mm.h>

#include "api.h"
#include "cache.h"
#include "cpucache.h"
#include "grow.h"
#include "leak.h"
#include "node.h"
#include "report.h"

/* R10: a pop that went deeper than any since the last reap; or the array has it by now. */
static bool pop_deeper(struct myslab_cache *c, int node, void **obj)
{
	struct myslab_cpu *cpu;
	struct myslab_array *a;
	bool hit = false;

	preempt_disable();
	cpu = this_cpu_ptr(c->cpu);
	if (!cpu_is_marked(cpu)) {
		cpu_mark(cpu);
		a = READ_ONCE(cpu->array);
		hit = a->avail && (node == NUMA_NO_NODE || node == cpu->node);
		if (hit) {
			*obj = array_pop(a);
			array_note(a);
			cpu->stats.alloc_hit++;
		}
		cpu_unmark(cpu);
	}
	preempt_enable();
	return hit;
}

/* R15: an object that another node has free already, the nearest first. */
static void *take_from_others(struct myslab_cache *c, int node)
{
	nodemask_t left = node_states[N_MEMORY];

	node_clear(node, left);
	while (!nodes_empty(left)) {
		int nid = cache_nearest_node(node, &left);
		struct myslab_node *n = c->node[nid];
		unsigned long flags;
		void *obj;

		node_clear(nid, left);
		if (!n || !READ_ONCE(n->free_objects))
			continue;
		spin_lock_irqsave(&n->list_lock, flags);
		obj = node_take_one(c, n);
		if (obj)
			n->lent++;
		spin_unlock_irqrestore(&n->list_lock, flags);
		if (obj) {
			this_cpu_inc(c->cpu->stats.fallback);
			return obj;
		}
	}
	return NULL;
}

/* May a growth with @gfp be repeated until it succeeds? */
static bool repeats(gfp_t gfp)
{
	return (gfp & __GFP_NOFAIL) && gfpflags_allow_blocking(gfp);
}

/* R15: grow @node without reclaim, then fall back, then grow anywhere as @gfp says. */
static void *grow_and_take(struct myslab_cache *c, gfp_t gfp, int node)
{
	struct myslab_slab *slab;
	void *obj;

	for (;;) {
		slab = grow_slab(c, gfp_exact_node(gfp), node);
		if (slab)
			return cpucache_adopt(c, slab);
		if (gfp & __GFP_THISNODE) {
			if (!repeats(gfp))
				break;
		} else {
			obj = take_from_others(c, node);
			if (obj)
				return obj;
		}
		slab = grow_slab(c, gfp, node);
		if (slab) {
			if (slab_node(slab) != node)
				this_cpu_inc(c->cpu->stats.fallback);
			return cpucache_adopt(c, slab);
		}
		if (!repeats(gfp))
			break;
		schedule_timeout_uninterruptible(1);
	}
	this_cpu_inc(c->cpu->stats.failed);
	report_out_of_memory(c, gfp, node);
	return NULL;
}

/* An object that is not handed out yet, by every way but the hit. */
static void *alloc_raw(struct myslab_cache *c, gfp_t gfp)
{
	void *obj;

	if (pop_deeper(c, NUMA_NO_NODE, &obj))
		return obj;
	/* only what this CPU's array has can be had there */
	if (unlikely(cpu_gets_no_lock()) || unlikely(leak_refuses_alloc(c)))
		return NULL;
	obj = cpucache_take(c, NUMA_NO_NODE);
	if (obj)
		return obj;
	return grow_and_take(c, grow_checked_gfp(c, gfp), this_cpu_read(c->cpu->node));
}

noinline void *alloc_slow(struct myslab_cache *c, gfp_t gfp)
{
	void *obj = alloc_raw(c, gfp);

	return obj ? hand_out(c, gfp, obj) : NULL;
}

/* One object out of @node's lists: R16. */
static void *take_of_node(struct myslab_cache *c, int node)
{
	struct myslab_node *n = c->node[node];
	unsigned long flags;
	void *obj;

	this_cpu_inc(c->cpu->stats.node_alloc);
	spin_lock_irqsave(&n->list_lock, flags);
	obj = node_take_one(c, n);
	spin_unlock_irqrestore(&n->list_lock, flags);
	return obj;
}

void *alloc_of_node(struct myslab_cache *c, gfp_t gfp, int node)
{
	void *obj;

	if (pop_deeper(c, node, &obj))
		return obj;
	if (unlikely(cpu_gets_no_lock()) || unlikely(leak_refuses_alloc(c)))
		return NULL;
	if (this_cpu_read(c->cpu->node) == node)
		obj = cpucache_take(c, node);
	else
		obj = take_of_node(c, node);
	return obj ? obj : grow_and_take(c, grow_checked_gfp(c, gfp), node);
}
