// SPDX-License-Identifier: GPL-2.0
/*
 * See reap.h. Each CPU's turn looks at every cache: one alien array of its node,
 * its own array, and where its node's time has come the shared array and the free
 * slabs. A turn that finds the registry busy, or an alien array's lock taken, leaves
 * the rest to the next one; list_lock alone is waited for.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>

#include "alien.h"
#include "aside.h"
#include "cache.h"
#include "compat/isolation.h"
#include "cpucache.h"
#include "foreign.h"
#include "grow.h"
#include "node.h"
#include "params.h"
#include "reap.h"
#include "resize.h"

#define REAP_FIRST	HZ		/* R24 */
#define REAP_CPU	(2 * HZ)	/* R25 */
#define REAP_NODE	(4 * HZ)	/* R26 */

struct reaper {
	struct delayed_work work;
	int alien;			/* home node whose objects are next */
	bool has_turns;			/* queued, running or about to queue itself */
};

static DEFINE_PER_CPU(struct reaper, reapers);

/* The module goes: whoever has a turn now queues none, neither its own nor others'. */
static bool reap_ends;

/* R26: when a new cache's nodes are first due, in jiffies: not all caches at once. */
unsigned long reap_stagger(const struct myslab_cache *c)
{
	return jiffies + REAP_NODE + c->id % REAP_NODE;
}

/* R26, A6: what the shared array can spare. */
static unsigned int spare_of_shared(struct myslab_cache *c, struct myslab_node *n)
{
	unsigned int nr = 0;
	unsigned long flags;

	spin_lock_irqsave(&n->list_lock, flags);
	if (n->shared)
		nr = c->is_auto ? array_reap_idle(n->shared) : array_reap(n->shared);
	spin_unlock_irqrestore(&n->list_lock, flags);
	return nr;
}

/* R26: slabs that the node can spare, a fifth of what it may keep. A7: who lay idle. */
static unsigned int spare_slabs(struct myslab_cache *c, struct myslab_node *n)
{
	unsigned int fifth = 5 * c->layout.num;
	unsigned int nr = 0;
	unsigned long flags;

	spin_lock_irqsave(&n->list_lock, flags);
	if (c->is_auto) {
		nr = min(n->free_low, n->free_slabs);
		n->free_low = n->free_slabs - nr;
	} else if (n->free_touched) {
		n->free_touched = false;
	} else {
		nr = DIV_ROUND_UP(n->free_limit, fifth);
	}
	spin_unlock_irqrestore(&n->list_lock, flags);
	return nr;
}

/* R26, for one node. */
static void reap_node(struct myslab_cache *c, int node)
{
	struct myslab_node *n = c->node[node];
	unsigned int nr;

	nr = spare_of_shared(c, n);
	if (nr)
		drain_shared_of(c, n, nr);
	resize_settle(c, node);
	nr = spare_slabs(c, n);
	if (nr)
		drain_free_of(c, n, nr);
}

/* R25, on the CPU that this runs on. */
static void reap_cpu(struct myslab_cache *c, int home)
{
	struct myslab_cpu *cpu;

	migrate_disable();
	cpu = this_cpu_ptr(c->cpu);
	if (home != cpu->node)
		alien_reap(c, cpu->node, home);
	if (c->is_auto)
		aside_reap(c, cpu);
	foreign_reap(c, cpu);
	cpucache_reap(c, cpu);
	resize_shrink(c, cpu);
	migrate_enable();
}

static int next_home(int home)
{
	home = next_node(home, node_online_map);
	return home < MAX_NUMNODES ? home : first_node(node_online_map);
}

/*
 * Staggered over caches by reap_stagger(); whichever CPU of the node comes first, and
 * @late after it was due any CPU. Differs from SLAB R26, where a node without CPUs, or
 * whose CPUs have no turns, is never reaped.
 */
static bool node_is_due(struct myslab_node *n, unsigned long late)
{
	if (time_after(READ_ONCE(n->next_reap) + late, jiffies))
		return false;
	WRITE_ONCE(n->next_reap, jiffies + REAP_NODE);
	return true;
}

static void reap_due_nodes(struct myslab_cache *c, int own)
{
	int node, home;

	for_each_node(node) {
		if (!c->node[node] ||
		    !node_is_due(c->node[node], node == own ? 0 : REAP_NODE))
			continue;
		for_each_node(home)
			if (node != own && node != home)	/* nobody else does */
				alien_reap(c, node, home);
		reap_node(c, node);
	}
}

/**
 * reap_may_disturb() - may this CPU be given work that nobody waits for?
 * @cpu: CPU
 *
 * R24: one that is isolated or nohz_full has no turns, and is not asked to empty its
 * arrays under memory pressure. Shrink and destroy drain it.
 *
 * Context: Any.
 */
bool reap_may_disturb(unsigned int cpu)
{
	return myslab_cpu_keeps_house(cpu);
}

/**
 * reap_has_turns() - does somebody come by who makes this CPU's arrays smaller again?
 * @cpu: CPU
 *
 * Not to one that is isolated, nor, until its turns begin, to one that was; who loads
 * the module with reap=0 does it by hand.
 *
 * Context: Any.
 */
bool reap_has_turns(unsigned int cpu)
{
	return reap_may_disturb(cpu) &&
	       (!param_reap || READ_ONCE(per_cpu_ptr(&reapers, cpu)->has_turns));
}

static void reap_all_of_cpu(struct reaper *r)
{
	struct myslab_cache *c;

	lockdep_assert_held(&caches_mutex);
	list_for_each_entry(c, &caches, registered) {
		reap_cpu(c, r->alien);
		reap_due_nodes(c, this_cpu_read(c->cpu->node));
		cond_resched();
	}
	r->alien = next_home(r->alien);
}

