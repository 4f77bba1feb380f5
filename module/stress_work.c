// SPDX-License-Identifier: GPL-2.0
/*
 * The workloads. Each takes objects and gives them back by the two verbs at the
 * top; what is random in it comes from the actor's own generator, in an order
 * that no allocator influences as long as none answers NULL.
 *
 * A workload ends when its quota of allocations is used up or the run is
 * stopped, and never with an object in its hands.
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/wait.h>
#include "stress_run.h"

/* Bytes touched between two looks at the world. */
#define STRESS_BREATH	65536
/* What an operation costs beside its bytes, in bytes. */
#define STRESS_OP_COST	256

static int stress_node(struct stress_actor *a)
{
	const struct stress_run *run = a->run;

	if (stress_flag(run, MYSLAB_STRESS_NODE))
		return run->plan.p.node;
	if (!stress_flag(run, MYSLAB_STRESS_ALTERNATE))
		return NUMA_NO_NODE;
	a->node = next_online_node(a->node);
	if (a->node >= MAX_NUMNODES)
		a->node = first_online_node;
	return a->node;
}

static void *stress_alloc(struct stress_actor *a, struct stress_cache *c, int node)
{
	const struct stress_backend *b = a->run->backend;

	if (node != NUMA_NO_NODE)
		return b->alloc_node(c->cache, a->gfp, node);
	if (a->gfp & __GFP_ZERO)
		return b->zalloc(c->cache, a->gfp);
	return b->alloc(c->cache, a->gfp);
}

static unsigned int stress_take_bulk(struct stress_actor *a, struct stress_cache *c,
				     struct stress_slot *slots, unsigned int n)
{
	unsigned int i, got = 0;

	if (!a->run->backend->alloc_bulk(c->cache, a->gfp, n, a->bulk)) {
		a->count.failed += n;
		return 0;
	}
	a->count.allocs += n;
	for (i = 0; i < n; i++) {
		slots[got].obj = a->bulk[i];
		slots[got].cache = c;
		if (stress_adopt(a, &slots[got], NUMA_NO_NODE))
			got++;
	}
	return got;
}

/**
 * stress_take() - allocate up to @n objects
 * @a: who
 * @c: from which cache
 * @slots: empty ones, filled from the first on; those not filled stay empty
 * @n: how many; with BULK no more than a batch
 *
 * Return: how many slots are filled.
 */
unsigned int stress_take(struct stress_actor *a, struct stress_cache *c,
			 struct stress_slot *slots, unsigned int n)
{
	unsigned int got = 0;

	if (stress_flag(a->run, MYSLAB_STRESS_BULK))
		return stress_take_bulk(a, c, slots, n);
	while (n--) {
		int node = stress_node(a);

		slots[got].obj = stress_alloc(a, c, node);
		if (!slots[got].obj) {
			a->count.failed++;
			break;
		}
		a->count.allocs++;
		slots[got].cache = c;
		if (stress_adopt(a, &slots[got], node))
			got++;
	}
	return got;
}

/**
 * stress_give() - free what some slots hold, and empty them
 * @a: who frees
 * @slots: empty ones are skipped; with BULK all of one cache
 * @n: how many; with BULK no more than a batch
 */
void stress_give(struct stress_actor *a, struct stress_slot *slots, unsigned int n)
{
	const struct stress_backend *b = a->run->backend;
	bool bulk = stress_flag(a->run, MYSLAB_STRESS_BULK);
	struct stress_cache *c = slots[0].cache;
	unsigned int i, nr = 0;

	for (i = 0; i < n; i++) {
		if (!slots[i].obj || !stress_release(a, &slots[i]))
			continue;
		a->count.frees++;
		if (bulk)
			a->bulk[nr++] = slots[i].obj;
		else
			b->free(slots[i].cache->cache, slots[i].obj);
		slots[i].obj = NULL;
	}
	if (nr)
		b->free_bulk(c->cache, nr, a->bulk);
}

/**
 * stress_breathe() - let others run, and hear whether to go on
 * @t: the thread
 * @cost: bytes touched since the last call, to pace what this costs itself
 *
 * Return: false if the run is to stop.
 */
bool stress_breathe(struct stress_thread *t, unsigned int cost)
{
	t->credit -= cost + STRESS_OP_COST;
	if (t->credit <= 0) {
		t->credit = STRESS_BREATH;
		cond_resched();
	}
	return !READ_ONCE(t->actor.run->stop);
}

/* Nothing was to be had: give memory time to come back. */
static bool stress_starve(struct stress_thread *t)
{
	schedule_timeout_idle(1);
	return stress_breathe(t, STRESS_BREATH);
}

static unsigned int stress_batch(const struct stress_run *run)
{
	return stress_flag(run, MYSLAB_STRESS_BULK) ? run->plan.p.batch : 1;
}

/* How many of @n more the quota leaves. */
static unsigned int stress_left(const struct stress_thread *t, unsigned int n)
{
	if (t->actor.count.allocs >= t->quota)
		return 0;
	return min_t(u64, n, t->quota - t->actor.count.allocs);
}

