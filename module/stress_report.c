// SPDX-License-Identifier: GPL-2.0
/* What a run has to say, while it works and after. */
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/topology.h>
#ifdef CONFIG_X86_TSC
#include <asm/tsc.h>
#endif
#include "stress_bench.h"
#include "stress_run.h"

static void stress_add(struct myslab_stress_result *res, const struct stress_count *count)
{
	int i;

	res->allocs += count->allocs;
	res->frees += count->frees;
	res->failed += count->failed;
	res->remote += count->remote;
	res->abandoned += count->abandoned;
	res->peak_objects += count->peak_objects;
	res->peak_bytes += count->peak_bytes;
	for (i = 0; i < MYSLAB_STRESS_NR_ERRORS; i++) {
		res->errors[i] += count->errors[i];
		res->errors_total += count->errors[i];
	}
}

static void stress_report_threads(struct stress_run *run, struct myslab_stress_result *res)
{
	unsigned int i;

	for (i = 0; i < run->nr_threads; i++) {
		const struct stress_thread *t = run->threads[i];
		struct myslab_stress_thread *out = &res->threads[i];

		stress_add(res, &t->actor.count);
		res->ops_done += t->actor.count.frees;
		if (i >= MYSLAB_STRESS_NR_REPORTED)
			continue;
		out->cpu = t->cpu;
		out->node = cpu_to_node(t->cpu);
		out->allocs = t->actor.count.allocs;
		out->frees = t->actor.count.frees;
	}
	res->nr_threads = run->nr_threads;
}

static void stress_report_irqs(struct stress_run *run, struct myslab_stress_result *res)
{
	unsigned int i;

	for (i = 0; i < run->nr_irqs; i++) {
		const struct stress_irq *irq = run->irqs[i];

		stress_add(res, &irq->actor.count);
		res->irq_allocs += irq->actor.count.allocs;
		res->irq_frees += irq->actor.count.frees;
		res->irq_failed += irq->actor.count.failed;
		res->irq_ticks += irq->ticks;
		res->nr_irqs += irq->started;
	}
}

static u64 stress_ns(const struct stress_run *run, bool ended)
{
	u64 began = U64_MAX, end = 0;
	unsigned int i;

	if (!ended)
		return ktime_get_ns() - run->began;
	for (i = 0; i < run->nr_threads; i++) {
		began = min(began, run->threads[i]->began);
		end = max(end, run->threads[i]->ended);
	}
	return end - began;
}

static void stress_report_faults(struct stress_run *run, struct myslab_stress_result *res)
{
	unsigned int i;

	for (i = 0; i < MYSLAB_STRESS_NR_FAULTS; i++) {
		/* Pairs with stress_fault(): without a kind it is being written. */
		if (!smp_load_acquire(&run->faults[i].kind))
			break;
		res->faults[i] = run->faults[i];
	}
	res->nr_faults = i;
}

static u64 stress_ops_wanted(const struct stress_run *run)
{
	const struct myslab_stress_params *p = &run->plan.p;

	if (p->workload == MYSLAB_STRESS_BENCH)
		return (bench_is_once(p->bench) ? 1 : p->ops) * stress_bench_pairs(p) *
		       run->plan.nr_caches;
	if (p->workload == MYSLAB_STRESS_FILL)
		return (u64)p->objects * p->threads;
	return p->ops;
}

/**
 * stress_run_report() - describe a run at this moment
 * @run: the run, at work or ended
 * @res: filled in
 *
 * The counters of actors at work are read as they are: each is at most a
 * moment old, and no two belong to the same moment.
 */
void stress_run_report(struct stress_run *run, struct myslab_stress_result *res)
{
	bool ended = completion_done(&run->done);

	memset(res, 0, sizeof(*res));
	res->state = ended ? MYSLAB_STRESS_ENDED : MYSLAB_STRESS_RUNNING;
	res->stop = READ_ONCE(run->stop);
	res->backend = run->plan.p.backend;
	res->workload = run->plan.p.workload;
	res->flags = run->plan.p.flags;
	res->seed = run->plan.p.seed;
	res->ops_wanted = stress_ops_wanted(run);
	res->ns = stress_ns(run, ended);
	res->ctor_calls = run->ctor_calls;
	stress_report_threads(run, res);
	stress_report_irqs(run, res);
	stress_report_faults(run, res);
	/* Pairs with stress_bench(): so many entries are complete. */
	res->nr_bench = smp_load_acquire(&run->nr_bench);
	memcpy(res->bench, run->bench, res->nr_bench * sizeof(*res->bench));
	memcpy(res->costs, run->costs, res->nr_bench * sizeof(*res->costs));
	res->tsc_step = run->tsc_step;
#ifdef CONFIG_X86_TSC
	res->tsc_khz = tsc_khz;
#endif
}
