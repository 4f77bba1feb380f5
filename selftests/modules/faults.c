// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that cannot be had: each allocation that a call makes fails in turn, and then
 * all of them. Needs CONFIG_FAULT_INJECTION, armed by debug_faults.sh so that only
 * what the allocator itself asks for is counted.
 */
#include "bursts.h"
#include "suites.h"

#ifdef CONFIG_FAULT_INJECTION

/* No call asks for memory so often. */
#define SWEEP_MAX	400

/* Objects to allocate: more than one slab has, so that the allocation grows. */
#define MANY		80

struct attempt {
	struct pool p;
	void *o[MANY];
	gfp_t gfp;
};

static const struct shape {
	const char *what;
	unsigned int size;
	slab_flags_t flags;
} shapes[] = {
	{ "small", 40, 0 },
	{ "its index in an object", 256, 0 },
	{ "its index off slab", 1024, 0 },
	{ "of pages", 3 * PAGE_SIZE, 0 },
	{ "freed by RCU", 256, SLAB_TYPESAFE_BY_RCU },
};

/* Everything this task asks for from here on fails, or nothing. */
static void fail_all(bool on)
{
	current->make_it_fail = on;
}

/* The @n-th allocation from here on fails, in this task alone. */
static void fail_from(unsigned int n)
{
	current->fail_nth = n;
}

/* Did it come to that? Nothing fails any more. */
static bool has_failed(void)
{
	bool failed = !current->fail_nth;

	current->fail_nth = 0;
	return failed;
}

static void expect_sound(const char *cache)
{
	char *nodes = look_file(cache, "nodes");

	if (!expect(nodes))
		return;
	expect(strstr(nodes, "consistent: yes"));
	expect(!strstr(nodes, "consistent: NO"));
	kvfree(nodes);
}

/*
 * @attempt with its first allocation failing, then its second and so on, until it made
 * all of them. It says whether it succeeded, and must have left nothing where it did
 * not; the last one, with no failure, has to. Answers how often it failed.
 */
static unsigned int sweep(bool (*attempt)(struct attempt *a), struct attempt *a)
{
	unsigned int n, failed = 0;

	for (n = 1; n < SWEEP_MAX && !test_failed(); n++) {
		bool done, hit;

		fail_from(n);
		done = attempt(a);
		hit = has_failed();
		if (!hit) {
			expect(done);
			break;
		}
		failed += !done;
	}
	expect(n < SWEEP_MAX);
	test_note("%u allocations failed in turn, %u calls failed for it", n - 1, failed);
	expect(n > 1);
	return failed;
}

static bool try_create(struct attempt *a)
{
	struct myslab_cache *c = myslab_cache_create("fault", a->p.size, 0, 0, NULL);
	unsigned int left = current->fail_nth;
	struct info info;

	current->fail_nth = 0;	/* not for the look */
	expect_eq(look_info("fault", &info), !!c);
	if (c) {
		fail_all(true);		/* to go takes no memory */
		myslab_cache_destroy(c);
		fail_all(false);
		expect(!look_info("fault", &info));
		expect(!look_info("fault(leaked)", &info));
	}
	current->fail_nth = left;
	return c;
}

static void a_create_that_fails_leaves_nothing(void)
{
	static struct attempt a;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(shapes) && !test_failed(); i++) {
		a.p.size = shapes[i].size;
		/* at least its id, its per-CPU part, an array a CPU, three a node */
		expect(sweep(try_create, &a) >= 3 + num_online_cpus());
	}
}

/* All or nothing; what was had of a bulk that failed is free again. */
static bool try_alloc(struct attempt *a)
{
	struct info info;
	unsigned int left;
	bool done;

	done = myslab_cache_alloc_bulk(a->p.cache, a->gfp, MANY, a->o);
	left = current->fail_nth;
	current->fail_nth = 0;
	if (done)
		give_many(&a->p, a->o, MANY);
	expect_eq(myslab_cache_shrink(a->p.cache), 0);
	expect_sound(a->p.name);
	expect(look_info(a->p.name, &info));
	expect_eq(info.active_objs, 0);
	current->fail_nth = left;
	return done;
}

static void in_every_shape(void (*look)(struct attempt *a))
{
	static struct attempt a;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(shapes) && !test_failed(); i++) {
		test_note("%s", shapes[i].what);
		if (!open_pool(&a.p, shapes[i].size, 0, shapes[i].flags, NULL, ONE_BY_ONE))
			return;
		look(&a);
		close_pool(&a.p);
	}
}

/* One failure is made up for by another node, or by a second try. */
static void survive_one(struct attempt *a)
{
	a->gfp = GFP_KERNEL;
	expect_eq(sweep(try_alloc, a), 0);
}

static void R15_an_alloc_survives_one_failure(void)
{
	in_every_shape(survive_one);
}

static void fail_on_this_node(struct attempt *a)
{
	long failed = look_stat(a->p.name, ALL_CPUS, "failed");

	a->gfp = GFP_KERNEL | __GFP_THISNODE;
	failed += sweep(try_alloc, a);
	expect_eq(look_stat(a->p.name, ALL_CPUS, "failed"), failed);
}