static void stress_peak(struct stress_actor *a, u64 objects, u64 bytes)
{
	if (objects > a->count.peak_objects)
		a->count.peak_objects = objects;
	if (bytes > a->count.peak_bytes)
		a->count.peak_bytes = bytes;
}

static void stress_hot(struct stress_thread *t)
{
	struct stress_actor *a = &t->actor;
	struct stress_cache *c = a->run->caches;
	unsigned int n, got, batch = stress_batch(a->run);

	while ((n = stress_left(t, batch))) {
		got = stress_take(a, c, t->slots, n);
		stress_peak(a, got, got * c->size);
		stress_give(a, t->slots, got);
		if (got ? !stress_breathe(t, got * c->size) : !stress_starve(t))
			break;
	}
}

/* Fill slots from the first on until @n are, memory runs out, or it is over. */
static unsigned int stress_fill_slots(struct stress_thread *t, unsigned int n)
{
	struct stress_cache *c = t->actor.run->caches;
	unsigned int filled = 0, got, batch = stress_batch(t->actor.run);

	while (filled < n) {
		got = stress_take(&t->actor, c, t->slots + filled, min(batch, n - filled));
		filled += got;
		if (!got || !stress_breathe(t, got * c->size))
			break;
	}
	stress_peak(&t->actor, filled, (u64)filled * c->size);
	return filled;
}

static void stress_empty_slots(struct stress_thread *t, unsigned int n)
{
	unsigned int i, k, batch = stress_batch(t->actor.run);

	for (i = 0; i < n; i += k) {
		k = min(batch, n - i);
		stress_give(&t->actor, t->slots + i, k);
		stress_breathe(t, k * t->actor.run->largest);
	}
}

static void stress_reverse(struct stress_slot *slots, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n / 2; i++)
		swap(slots[i], slots[n - 1 - i]);
}

static void stress_shuffle(u64 *random, struct stress_slot *slots, unsigned int n)
{
	for (; n > 1; n--) {
		/* swap() evaluates its arguments more than once. */
		unsigned int other = stress_below(random, n);

		swap(slots[n - 1], slots[other]);
	}
}

static void stress_burst(struct stress_thread *t)
{
	unsigned int n, got;

	while ((n = stress_left(t, t->nr_slots))) {
		got = stress_fill_slots(t, n);
		if (t->actor.run->plan.p.order == MYSLAB_STRESS_LIFO)
			stress_reverse(t->slots, got);
		else if (t->actor.run->plan.p.order == MYSLAB_STRESS_RANDOM)
			stress_shuffle(&t->actor.random, t->slots, got);
		stress_empty_slots(t, got);
		if (got ? !stress_breathe(t, 0) : !stress_starve(t))
			break;
	}
}

/* Slots go by groups of a batch, so that each bulk call has one cache. */
static void stress_churn(struct stress_thread *t)
{
	struct stress_actor *a = &t->actor;
	struct stress_cache *c = a->run->caches;
	unsigned int n, got, batch = stress_batch(a->run);
	unsigned int groups = t->nr_slots / batch;
	struct stress_slot *group;

	stress_fill_slots(t, stress_left(t, groups * batch));
	while ((n = stress_left(t, batch))) {
		group = t->slots + stress_below(&a->random, groups) * batch;
		stress_give(a, group, batch);
		got = stress_take(a, c, group, n);
		if (got ? !stress_breathe(t, got * c->size) : !stress_starve(t))
			break;
	}
	stress_empty_slots(t, groups * batch);
}

static void stress_mixed(struct stress_thread *t)
{
	struct stress_actor *a = &t->actor;
	unsigned int n, got, batch = stress_batch(a->run);
	unsigned int groups = t->nr_slots / batch;
	u64 held = 0, bytes = 0, was;
	struct stress_slot *group;
	struct stress_cache *c;
	bool on = true;

	while (on && (n = stress_left(t, batch))) {
		group = t->slots + stress_below(&a->random, groups) * batch;
		c = &a->run->caches[stress_below(&a->random, a->run->nr_caches)];
		if (group->obj) {
			c = group->cache;
			was = a->count.frees;
			stress_give(a, group, batch);
			held -= a->count.frees - was;
			bytes -= (a->count.frees - was) * c->size;
			on = stress_breathe(t, c->size * batch);
			continue;
		}
		got = stress_take(a, c, group, n);
		held += got;
		bytes += (u64)got * c->size;
		stress_peak(a, held, bytes);
		on = got ? stress_breathe(t, got * c->size) : stress_starve(t);
	}
	stress_empty_slots(t, groups * batch);
}

/*
 * The ring. A sleeper on either side waits until it is half full or half empty,
 * so that on one CPU the two do not take turns for each object; whoever works
 * looks for a sleeper once a quarter of the ring. The timeouts only bound what
 * a missed look costs.
 */
#define STRESS_RING_NAP	(HZ / 10 + 1)

