// SPDX-License-Identifier: GPL-2.0
/*
 * What a program asked for, judged and completed. Each step refuses one kind
 * of mistake, in the order that the caller finds easiest to mend: what is
 * unknown, what is not used, what is too much, what does not exist here.
 */
#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/string.h>
#include <linux/topology.h>
#include "stress_bench.h"
#include "stress_run.h"

#define STRESS_KNOWN_FLAGS (MYSLAB_STRESS_VERIFY | MYSLAB_STRESS_LIGHT |	\
			    MYSLAB_STRESS_BULK | MYSLAB_STRESS_ZERO |		\
			    MYSLAB_STRESS_ATOMIC | MYSLAB_STRESS_HARDIRQ |	\
			    MYSLAB_STRESS_WAIT | MYSLAB_STRESS_NODE |		\
			    MYSLAB_STRESS_ALTERNATE)

static const struct {
	u32 ask;
	slab_flags_t flag;
} stress_slab_flags[] = {
	{ MYSLAB_STRESS_HWCACHE_ALIGN,	 SLAB_HWCACHE_ALIGN },
	{ MYSLAB_STRESS_TYPESAFE_BY_RCU, SLAB_TYPESAFE_BY_RCU },
	{ MYSLAB_STRESS_RECLAIM_ACCOUNT, SLAB_RECLAIM_ACCOUNT },
	{ MYSLAB_STRESS_ACCOUNT,	 SLAB_ACCOUNT },
};

static const u32 stress_default_sizes[MYSLAB_STRESS_NR_SIZES] = {
	16, 40, 96, 256, 700, 1024, 2048, 4096,
};

/* Workloads that keep @objects live. */
static bool stress_keeps(u32 workload)
{
	return workload != MYSLAB_STRESS_HOT && workload != MYSLAB_STRESS_FILL;
}

/* Workloads that read @sizes instead of @size. */
static bool stress_many_sizes(u32 workload)
{
	return workload == MYSLAB_STRESS_MIXED || workload == MYSLAB_STRESS_BENCH;
}

/* Cases of BENCH that free in an order. */
static bool stress_bench_bursts(u32 bench)
{
	return bench == MYSLAB_BENCH_BURST || bench == MYSLAB_BENCH_REMOTE ||
	       bench == MYSLAB_BENCH_SLOWEST;
}

/* What the timed loops can do; the rest would be silently left out of them. */
static u64 stress_bench_flags(u32 bench)
{
	switch (bench) {
	case MYSLAB_BENCH_BURST:
		return MYSLAB_STRESS_WAIT | MYSLAB_STRESS_ATOMIC | MYSLAB_STRESS_ZERO |
		       MYSLAB_STRESS_BULK;
	case MYSLAB_BENCH_INLINE:
		return MYSLAB_STRESS_WAIT | MYSLAB_STRESS_ATOMIC;
	case MYSLAB_BENCH_PAIR:
	case MYSLAB_BENCH_REMOTE:
		return MYSLAB_STRESS_WAIT | MYSLAB_STRESS_ATOMIC | MYSLAB_STRESS_ZERO;
	default:
		return MYSLAB_STRESS_WAIT;
	}
}

static int stress_plan_bench(const struct myslab_stress_params *p)
{
	u64 kinds = p->flags & (MYSLAB_STRESS_ATOMIC | MYSLAB_STRESS_ZERO | MYSLAB_STRESS_BULK);

	if (p->workload != MYSLAB_STRESS_BENCH)
		return p->bench ? -EINVAL : 0;
	if (p->bench > MYSLAB_BENCH_CACHES)
		return -EINVAL;
	/* One loop for each kind, none for two at once. */
	if (kinds & (kinds - 1))
		return -EINVAL;
	if (p->bench == MYSLAB_BENCH_SLOWEST && p->order == MYSLAB_STRESS_RANDOM)
		return -EINVAL;
	if (p->bench == MYSLAB_BENCH_CREATE && p->objects)
		return -EINVAL;
	if (p->bench == MYSLAB_BENCH_REMOTE &&
	    !memchr_inv(p->consumer_cpus, 0, sizeof(p->consumer_cpus)))
		return -EINVAL;
	return 0;
}

