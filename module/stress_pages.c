// SPDX-License-Identifier: GPL-2.0
/*
 * How many pages a load takes. The measure that is the same for both allocators is
 * what the page allocator has left: free pages, with the corrections that CPUs have
 * not yet folded in, and the pages on the CPUs' own lists. Beside it, what each says
 * of itself: the kernel's counter of slab pages; this module's.
 */
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/vmstat.h>
#include "pages.h"
#include "release.h"
#include "stress_bench.h"
#include "stress_run.h"

static long bench_zone_free(struct zone *zone)
{
	long pages = atomic_long_read(&zone->vm_stat[NR_FREE_PAGES]);
	int cpu;

	for_each_online_cpu(cpu) {
		pages += READ_ONCE(per_cpu_ptr(zone->per_cpu_pageset, cpu)->count);
#ifdef CONFIG_SMP
		pages += per_cpu_ptr(zone->per_cpu_zonestats, cpu)->vm_stat_diff[NR_FREE_PAGES];
#endif
	}
	return pages;
}

/* Exact as long as nobody else allocates. */
static long bench_free_pages_left(void)
{
	long pages = 0;
	int node, i;

	for_each_online_node(node)
		for (i = 0; i < MAX_NR_ZONES; i++) {
			struct zone *zone = &NODE_DATA(node)->node_zones[i];

			if (populated_zone(zone))
				pages += bench_zone_free(zone);
		}
	return pages;
}

static long bench_kernel_slab_pages(void)
{
	long pages = 0;
	int node;

	for_each_online_node(node) {
		pg_data_t *pgdat = NODE_DATA(node);

		pages += atomic_long_read(&pgdat->vm_stat[NR_SLAB_UNRECLAIMABLE_B]);
#ifdef CONFIG_SMP
		{
			int cpu;

			for_each_online_cpu(cpu)
				pages += per_cpu_ptr(pgdat->per_cpu_nodestats, cpu)
					->vm_node_stat_diff[NR_SLAB_UNRECLAIMABLE_B];
		}
#endif
	}
	return pages;
}

static long bench_own_pages(const struct stress_run *run)
{
	return run->plan.p.backend == MYSLAB_STRESS_MYSLAB ?
		atomic_long_read(&myslab_pages_held) : bench_kernel_slab_pages();
}

struct bench_pages_at {
	long left;
	long own;
};

static struct bench_pages_at bench_pages_now(const struct stress_run *run)
{
	return (struct bench_pages_at){ bench_free_pages_left(), bench_own_pages(run) };
}

/* What came on top since @from, as step @step. */
static void bench_pages_note(const struct stress_run *run, struct myslab_stress_cost *cost,
			     unsigned int step, struct bench_pages_at from, unsigned int objects)
{
	struct bench_pages_at now = bench_pages_now(run);

	cost->pages[step] = from.left - now.left;
	cost->pages_own[step] = now.own - from.own;
	cost->objects[step] = objects;
}

/* What was let go before, by either allocator, is free after this. */
static void bench_let_go(void)
{
	release_wait();
	rcu_barrier();
}

static void bench_give_down_to(struct stress_run *run, struct stress_cache *c,
			       struct bench_pass *p, unsigned int left)
{
	while (p->got > left)
		run->backend->free(c->cache, p->objs[--p->got]);
	run->backend->shrink(c->cache);
	bench_let_go();
}

static void *bench_make_cache(struct stress_run *run, const struct stress_cache *c,
			      unsigned int i)
{
	char name[48];

	snprintf(name, sizeof(name), "%s-%u", c->name, i);
	return run->backend->create(name, c->size, 0, 0, NULL);
}

/* All at a time, each idle from the first. */
static bool bench_idle_caches(struct stress_run *run, const struct stress_cache *c,
			      struct bench_pass *p, struct myslab_stress_cost *cost)
{
	struct bench_pages_at from;
	unsigned int i;

	bench_let_go();
	from = bench_pages_now(run);
	for (i = 0; i < p->objects; i++) {
		p->objs[i] = bench_make_cache(run, c, i);
		if (!p->objs[i])
			break;
	}
	bench_pages_note(run, cost, 0, from, i);
	while (i--)
		run->backend->destroy(p->objs[i]);
	bench_let_go();
	bench_pages_note(run, cost, 1, from, 0);
	return cost->objects[0] == p->objects;
}

/**
 * bench_caches() - what idle caches take; and make as many, each destroyed before the next
 * @t: the run's thread
 * @c: says how the caches are called, and of what size
 * @p: room for as many as it asks for
 * @cost: filled in
 *
 * The timed part is of the second, and has in it what workers and RCU do on this CPU
 * until nothing is left to do.
 *
 * Return: false where memory ran out.
 */
bool bench_caches(struct stress_thread *t, struct stress_cache *c, struct bench_pass *p,
		  struct myslab_stress_cost *cost)
{
	struct stress_run *run = t->actor.run;
	void *cache;
	unsigned int i;

	if (!bench_idle_caches(run, c, p, cost))
		return false;
	bench_mark(MYSLAB_BENCH_MARK_BEGIN);
	for (i = 0; i < p->objects; i++) {
		cache = bench_make_cache(run, c, i);
		if (!cache)
			break;
		run->backend->destroy(cache);
	}
	bench_let_go();
	bench_mark(MYSLAB_BENCH_MARK_END);
	return i == p->objects;
}

/**
 * bench_pages() - the pages that @p->objects objects take, whole and in rags
 * @t: the run's thread
 * @c: the cache, empty
 * @p: room for the objects; those that are freed first are chosen by its random state
 * @cost: filled in
 *
 * Return: false where memory ran out.
 */
bool bench_pages(struct stress_thread *t, struct stress_cache *c, struct bench_pass *p,
		 struct myslab_stress_cost *cost)
{
	struct stress_run *run = t->actor.run;
	struct bench_pages_at from;
	void *obj;

	bench_let_go();
	from = bench_pages_now(run);
	for (p->got = 0; p->got < p->objects; p->objs[p->got++] = obj) {
		obj = run->backend->alloc(c->cache, GFP_KERNEL);
		if (!obj || !stress_breathe(t, c->size))
			break;
	}
	if (obj && p->got < p->objects)
		run->backend->free(c->cache, obj);
	if (p->got == p->objects) {
		bench_pages_note(run, cost, 0, from, p->got);
		bench_shuffle(p);
		bench_give_down_to(run, c, p, p->objects / 8);
		bench_pages_note(run, cost, 1, from, p->got);
	}
	bench_give_down_to(run, c, p, 0);
	bench_pages_note(run, cost, 2, from, 0);
	return cost->objects[0];
}
