// SPDX-License-Identifier: GPL-2.0
/* What mode auto does otherwise than SLAB: A1 on. */
#include <linux/cpu.h>
#include <linux/hrtimer.h>

#include "compat/hrtimer.h"
#include "fixture.h"
#include "suites.h"

#define MODE_FILE	"/sys/module/myslab/parameters/mode"

static bool mode_is(const char *name, const char *mode)
{
	char *text = look_file(name, "nodes");
	char wanted[16];
	bool is;

	snprintf(wanted, sizeof(wanted), " mode %s\n", mode);
	is = text && strstr(text, wanted);
	kvfree(text);
	return is;
}

static struct pool pool_in_mode(enum myslab_mode mode, unsigned int size)
{
	struct pool p = { .name = "test-mode", .size = size };
	struct info info;

	p.cache = myslab_cache_create_mode(mode, p.name, size, 0, 0, NULL);
	if (expect(p.cache) && expect(look_info(p.name, &info))) {
		p.stride = info.objsize;
		p.num = info.objperslab;
		p.slab_bytes = PAGE_SIZE * info.pagesperslab;
	}
	return p;
}

/* Of 3000 bytes SLAB puts two in two pages, and wastes a quarter. */
static void A1_mode_is_chosen_by_parameter_and_by_client(void)
{
	static const struct {
		enum myslab_mode asked;
		const char *parameter, *is;
	} cases[] = {
		{ MYSLAB_MODE_DEFAULT, "auto", "auto" },
		{ MYSLAB_MODE_DEFAULT, "fixed", "fixed" },
		{ MYSLAB_MODE_AUTO, "fixed", "auto" },
		{ MYSLAB_MODE_FIXED, "auto", "fixed" },
	};
	struct pool p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		expect(user_writes(MODE_FILE, cases[i].parameter));
		p = pool_in_mode(cases[i].asked, 3000);
		if (!expect(mode_is(p.name, cases[i].is)) ||
		    !expect_eq(p.num, strcmp(cases[i].is, "auto") ? 2 : 5))
			test_note("case %zu", i);
		myslab_cache_destroy(p.cache);
	}
	expect(!user_writes(MODE_FILE, "sideways"));
	expect(!user_writes(MODE_FILE, ""));
	expect(!myslab_cache_create_mode(MYSLAB_MODE_FIXED + 1, "test-mode", 64, 0, 0, NULL));
	p = pool_in_mode(MYSLAB_MODE_DEFAULT, 64);
	expect(mode_is(p.name, "auto"));
	myslab_cache_destroy(p.cache);
}

static void A1_no_size_of_programs_wastes_much(void)
{
	static const unsigned int sizes[] = {
		24, 32, 40, 48, 64, 72, 80, 88, 96, 128, 192, 256, 320, 384, 512, 576,
		640, 700, 768, 1024, 1400, 1536, 2048, 4096, 8192,
	};
	struct pool p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		p = pool_in_mode(MYSLAB_MODE_AUTO, sizes[i]);
		expect(p.slab_bytes <= PAGE_SIZE << 3);
		if (!expect(p.slab_bytes * 1000 / p.num <= p.stride * 1085UL))
			test_note("%u bytes: %u of %u in %lu", sizes[i], p.num, p.stride,
				  p.slab_bytes);
		myslab_cache_destroy(p.cache);
	}
}

/* Nothing that a parameter says: the sizes follow. */
static bool open_auto(struct pool *p, unsigned int size)
{
	return open_pool(p, size, 0, 0, NULL, BY_SIZE) && expect(mode_is(p->name, "auto"));
}

static long limit_of(const struct pool *p)
{
	return look_stat(p->name, first_cpu(), "limit");
}

/* Take @nr objects and give them back, so often. */
static bool burst(struct pool *p, void **objs, unsigned int nr, unsigned int times)
{
	while (times--) {
		if (!take_many(p, objs, nr))
			return false;
		give_many(p, objs, nr);
	}
	return true;
}

static long moves(const struct pool *p)
{
	return look_stat(p->name, ALL_CPUS, "refill") + look_stat(p->name, ALL_CPUS, "flush");
}

