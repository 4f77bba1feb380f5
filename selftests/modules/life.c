// SPDX-License-Identifier: GPL-2.0
/* R27, R28, R35: shrinking and destroying, with and without objects out. */
#include <linux/cpu.h>
#include <linux/sched.h>

#include "fixture.h"
#include "suites.h"

static unsigned int constructed;

static void count_construction(void *obj)
{
	constructed++;
	memset(obj, 0x5a, 64);
}

/*
 * Park objects everywhere: in the array of every CPU, in the shared array, in an
 * alien array where there are two nodes. Their addresses go to @seen; answers how
 * many. Nothing is taken at the end but the first @held of them.
 */
#define PARKED_EACH	30
static unsigned int park_everywhere(struct pool *p, void **seen, unsigned int held)
{
	unsigned int nr = 0;
	int cpu, far = other_node();

	if (!take_many(p, seen, held))
		return 0;
	nr = held;
	if (far >= 0 && make_alien(p, far)) {
		unsigned int i;

		for (i = 0; i < 5; i++)
			seen[nr + i] = take_of(p, far);
		give_many(p, seen + nr, 5);
		nr += 5;
	}
	for_each_online_cpu(cpu) {
		run_on(cpu);
		/* more than the array holds: some reach the shared array */
		if (take_many(p, seen + nr, PARKED_EACH)) {
			give_many(p, seen + nr, PARKED_EACH);
			nr += PARKED_EACH;
		}
	}
	run_on(first_cpu());
	return nr;
}

#define PARK_TUNABLES	((struct tunables){ 16, 8, 2 })

static void **room_to_park(unsigned int held)
{
	return pointers(held + 5 + PARKED_EACH * num_online_cpus());
}

static void R27_shrink_leaves_no_array_and_no_slab(void)
{
	void **seen = room_to_park(0);
	unsigned int nr, i;
	struct info info;
	struct pool p;

	if (!expect(seen) || !open_pool(&p, 256, 0, 0, NULL, PARK_TUNABLES))
		goto out;
	nr = park_everywhere(&p, seen, 0);
	expect(nr >= PARKED_EACH);
	expect(look_info(p.name, &info) && info.num_slabs && info.sharedavail);
	if (other_node() >= 0)
		expect_eq(look_node(p.name, here(), "alien of node"), other_node());
	expect_eq(myslab_cache_shrink(p.cache), 0);
	for (i = 0; i < nr; i++)
		expect(!still_there(&p, seen[i]));
	expect(look_info(p.name, &info));
	expect_eq(info.num_slabs, 0);
	expect_eq(look_stat(p.name, ALL_CPUS, "avail"), 0);
	close_pool(&p);
out:
	kvfree(seen);
}

static bool has_slabs(const char *name)
{
	struct info info = { .num_slabs = 1 };

	return !expect(look_info(name, &info)) || info.num_slabs;
}

/* Also where nobody has a handle. */
static void R27_all_caches_are_shrunk_at_once(void)
{
	static const char file[] = "/sys/kernel/debug/myslab/shrink";
	struct pool p;
	void *o[20];

	if (!open_pool(&p, 256, 0, 0, NULL, PARK_TUNABLES))
		return;
	myslab_kfree(myslab_kmalloc(3000, GFP_KERNEL));
	if (take_many(&p, o, ARRAY_SIZE(o)))
		give_many(&p, o, ARRAY_SIZE(o));
	expect(has_slabs(p.name) && has_slabs("myslab-size-4096"));
	expect(!user_writes(file, "0"));
	expect(!user_writes(file, "2"));
	expect(has_slabs(p.name));
	expect(user_writes(file, "1"));
	expect(!has_slabs(p.name) && !has_slabs("myslab-size-4096"));
	close_pool(&p);
}

