// SPDX-License-Identifier: GPL-2.0
/*
 * R33: free by pointer alone. Objects of any cache and blocks of pages go home; what
 * is neither is refused, counted once, and stays as it is.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/random.h>

#include "bad.h"
#include "fixture.h"
#include "suites.h"

static void construct(void *obj)
{
	memset(obj, 0x21, 300);
}

/* The array of one object lets a free be seen in its slab at once. */
static void R33_objects_of_any_cache_go_home(void)
{
	static const struct {
		unsigned int size;
		slab_flags_t flags;
		void (*ctor)(void *obj);
	} kinds[] = {
		{ 24, 0, NULL }, { 64, 0, NULL }, { 300, 0, construct }, { 5000, 0, NULL },
		{ 1024, SLAB_TYPESAFE_BY_RCU, NULL }, { 40000, 0, NULL },
	};
	struct info info;
	void *o[20];
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(kinds) && !test_failed(); k++) {
		struct pool p;

		if (!open_pool(&p, kinds[k].size, 0, kinds[k].flags, kinds[k].ctor,
			       BY_SIZE))
			return;
		if (take_many(&p, o, ARRAY_SIZE(o))) {
			for (i = 0; i < ARRAY_SIZE(o); i++) {
				expect_eq(myslab_ksize(o[i]), p.size);
				myslab_kfree(o[i]);
			}
			expect_eq(myslab_cache_shrink(p.cache), 0);
			expect(look_info(p.name, &info));
			expect_eq(info.active_objs, 0);
			expect_eq(look_stat(p.name, ALL_CPUS, "errors"), 0);
		}
		close_pool(&p);
	}
}

static void R33_the_last_freed_is_the_next_allocated(void)
{
	struct pool p;
	void *obj;

	if (!open_pool(&p, 200, 0, 0, NULL, BY_SIZE))
		return;
	obj = take(&p);
	myslab_kfree(obj);
	expect(take(&p) == obj);
	myslab_kfree(obj);
	close_pool(&p);
}

static void R33_nothing_may_be_freed_freely(void)
{
	long before = look_total("errors");

	myslab_kfree(NULL);
	myslab_kfree(ZERO_SIZE_PTR);
	myslab_kfree_sensitive(NULL);
	expect_eq(look_total("errors") - before, 0);
}

/* Each of them, to each call; none of their pages is written to. */
static void R33_what_is_not_ours_is_refused(void)
{
	long before, pages = look_pages(), times = 0;
	const struct bad *bad;
	size_t nr, i;

	bad = bad_pointers(&nr);
	for (i = 0; i < nr && !test_failed(); i++) {
		if (ZERO_OR_NULL_PTR(bad[i].p))
			continue;
		times++;
		before = look_total("errors");
		myslab_kfree(bad[i].p);
		expect_eq(look_total("errors") - before, 1);
		myslab_kfree_sensitive(bad[i].p);
		expect_eq(look_total("errors") - before, 2);
		expect_eq(myslab_ksize(bad[i].p), 0);
		expect_eq(look_total("errors") - before, 3);
		if (test_failed())
			test_note("%s", bad[i].what);
	}
	expect(times > 40);
	expect_eq(look_pages(), pages);
	bad_release();
}

static void expect_inside_refused(void *p, size_t bytes)
{
	long before = look_total("errors");
	size_t at, nr = 0;

	memset(p, 0x77, bytes);
	for (at = 1; at < bytes; at = at < 16 ? at + 1 : at * 2 - 3) {
		myslab_kfree(p + at);
		myslab_kfree_sensitive(p + at);
		expect_eq(myslab_ksize(p + at), 0);
		nr += 3;
	}
	if (bytes > PAGE_SIZE) {
		myslab_kfree(p + PAGE_SIZE);
		nr++;
	}
	expect_eq(look_total("errors") - before, nr);
	expect(!memchr_inv(p, 0x77, bytes));
	expect_eq(myslab_ksize(p), bytes);
}

static void R33_the_inside_is_refused(void)
{
	static const size_t sizes[] = { 16, 96, 1024, 8192, 16384, 1 << 17 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		size_t size = sizes[i];
		void *p;

		OPTIMIZER_HIDE_VAR(size);
		p = myslab_kmalloc(size, GFP_KERNEL);
		if (expect(p))
			expect_inside_refused(p, size);
		myslab_kfree(p);
	}
}

/* A second free, wherever the first one left the object; the size of it too. */
static void R33_a_second_free_is_refused(void)
{
	static const size_t sizes[] = { 16, 192, 1024, 8192, 16384, 1 << 17 };
	long before, pages;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		size_t size = sizes[i];
		void *p, *q;

		OPTIMIZER_HIDE_VAR(size);
		p = myslab_kmalloc(size, GFP_KERNEL);
		q = myslab_kmalloc(size, GFP_KERNEL);
		if (!expect(p && q))
			return;
		before = look_total("errors");
		myslab_kfree(p);
		myslab_kfree(q);
		pages = look_pages();
		myslab_kfree(p);
		myslab_kfree_sensitive(p);
		expect_eq(myslab_ksize(p), 0);
		expect_eq(look_total("errors") - before, 3);
		expect_eq(look_pages(), pages);
		if (test_failed())
			test_note("size %zu", size);
	}
}

/* Of constructed objects nothing is zeroed or marked but by the call under test. */
static void R33_sensitive_content_is_zeroed(void)
{
	struct pool p;
	void *obj, *next;

	if (!open_pool(&p, 300, 0, 0, construct, BY_SIZE))
		return;
	obj = take(&p);
	myslab_kfree(obj);
	next = take(&p);
	expect(next == obj && !memchr_inv(obj, 0x21, 300));
	myslab_kfree_sensitive(obj);
	next = take(&p);
	expect(next == obj && !memchr_inv(obj, 0, 300));
	give(&p, next);
	close_pool(&p);
}