static int stress_plan_flags(const struct myslab_stress_params *p)
{
	u64 flags = p->flags;

	if (flags & ~STRESS_KNOWN_FLAGS)
		return -EINVAL;
	if ((flags & MYSLAB_STRESS_LIGHT) && !(flags & MYSLAB_STRESS_VERIFY))
		return -EINVAL;
	/* The bulk calls have no node to name. */
	if ((flags & MYSLAB_STRESS_BULK) &&
	    (flags & (MYSLAB_STRESS_NODE | MYSLAB_STRESS_ALTERNATE)))
		return -EINVAL;
	if ((flags & MYSLAB_STRESS_NODE) && (flags & MYSLAB_STRESS_ALTERNATE))
		return -EINVAL;
	/* A constructor's state and zeros exclude each other. */
	if (p->workload == MYSLAB_STRESS_CTOR && (flags & MYSLAB_STRESS_ZERO))
		return -EINVAL;
	if (p->workload == MYSLAB_STRESS_BENCH && (flags & ~stress_bench_flags(p->bench)))
		return -EINVAL;
	return 0;
}

static int stress_plan_slab_flags(struct stress_plan *plan)
{
	u32 ask = plan->p.slab_flags;
	int i;

	for (i = 0; i < ARRAY_SIZE(stress_slab_flags); i++) {
		if (!(ask & stress_slab_flags[i].ask))
			continue;
		plan->slab_flags |= stress_slab_flags[i].flag;
		ask &= ~stress_slab_flags[i].ask;
	}
	return ask ? -EINVAL : 0;
}

static int stress_plan_known(struct stress_plan *plan)
{
	const struct myslab_stress_params *p = &plan->p;
	int err;

	if (p->backend > MYSLAB_STRESS_KMEM || p->workload > MYSLAB_STRESS_BENCH ||
	    p->order > MYSLAB_STRESS_RANDOM || p->reserved[0] || p->reserved[1] || p->reserved2)
		return -EINVAL;
	if (p->align && !is_power_of_2(p->align))
		return -EINVAL;
	err = stress_plan_flags(p) ?: stress_plan_bench(p);
	return err ?: stress_plan_slab_flags(plan);
}

static int stress_plan_unused(const struct myslab_stress_params *p)
{
	u32 w = p->workload;

	bool bench = w == MYSLAB_STRESS_BENCH;

	if ((p->order && w != MYSLAB_STRESS_BURST && !(bench && stress_bench_bursts(p->bench))) ||
	    (p->bytes && w != MYSLAB_STRESS_FILL) ||
	    (p->ops && w == MYSLAB_STRESS_FILL) ||
	    (p->objects && !stress_keeps(w)) ||
	    (p->size && stress_many_sizes(w)) ||
	    (memchr_inv(p->sizes, 0, sizeof(p->sizes)) && !stress_many_sizes(w)) ||
	    (p->threads > 1 && bench) ||
	    (memchr_inv(p->consumer_cpus, 0, sizeof(p->consumer_cpus)) &&
	     w != MYSLAB_STRESS_PRODCONS && !(bench && p->bench == MYSLAB_BENCH_REMOTE)))
		return -EINVAL;
	if ((p->batch && !(p->flags & MYSLAB_STRESS_BULK)) ||
	    (p->hardirq_us && !(p->flags & MYSLAB_STRESS_HARDIRQ)) ||
	    (p->node && !(p->flags & MYSLAB_STRESS_NODE)))
		return -EINVAL;
	/* FILL is told its work by its bytes, and nothing else. */
	return w == MYSLAB_STRESS_FILL && !p->bytes ? -EINVAL : 0;
}