/* Bursts until one more of them touches no lock; false where that takes too long. */
static bool burst_until_it_fits(struct pool *p, void **objs, unsigned int nr)
{
	unsigned long deadline = jiffies + 60 * HZ;
	long before;

	do {
		before = moves(p);
		if (!burst(p, objs, nr, 10))
			return false;
		if (moves(p) == before)
			return true;
		cond_resched();
	} while (time_before(jiffies, deadline));
	return false;
}

static void A2_arrays_begin_small(void)
{
	static const struct {
		unsigned int size, limit;
	} should[] = { { 16, 30 }, { 256, 30 }, { 1024, 30 }, { 4096, 24 }, { 8192, 8 } };
	struct info info;
	struct pool p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(should); i++) {
		if (!open_auto(&p, should[i].size))
			return;
		expect_eq(limit_of(&p), should[i].limit);
		expect(look_info(p.name, &info));
		expect_eq(info.limit, should[i].limit);
		expect_eq(info.batchcount, (should[i].limit + 1) / 2);
		close_pool(&p);
	}
}

static void A3_a_burst_comes_to_fit_into_the_array(void)
{
	static const unsigned int sizes[] = { 16, 256, 1024, 4096 };
	const unsigned int nr = 256;
	void **o = pointers(nr);
	struct pool p;
	size_t i;

	for (i = 0; o && i < ARRAY_SIZE(sizes); i++) {
		if (!open_auto(&p, sizes[i]))
			break;
		if (!expect(burst_until_it_fits(&p, o, nr)))
			test_note("%u bytes: limit %ld", sizes[i], limit_of(&p));
		expect(limit_of(&p) >= nr);
		expect(look_stat(p.name, ALL_CPUS, "resized") >= 4);
		expect_eq(look_stat(p.name, ALL_CPUS, "errors"), 0);
		close_pool(&p);
	}
	kvfree(o);
}

/* However long it is asked for more. */
static void A3_growth_ends_at_its_bounds(void)
{
	static const unsigned int sizes[] = { 64, 65536 };
	const unsigned int nr = 100;
	void **o = pointers(nr * 50);
	struct pool p;
	size_t i;

	for (i = 0; o && i < ARRAY_SIZE(sizes); i++) {
		if (!open_auto(&p, sizes[i]))
			break;
		burst(&p, o, sizes[i] > PAGE_SIZE ? nr : 50 * nr, 30);
		expect(limit_of(&p) > 30);
		expect(limit_of(&p) <= 2046);
		expect(limit_of(&p) * sizes[i] <= 4 << 20);
		close_pool(&p);
	}
	kvfree(o);
}

/* A burst that comes again finds its slabs, in the array's reach or free. */
static void A4_a_burst_repeated_asks_for_no_pages(void)
{
	const unsigned int nr = 1000;
	void **o = pointers(nr);
	long grown, limit;
	struct pool p;

	if (o && open_auto(&p, 512)) {
		unsigned int cpus = cpumask_weight(cpumask_of_node(here()));

		expect(burst_until_it_fits(&p, o, nr));
		limit = limit_of(&p);
		expect_eq(look_node(p.name, here(), "free_limit"),
			  (1 + cpus) * ((limit + 1) / 2) + p.num);
		grown = look_node(p.name, here(), "grown");
		burst(&p, o, nr, 20);
		expect_eq(look_node(p.name, here(), "grown"), grown);
		close_pool(&p);
	}
	kvfree(o);
}

static bool writes(const struct pool *p, const char *what)
{
	char line[96];

	snprintf(line, sizeof(line), "%s %s", p->name, what);
	return user_writes("/proc/myslabinfo", line);
}

static void A5_what_is_written_stays_until_auto_is(void)
{
	const unsigned int nr = 600;
	void **o = pointers(nr);
	struct info info;
	struct pool p;

	if (o && open_auto(&p, 256)) {
		expect(writes(&p, "40 20 0"));
		expect(mode_is(p.name, "auto, tuned"));
		burst(&p, o, nr, 50);
		expect_eq(limit_of(&p), 40);
		expect(look_info(p.name, &info));
		expect_eq(info.limit, 40);
		expect_eq(info.batchcount, 20);
		expect(writes(&p, "auto"));
		expect(mode_is(p.name, "auto"));
		expect_eq(limit_of(&p), 30);
		expect(burst_until_it_fits(&p, o, nr));
		close_pool(&p);
	}
	kvfree(o);
}

