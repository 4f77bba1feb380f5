// SPDX-License-Identifier: GPL-2.0
/*
 * Frees that wait for a grace period: no reader sees its object go, everything is
 * free after the barrier, destroy waits, and each way that a pointer can take was
 * taken. A free object is told by the word that marks it: its slab stays, for it
 * has another object in use.
 */
#include <linux/cpu.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#include "bad.h"
#include "fixture.h"
#include "suites.h"

/* More than a page of pointers takes. */
#define MANY	3000

/* What a free writes, in the middle of an object, is not where the head is. */
struct item {
	struct rcu_head rcu;
	u64 before[2];
	u64 middle;
	u64 after[3];
};

static_assert(offsetof(struct item, middle) == sizeof(struct item) / 2);

static struct item *take_item(struct pool *p)
{
	struct item *it = take(p);

	if (it)
		memset(it, 0x5a, sizeof(*it));
	return it;
}

/* But for its rcu_head, as it was filled. */
static bool is_whole(const struct item *it)
{
	return !memchr_inv(it->before, 0x5a,
			   sizeof(*it) - offsetof(struct item, before));
}

/* Objects that nobody has parked. */
static long out(struct pool *p)
{
	struct info info;

	myslab_cache_shrink(p->cache);
	return look_info(p->name, &info) ? (long)info.active_objs : -1;
}

static void free_item(void *it)
{
	myslab_kfree_rcu((struct item *)it, rcu);
}

/* Whoever may go on to look at @it while this section lasts. Answers whether it may. */
static bool stays_for_a_reader(const struct item *it, int cpu)
{
	unsigned long end;
	bool whole = true;

	rcu_read_lock();
	smp_call_function_single(cpu, free_item, (void *)it, 1);
	end = jiffies + HZ;
	while (whole && time_before(jiffies, end)) {
		whole = is_whole(READ_ONCE(it));
		cpu_relax();
	}
	rcu_read_unlock();
	return whole;
}

/* The mark is written where an item is whole no more. */
static void a_reader_keeps_its_object(void)
{
	int cpu = second_cpu_of_node(here());
	struct item *it, *neighbour;
	struct pool p;

	if (cpu < 0) {
		test_skip("one CPU");
		return;
	}
	if (!open_pool(&p, sizeof(struct item), 0, 0, NULL, BY_SIZE))
		return;
	neighbour = take_item(&p);
	it = take_item(&p);
	expect(stays_for_a_reader(it, cpu));
	myslab_kfree_rcu_barrier();
	expect_eq(out(&p), 1);
	give(&p, neighbour);
	close_pool(&p);
}

/* @nr objects by @free; afterwards none is out, and nothing was refused. */
static void expect_all_freed(unsigned int nr, void (*free)(void *obj))
{
	long errors = look_total("errors"), batches = look_total("rcu_batches");
	struct pool p;
	unsigned int i;
	void **o = pointers(nr);

	if (!expect(o) || !open_pool(&p, sizeof(struct item), 0, 0, NULL, BY_SIZE)) {
		kvfree(o);
		return;
	}
	if (take_many(&p, o, nr)) {
		for (i = 0; i < nr; i++)
			free(o[i]);
		myslab_kfree_rcu_barrier();
		expect_eq(out(&p), 0);
		expect_eq(look_total("errors") - errors, 0);
		expect(look_total("rcu_batches") - batches > 0);
		expect(look_total("rcu_batches") - batches <= nr / 8 + 4);
	}
	close_pool(&p);
	kvfree(o);
}

static void many_are_freed_in_few_batches(void)
{
	long before = look_total("rcu_paged") + look_total("rcu_chained");

	expect_all_freed(MANY, free_item);
	expect_eq(look_total("rcu_paged") + look_total("rcu_chained") - before, MANY);
}

/* As one may under a scheduler's lock: nothing is allocated, the stock runs out. */
static void free_with_interrupts_off(void *it)
{
	static DEFINE_RAW_SPINLOCK(lock);
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	free_item(it);
	raw_spin_unlock_irqrestore(&lock, flags);
}

static void what_finds_no_page_is_chained(void)
{
	long chained = look_total("rcu_chained");

	expect_all_freed(10 * MANY, free_with_interrupts_off);
	expect(look_total("rcu_chained") > chained);
}

static void free_headless(void *obj)
{
	myslab_kfree_rcu_mightsleep(obj);
}

static void what_has_no_head_gets_a_page(void)
{
	long paged = look_total("rcu_paged"), chained = look_total("rcu_chained");

	expect_all_freed(MANY, free_headless);
	expect_eq(look_total("rcu_paged") - paged, MANY);
	expect_eq(look_total("rcu_chained") - chained, 0);
}