/*
 * The CPU was isolated: this turn, its last, leaves nothing that others would be for.
 * Answers whether there has to be another: the CPU's own load may fill a large array again
 * before it is replaced by a small one, and there may be no memory for that.
 */
static bool reap_last_of_cpu(void)
{
	bool more = false;
	struct myslab_cache *c;

	lockdep_assert_held(&caches_mutex);
	list_for_each_entry(c, &caches, registered) {
		struct myslab_cpu *cpu;

		migrate_disable();
		cpu = this_cpu_ptr(c->cpu);
		cpucache_drain(c, cpu);
		foreign_quit(c, cpu);
		aside_quit(c, cpu);
		resize_to_first(c, cpu);
		more |= resize_needs_turns(c, cpu);
		migrate_enable();
		cond_resched();
	}
	return more;
}

/* Give @cpu turns, which is online and does not go meanwhile, unless it has them. */
static void reap_start(unsigned int cpu)
{
	struct reaper *r = per_cpu_ptr(&reapers, cpu);

	if (param_reap && !READ_ONCE(reap_ends) && reap_may_disturb(cpu) &&
	    !xchg(&r->has_turns, true))
		queue_delayed_work_on(cpu, myslab_wq, &r->work,
				      __round_jiffies_relative(REAP_FIRST, cpu));
}

/* Who is isolated may be so no more. Where a CPU is on its way, next time. */
static void reap_start_others(void)
{
	unsigned int cpu;

	if (!cpus_read_trylock())
		return;
	for_each_online_cpu(cpu)
		if (cpu != smp_processor_id())
			reap_start(cpu);
	cpus_read_unlock();
}

/* One turn of this CPU. Answers whether it is to have another. */
static bool reap_take_turn(struct reaper *r)
{
	bool more = true;

	if (!mutex_trylock(&caches_mutex))
		return true;
	if (reap_may_disturb(smp_processor_id()))
		reap_all_of_cpu(r);
	else
		more = reap_last_of_cpu();
	mutex_unlock(&caches_mutex);
	return more;
}

/* Bound to its CPU by the queue; where that has gone the work does nothing. */
static void reap_work_fn(struct work_struct *work)
{
	struct reaper *r = container_of(work, struct reaper, work.work);

	if (r != this_cpu_ptr(&reapers))
		return;
	reap_start_others();
	if (!reap_take_turn(r))
		WRITE_ONCE(r->has_turns, false);
	else if (!READ_ONCE(reap_ends))
		queue_delayed_work_on(smp_processor_id(), myslab_wq, &r->work,
				      round_jiffies_relative(REAP_CPU));
}

static int reap_cpu_online(unsigned int cpu)
{
	per_cpu_ptr(&reapers, cpu)->alien = next_home(cpu % num_online_nodes());
	reap_start(cpu);
	return 0;
}

static int reap_cpu_offline(unsigned int cpu)
{
	struct reaper *r = per_cpu_ptr(&reapers, cpu);

	cancel_delayed_work_sync(&r->work);
	WRITE_ONCE(r->has_turns, false);
	return 0;
}

/* A turn that was asked for, on its CPU. The asker holds caches_mutex. */
static void reap_asked_fn(struct work_struct *work)
{
	struct reaper *r = this_cpu_ptr(&reapers);
	struct myslab_cache *c;

	list_for_each_entry(c, &caches, registered) {
		reap_cpu(c, r->alien);
		cond_resched();
	}
	r->alien = next_home(r->alien);
}

static DEFINE_PER_CPU(struct work_struct, asked);

static void reap_turn(void)
{
	struct myslab_cache *c;
	int cpu, node;

	lockdep_assert_held(&caches_mutex);
	for_each_online_cpu(cpu) {
		INIT_WORK(per_cpu_ptr(&asked, cpu), reap_asked_fn);
		queue_work_on(cpu, myslab_wq, per_cpu_ptr(&asked, cpu));
	}
	for_each_online_cpu(cpu)
		flush_work(per_cpu_ptr(&asked, cpu));
	list_for_each_entry(c, &caches, registered)
		for_each_node(node)
			if (c->node[node])
				reap_node(c, node);
}

/**
 * reap_turns() - reap now, without waiting for the time
 * @turns: how many turns, each of them both parts (R25, R26), of every CPU and node
 *
 * For tests and for the curious: a deferrable timer does not fire on an idle CPU.
 *
 * Context: Process context, sleeps. Takes cpu_hotplug_lock and caches_mutex.
 * Return: 0, or -EINTR where a signal came in between two turns.
 */
int reap_turns(unsigned int turns)
{
	while (turns--) {
		if (signal_pending(current))
			return -EINTR;
		cpus_read_lock();
		mutex_lock(&caches_mutex);
		reap_turn();
		mutex_unlock(&caches_mutex);
		cpus_read_unlock();
		cond_resched();
	}
	return 0;
}

static int reap_state;

int __init reap_init(void)
{
	int cpu, ret;

	for_each_possible_cpu(cpu)
		INIT_DEFERRABLE_WORK(&per_cpu_ptr(&reapers, cpu)->work, reap_work_fn);
	ret = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "mm/myslab:reap",
				reap_cpu_online, reap_cpu_offline);
	if (ret < 0)
		return ret;
	reap_state = ret;
	return 0;
}

/*
 * The state's removal keeps nobody from cpus_read_lock(), so that a turn which began
 * before may queue a CPU's work after that was cancelled. All such turns have ended when
 * the state is gone, and what they queued ends here.
 */
void reap_exit(void)
{
	int cpu;

	WRITE_ONCE(reap_ends, true);
	cpuhp_remove_state(reap_state);
	for_each_possible_cpu(cpu)
		cancel_delayed_work_sync(&per_cpu_ptr(&reapers, cpu)->work);
}