static void A5_parameters_pin_too_and_fixed_takes_no_auto(void)
{
	const unsigned int nr = 600;
	void **o = pointers(nr);
	struct pool p;

	if (o && open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 50, 25, -1 })) {
		burst(&p, o, nr, 50);
		expect_eq(limit_of(&p), 50);
		close_pool(&p);
	}
	kvfree(o);
	p = pool_in_mode(MYSLAB_MODE_FIXED, 256);
	expect(!writes(&p, "auto"));
	expect_eq(limit_of(&p), 120);
	myslab_cache_destroy(p.cache);
}

static void ask_for_turns(unsigned int turns)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", turns);
	expect(user_writes("/sys/kernel/debug/myslab/reap", text));
}

static long avail_of(const struct pool *p)
{
	return look_stat(p->name, first_cpu(), "avail");
}

/* SLAB would leave an array alone in which one object comes and goes. */
static void A6_the_working_set_stays_and_the_rest_goes(void)
{
	const unsigned int nr = 1000, used = 10;
	void **o = pointers(nr);
	struct pool p;
	long before;
	int turn;

	if (o && open_auto(&p, 256)) {
		expect(burst_until_it_fits(&p, o, nr));
		expect(avail_of(&p) >= nr);
		before = moves(&p);
		for (turn = 0; turn < 14; turn++) {
			ask_for_turns(1);
			burst(&p, o, used, 3);
		}
		expect(avail_of(&p) <= 3 * used);
		expect(avail_of(&p) >= used);
		/* and nobody had to fetch them back */
		expect_eq(moves(&p), before);
		close_pool(&p);
	}
	kvfree(o);
}

static void A6_the_oldest_go(void)
{
	struct pool p;
	void *o[10];
	int i;

	if (!open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 20, 10, 0 }))
		return;
	if (take_many(&p, o, 10)) {
		myslab_cache_shrink(p.cache);
		give_many(&p, o, 10);
		ask_for_turns(1);
		expect_eq(avail_of(&p), 10);
		for (i = 9; i >= 7; i--)
			expect_eq(which(o, 10, take(&p)), i);
		give_many(&p, o + 7, 3);
		ask_for_turns(1);
		expect(avail_of(&p) >= 3);
		expect(avail_of(&p) <= 7);
		for (i = 9; i >= 7; i--)
			expect_eq(which(o, 10, take(&p)), i);
		give_many(&p, o + 7, 3);
	}
	close_pool(&p);
}

static void A7_idle_slabs_go_and_used_ones_stay(void)
{
	const unsigned int nr = 1200;
	void **o = pointers(nr);
	struct info info;
	struct pool p;
	long grown;
	int turn;

	if (o && open_pool(&p, 1024, 0, 0, NULL, (struct tunables){ 400, 400, 0 })) {
		burst(&p, o, nr, 1);
		burst(&p, o, nr, 1);
		grown = look_node(p.name, here(), "grown");
		for (turn = 0; turn < 5; turn++) {
			ask_for_turns(1);
			burst(&p, o, nr - 400, 1);
		}
		expect(look_node(p.name, here(), "grown") <= grown + 1);
		ask_for_turns(4);
		expect(look_info(p.name, &info));
		expect_eq(info.num_slabs, 0);
		close_pool(&p);
	}
	kvfree(o);
}

static void A8_an_idle_array_shrinks(void)
{
	const unsigned int nr = 1000;
	void **o = pointers(nr);
	struct pool p;
	void *last;
	int turn;

	if (o && open_auto(&p, 256)) {
		expect(burst_until_it_fits(&p, o, nr));
		expect(limit_of(&p) >= 1022);
		/* one object comes and goes: by halves, and what it holds stays */
		last = take(&p);
		for (turn = 0; turn < 4; turn++) {
			give(&p, last);
			ask_for_turns(1);
			expect(limit_of(&p) >= 1022);
			expect(take(&p) == last);
		}
		for (; turn < 12; turn++) {
			give(&p, last);
			ask_for_turns(1);
			expect(take(&p) == last);
		}
		expect_eq(limit_of(&p), 30);
		give(&p, last);
		close_pool(&p);
	}
	kvfree(o);
}