static void R27_shrink_says_that_slabs_remain(void)
{
	void **seen = room_to_park(1);
	unsigned int nr, i;
	struct pool p;

	if (!expect(seen) || !open_pool(&p, 256, 0, 0, NULL, PARK_TUNABLES))
		goto out;
	nr = park_everywhere(&p, seen, 1);
	if (!expect(nr))
		goto close;
	memset(seen[0], 0x77, 256);
	expect_eq(myslab_cache_shrink(p.cache), 1);
	for (i = 0; i < nr; i++)
		expect_eq(still_there(&p, seen[i]),
			  slab_at(&p, seen[i]) == slab_at(&p, seen[0]));
	expect(!memchr_inv(seen[0], 0x77, 256));
	give(&p, seen[0]);
	expect_eq(myslab_cache_shrink(p.cache), 0);
close:
	close_pool(&p);
out:
	kvfree(seen);
}

/* What is parked anywhere is in use, as far as slabs and slabinfo know. */
static void R35_parked_objects_count_as_in_use(void)
{
	void **seen = room_to_park(3);
	struct info info;
	unsigned int nr;
	long parked;
	struct pool p;
	int node;

	if (!expect(seen) || !open_pool(&p, 256, 0, 0, NULL, PARK_TUNABLES))
		goto out;
	nr = park_everywhere(&p, seen, 3);
	if (!expect(nr))
		goto close;
	parked = look_stat(p.name, ALL_CPUS, "avail");
	expect(parked > 0);
	expect(look_info(p.name, &info));
	if (other_node() >= 0)
		parked += 5;	/* the alien array's */
	expect_eq(info.active_objs, 3 + parked + info.sharedavail);
	for_each_online_node(node) {
		char *nodes = look_file(p.name, "nodes");

		expect(nodes && !strstr(nodes, "consistent: NO"));
		kvfree(nodes);
	}
	give_many(&p, seen, 3);
	/* they were parked, or pushed others out to their slabs: none is lost */
	expect_eq(myslab_cache_shrink(p.cache), 0);
	expect(look_info(p.name, &info));
	expect_eq(info.active_objs, 0);
	expect_eq(info.num_objs, 0);
close:
	close_pool(&p);
out:
	kvfree(seen);
}

/* One parked object keeps a slab from being free, whatever free_limit says. */
static void R35_a_parked_object_keeps_its_slab(void)
{
	struct pool p;
	void *obj;

	if (!open_pool(&p, 2048, 0, 0, NULL, ONE_BY_ONE))
		return;
	obj = take(&p);
	give(&p, obj);
	expect(still_there(&p, obj));
	expect_eq(look_node(p.name, here(), "slabs: partial"), 1);
	expect_eq(look_node(p.name, here(), "objects: out"), 1);
	close_pool(&p);
}

static long module_users(void)
{
	return look_number("/sys/module/myslab/refcnt");
}

static void leaked_name(const struct pool *p, char *name, size_t len)
{
	snprintf(name, len, "%s(leaked)", p->name);
}

/* The last object is back: a worker ends the cache. */
static void wait_until_gone(const struct pool *p)
{
	struct info info;
	char name[64];
	int tries;

	leaked_name(p, name, sizeof(name));
	for (tries = 0; tries < 2000 && look_info(name, &info); tries++)
		schedule_timeout_uninterruptible(1);
	expect(!look_info(name, &info));
}

/* What may be asked of a cache that is destroyed: nothing, without harm. */
static void expect_no_allocation(struct myslab_cache *c)
{
	void *two[2];

	expect(!myslab_cache_alloc(c, GFP_KERNEL));
	expect(!myslab_cache_zalloc(c, GFP_ATOMIC));
	expect(!myslab_cache_alloc_node(c, GFP_KERNEL, here()));
	expect(!myslab_cache_alloc_node(c, GFP_KERNEL, NUMA_NO_NODE));
	expect(!myslab_cache_alloc_bulk(c, GFP_KERNEL, 2, two));
}

