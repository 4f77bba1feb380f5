// SPDX-License-Identifier: GPL-2.0
/*
 * The bench: which loops a case is made of, repeated; of all repetitions the least
 * counts, since interrupts and misses only ever add. What remains is net of the
 * same loops around an allocator that does nothing.
 */
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/timex.h>
#include "stress_bench.h"
#include "stress_run.h"

static atomic64_t bench_reports;

/* One case with one size of object. */
struct bench_case {
	struct stress_thread *t;
	const struct myslab_stress_params *p;
	struct stress_cache *c;
	unsigned int rounds;		/* of the loops in a repetition */
	struct bench_pass pass;
	u32 *least[2];			/* SLOWEST: of allocations and frees, by position */
	u32 *slowest[2];		/* SLOWEST: by repetition */
	unsigned int reps;
	u64 report;
};

/* Net ticks of a repetition; take: the allocations' part of all. */
struct bench_ticks {
	u64 all;
	u64 take;
	u64 elapsed;
	u32 slowest[2];
};

static const struct bench_loops *bench_loops(const struct stress_run *run)
{
	enum bench_gfp gfp = stress_flag(run, MYSLAB_STRESS_ZERO) ? BENCH_ZEROED :
			     stress_flag(run, MYSLAB_STRESS_ATOMIC) ? BENCH_ATOMIC : BENCH_KERNEL;

	if (run->plan.p.backend != MYSLAB_STRESS_MYSLAB)
		return &bench_kmem[gfp];
	return run->plan.p.bench == MYSLAB_BENCH_INLINE ? &bench_inlined[gfp] : &bench_myslab[gfp];
}

static bool bench_move(unsigned int cpu)
{
	return !set_cpus_allowed_ptr(current, cpumask_of(cpu));
}

/* Those that are freed next, in another order. */
void bench_shuffle(struct bench_pass *p)
{
	unsigned int i, other;

	for (i = p->got; i > 1; i--) {
		other = stress_below(&p->random, i);
		swap(p->objs[i - 1], p->objs[other]);
	}
}

static bool bench_once_burst(struct bench_case *b, const struct bench_loops *l,
			     struct bench_ticks *ticks)
{
	bool bulk = b->p->flags & MYSLAB_STRESS_BULK;
	bool remote = b->p->bench == MYSLAB_BENCH_REMOTE && l != bench_none;
	const struct cpumask *there = &b->t->actor.run->plan.consumer_cpus;
	unsigned int round;
	bool moved = true;
	u64 took;

	for (round = 0; round < b->rounds; round++) {
		took = (bulk ? l->take_bulk : l->take)(&b->pass);
		ticks->take += took;
		if (b->pass.order == MYSLAB_STRESS_RANDOM)
			bench_shuffle(&b->pass);
		if (remote)
			moved = bench_move(cpumask_first(there));
		ticks->all += took + (bulk ? l->give_bulk : l->give)(&b->pass);
		if (remote)
			moved = bench_move(b->t->cpu) && moved;
		if (!took || !moved)
			return false;
	}
	return true;
}

static bool bench_once_slowest(struct bench_case *b, const struct bench_loops *l,
			       struct bench_ticks *ticks)
{
	bool ok;

	b->pass.least = b->least[0];
	ok = l->take_each(&b->pass);
	ticks->slowest[0] = b->pass.slowest;
	b->pass.least = b->least[1];
	l->give_each(&b->pass);
	ticks->slowest[1] = b->pass.slowest;
	ticks->all = 1;
	return ok;
}

/* The time that this thread ran, in ns; exact, since it has just slept. */
static u64 bench_runtime(void)
{
	schedule_timeout_uninterruptible(1);
	return current->se.sum_exec_runtime;
}

static bool bench_once_create(struct bench_case *b, const struct bench_loops *l,
			      struct bench_ticks *ticks)
{
	u64 ran = bench_runtime(), start = get_cycles();
	char name[48];
	bool ok;

	snprintf(name, sizeof(name), "%s-c", b->c->name);
	bench_mark(MYSLAB_BENCH_MARK_BEGIN);
	ok = l->create(&b->pass, name, b->c->size);
	bench_mark(MYSLAB_BENCH_MARK_END);
	ticks->elapsed = get_cycles() - start;
	ticks->all = bench_runtime() - ran;
	return ok;
}

