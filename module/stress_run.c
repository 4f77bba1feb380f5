// SPDX-License-Identifier: GPL-2.0
/*
 * One run, from its caches to their end.
 *
 * Whoever starts a run builds all of it, so that what fails is his errno, and
 * wakes one thread: the leader. From there on the run is the leader's. It
 * starts the timers and the workers, tells the news about five times a second,
 * keeps the time limit, and when the last worker is done takes everything down
 * and completes run->done. A stop is only a wish: workers see it at their next
 * breath and give back what they hold.
 *
 * A file owns its run by a reference and by stress_run_reap(), which waits for
 * the leader to be gone; no thread of a run so outlives its file, nor, as the
 * open file holds the module, the code that it runs.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": stress: " fmt

#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched/task.h>
#include <linux/topology.h>
#include "stress_run.h"

/* How often a cache is asked whether all came back; the first should do. */
#define STRESS_SHRINKS	5

static atomic_t stress_last_id;

static void stress_tell(struct stress_news *news, int state)
{
	WRITE_ONCE(news->state, state);
	atomic_inc(&news->count);
	wake_up_all(&news->wait);
}

/* The alignment that a cache of this size owes for SLAB_HWCACHE_ALIGN. */
static unsigned int stress_line(unsigned int size)
{
	unsigned int line = cache_line_size();

	while (size <= line / 2)
		line /= 2;
	return line;
}

static int stress_run_cache(struct stress_run *run, unsigned int i)
{
	const struct stress_plan *plan = &run->plan;
	struct stress_cache *c = &run->caches[i];
	slab_flags_t flags = plan->slab_flags;
	void (*ctor)(void *) = NULL;

	c->size = plan->p.sizes[i];
	c->align = max_t(unsigned int, plan->p.align, sizeof(void *));
	if (flags & SLAB_HWCACHE_ALIGN)
		c->align = max(c->align, stress_line(c->size));
	c->key = run->key;
	c->light = stress_flag(run, MYSLAB_STRESS_LIGHT);
	if (plan->p.workload == MYSLAB_STRESS_CTOR) {
		run->ctor_slot = stress_ctor_get(c->size, c->key);
		if (run->ctor_slot < 0)
			return run->ctor_slot;
		ctor = stress_ctor(run->ctor_slot);
		c->built = true;
	}
	c->inert = c->built || flags & SLAB_TYPESAFE_BY_RCU;
	run->largest = max(run->largest, c->size);
	snprintf(c->name, sizeof(c->name), "stress%u.%u-%u", run->id, i, c->size);
	c->cache = run->backend->create(c->name, c->size, plan->p.align, flags, ctor);
	return c->cache ? 0 : -ENOMEM;
}

static int stress_run_caches(struct stress_run *run)
{
	int err;

	for (; run->nr_caches < run->plan.nr_caches; run->nr_caches++) {
		err = stress_run_cache(run, run->nr_caches);
		if (err)
			return err;
	}
	return 0;
}

static void stress_actor_init(struct stress_run *run, struct stress_actor *a,
			      unsigned int id, bool irq)
{
	a->run = run;
	a->id = id;
	a->node = -1;
	a->gfp = irq || stress_flag(run, MYSLAB_STRESS_ATOMIC) ? GFP_ATOMIC : GFP_KERNEL;
	/* We live with a failure; nobody is to be killed for a stress. */
	a->gfp |= __GFP_NOWARN | __GFP_NORETRY;
	if (stress_flag(run, MYSLAB_STRESS_ZERO))
		a->gfp |= __GFP_ZERO;
	a->random = stress_mix(run->plan.p.seed + (id + 1) * 0x9E3779B97F4A7C15ULL) | 1;
}

static struct stress_ring *stress_ring_create(unsigned int objects)
{
	struct stress_ring *ring = kzalloc(sizeof(*ring), GFP_KERNEL);
	unsigned int size = roundup_pow_of_two(max(objects, 4U));

	if (!ring)
		return NULL;
	init_waitqueue_head(&ring->wait);
	ring->mask = size - 1;
	ring->slots = kvcalloc(size, sizeof(*ring->slots), GFP_KERNEL);
	if (ring->slots)
		return ring;
	kfree(ring);
	return NULL;
}

/* Consumers are the odd threads; each frees for the producer before it. */
static unsigned int stress_thread_cpu(const struct stress_plan *plan, unsigned int i)
{
	if (plan->p.workload != MYSLAB_STRESS_PRODCONS)
		return stress_nth_cpu(&plan->cpus, i);
	if (!(i & 1))
		return stress_nth_cpu(&plan->cpus, i / 2);
	if (!cpumask_empty(&plan->consumer_cpus))
		return stress_nth_cpu(&plan->consumer_cpus, i / 2);
	return stress_nth_cpu(&plan->cpus, i / 2 + cpumask_weight(&plan->cpus) / 2);
}