static unsigned int stress_ring_fill(const struct stress_ring *r)
{
	/* Pairs with put and get: slots up to head are filled, up to tail read. */
	return smp_load_acquire(&r->head) - smp_load_acquire(&r->tail);
}

static bool stress_ring_closed(const struct stress_ring *r)
{
	/* Pairs with stress_produce(): head is the last one. */
	return smp_load_acquire(&r->closed);
}

static void stress_ring_nudge(struct stress_ring *r, unsigned int pos)
{
	if (!(pos & (r->mask >> 2)) && wq_has_sleeper(&r->wait))
		wake_up_all(&r->wait);
}

/* The consumer empties the ring even when the run stops: this always returns. */
static void stress_ring_put(struct stress_thread *t, const struct stress_slot *slot)
{
	struct stress_ring *r = t->ring;

	while (stress_ring_fill(r) > r->mask) {
		wake_up_all(&r->wait);
		wait_event_idle_timeout(r->wait, stress_ring_fill(r) <= r->mask / 2,
					STRESS_RING_NAP);
	}
	r->slots[r->head & r->mask] = *slot;
	/* The slot is filled: pairs with stress_ring_fill(). */
	smp_store_release(&r->head, r->head + 1);
	stress_ring_nudge(r, r->head);
}

static void stress_produce(struct stress_thread *t)
{
	struct stress_actor *a = &t->actor;
	struct stress_cache *c = a->run->caches;
	unsigned int i, n, got, batch = stress_batch(a->run);

	while ((n = stress_left(t, batch))) {
		got = stress_take(a, c, t->slots, n);
		for (i = 0; i < got; i++)
			stress_ring_put(t, &t->slots[i]);
		n = stress_ring_fill(t->ring);
		stress_peak(a, n, (u64)n * c->size);
		if (got ? !stress_breathe(t, got * c->size) : !stress_starve(t))
			break;
	}
	/* Nothing follows: pairs with stress_ring_closed(). */
	smp_store_release(&t->ring->closed, true);
	wake_up_all(&t->ring->wait);
}

/* Returns how many it took, 0 once the producer has closed an empty ring. */
static unsigned int stress_ring_get(struct stress_ring *r, struct stress_slot *slots,
				    unsigned int n)
{
	unsigned int i;

	while (!stress_ring_fill(r)) {
		if (stress_ring_closed(r) && !stress_ring_fill(r))
			return 0;
		wake_up_all(&r->wait);
		wait_event_idle_timeout(r->wait, stress_ring_fill(r) > r->mask / 2 ||
					stress_ring_closed(r), STRESS_RING_NAP);
	}
	n = min(n, stress_ring_fill(r));
	for (i = 0; i < n; i++)
		slots[i] = r->slots[(r->tail + i) & r->mask];
	/* The slots are read: pairs with stress_ring_fill(). */
	smp_store_release(&r->tail, r->tail + n);
	stress_ring_nudge(r, r->tail);
	return n;
}

static void stress_consume(struct stress_thread *t)
{
	unsigned int n, batch = stress_batch(t->actor.run);

	while ((n = stress_ring_get(t->ring, t->slots, batch))) {
		stress_give(&t->actor, t->slots, n);
		stress_breathe(t, n * t->actor.run->largest);
	}
}

/* Others need memory too: a sixteenth of the machine's is left to them. */
static bool stress_memory_low(void)
{
	return si_mem_available() < (long)(totalram_pages() / 16);
}

static void stress_fill_node(struct stress_thread *t)
{
	struct stress_actor *a = &t->actor;
	struct stress_cache *c = a->run->caches;
	unsigned int filled = 0, got, batch = stress_batch(a->run), n;

	while ((n = stress_left(t, min(batch, t->nr_slots - filled)))) {
		got = stress_take(a, c, t->slots + filled, n);
		filled += got;
		if (!got || !stress_breathe(t, got * c->size))
			break;
		if (t->credit == STRESS_BREATH && stress_memory_low()) {
			stress_run_stop(a->run, MYSLAB_STRESS_BY_MEMORY);
			break;
		}
	}
	stress_peak(a, filled, (u64)filled * c->size);
	stress_empty_slots(t, filled);
}

/**
 * stress_work() - do a thread's part of its run
 * @t: the thread
 */
void stress_work(struct stress_thread *t)
{
	switch (t->actor.run->plan.p.workload) {
	case MYSLAB_STRESS_HOT:
		return stress_hot(t);
	case MYSLAB_STRESS_BURST:
		return stress_burst(t);
	case MYSLAB_STRESS_CHURN:
	case MYSLAB_STRESS_CTOR:
		return stress_churn(t);
	case MYSLAB_STRESS_PRODCONS:
		return t->consumes ? stress_consume(t) : stress_produce(t);
	case MYSLAB_STRESS_MIXED:
		return stress_mixed(t);
	case MYSLAB_STRESS_FILL:
		return stress_fill_node(t);
	case MYSLAB_STRESS_BENCH:
		return stress_bench(t);
	}
}