static bool bench_once(struct bench_case *b, const struct bench_loops *l,
		       struct bench_ticks *ticks)
{
	memset(ticks, 0, sizeof(*ticks));
	switch (b->p->bench) {
	case MYSLAB_BENCH_PAIR:
	case MYSLAB_BENCH_INLINE:
		ticks->all = l->pair(&b->pass);
		return ticks->all;
	case MYSLAB_BENCH_CHURN:
		ticks->all = l->churn(&b->pass);
		return ticks->all;
	case MYSLAB_BENCH_SLOWEST:
		return bench_once_slowest(b, l, ticks);
	case MYSLAB_BENCH_CREATE:
		return bench_once_create(b, l, ticks);
	default:
		return bench_once_burst(b, l, ticks);
	}
}

/* All repetitions. The first is for warming up: it is one more than was asked for. */
static struct bench_ticks bench_least(struct bench_case *b, const struct bench_loops *l)
{
	struct bench_ticks least = { .all = U64_MAX }, once;
	unsigned int i;

	if (b->p->bench == MYSLAB_BENCH_CHURN && !l->take(&b->pass))
		goto fail;
	if (!bench_once(b, l, &once))
		goto fail;
	bench_mark(MYSLAB_BENCH_MARK_RESET);
	for (i = 0; i < b->t->quota; i++) {
		if (!bench_once(b, l, &once))
			goto fail;
		/* Of one repetition, so that the parts make up the whole. */
		if (once.all < least.all)
			least = once;
		if (b->slowest[0]) {
			b->slowest[0][i] = once.slowest[0];
			b->slowest[1][i] = once.slowest[1];
		}
		b->reps = i + 1;
		/* A repetition is long: breathe after each. */
		if (!stress_breathe(b->t, INT_MAX / 2))
			break;
	}
	bench_mark(MYSLAB_BENCH_MARK_REPORT);
	b->report = atomic64_inc_return(&bench_reports);
	l->give(&b->pass);
	return least;
fail:
	l->give(&b->pass);
	b->t->actor.count.failed++;
	b->reps = 0;
	return (struct bench_ticks){};
}

static void bench_slowest_of(const struct bench_case *b, u32 *const none[2],
			     struct myslab_stress_cost *cost)
{
	unsigned int i;
	u64 ticks;

	for (i = 0; i < b->pass.objects; i++) {
		ticks = b->least[0][i] - min(b->least[0][i], none[0][i]);
		if (ticks > cost->slowest_alloc) {
			cost->slowest_alloc = ticks;
			cost->slowest_alloc_at = i;
		}
		ticks = b->least[1][i] - min(b->least[1][i], none[1][i]);
		if (ticks > cost->slowest_free) {
			cost->slowest_free = ticks;
			cost->slowest_free_at = i;
		}
	}
}

static int bench_larger(const void *a, const void *b)
{
	return *(const u32 *)a < *(const u32 *)b ? -1 : *(const u32 *)a > *(const u32 *)b;
}

/* Of all repetitions the one in the middle, by the slowest call of each, net of @empty. */
static u32 bench_middle(const struct bench_case *b, int call, u32 empty)
{
	u32 middle;

	if (!b->reps)
		return 0;
	sort(b->slowest[call], b->reps, sizeof(u32), bench_larger, NULL);
	middle = b->slowest[call][b->reps / 2];
	return middle - min(middle, empty);
}

/*
 * SLOWEST has four times as many figures as objects: both allocators', both calls'; and
 * two of each repetition.
 */
static u32 *bench_positions(struct bench_case *b)
{
	size_t n = 4UL * b->pass.objects + 2 * b->t->quota;
	u32 *least;

	if (b->p->bench != MYSLAB_BENCH_SLOWEST)
		return NULL;
	least = kvmalloc_array(n, sizeof(*least), GFP_KERNEL);
	if (!least)
		return NULL;
	memset(least, 0xff, n * sizeof(*least));
	b->slowest[0] = least + 4UL * b->pass.objects;
	b->slowest[1] = b->slowest[0] + b->t->quota;
	return least;
}

static void bench_compare(struct bench_case *b, struct myslab_stress_bench *bench,
			  struct myslab_stress_cost *cost, u32 *positions)
{
	u32 *none_at[2] = { positions, positions ? positions + b->pass.objects : NULL };
	struct bench_ticks none, it;
	u32 empty[2] = {};