static u64 stress_thread_quota(const struct stress_plan *plan, unsigned int i)
{
	const struct myslab_stress_params *p = &plan->p;
	u32 rest;
	u64 share;

	if (p->workload == MYSLAB_STRESS_FILL)
		return p->objects;
	if (!p->ops)
		return U64_MAX;
	if (p->workload == MYSLAB_STRESS_PRODCONS)
		i /= 2;
	share = div_u64_rem(p->ops, p->threads, &rest);
	return share + (i < rest);
}

static unsigned int stress_thread_slots(const struct stress_plan *plan)
{
	switch (plan->p.workload) {
	case MYSLAB_STRESS_HOT:
	case MYSLAB_STRESS_PRODCONS:
	case MYSLAB_STRESS_BENCH:
		return plan->p.batch;
	default:
		return plan->p.objects;
	}
}

static int stress_thread_fn(void *data)
{
	struct stress_thread *t = data;
	struct stress_run *run = t->actor.run;

	t->began = ktime_get_ns();
	stress_work(t);
	t->ended = ktime_get_ns();
	if (atomic_dec_and_test(&run->active))
		wake_up(&run->quiet);
	return 0;
}

static int stress_thread_memory(struct stress_run *run, struct stress_thread *t,
				unsigned int i)
{
	t->nr_slots = stress_thread_slots(&run->plan);
	t->slots = kvcalloc(t->nr_slots, sizeof(*t->slots), GFP_KERNEL);
	if (!t->slots)
		return -ENOMEM;
	if (run->plan.p.workload != MYSLAB_STRESS_PRODCONS)
		return 0;
	t->consumes = i & 1;
	t->ring = t->consumes ? run->threads[i - 1]->ring :
				stress_ring_create(run->plan.p.objects);
	return t->ring ? 0 : -ENOMEM;
}

static int stress_run_thread(struct stress_run *run, unsigned int i)
{
	unsigned int cpu = stress_thread_cpu(&run->plan, i);
	struct task_struct *task;
	struct stress_thread *t;
	int err;

	t = kzalloc_node(sizeof(*t), GFP_KERNEL, cpu_to_node(cpu));
	if (!t)
		return -ENOMEM;
	run->threads[i] = t;
	run->nr_threads = i + 1;
	t->cpu = cpu;
	t->quota = stress_thread_quota(&run->plan, i);
	stress_actor_init(run, &t->actor, i, false);
	err = stress_thread_memory(run, t, i);
	if (err)
		return err;
	task = kthread_create_on_node(stress_thread_fn, t, cpu_to_node(cpu),
				      "myslab/%u.%u", run->id, i);
	if (IS_ERR(task))
		return PTR_ERR(task);
	/* One that went since it was chosen: as if it went now, the thread runs elsewhere. */
	if (cpu_online(cpu))
		kthread_bind(task, cpu);
	t->task = get_task_struct(task);
	return 0;
}

static int stress_run_threads(struct stress_run *run)
{
	unsigned int i;
	int err = 0;

	run->threads = kcalloc(run->plan.nr_threads, sizeof(*run->threads), GFP_KERNEL);
	if (!run->threads)
		return -ENOMEM;
	cpus_read_lock();
	for (i = 0; i < run->plan.nr_threads && !err; i++)
		err = stress_run_thread(run, i);
	cpus_read_unlock();
	return err;
}

static int stress_run_irqs(struct stress_run *run)
{
	const struct stress_plan *plan = &run->plan;
	struct stress_irq *irq;
	unsigned int cpu;

	if (!stress_flag(run, MYSLAB_STRESS_HARDIRQ))
		return 0;
	run->irqs = kcalloc(nr_cpu_ids, sizeof(*run->irqs), GFP_KERNEL);
	if (!run->irqs)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		if (!cpumask_test_cpu(cpu, &plan->cpus) &&
		    !cpumask_test_cpu(cpu, &plan->consumer_cpus))
			continue;
		irq = kzalloc_node(sizeof(*irq), GFP_KERNEL, cpu_to_node(cpu));
		if (!irq)
			return -ENOMEM;
		irq->cpu = cpu;
		stress_actor_init(run, &irq->actor, run->nr_threads + run->nr_irqs, true);
		run->irqs[run->nr_irqs++] = irq;
	}
	return 0;
}

static void stress_run_stop_threads(struct stress_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_threads; i++) {
		struct stress_thread *t = run->threads[i];

		if (!t->task)
			continue;
		kthread_stop(t->task);
		put_task_struct(t->task);
		t->task = NULL;
	}
}

/* All objects are free: does the cache agree? */
static void stress_run_check_empty(struct stress_run *run, struct stress_cache *c)
{
	struct myslab_stress_fault f = { .kind = MYSLAB_STRESS_E_LEFTOVER };
	int i;

	for (i = 0; i < STRESS_SHRINKS; i++) {
		if (!run->backend->shrink(c->cache))
			return;
		msleep(20);
	}
	stress_fault(&run->threads[0]->actor, c, &f, NULL);
}