static void A8_an_empty_idle_array_is_as_at_first(void)
{
	const unsigned int nr = 1000;
	void **o = pointers(nr);
	struct pool p;

	if (o && open_auto(&p, 256)) {
		unsigned int cpus = cpumask_weight(cpumask_of_node(here()));

		expect(burst_until_it_fits(&p, o, nr));
		ask_for_turns(3);
		expect_eq(avail_of(&p), 0);
		expect_eq(limit_of(&p), 30);
		expect_eq(look_node(p.name, here(), "free_limit"), (1 + cpus) * 15 + p.num);
		expect(burst_until_it_fits(&p, o, nr));
		close_pool(&p);
	}
	kvfree(o);
}

static unsigned int shared_limit(const struct pool *p)
{
	char *text = look_file(p->name, "nodes");
	unsigned int avail, limit = 0;
	char title[16], *at;

	snprintf(title, sizeof(title), "\nnode %d\n", here());
	at = text ? strstr(text, title) : NULL;
	at = at ? strstr(at, "shared: ") : NULL;
	expect(at && sscanf(at, "shared: %u of %u", &avail, &limit) == 2);
	kvfree(text);
	return limit;
}

static void A10_the_shared_array_follows(void)
{
	const unsigned int nr = 200;
	void **o = pointers(nr);
	struct pool p;

	if (num_possible_cpus() == 1) {
		test_skip("one CPU");
	} else if (o && open_auto(&p, 256)) {
		expect_eq(shared_limit(&p), 8 * 15);
		expect(burst_until_it_fits(&p, o, nr));
		expect_eq(shared_limit(&p), min(8 * ((limit_of(&p) + 1) / 2), 2046L));
		myslab_cache_shrink(p.cache);
		expect_eq(shared_limit(&p), 8 * 15);
		expect(writes(&p, "20 10 3"));
		expect_eq(shared_limit(&p), 30);
		burst(&p, o, nr, 30);
		expect_eq(shared_limit(&p), 30);
		close_pool(&p);
	}
	kvfree(o);
}

static void A8_shrink_makes_arrays_small(void)
{
	const unsigned int nr = 600;
	void **o = pointers(nr);
	struct pool p;

	if (o && open_auto(&p, 256)) {
		expect(burst_until_it_fits(&p, o, nr));
		expect_eq(myslab_cache_shrink(p.cache), 0);
		expect_eq(limit_of(&p), 30);
		expect(burst_until_it_fits(&p, o, nr));
		close_pool(&p);
	}
	kvfree(o);
}

/* With what it held gone to the slabs; back, it begins anew. */
static void A8_a_dead_cpu_keeps_no_array(void)
{
	const unsigned int nr = 600;
	void **o = pointers(nr);
	int cpu = cpumask_next(first_cpu(), cpu_online_mask);
	struct pool p;

	if (cpu >= nr_cpu_ids || remove_cpu(cpu)) {
		test_skip("no CPU that can go");
	} else if (o && open_auto(&p, 256)) {
		expect(!add_cpu(cpu));
		run_on(cpu);
		expect(burst_until_it_fits(&p, o, nr));
		expect(look_stat(p.name, cpu, "limit") >= nr);
		run_on(first_cpu());
		expect(!remove_cpu(cpu));
		expect_eq(look_stat(p.name, cpu, "limit"), 0);
		expect_eq(look_stat(p.name, cpu, "avail"), 0);
		expect(!add_cpu(cpu));
		expect_eq(look_stat(p.name, cpu, "limit"), 30);
		close_pool(&p);
	}
	kvfree(o);
}

/* One slab of far's and more, and an array for them on this CPU, which is empty. */
#define FAR_MANY	200

struct far {
	struct pool p;
	int node;
	void *o[FAR_MANY];
};

static bool open_far(struct far *f)
{
	unsigned int i;

	f->node = other_node();
	if (f->node < 0) {
		test_skip("one node");
		return false;
	}
	if (!open_auto(&f->p, 256))
		return false;
	if (make_alien(&f->p, f->node)) {
		for (i = 0; i < FAR_MANY; i++)
			if (!expect((f->o[i] = take_of(&f->p, f->node))))
				break;
		if (i == FAR_MANY)
			return true;
	}
	close_pool(&f->p);
	return false;
}