	b->least[0] = none_at[0];
	b->least[1] = none_at[1];
	none = bench_least(b, bench_none);
	if (positions) {
		empty[0] = bench_middle(b, 0, 0);
		empty[1] = bench_middle(b, 1, 0);
		b->least[0] += 2 * b->pass.objects;
		b->least[1] += 2 * b->pass.objects;
	}
	b->reps = 0;
	b->pass.cache = b->c->cache;
	it = bench_least(b, bench_loops(b->t->actor.run));
	bench->empty_x1000 = div64_u64(none.all * 1000, bench->pairs);
	/* Of the two quotients, so that a caller may add them again. */
	bench->cycles_per_op_x1000 = div64_u64(max(it.all, none.all) * 1000, bench->pairs) -
				     bench->empty_x1000;
	cost->alloc_x1000 = div64_u64((it.take - min(it.take, none.take)) * 1000, bench->pairs);
	cost->free_x1000 = it.take ? bench->cycles_per_op_x1000 -
		min(cost->alloc_x1000, bench->cycles_per_op_x1000) : 0;
	cost->elapsed_x1000 = div64_u64((it.elapsed - min(it.elapsed, none.elapsed)) * 1000,
					bench->pairs);
	if (positions && b->reps) {
		bench_slowest_of(b, none_at, cost);
		cost->alloc_x1000 = 1000ULL * bench_middle(b, 0, empty[0]);
		cost->free_x1000 = 1000ULL * bench_middle(b, 1, empty[1]);
	}
}

/**
 * stress_bench_pairs() - allocations, each with its free, in a repetition
 * @p: what was asked for, complete
 *
 * Enough of them that steady state and not the first refill is what counts, few
 * enough that some repetition is met by no tick.
 */
u64 stress_bench_pairs(const struct myslab_stress_params *p)
{
	switch (p->bench) {
	case MYSLAB_BENCH_BURST:
		return max(2048 / p->objects, 2U) * p->objects;
	case MYSLAB_BENCH_REMOTE:
		return max(1024 / p->objects, 2U) * p->objects;
	case MYSLAB_BENCH_CHURN:
		return STRESS_CHURN_STEPS;
	case MYSLAB_BENCH_CREATE:
		return 4;
	default:
		return p->objects;
	}
}

static bool bench_once_caches(struct bench_case *b, struct myslab_stress_cost *cost)
{
	bool ok;

	bench_mark(MYSLAB_BENCH_MARK_RESET);
	ok = bench_caches(b->t, b->c, &b->pass, cost);
	bench_mark(MYSLAB_BENCH_MARK_REPORT);
	b->report = atomic64_inc_return(&bench_reports);
	b->t->actor.count.failed += !ok;
	return ok;
}

static void bench_size(struct bench_case *b, struct myslab_stress_bench *bench,
		       struct myslab_stress_cost *cost)
{
	u32 *positions = bench_positions(b);

	bench->size = b->c->size;
	bench->pairs = stress_bench_pairs(b->p);
	b->rounds = div_u64(bench->pairs, b->pass.objects);
	b->pass.objs = kvmalloc_array(b->pass.objects, sizeof(void *), GFP_KERNEL);
	/* The empty allocator hands out its cache: any address will do. */
	b->pass.cache = b;
	if (!b->pass.objs || (b->p->bench == MYSLAB_BENCH_SLOWEST && !positions))
		b->t->actor.count.failed++;
	else if (b->p->bench == MYSLAB_BENCH_PAGES)
		b->reps = bench_pages(b->t, b->c, &b->pass, cost);
	else if (b->p->bench == MYSLAB_BENCH_CACHES)
		b->reps = bench_once_caches(b, cost);
	else
		bench_compare(b, bench, cost, positions);
	bench->reps = b->reps;
	cost->report = b->report;
	kvfree(b->pass.objs);
	kvfree(positions);
}

static unsigned int stress_tsc_step(void)
{
	cycles_t a, b, least = INT_MAX;
	int i;

	for (i = 0; i < 100; i++) {
		a = get_cycles();
		b = get_cycles();
		least = min(least, b - a);
	}
	return least;
}

/**
 * stress_bench() - time the case of a run in each of its caches
 * @t: the run's only thread
 */
void stress_bench(struct stress_thread *t)
{
	struct stress_run *run = t->actor.run;
	const struct myslab_stress_params *p = &run->plan.p;
	unsigned int i;

	run->tsc_step = stress_tsc_step();
	for (i = 0; i < run->nr_caches && !READ_ONCE(run->stop); i++) {
		struct bench_case b = { .t = t, .p = p, .c = &run->caches[i] };

		b.pass.objects = p->bench == MYSLAB_BENCH_CREATE ? stress_bench_pairs(p) :
								   p->objects;
		b.pass.batch = p->batch;
		b.pass.order = p->order;
		/* The same choices for each allocator: not the actor's own state. */
		b.pass.random = stress_mix(p->seed + i + 1) | 1;
		bench_size(&b, &run->bench[i], &run->costs[i]);
		t->actor.count.allocs += b.reps * stress_bench_pairs(p);
		t->actor.count.frees += b.reps * stress_bench_pairs(p);
		/* Pairs with stress_run_report(): the entry is complete. */
		smp_store_release(&run->nr_bench, i + 1);
	}
}