static void stress_run_destroy_caches(struct stress_run *run)
{
	while (run->nr_caches)
		run->backend->destroy(run->caches[--run->nr_caches].cache);
	if (run->ctor_slot < 0)
		return;
	run->ctor_calls = stress_ctor_calls(run->ctor_slot);
	stress_ctor_put(run->ctor_slot);
	run->ctor_slot = -1;
}

/* What only a run at work needs; the rest stays for its report. */
static void stress_run_free_slots(struct stress_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_threads; i++) {
		struct stress_thread *t = run->threads[i];

		kvfree(t->slots);
		t->slots = NULL;
		if (t->ring && !t->consumes) {
			kvfree(t->ring->slots);
			kfree(t->ring);
		}
		t->ring = NULL;
	}
}

static void stress_run_start_all(struct stress_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_irqs; i++)
		stress_irq_start(run->irqs[i]);
	for (i = 0; i < run->nr_threads; i++)
		wake_up_process(run->threads[i]->task);
}

static int stress_lead(void *data)
{
	struct stress_run *run = data;
	unsigned int i;

	stress_run_start_all(run);
	while (!wait_event_idle_timeout(run->quiet, !atomic_read(&run->active), HZ / 5)) {
		if (time_after_eq(jiffies, run->deadline))
			stress_run_stop(run, MYSLAB_STRESS_BY_TIME);
		stress_tell(run->news, MYSLAB_STRESS_RUNNING);
	}
	stress_run_stop(run, MYSLAB_STRESS_BY_WORK);
	stress_run_stop_threads(run);
	for (i = 0; i < run->nr_irqs; i++)
		stress_irq_stop(run->irqs[i]);
	for (i = 0; i < run->nr_caches; i++)
		stress_run_check_empty(run, &run->caches[i]);
	stress_run_destroy_caches(run);
	stress_run_free_slots(run);
	complete_all(&run->done);
	stress_tell(run->news, MYSLAB_STRESS_ENDED);
	return 0;
}

static int stress_run_lead(struct stress_run *run)
{
	struct task_struct *task = kthread_create(stress_lead, run, "myslab/%u", run->id);

	if (IS_ERR(task))
		return PTR_ERR(task);
	run->leader = get_task_struct(task);
	atomic_set(&run->active, run->nr_threads);
	run->began = ktime_get_ns();
	run->deadline = jiffies + run->plan.p.seconds * HZ;
	/* Before the leader can tell anything newer. */
	stress_tell(run->news, MYSLAB_STRESS_RUNNING);
	wake_up_process(task);
	return 0;
}

static void stress_run_free(struct kref *ref)
{
	struct stress_run *run = container_of(ref, struct stress_run, ref);

	while (run->nr_threads)
		kfree(run->threads[--run->nr_threads]);
	kfree(run->threads);
	while (run->nr_irqs)
		kfree(run->irqs[--run->nr_irqs]);
	kfree(run->irqs);
	kfree(run);
}

/**
 * stress_run_start() - start a run
 * @params: what to run
 * @news: where its progress is told; must outlive the run
 *
 * Context: Process context, may sleep.
 * Return: the run, with one reference that is the caller's, who reaps it
 * before he puts it; or an ERR_PTR, everything unwound.
 */
struct stress_run *stress_run_start(const struct myslab_stress_params *params,
				    struct stress_news *news)
{
	struct stress_run *run = kzalloc(sizeof(*run), GFP_KERNEL);
	int err;

	if (!run)
		return ERR_PTR(-ENOMEM);
	kref_init(&run->ref);
	init_completion(&run->done);
	init_waitqueue_head(&run->quiet);
	run->news = news;
	run->ctor_slot = -1;
	err = stress_plan(&run->plan, params);
	if (err)
		goto put;
	run->id = atomic_inc_return(&stress_last_id);
	run->key = get_random_u64();
	run->backend = stress_backend(run->plan.p.backend);

	err = stress_run_caches(run);
	if (!err)
		err = stress_run_threads(run);
	if (!err)
		err = stress_run_irqs(run);
	if (!err)
		err = stress_run_lead(run);
	if (!err)
		return run;

	stress_run_stop_threads(run);
	stress_run_destroy_caches(run);
	stress_run_free_slots(run);
put:
	stress_run_put(run);
	return ERR_PTR(err);
}

/**
 * stress_run_stop() - ask a run to end; its first reason stands
 * @run: the run
 * @why: MYSLAB_STRESS_BY_*
 */
void stress_run_stop(struct stress_run *run, int why)
{
	cmpxchg(&run->stop, 0, why);
}

/**
 * stress_run_reap() - wait for a run's end and for its leader to be gone
 * @run: the run; a second call does nothing
 */
void stress_run_reap(struct stress_run *run)
{
	if (!run->leader)
		return;
	/* A thread stopped before it first ran never runs at all. */
	wait_for_completion(&run->done);
	kthread_stop(run->leader);
	put_task_struct(run->leader);
	run->leader = NULL;
}

void stress_run_put(struct stress_run *run)
{
	kref_put(&run->ref, stress_run_free);
}
