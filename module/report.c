// SPDX-License-Identifier: GPL-2.0
/* See report.h. */
#include <linux/kernel.h>
#include <linux/ratelimit.h>

#include "node.h"
#include "report.h"

static const char *const verdict_text[] = {
	[VERDICT_NOT_OURS]	= "it is not an object of any cache",
	[VERDICT_OTHER_CACHE]	= "it is of another cache",
	[VERDICT_INSIDE]	= "it is not the start of an object",
	[VERDICT_FREE]		= "it is free already",
	[VERDICT_NMI]		= "this is an NMI; the object is lost",
	[VERDICT_HARDIRQ]	= "this is a hard interrupt on PREEMPT_RT; the object is lost",
};

atomic_long_t report_strays;

static void count_refused(struct myslab_cache *c)
{
	if (c)
		this_cpu_inc(c->cpu->stats.errors);
	else
		atomic_long_inc(&report_strays);
}

/**
 * report_refused_call() - say which call was refused, and count it
 * @c: the cache that it was said to be of, or is of; NULL: of none
 * @call: what was to be done: "free"
 * @obj: what was to be freed
 * @verdict: why not
 *
 * A report and a stack, not a WARN: the fault is the caller's, and a machine that
 * panics on warnings should not fall for it.
 *
 * Context: Any.
 */
void report_refused_call(struct myslab_cache *c, const char *call, const void *obj,
			 enum myslab_verdict verdict)
{
	static DEFINE_RATELIMIT_STATE(limit, DEFAULT_RATELIMIT_INTERVAL,
				      DEFAULT_RATELIMIT_BURST);
	const struct myslab_cache *owner = NULL;

	count_refused(c);
	if (!__ratelimit(&limit))
		return;
	rcu_read_lock();	/* keeps the owner's name: its descriptor */
	if (verdict == VERDICT_OTHER_CACHE)
		owner = judge_owner(obj);
	pr_err("%s: %s of %p refused: %s%s%s\n", c ? c->name : "no cache", call, obj,
	       verdict_text[verdict], owner ? ": " : "", owner ? owner->name : "");
	rcu_read_unlock();
	dump_stack();
}

/**
 * report_refused_copy() - say which copy to or from user space was refused; count it
 * @c: cache of the object; NULL: there is none
 * @p: where in the kernel
 * @n: how many bytes
 * @why: why not
 *
 * Context: Any.
 */
void report_refused_copy(struct myslab_cache *c, const void *p, unsigned long n,
			 const char *why)
{
	static DEFINE_RATELIMIT_STATE(limit, DEFAULT_RATELIMIT_INTERVAL,
				      DEFAULT_RATELIMIT_BURST);

	count_refused(c);
	if (!__ratelimit(&limit))
		return;
	pr_err("%s: user copy of %lu bytes at %p refused: %s\n",
	       c ? c->name : "no cache", n, p, why);
	dump_stack();
}

/**
 * report_out_of_memory() - say what a cache has where an allocation failed
 * @c: cache
 * @gfp: of the allocation; __GFP_NOWARN keeps this silent
 * @node: where the object was wanted
 *
 * Context: Any; takes list_lock of each node in turn.
 */
void report_out_of_memory(struct myslab_cache *c, gfp_t gfp, int node)
{
	static DEFINE_RATELIMIT_STATE(limit, DEFAULT_RATELIMIT_INTERVAL,
				      DEFAULT_RATELIMIT_BURST);
	int i;

	if (gfp & __GFP_NOWARN || !__ratelimit(&limit))
		return;
	pr_warn("%s: no memory on node %d, gfp=%#x(%pGg), object size %u, order %u\n",
		c->name, node, (__force u32)gfp, &gfp, c->layout.size, c->layout.order);
	for_each_node(i) {
		struct myslab_node *n = c->node[i];
		unsigned long slabs, used, objects, out, flags;

		if (!n)
			continue;
		spin_lock_irqsave(&n->list_lock, flags);
		slabs = n->total_slabs;
		used = slabs - n->free_slabs;
		objects = slabs * c->layout.num;
		out = node_objects_out(c, n);
		spin_unlock_irqrestore(&n->list_lock, flags);
		pr_warn("  node %d: slabs in use: %lu/%lu, objects: %lu/%lu\n",
			i, used, slabs, out, objects);
	}
}
