// SPDX-License-Identifier: GPL-2.0
/* See quarantine.h. */
#include <linux/moduleparam.h>

#include "checkers.h"
#include "grow.h"
#include "judge.h"
#include "node.h"
#include "quarantine.h"

unsigned int param_quarantine = QUARANTINE_MAX;

static int set_quarantine(const char *val, const struct kernel_param *kp)
{
	return param_set_uint_minmax(val, kp, 0, QUARANTINE_MAX);
}

static const struct kernel_param_ops quarantine_ops = {
	.set = set_quarantine,
	.get = param_get_uint,
};

module_param_cb(quarantine, &quarantine_ops, &param_quarantine, 0444);
MODULE_PARM_DESC(quarantine, "with KASAN: freed objects of a cache that a CPU holds back from reuse");

bool param_redzone = true;
module_param_named(redzone, param_redzone, bool, 0444);
MODULE_PARM_DESC(redzone, "with KASAN: bytes behind each object that nobody may touch");

/* The one that has rested longest, and room for another; @q is not empty. */
static void *take_oldest(struct myslab_quarantine *q)
{
	void *obj = q->entry[q->oldest];

	q->entry[q->oldest] = NULL;	/* kmemleak looks here */
	q->oldest = (q->oldest + 1) % QUARANTINE_MAX;
	q->nr--;
	return obj;
}

/* Does @obj rest on this CPU? The one second free that no mark tells of is this one. */
bool quarantine_holds(struct myslab_cache *c, const void *obj)
{
	const struct myslab_quarantine *q;
	unsigned long flags;
	bool holds = false;
	unsigned int i;

	local_irq_save(flags);
	q = &this_cpu_ptr(c->cpu)->quarantine;
	for (i = 0; i < q->nr && !holds; i++)
		holds = q->entry[(q->oldest + i) % QUARANTINE_MAX] == obj;
	local_irq_restore(flags);
	return holds;
}

/* Freed a second time elsewhere, while it rested: its slab is gone, and any node tells of it. */
static void count_doubled(struct myslab_cache *c)
{
	struct myslab_node *n = c->node[raw_cpu_read(c->cpu->node)];
	unsigned long flags;

	spin_lock_irqsave(&n->list_lock, flags);
	n->doubled++;
	spin_unlock_irqrestore(&n->list_lock, flags);
}

/*
 * Let @obj, of @node, rest. Answers what is to be parked in its place, with its node, or
 * NULL. Any context but NMI.
 */
void *quarantine_swap(struct myslab_cache *c, void *obj, int *node)
{
	struct myslab_quarantine *q;
	void *rested = NULL;
	unsigned long flags;

	if (!param_quarantine || !checkers_guard_free(c))
		return obj;
	local_irq_save(flags);
	q = &this_cpu_ptr(c->cpu)->quarantine;
	if (q->nr >= param_quarantine)
		rested = take_oldest(q);
	q->entry[(q->oldest + q->nr++) % QUARANTINE_MAX] = obj;
	local_irq_restore(flags);
	if (!rested)
		return NULL;
	*node = judge_home(c, rested);
	if (*node != NUMA_NO_NODE)
		return rested;
	count_doubled(c);
	return NULL;
}

/* A racy look from any CPU. */
unsigned int quarantine_count(const struct myslab_cpu *cpu)
{
	return READ_ONCE(cpu->quarantine.nr);
}

/* What rests on @cpu, this one, pinned, or a dead one, goes to its slabs. */
void quarantine_drain(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	struct myslab_quarantine *q = &cpu->quarantine;
	LIST_HEAD(surplus);

	for (;;) {
		struct myslab_node *n;
		unsigned long flags;
		void *obj = NULL;
		int home;

		local_irq_save(flags);
		if (q->nr)
			obj = take_oldest(q);
		local_irq_restore(flags);
		if (!obj)
			break;
		home = judge_home(c, obj);
		if (home == NUMA_NO_NODE) {
			count_doubled(c);
			continue;
		}
		n = c->node[home];
		spin_lock_irqsave(&n->list_lock, flags);
		node_free_block(c, n, &obj, 1, &surplus);
		spin_unlock_irqrestore(&n->list_lock, flags);
	}
	destroy_slabs(c, &surplus);
}