static int stress_plan_caps(const struct myslab_stress_params *p)
{
	if (p->threads > MYSLAB_STRESS_MAX_THREADS ||
	    p->objects > MYSLAB_STRESS_MAX_OBJECTS ||
	    p->bytes > MYSLAB_STRESS_MAX_BYTES ||
	    p->seconds > MYSLAB_STRESS_MAX_SECONDS ||
	    p->ops > MYSLAB_STRESS_MAX_OPS ||
	    p->batch > MYSLAB_STRESS_MAX_BATCH ||
	    p->size > MYSLAB_STRESS_MAX_SIZE ||
	    p->align > MYSLAB_STRESS_MAX_ALIGN ||
	    p->hardirq_us > MYSLAB_STRESS_MAX_IRQ_US)
		return -E2BIG;
	if ((p->size && p->size < MYSLAB_STRESS_MIN_SIZE) ||
	    (p->hardirq_us && p->hardirq_us < MYSLAB_STRESS_MIN_IRQ_US))
		return -EINVAL;
	if (p->workload != MYSLAB_STRESS_BENCH)
		return 0;
	if (p->ops && p->ops < MYSLAB_STRESS_MIN_REPS)
		return -EINVAL;
	return p->ops > MYSLAB_STRESS_MAX_REPS ||
	       (bench_is_pair(p->bench) && p->objects > MYSLAB_STRESS_MAX_PAIRS) ?
		-E2BIG : 0;
}

/* Sizes end at the first 0; nothing may follow it. */
static int stress_plan_sizes(struct stress_plan *plan)
{
	struct myslab_stress_params *p = &plan->p;
	unsigned int i;

	plan->nr_caches = 1;
	if (!stress_many_sizes(p->workload)) {
		p->sizes[0] = p->size ?: 256;
		return 0;
	}
	if (!memchr_inv(p->sizes, 0, sizeof(p->sizes)))
		memcpy(p->sizes, stress_default_sizes, sizeof(p->sizes));
	for (i = 0; i < MYSLAB_STRESS_NR_SIZES && p->sizes[i]; i++) {
		if (p->sizes[i] > MYSLAB_STRESS_MAX_SIZE)
			return -E2BIG;
		if (p->sizes[i] < MYSLAB_STRESS_MIN_SIZE)
			return -EINVAL;
	}
	plan->nr_caches = i;
	for (; i < MYSLAB_STRESS_NR_SIZES; i++)
		if (p->sizes[i])
			return -EINVAL;
	return plan->nr_caches ? 0 : -EINVAL;
}

/* The chosen CPUs, all of which must be online, or by default all that are. */
static int stress_plan_mask(struct cpumask *mask, const __u64 *words, bool defaults)
{
	unsigned int cpu;

	for (cpu = 0; cpu < MYSLAB_STRESS_CPU_WORDS * 64; cpu++) {
		if (!(words[cpu / 64] >> cpu % 64 & 1))
			continue;
		if (cpu >= nr_cpu_ids || !cpu_online(cpu))
			return -EINVAL;
		cpumask_set_cpu(cpu, mask);
	}
	if (defaults && cpumask_empty(mask))
		cpumask_copy(mask, cpu_online_mask);
	return 0;
}

static int stress_plan_places(struct stress_plan *plan)
{
	const struct myslab_stress_params *p = &plan->p;
	bool node = p->flags & MYSLAB_STRESS_NODE;
	int err;

	if (node && (p->node >= MAX_NUMNODES || !node_online(p->node)))
		return -EINVAL;
	cpus_read_lock();
	err = stress_plan_mask(&plan->cpus, p->cpus, false);
	if (!err && cpumask_empty(&plan->cpus) && node &&
	    p->workload == MYSLAB_STRESS_FILL)
		cpumask_and(&plan->cpus, cpumask_of_node(p->node), cpu_online_mask);
	if (!err)
		err = stress_plan_mask(&plan->cpus, p->cpus, true);
	if (!err)
		err = stress_plan_mask(&plan->consumer_cpus, p->consumer_cpus, false);
	cpus_read_unlock();
	return err;
}