static long counts(const struct far *f, const char *what)
{
	return look_stat(f->p.name, first_cpu(), what);
}

/* How many of far's objects this node's CPUs hold; none: -1. */
static long parked_here(const struct far *f)
{
	char key[32];

	snprintf(key, sizeof(key), "alien of node %d:", f->node);
	return look_node(f->p.name, here(), key);
}

static void A9_foreign_objects_wait_on_their_cpu(void)
{
	struct far f;
	long put, direct, in;

	if (!open_far(&f))
		return;
	put = counts(&f, "alien_put");
	direct = counts(&f, "alien_direct");
	in = look_node(f.p.name, f.node, "alien_in");
	give_many(&f.p, f.o, 62);
	expect_eq(counts(&f, "alien_put"), put + 62);
	expect_eq(counts(&f, "alien_direct"), direct);
	expect_eq(parked_here(&f), 62);
	/* nobody was at their node */
	expect_eq(look_node(f.p.name, f.node, "alien_in"), in);
	give(&f.p, f.o[62]);
	expect_eq(look_node(f.p.name, f.node, "alien_in"), in + 62);
	expect_eq(parked_here(&f), 1);
	expect_eq(counts(&f, "alien_drain"), 1);
	give_many(&f.p, f.o + 63, FAR_MANY - 63);
	expect_eq(counts(&f, "errors"), 0);
	close_pool(&f.p);
}

/* Two CPUs of one node: each has its own. */
static void A9_each_cpu_has_its_own(void)
{
	int second = second_cpu_of_node(here());
	struct far f;

	if (second < 0 || !open_far(&f)) {
		if (second < 0)
			test_skip("one CPU on the node");
		return;
	}
	give_many(&f.p, f.o, 40);
	run_on(second);
	give_many(&f.p, f.o + 40, 1);
	run_on(first_cpu());
	/* the second CPU had none yet: straight home */
	expect_eq(look_stat(f.p.name, second, "alien_direct"), 1);
	expect_eq(parked_here(&f), 40);
	give_many(&f.p, f.o + 41, FAR_MANY - 41);
	close_pool(&f.p);
}

static void A9_a_second_free_of_a_foreign_object_is_refused(void)
{
	struct far f;

	if (!open_far(&f))
		return;
	give_many(&f.p, f.o, 3);
	myslab_cache_free(f.p.cache, f.o[2]);
	myslab_cache_free(f.p.cache, f.o[0]);
	myslab_cache_free(f.p.cache, f.o[5] + 8);
	expect_eq(counts(&f, "errors"), 3);
	expect_eq(parked_here(&f), 3);
	give_many(&f.p, f.o + 3, FAR_MANY - 3);
	expect_eq(counts(&f, "errors"), 3);
	close_pool(&f.p);
}

static void A9_shrink_sends_them_home(void)
{
	struct far f;

	if (!open_far(&f))
		return;
	give_many(&f.p, f.o, 50);
	run_on(first_cpu_of_node(f.node));
	expect_eq(parked_here(&f), 50);
	myslab_cache_shrink(f.p.cache);
	expect_eq(parked_here(&f), -1);
	run_on(first_cpu());
	give_many(&f.p, f.o + 50, FAR_MANY - 50);
	close_pool(&f.p);
}

static void A9_the_reaper_sends_them_home_and_takes_idle_arrays(void)
{
	struct far f;
	long direct;

	if (!open_far(&f))
		return;
	give_many(&f.p, f.o, 50);
	ask_for_turns(1);
	expect_eq(parked_here(&f), -1);
	direct = counts(&f, "alien_direct");
	give(&f.p, f.o[50]);
	expect_eq(counts(&f, "alien_direct"), direct);
	/* home with the first, idle for three */
	ask_for_turns(4);
	give(&f.p, f.o[51]);
	expect_eq(counts(&f, "alien_direct"), direct + 1);
	give_many(&f.p, f.o + 52, FAR_MANY - 52);
	close_pool(&f.p);
}

/* A timer that takes and frees on the CPU whose array is in use. */
#define TICK_NS		100000
#define TICK_OBJECTS	8

