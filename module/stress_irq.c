// SPDX-License-Identifier: GPL-2.0
/*
 * A timer pinned to a CPU whose hard interrupt allocates and frees from the
 * same caches as the threads, so that interrupts land inside their calls. It
 * holds a few objects from tick to tick: what an interrupted thread did wrong
 * then shows in them, or theirs in its.
 */
#include <linux/smp.h>
#include "stress_run.h"
#include "compat/hrtimer.h"

/*
 * Without PREEMPT_RT, where there is no such timer here, every mode runs in hard
 * interrupt. One that asks for it would promise lockdep to take no lock that sleeps
 * on PREEMPT_RT.
 */
#define IRQ_MODE	HRTIMER_MODE_REL_PINNED

static enum hrtimer_restart stress_irq_tick(struct hrtimer *timer)
{
	struct stress_irq *irq = container_of(timer, struct stress_irq, timer);
	struct stress_actor *a = &irq->actor;
	struct stress_run *run = a->run;
	u32 period = run->plan.p.hardirq_us * NSEC_PER_USEC;
	u32 jitter = stress_below(&a->random, period / 2);
	int i, n = 1 + stress_below(&a->random, STRESS_IRQ_HELD / 2);

	WRITE_ONCE(irq->ticks, irq->ticks + 1);
	for (i = 0; i < n; i++) {
		struct stress_slot *slot = &irq->slots[irq->next++ % STRESS_IRQ_HELD];

		stress_give(a, slot, 1);
		stress_take(a, &run->caches[stress_below(&a->random, run->nr_caches)],
			    slot, 1);
	}
	if (READ_ONCE(run->stop))
		return HRTIMER_NORESTART;
	/*
	 * Counted from now, not from when it was due, and never less than a
	 * quarter of the period ahead: on a slow machine threads must still run.
	 */
	hrtimer_forward(timer, ktime_add_ns(ktime_get(), period / 4),
			ns_to_ktime(period / 2 + jitter));
	return HRTIMER_RESTART;
}

/* On its own CPU: a pinned timer stays where it is started. */
static void stress_irq_start_here(void *data)
{
	struct stress_irq *irq = data;
	u64 ns = (u64)irq->actor.run->plan.p.hardirq_us * NSEC_PER_USEC;

	hrtimer_start(&irq->timer, ns_to_ktime(ns), IRQ_MODE);
}

/**
 * stress_irq_start() - start a CPU's timer
 * @irq: zeroed but for its actor and CPU
 *
 * A CPU that went offline meanwhile has no timer.
 */
void stress_irq_start(struct stress_irq *irq)
{
	hrtimer_setup(&irq->timer, stress_irq_tick, CLOCK_MONOTONIC,
		      IRQ_MODE);
	irq->started = !smp_call_function_single(irq->cpu, stress_irq_start_here, irq, 1);
}

/**
 * stress_irq_stop() - stop a timer and free what it holds
 * @irq: started or not
 */
void stress_irq_stop(struct stress_irq *irq)
{
	int i;

	if (!irq->started)
		return;
	hrtimer_cancel(&irq->timer);
	for (i = 0; i < STRESS_IRQ_HELD; i++)
		stress_give(&irq->actor, &irq->slots[i], 1);
}