static void an_alloc_of_one_node_that_fails_loses_nothing(void)
{
	in_every_shape(fail_on_this_node);
}

/* What is out can be freed, and what is free be had, with no memory anywhere. */
static void live_on_nothing(struct attempt *a)
{
	unsigned int i, there;
	struct info info;

	if (!take_many(&a->p, a->o, MANY))
		return;
	fail_all(true);
	give_many(&a->p, a->o, MANY / 2);
	fail_all(false);
	/* what the slabs that were kept hold */
	expect(look_info(a->p.name, &info));
	there = min(info.num_objs - info.active_objs, MANY / 2UL);
	expect(there);
	fail_all(true);
	for (i = 0; i < there; i++) {
		a->o[i] = myslab_cache_alloc(a->p.cache, GFP_KERNEL);
		expect(a->o[i]);
	}
	give_many(&a->p, a->o, there);
	give_many(&a->p, a->o + MANY / 2, MANY / 2);
	expect_eq(myslab_cache_shrink(a->p.cache), 0);
	expect(!myslab_cache_alloc(a->p.cache, GFP_KERNEL));
	expect(!myslab_cache_alloc(a->p.cache, GFP_ATOMIC));
	expect(!myslab_cache_alloc_bulk(a->p.cache, GFP_KERNEL, MANY, a->o));
	fail_all(false);
	expect_sound(a->p.name);
	expect(look_stat(a->p.name, ALL_CPUS, "failed") >= 3);
}

static void free_shrink_and_destroy_need_no_memory(void)
{
	in_every_shape(live_on_nothing);
}

/*
 * All of @o go, flush after flush, and each finds that there is no larger array to be had.
 * Then there is, but for a second nobody asks: bursts, until one ends that late. Answers
 * how many ended earlier.
 */
static unsigned int stay_for_a_second(struct pool *p, void **o, long limit)
{
	unsigned long since = jiffies;
	unsigned int early = 0;

	fail_all(true);
	give_many(p, o, BURST);
	fail_all(false);
	expect_eq(limit_of(p), limit);
	while (!test_failed() && burst(p, o, BURST, 1)) {
		long now = limit_of(p);

		if (!time_before(jiffies, since + HZ))
			break;
		expect_eq(now, limit);
		early++;
	}
	return early;
}

/*
 * In mode fixed none is asked for. Again where the host took the second for itself: by then
 * the array grows, so that no earlier second counts.
 */
static void A3_an_array_stays_where_there_is_no_memory(void)
{
	unsigned long deadline = jiffies + 60 * HZ;
	void **o = pointers(BURST);
	unsigned int early = 0;
	struct pool p;
	long limit;

	if (!expect(o) || !open_pool(&p, 256, 0, 0, NULL, BY_SIZE))
		goto free;
	limit = limit_of(&p);
	do {
		if (mode_is(p.name, "auto"))
			expect(burst_until_it_fits(&p, o, BURST));
		if (!take_many(&p, o, BURST))
			break;
		/* all out: and an array that grew is small again */
		expect_eq(myslab_cache_shrink(p.cache), 1);
		expect_eq(limit_of(&p), limit);
		early = stay_for_a_second(&p, o, limit);
		expect_sound(p.name);
		expect(early || time_before(jiffies, deadline));
	} while (!early && !test_failed());
	if (mode_is(p.name, "auto")) {
		expect(burst_until_it_fits(&p, o, BURST));
		expect(limit_of(&p) >= BURST);
	}
	close_pool(&p);
free:
	kvfree(o);
}

/* Far more pointers than the pages of a CPU's stock take. */
#define DELAYED_MAX	100000

/* What has no rcu_head and finds no page waits for a grace period of its own. */
static void a_delayed_free_without_a_page_waits(void)
{
	long waited = look_total("rcu_waited"), errors = look_total("errors");
	struct pool p;
	unsigned int i;
	bool hit = false;

	if (!open_pool(&p, 64, 0, 0, NULL, BY_SIZE))
		return;
	for (i = 0; i < DELAYED_MAX && !hit && !test_failed(); i++) {
		void *obj = take(&p);

		fail_from(1);
		myslab_kfree_rcu_mightsleep(obj);
		hit = has_failed() && look_total("rcu_waited") > waited;
	}
	expect(hit);
	myslab_kfree_rcu_barrier();
	expect_eq(myslab_cache_shrink(p.cache), 0);
	expect_eq(look_total("errors"), errors);
	close_pool(&p);
}

static const struct test_case cases[] = {
	CASE(a_create_that_fails_leaves_nothing),
	CASE(R15_an_alloc_survives_one_failure),
	CASE(an_alloc_of_one_node_that_fails_loses_nothing),
	CASE(free_shrink_and_destroy_need_no_memory),
	CASE(A3_an_array_stays_where_there_is_no_memory),
	CASE(a_delayed_free_without_a_page_waits),
};

#else

static void memory_does_not_fail(void)
{
	test_skip("this kernel has no fault injection");
}

static const struct test_case cases[] = {
	CASE(memory_does_not_fail),
};

#endif

SUITE(faults);