static void R33_size_classes_are_taken(void)
{
	long errors = look_total("errors"), before;
	struct myslab_cache *c;
	struct info info;
	void *q;

	q = myslab_kmalloc(150, GFP_KERNEL);
	c = myslab_cache_of(q);
	if (!expect(c))
		return;
	myslab_cache_shrink(c);
	before = look_info("myslab-size-192", &info) ? info.active_objs : 0;
	expect(before > 0);
	myslab_kfree_rcu_mightsleep(q);
	myslab_kfree_rcu_barrier();
	myslab_cache_shrink(c);
	expect(look_info("myslab-size-192", &info));
	expect_eq(before - info.active_objs, 1);
	expect_eq(look_total("errors") - errors, 0);
}

static void R33_large_blocks_are_taken(void)
{
	long pages = look_pages();
	size_t size = 100000;
	void *q;

	OPTIMIZER_HIDE_VAR(size);
	q = myslab_kmalloc(size, GFP_KERNEL);
	expect_eq(look_pages() - pages, 32);
	myslab_kfree_rcu_mightsleep(q);
	myslab_kfree_rcu_barrier();
	expect_eq(look_pages(), pages);
}

static void nothing_may_be_freed_freely(void)
{
	long before = look_total("errors");
	struct item *none = NULL;

	myslab_kfree_rcu(none, rcu);
	myslab_kfree_rcu_mightsleep(NULL);
	myslab_kfree_rcu_mightsleep(ZERO_SIZE_PTR);
	myslab_kfree_rcu_barrier();
	expect_eq(look_total("errors") - before, 0);
}

/* At once, by whoever calls: it is not written to as what is chained would be. */
static void R33_what_is_not_ours_is_refused(void)
{
	const struct bad *bad;
	long before;
	size_t nr, i;

	bad = bad_pointers(&nr);
	for (i = 0; i < nr && !test_failed(); i++) {
		if (ZERO_OR_NULL_PTR(bad[i].p))
			continue;
		before = look_total("errors");
		myslab_kfree_rcu((struct item *)bad[i].p, rcu);
		expect_eq(look_total("errors") - before, 1);
		myslab_kfree_rcu_mightsleep(bad[i].p);
		expect_eq(look_total("errors") - before, 2);
		if (test_failed())
			test_note("%s", bad[i].what);
	}
	expect(nr);
	bad_release();
}

/* A second one while the first waits is seen when both are due. */
static void R33_a_second_free_is_refused(void)
{
	struct item *it, *neighbour;
	struct pool p;

	if (!open_pool(&p, sizeof(struct item), 0, 0, NULL, BY_SIZE))
		return;
	neighbour = take_item(&p);
	it = take_item(&p);
	myslab_kfree_rcu_mightsleep(it);
	myslab_kfree_rcu_mightsleep(it);
	myslab_kfree_rcu_barrier();
	expect_eq(look_stat(p.name, ALL_CPUS, "errors"), 1);
	expect_eq(out(&p), 1);
	give(&p, neighbour);
	close_pool(&p);
}

static void construct_item(void *it)
{
	memset(it, 0x5a, sizeof(struct item));
}

/* Free until one is chained, which its head tells, and that one again. How many there were. */
static unsigned int chain_one_twice(void **o, unsigned int nr)
{
	unsigned int i;
	unsigned long flags;

	local_irq_save(flags);	/* or the stock would fill again */
	for (i = 0; i < nr; i++) {
		struct item *it = o[i];

		memset(&it->rcu, 0x5a, sizeof(it->rcu));
		free_item(it);
		if (memchr_inv(&it->rcu, 0x5a, sizeof(it->rcu))) {
			free_item(it);
			i++;
			break;
		}
	}
	local_irq_restore(flags);
	return i;
}

/*
 * Of a cache that has no marks to tell by: the loop that a head makes that is queued
 * twice has an end.
 */
static void a_second_free_on_the_chain_ends(void)
{
	void **o = pointers(10 * MANY);
	unsigned int nr;
	struct pool p;

	if (!expect(o))
		return;
	if (open_pool(&p, sizeof(struct item), 0, 0, construct_item, BY_SIZE)) {
		if (take_many(&p, o, 10 * MANY)) {
			nr = chain_one_twice(o, 10 * MANY);
			expect(nr < 10 * MANY);
			/* nobody else frees: the newest entry is what tells of it */
			myslab_kfree_rcu_barrier();
			expect_eq(look_stat(p.name, ALL_CPUS, "errors"), 1);
			give_many(&p, o + nr, 10 * MANY - nr);
			expect_eq(out(&p), 0);
		}
		close_pool(&p);
	}
	kvfree(o);
}