struct ticker {
	struct hrtimer timer;
	struct pool *p;
	unsigned int missing;
};

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	struct ticker *t = container_of(timer, struct ticker, timer);
	void *o[TICK_OBJECTS];
	unsigned int i;

	for (i = 0; i < TICK_OBJECTS; i++) {
		o[i] = myslab_cache_alloc(t->p->cache, GFP_ATOMIC);
		t->missing += !o[i];
	}
	while (i--)
		myslab_cache_free(t->p->cache, o[i]);
	hrtimer_forward_now(timer, ns_to_ktime(TICK_NS));
	return HRTIMER_RESTART;
}

static long busy_calls(const struct pool *p)
{
	return look_stat(p->name, ALL_CPUS, "busy_alloc") +
	       look_stat(p->name, ALL_CPUS, "busy_free");
}

/* Bulk calls, which keep the mark for long, until so many calls more met it. */
static bool meet_the_mark(struct pool *p, void **o, unsigned int nr, long more)
{
	unsigned long deadline = jiffies + 60 * HZ;
	long before = busy_calls(p);
	unsigned int i;

	while (busy_calls(p) < before + more) {
		if (!expect(time_before(jiffies, deadline)))
			return false;
		for (i = 0; i < 20; i++) {
			if (!expect(myslab_cache_alloc_bulk(p->cache, GFP_KERNEL, nr, o)))
				return false;
			myslab_cache_free_bulk(p->cache, nr, o);
		}
		cond_resched();
	}
	return true;
}

static void A11_interrupts_in_the_mark_share_a_lock(void)
{
	const unsigned int nr = 1800;
	static struct ticker t;
	void **o = pointers(nr);
	long locked, busy;
	struct pool p;

	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		test_skip("hard interrupts are not served there");
	} else if (o && open_auto(&p, 256)) {
		expect(burst_until_it_fits(&p, o, nr));
		t.p = &p;
		t.missing = 0;
		hrtimer_setup(&t.timer, tick, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
		hrtimer_start(&t.timer, ns_to_ktime(TICK_NS), HRTIMER_MODE_REL_PINNED);
		/* the first ask for the array */
		if (meet_the_mark(&p, o, nr, 100)) {
			busy = busy_calls(&p);
			locked = look_stat(p.name, ALL_CPUS, "busy_locked");
			expect(locked > 0);
			meet_the_mark(&p, o, nr, 400);
			busy = busy_calls(&p) - busy;
			locked = look_stat(p.name, ALL_CPUS, "busy_locked") - locked;
			test_note("%ld of %ld calls took the lock", locked, busy);
			expect(locked * 10 <= busy);
		}
		hrtimer_cancel(&t.timer);
		expect_eq(t.missing, 0);
		expect_eq(look_stat(p.name, ALL_CPUS, "errors"), 0);
		expect_eq(myslab_cache_shrink(p.cache), 0);
		close_pool(&p);
	}
	kvfree(o);
}

static const struct test_case cases[] = {
	CASE(A1_mode_is_chosen_by_parameter_and_by_client),
	CASE(A1_no_size_of_programs_wastes_much),
	CASE(A2_arrays_begin_small),
	CASE(A3_a_burst_comes_to_fit_into_the_array),
	CASE(A3_growth_ends_at_its_bounds),
	CASE(A4_a_burst_repeated_asks_for_no_pages),
	CASE(A5_what_is_written_stays_until_auto_is),
	CASE(A5_parameters_pin_too_and_fixed_takes_no_auto),
	CASE(A6_the_working_set_stays_and_the_rest_goes),
	CASE(A6_the_oldest_go),
	CASE(A7_idle_slabs_go_and_used_ones_stay),
	CASE(A9_foreign_objects_wait_on_their_cpu),
	CASE(A9_each_cpu_has_its_own),
	CASE(A9_a_second_free_of_a_foreign_object_is_refused),
	CASE(A9_shrink_sends_them_home),
	CASE(A9_the_reaper_sends_them_home_and_takes_idle_arrays),
	CASE(A8_an_idle_array_shrinks),
	CASE(A8_an_empty_idle_array_is_as_at_first),
	CASE(A8_a_dead_cpu_keeps_no_array),
	CASE(A8_shrink_makes_arrays_small),
	CASE(A10_the_shared_array_follows),
	CASE(A11_interrupts_in_the_mark_share_a_lock),
};

SUITE(auto);