/* What leaves its scope is freed; what is passed on, or never was, is not. */
static void R33_the_end_of_a_scope_frees(void)
{
	struct pool p;
	void *kept;

	if (!open_pool(&p, 72, 0, 0, NULL, ONE_BY_ONE))
		return;
	{
		void *freed __free(myslab_kfree) = take(&p);
		void *passed __free(myslab_kfree) = take(&p);
		void *none __free(myslab_kfree) = NULL;
		void *error __free(myslab_kfree) = ERR_PTR(-ENOMEM);

		expect(freed && !none && IS_ERR(error));
		kept = no_free_ptr(passed);
	}
	expect_eq(look_stat(p.name, ALL_CPUS, "free_hit") +
		  look_stat(p.name, ALL_CPUS, "free_miss"), 1);
	expect_eq(myslab_ksize(kept), 72);
	myslab_kfree(kept);
	close_pool(&p);
}

/* The object knows its cache, whether that is destroyed or not. */
static void R33_objects_of_a_leaked_cache_go_home(void)
{
	unsigned long deadline = jiffies + 60 * HZ;
	char leaked[64];
	struct info info;
	struct pool p;
	void *obj;

	if (!open_pool(&p, 88, 0, 0, NULL, BY_SIZE))
		return;
	obj = take(&p);
	snprintf(leaked, sizeof(leaked), "%s(leaked)", p.name);
	myslab_cache_destroy(p.cache);
	p.cache = NULL;
	expect(look_info(leaked, &info));
	myslab_kfree(obj);
	while (look_info(leaked, &info) && time_before(jiffies, deadline))
		msleep(20);
	expect(!look_info(leaked, &info));
	close_pool(&p);
}

static struct {
	struct irq_work work;
	struct completion done;
	bool good;
} irq;

static void from_irq(struct irq_work *unused)
{
	static const size_t sizes[] = { 8, 100, 8192, 20000 };
	bool good = in_hardirq();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		size_t size = sizes[i];
		void *p;

		OPTIMIZER_HIDE_VAR(size);
		p = myslab_kmalloc(size, GFP_ATOMIC);
		good = good && myslab_ksize(p) >= size;
		myslab_kfree(p);
	}
	irq.good = good;
	complete(&irq.done);
}

static void R33_R34_calls_in_hard_interrupt(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		test_skip("no allocation in hard interrupt there");
		return;
	}
	init_completion(&irq.done);
	init_irq_work(&irq.work, from_irq);
	irq_work_queue(&irq.work);
	wait_for_completion(&irq.done);
	irq_work_sync(&irq.work);
	expect(irq.good);
}

/* Allocations of all sizes that change hands between CPUs; each says what it is. */
#define SLOTS	64
#define SWAPS	20000

struct parcel {
	size_t bytes;
	void *self;
	u8 fill[];
};

static struct {
	struct parcel *slot[SLOTS];
	atomic_t wrong, running;
	struct completion done;
} market;

static bool is_sound(const struct parcel *q)
{
	return q->self == q && myslab_ksize(q) >= q->bytes &&
	       !memchr_inv(q->fill, (u8)q->bytes, q->bytes - sizeof(*q));
}

static void drop(struct parcel *q)
{
	if (q && !is_sound(q))
		atomic_inc(&market.wrong);
	myslab_kfree(q);
}

static int trade(void *unused)
{
	unsigned int i;

	for (i = 0; i < SWAPS; i++) {
		u32 random = get_random_u32();
		size_t bytes = sizeof(struct parcel) + (random & 0xff ? random % 2000 :
							random % 40000);
		struct parcel *q = myslab_kmalloc(bytes, GFP_KERNEL);

		if (q) {
			q->bytes = bytes;
			q->self = q;
			memset(q->fill, (u8)bytes, bytes - sizeof(*q));
		}
		drop(xchg(&market.slot[(random >> 16) % SLOTS], q));
		cond_resched();
	}
	if (atomic_dec_and_test(&market.running))
		complete(&market.done);
	return 0;
}

static void R33_R34_nothing_is_lost_or_doubled_over_all_cpus(void)
{
	long before = look_total("errors");
	unsigned int cpu, i, nr = 0;

	memset(&market, 0, sizeof(market));
	init_completion(&market.done);
	atomic_set(&market.running, 1);
	for_each_online_cpu(cpu) {
		struct task_struct *t = kthread_create(trade, NULL, "trade/%u", cpu);

		if (!expect(!IS_ERR(t)))
			break;
		kthread_bind(t, cpu);
		atomic_inc(&market.running);
		wake_up_process(t);
		nr++;
	}
	if (!atomic_dec_and_test(&market.running))
		wait_for_completion(&market.done);
	for (i = 0; i < SLOTS; i++)
		drop(market.slot[i]);
	expect(nr);
	expect_eq(atomic_read(&market.wrong), 0);
	expect_eq(look_total("errors") - before, 0);
}

static const struct test_case cases[] = {
	CASE(R33_objects_of_any_cache_go_home),
	CASE(R33_the_last_freed_is_the_next_allocated),
	CASE(R33_nothing_may_be_freed_freely),
	CASE(R33_what_is_not_ours_is_refused),
	CASE(R33_the_inside_is_refused),
	CASE(R33_a_second_free_is_refused),
	CASE(R33_sensitive_content_is_zeroed),
	CASE(R33_the_end_of_a_scope_frees),
	CASE(R33_objects_of_a_leaked_cache_go_home),
	CASE(R33_R34_calls_in_hard_interrupt),
	CASE(R33_R34_nothing_is_lost_or_doubled_over_all_cpus),
};

SUITE(bypointer);