/* What has pages of its own is found by its head as well. */
#define BLOCK_BYTES	(3 * PAGE_SIZE)
#define BLOCKS		4000

static void R33_large_blocks_wait_by_their_heads(void)
{
	long pages = look_pages(), chained = look_total("rcu_chained");
	void **o = pointers(BLOCKS);
	unsigned int i, nr = 0;
	unsigned long flags;

	if (!expect(o))
		return;
	while (nr < BLOCKS && expect((o[nr] = myslab_kmalloc(BLOCK_BYTES, GFP_KERNEL))))
		nr++;
	local_irq_save(flags);	/* or the stock would fill again */
	for (i = 0; i < nr; i++)
		free_item(o[i]);
	local_irq_restore(flags);
	expect(look_total("rcu_chained") > chained);
	myslab_kfree_rcu_barrier();
	expect_eq(look_pages(), pages);
	kvfree(o);
}

static void a_head_that_lies_elsewhere_is_refused(void)
{
	long errors = look_total("errors");
	struct item *it, *other;
	struct rcu_head apart;
	struct pool p;

	if (!open_pool(&p, sizeof(struct item), 0, 0, NULL, BY_SIZE))
		return;
	it = take_item(&p);
	other = take_item(&p);
	myslab_kfree_call_rcu(&other->rcu, it);
	myslab_kfree_call_rcu(&apart, it);
	myslab_kfree_rcu_barrier();
	expect_eq(look_total("errors"), errors + 2);
	expect_eq(out(&p), 2);
	give(&p, it);
	give(&p, other);
	close_pool(&p);
}

/* R28: or its objects would be out, and the cache leaked: close_pool() looks. */
static void R28_destroy_waits_for_delayed_frees(void)
{
	unsigned int i, round;
	struct pool p;
	void *o[100];

	for (round = 0; round < 20 && !test_failed(); round++) {
		if (!open_pool(&p, sizeof(struct item), 0, 0, NULL, BY_SIZE))
			return;
		if (take_many(&p, o, ARRAY_SIZE(o)))
			for (i = 0; i < ARRAY_SIZE(o); i++)
				free_item(o[i]);
		close_pool(&p);
	}
}

static atomic_t given;

static void free_some(void *arg)
{
	void **o = arg;
	int i;

	for (i = 0; i < 64; i++)
		free_item(o[64 * smp_processor_id() + i]);
	atomic_add(64, &given);
}

/* In hard interrupt, on every CPU at once. */
static void every_cpu_frees_from_interrupts(void)
{
	unsigned int nr = 64 * nr_cpu_ids;
	void **o = pointers(nr);
	struct pool p;

	if (!expect(o))
		return;
	atomic_set(&given, 0);
	if (open_pool(&p, sizeof(struct item), 0, 0, NULL, BY_SIZE)) {
		if (take_many(&p, o, nr)) {
			unsigned int i, cpu;

			cpus_read_lock();
			on_each_cpu(free_some, o, 1);
			expect_eq(atomic_read(&given), 64 * num_online_cpus());
			for (cpu = 0; cpu < nr_cpu_ids; cpu++)
				for (i = 0; !cpu_online(cpu) && i < 64; i++)
					give(&p, o[64 * cpu + i]);
			cpus_read_unlock();
			myslab_kfree_rcu_barrier();
			expect_eq(out(&p), 0);
		}
		close_pool(&p);
	}
	kvfree(o);
}

/* The one left to the end is what the test's module goes with. */
static void some_are_left_to_the_end(void)
{
	unsigned int i;

	for (i = 0; i < 100; i++)
		myslab_kfree_rcu_mightsleep(myslab_kmalloc(100, GFP_KERNEL));
}

static const struct test_case cases[] = {
	CASE(a_reader_keeps_its_object),
	CASE(many_are_freed_in_few_batches),
	CASE(what_finds_no_page_is_chained),
	CASE(what_has_no_head_gets_a_page),
	CASE(R33_size_classes_are_taken),
	CASE(R33_large_blocks_are_taken),
	CASE(nothing_may_be_freed_freely),
	CASE(R33_what_is_not_ours_is_refused),
	CASE(R33_a_second_free_is_refused),
	CASE(a_second_free_on_the_chain_ends),
	CASE(R33_large_blocks_wait_by_their_heads),
	CASE(a_head_that_lies_elsewhere_is_refused),
	CASE(R28_destroy_waits_for_delayed_frees),
	CASE(every_cpu_frees_from_interrupts),
	CASE(some_are_left_to_the_end),
};

SUITE(delayed);