static void stress_plan_defaults(struct stress_plan *plan)
{
	struct myslab_stress_params *p = &plan->p;
	bool bench = p->workload == MYSLAB_STRESS_BENCH;

	if (!p->threads)
		p->threads = bench ? 1 : min_t(u32, cpumask_weight(&plan->cpus),
					       MYSLAB_STRESS_MAX_THREADS / 2);
	plan->nr_threads = p->threads;
	if (p->workload == MYSLAB_STRESS_PRODCONS)
		plan->nr_threads *= 2;
	if (!p->objects && stress_keeps(p->workload))
		p->objects = !bench ? 256 : bench_is_pair(p->bench) ? 1000 : 1024;
	if (!p->seconds)
		p->seconds = MYSLAB_STRESS_MAX_SECONDS;
	if (!p->batch)
		p->batch = 16;
	if (!p->hardirq_us)
		p->hardirq_us = 250;
	if (!p->ops && bench)
		p->ops = MYSLAB_STRESS_MIN_REPS;
}

/*
 * The caps on each factor keep the products below 2^64; that the products
 * themselves are bearable is decided here.
 */
static int stress_plan_total(struct stress_plan *plan)
{
	struct myslab_stress_params *p = &plan->p;
	u64 bytes = 0, objects;
	unsigned int i;

	for (i = 0; i < plan->nr_caches; i++)
		bytes = max_t(u64, bytes, p->sizes[i]);
	if (plan->nr_threads > MYSLAB_STRESS_MAX_THREADS)
		return -E2BIG;
	if (p->workload == MYSLAB_STRESS_BENCH &&
	    (bench_is_pair(p->bench) || p->bench == MYSLAB_BENCH_CREATE))
		return 0;
	if (p->workload == MYSLAB_STRESS_FILL) {
		objects = div_u64(p->bytes, p->threads * p->sizes[0]) + 1;
		if (objects > MYSLAB_STRESS_MAX_OBJECTS ||
		    objects * p->threads > MYSLAB_STRESS_MAX_TOTAL)
			return -E2BIG;
		p->objects = objects;
		return 0;
	}
	if (stress_keeps(p->workload) && (p->flags & MYSLAB_STRESS_BULK) &&
	    (p->batch > p->objects ||
	     (p->workload == MYSLAB_STRESS_BENCH && p->objects % p->batch)))
		return -EINVAL;
	objects = (u64)p->threads * p->objects;
	bytes *= objects;
	if (objects > MYSLAB_STRESS_MAX_TOTAL || bytes > MYSLAB_STRESS_MAX_BYTES ||
	    bytes >> PAGE_SHIFT > totalram_pages() / 2)
		return -E2BIG;
	return 0;
}

/**
 * stress_plan() - judge and complete what a program asked for
 * @plan: zeroed; filled in
 * @params: what was asked
 *
 * Return: 0, or the errno that include/uapi/myslab.h says.
 */
int stress_plan(struct stress_plan *plan, const struct myslab_stress_params *params)
{
	int err;

	plan->p = *params;
	err = stress_plan_known(plan);
	if (!err)
		err = stress_plan_unused(&plan->p);
	if (!err)
		err = stress_plan_caps(&plan->p);
	if (!err)
		err = stress_plan_sizes(plan);
	if (!err)
		err = stress_plan_places(plan);
	if (err)
		return err;
	stress_plan_defaults(plan);
	err = stress_plan_total(plan);
	if (err)
		return err;
	/* Hard interrupts are not served there: see internal.h. */
	if ((plan->p.flags & MYSLAB_STRESS_HARDIRQ) && IS_ENABLED(CONFIG_PREEMPT_RT))
		return -EOPNOTSUPP;
	if (plan->p.bench == MYSLAB_BENCH_INLINE && !bench_has_inline)
		return -EOPNOTSUPP;
	return 0;
}

/* The @n-th CPU of a mask, going round. */
unsigned int stress_nth_cpu(const struct cpumask *mask, unsigned int n)
{
	unsigned int cpu;

	n %= cpumask_weight(mask);
	for_each_cpu(cpu, mask)
		if (!n--)
			break;
	return cpu;
}