/* Three objects out of a destroyed cache, given back on as many CPUs as there are. */
static void check_leak(slab_flags_t flags, void (*ctor)(void *obj))
{
	struct myslab_cache *again;
	unsigned int calls, i;
	char name[64];
	void *o[3], *parked;
	struct info info;
	struct pool p;
	long users;
	int cpu;

	constructed = 0;
	if (!open_pool(&p, 256, 0, flags, ctor, BY_SIZE))
		return;
	if (!take_many(&p, o, 3))
		goto close;
	parked = take(&p);
	give(&p, parked);
	for (i = 0; i < 3; i++)
		memset(o[i], 0x60 + i, 256);
	calls = constructed;
	users = module_users();

	myslab_cache_destroy(p.cache);
	leaked_name(&p, name, sizeof(name));
	expect(!look_info(p.name, &info));
	if (expect(look_info(name, &info)))
		expect_eq(info.active_objs, 3);
	expect_eq(module_users(), users + 1);
	again = myslab_cache_create(p.name, 100, 0, 0, NULL);
	expect(again);
	myslab_cache_destroy(again);
	expect_no_allocation(p.cache);

	cpu = first_cpu();
	for (i = 0; i < 3; i++) {
		expect(look_info(name, &info));
		expect_eq(info.active_objs, 3 - i);
		expect_eq(module_users(), users + 1);
		expect(still_there(&p, o[i]));
		expect(!memchr_inv(o[i], 0x60 + i, 256));
		run_on(cpu);
		give(&p, o[i]);
		cpu = cpumask_next(cpu, cpu_online_mask);
		if (cpu >= nr_cpu_ids)
			cpu = first_cpu();
	}
	run_on(first_cpu());
	wait_until_gone(&p);
	expect_eq(module_users(), users);
	expect_eq(constructed, calls);
	for (i = 0; i < 3; i++)
		expect(!myslab_cache_of(o[i]));
	p.cache = NULL;
close:
	close_pool(&p);
}

static void R28_a_cache_with_objects_out_is_kept_until_they_are_back(void)
{
	check_leak(0, NULL);
}

static void R28_a_leaked_cache_constructs_nothing(void)
{
	check_leak(0, count_construction);
}

static void R28_a_leaked_typesafe_cache(void)
{
	check_leak(SLAB_TYPESAFE_BY_RCU, NULL);
}

/*
 * It may be shrunk, and reaping passes it by; what is free of it goes at once; it
 * takes no tunables. Two objects a slab, three slabs.
 */
static void R28_a_leaked_cache_keeps_no_free_slab(void)
{
	char name[64], line[80];
	struct info info;
	struct pool p;
	void *o[6];
	int i;

	if (!open_pool(&p, 2048, 0, 0, NULL, BY_SIZE))
		return;
	if (!expect_eq(p.num, 2) || !take_many(&p, o, 6)) {
		close_pool(&p);
		return;
	}
	for (i = 0; i < 6; i++)
		memset(o[i], 0x60 + i, 2048);
	myslab_cache_destroy(p.cache);
	leaked_name(&p, name, sizeof(name));

	expect_eq(myslab_cache_shrink(p.cache), 1);
	expect(user_writes("/sys/kernel/debug/myslab/reap", "3"));
	snprintf(line, sizeof(line), "%s 8 4 1", p.name);
	expect(!user_writes("/proc/myslabinfo", line));
	snprintf(line, sizeof(line), "%s 8 4 1", name);
	expect(!user_writes("/proc/myslabinfo", line));
	for (i = 0; i < 6; i++)
		expect(still_there(&p, o[i]) && !memchr_inv(o[i], 0x60 + i, 2048));

	for (i = 1; i < 6; i++)
		if (slab_at(&p, o[i]) == slab_at(&p, o[0]))
			swap(o[1], o[i]);
	give_many(&p, o, 2);
	expect(!still_there(&p, o[0]));
	expect(look_info(name, &info));
	expect_eq(info.num_slabs, info.active_slabs);
	expect_eq(info.active_objs, 4);
	give_many(&p, o + 2, 4);
	wait_until_gone(&p);
	p.cache = NULL;
	close_pool(&p);
}

/* Destroy a cache with an object out while @cpu is down, then free it there. */
static void free_on_a_late_cpu(int cpu, bool had_array)
{
	struct pool p;
	void *obj;

	if (had_array && !open_pool(&p, 256, 0, 0, NULL, BY_SIZE))
		return;
	expect_eq(remove_cpu(cpu), 0);
	if (!had_array && !open_pool(&p, 256, 0, 0, NULL, BY_SIZE)) {
		expect_eq(add_cpu(cpu), 0);
		return;
	}
	obj = take(&p);
	myslab_cache_destroy(p.cache);
	expect_eq(add_cpu(cpu), 0);
	run_on(cpu);
	give(&p, obj);
	run_on(first_cpu());
	wait_until_gone(&p);
	p.cache = NULL;
	close_pool(&p);
}

static void R28_a_cpu_that_comes_up_can_free_to_a_leaked_cache(void)
{
	int cpu = cpumask_next(first_cpu(), cpu_online_mask);

	if (cpu >= nr_cpu_ids) {
		test_skip("one CPU");
		return;
	}
	free_on_a_late_cpu(cpu, false);
	free_on_a_late_cpu(cpu, true);
}

/* What it held is what the module held more than before it was made. */
static void check_pages(slab_flags_t flags, unsigned int size)
{
	unsigned int nr = 24, round;
	struct info info;
	void *o[24];
	struct pool p;
	long pages;

	/* the first of two rounds makes the slabs of the index cache */
	for (round = 0; round < 2; round++) {
		pages = look_pages();
		if (!open_pool(&p, size, 0, flags, NULL, (struct tunables){ 8, 8, 0 }))
			return;
		if (take_many(&p, o, nr)) {
			expect(look_pages() > pages);
			give_many(&p, o, nr);
			myslab_cache_shrink(p.cache);
		}
		/* at its end it has free slabs, and slabs whose objects are parked */
		if (take_many(&p, o, nr))
			give_many(&p, o, nr);
		expect(look_info(p.name, &info) && info.num_slabs > info.active_slabs &&
		       info.active_slabs);
		close_pool(&p);
	}
	expect_eq(look_pages(), pages);
}

static void R28_destroy_gives_every_page_back(void)
{
	check_pages(0, 2048);
	check_pages(0, 256);
}

/* It waits for slabs whose grace period is still running. */
static void R28_destroy_waits_for_typesafe_pages(void)
{
	check_pages(SLAB_TYPESAFE_BY_RCU, 2048);
	check_pages(SLAB_TYPESAFE_BY_RCU, 256);
}

static void R28_destroy_of_nothing(void)
{
	long pages = look_pages();

	myslab_cache_destroy(NULL);
	expect_eq(look_pages(), pages);
}

static const struct test_case cases[] = {
	CASE(R27_shrink_leaves_no_array_and_no_slab),
	CASE(R27_shrink_says_that_slabs_remain),
	CASE(R27_all_caches_are_shrunk_at_once),
	CASE(R35_parked_objects_count_as_in_use),
	CASE(R35_a_parked_object_keeps_its_slab),
	CASE(R28_a_cache_with_objects_out_is_kept_until_they_are_back),
	CASE(R28_a_leaked_cache_constructs_nothing),
	CASE(R28_a_leaked_typesafe_cache),
	CASE(R28_a_leaked_cache_keeps_no_free_slab),
	CASE(R28_a_cpu_that_comes_up_can_free_to_a_leaked_cache),
	CASE(R28_destroy_gives_every_page_back),
	CASE(R28_destroy_waits_for_typesafe_pages),
	CASE(R28_destroy_of_nothing),
};

SUITE(life);
