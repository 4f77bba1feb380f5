// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that is plugged in while caches are in use (R32). A script plugs it, has it
 * come online and go offline; each case is a step between.
 */
#include <linux/mmzone.h>
#include <linux/moduleparam.h>

#include "bursts.h"
#include "fault.h"
#include "suites.h"

static int hot_node = -1;
module_param(hot_node, int, 0644);
MODULE_PARM_DESC(hot_node, "the node that memory is plugged into");
static unsigned long hot_block;
module_param(hot_block, ulong, 0644);
MODULE_PARM_DESC(hot_block, "number of the memory block that is to go offline");

#define QUIET	(GFP_NOWAIT | __GFP_NOWARN | __GFP_THISNODE)
#define POOLS	3
#define KEPT	5

/* Made before the memory comes, and there until it has gone. */
static struct pool pools[POOLS];
/* Of the first of them: all objects, each with the address of the one before. */
struct filling {
	struct filling *before;
	unsigned long number;
	u8 rest[];
};

static struct filling *last;
static struct filling *kept[KEPT];
static int left_at = NUMA_NO_NODE;

static void open_caches(void)
{
	open_pool(&pools[0], 2048, 0, 0, NULL, BY_SIZE);
	open_pool(&pools[1], 256, 0, SLAB_TYPESAFE_BY_RCU, NULL, (struct tunables){ 10, 5, 2 });
	open_pool(&pools[2], 3000, 0, SLAB_RECLAIM_ACCOUNT, NULL, ONE_BY_ONE);
}

static void close_caches(void)
{
	int i;

	for (i = 0; i < POOLS; i++)
		close_pool(&pools[i]);
}

static bool in_hot_block(const void *obj)
{
	return pfn_to_section_nr(page_to_pfn(virt_to_page(obj))) == hot_block;
}

/* The node is known to @p, and gives. */
static void check_node_of(struct pool *p)
{
	long slabs = look_node(p->name, hot_node, "grown");
	void *obj;

	if (!expect(slabs >= 0))
		return;
	obj = take_of(p, hot_node);
	give(p, obj);
	expect_eq(myslab_cache_shrink(p->cache), 0);
	expect(look_node(p->name, hot_node, "grown") > slabs);
	expect_eq(look_node(p->name, hot_node, "objects: out"), 0);
}

static void R32_every_cache_knows_the_node(void)
{
	struct pool late;
	int i;

	for (i = 0; i < POOLS; i++)
		check_node_of(&pools[i]);
	expect(look_node("myslab-cache", hot_node, "free_limit") > 0);
	if (open_pool(&late, 512, 0, 0, NULL, BY_SIZE)) {
		check_node_of(&late);
		close_pool(&late);
	}
}

/* On each CPU, and where somebody asks for the node that did not come. */
static void check_goes_on(struct pool *p)
{
	void *obj;
	int cpu;

	for_each_online_cpu(cpu) {
		run_on(cpu);
		obj = take(p);
		give(p, obj);
		obj = myslab_cache_alloc_node(p->cache, GFP_KERNEL, hot_node);
		if (expect(obj))
			expect(node_of(obj) != hot_node);
		give(p, obj);
	}
	run_on(first_cpu());
	expect_eq(myslab_cache_shrink(p->cache), 0);
}

static void R32_caches_go_on_without_the_node(void)
{
	struct pool late;
	int i;

	expect(!node_state(hot_node, N_MEMORY));
	for (i = 0; i < POOLS; i++)
		check_goes_on(&pools[i]);
	if (open_pool(&late, 512, 0, 0, NULL, BY_SIZE)) {
		check_goes_on(&late);
		close_pool(&late);
	}
}

static size_t rest_bytes(void)
{
	return pools[0].size - sizeof(struct filling);
}

/* All that the node has. */
static void R32_the_node_is_filled(void)
{
	unsigned long nr = 0, in_block = 0;
	struct filling *f;

	make_alien(&pools[0], hot_node);
	while ((f = myslab_cache_alloc_node(pools[0].cache, QUIET, hot_node))) {
		f->before = last;
		f->number = nr++;
		memset(f->rest, nr, rest_bytes());
		last = f;
		in_block += in_hot_block(f);
		if (!expect_eq(node_of(f), hot_node))
			break;
		cond_resched();
	}
	test_note("%lu objects, %lu of them in block %lu", nr, in_block, hot_block);
	/* half of the block's memory at the least */
	expect(in_block > (PAGES_PER_SECTION << PAGE_SHIFT) / 2 / pools[0].size);
	expect_eq(myslab_cache_shrink(pools[0].cache), 1);
}

static void check_filling(const struct filling *f, unsigned long number)
{
	expect_eq(f->number, number);
	expect(!memchr_inv(f->rest, (u8)(number + 1), rest_bytes()));
}

/* None was lost, none has changed. A few that are in the block stay out. */
static void R32_all_but_a_few_come_back(void)
{
	unsigned long number = last ? last->number : 0;
	int nr = 0;

	for (; last; number--) {
		struct filling *f = last;

		check_filling(f, number);
		last = f->before;
		if (nr < KEPT && in_hot_block(f))
			kept[nr++] = f;
		else
			give(&pools[0], f);
		cond_resched();
	}
	expect_eq(number, -1UL);
	expect_eq(nr, KEPT);
	expect_eq(myslab_cache_shrink(pools[0].cache), 1);
	expect_eq(look_node(pools[0].name, hot_node, "objects: out"), KEPT);
}

/* Those few, by a CPU of another node: nobody has an object, the slabs are in use. */
static void R32_the_few_are_parked_on_another_node(void)
{
	int i;

	for (i = 0; i < KEPT; i++)
		give(&pools[0], kept[i]);
	expect_eq(look_node(pools[0].name, here(), "alien of node"), hot_node);
	expect_eq(look_node(pools[0].name, hot_node, "objects: out"), KEPT);
}

static void R27_shrink_takes_them_home(void)
{
	struct info info;
	int i;

	for (i = 0; i < POOLS; i++) {
		expect_eq(myslab_cache_shrink(pools[i].cache), 0);
		expect(look_info(pools[i].name, &info));
		expect_eq(info.num_slabs, 0);
		expect_eq(info.num_objs, 0);
		expect_eq(look_node(pools[i].name, hot_node, "objects: out"), 0);
		expect_eq(look_node(pools[i].name, hot_node, "grown"),
			  look_node(pools[i].name, hot_node, "reaped"));
	}
}

/* On each CPU of the hot node; what it has is of @node, or of none by itself. */
static void check_cpus_use(int node)
{
	struct pool *p = &pools[0];
	int cpu;

	for_each_cpu_and(cpu, cpumask_of_node(hot_node), cpu_online_mask) {
		long hits = look_stat(p->name, cpu, "alloc_hit");
		void *obj;

		run_on(cpu);
		obj = myslab_cache_alloc(p->cache, QUIET);
		expect_eq(obj ? node_of(obj) : NUMA_NO_NODE, node);
		give(p, obj);
		obj = take(p);
		give(p, obj);
		/* what it freed was parked, and it is what it got */
		if (node != NUMA_NO_NODE)
			expect(look_stat(p->name, cpu, "alloc_hit") > hits);
	}
	run_on(first_cpu());
	expect_eq(myslab_cache_shrink(p->cache), 0);
}

/* To the hot node, of those with memory. */
static int nearest_node(void)
{
	int node, best = NUMA_NO_NODE;

	for_each_node_state(node, N_MEMORY)
		if (best == NUMA_NO_NODE ||
		    node_distance(hot_node, node) < node_distance(hot_node, best))
			best = node;
	return best;
}

static void R15_cpus_without_memory_use_the_nearest(void)
{
	expect(!node_state(hot_node, N_MEMORY));
	check_cpus_use(nearest_node());
}

/* By a CPU that has no memory of its own, where it is the only one to look after it. */
static void a_cpu_leaves_objects_with_the_nearest(void)
{
	struct pool *p = &pools[1];
	void *o[40];

	left_at = nearest_node();
	expect(!node_state(left_at, N_CPU));
	run_on(first_cpu_of_node(hot_node));
	if (take_many(p, o, ARRAY_SIZE(o))) {
		expect_eq(node_of(o[0]), left_at);
		give_many(p, o, ARRAY_SIZE(o));
	}
	expect(look_node(p->name, left_at, "shared:") > 0);
}

/* Its array becomes a large one. */
static void a_cpu_is_busy_with_the_nearest(void)
{
	void **o = pointers(BURST);

	if (!mode_is(pools[0].name, "auto")) {
		test_skip("mode fixed");
	} else if (o) {
		run_on(first_cpu_of_node(hot_node));
		expect(burst_until_it_fits(&pools[0], o, BURST));
		run_on(first_cpu());
	}
	kvfree(o);
}

/* @batch of the largest array that the node's CPUs have. */
static void expect_free_limit(struct pool *p, int node, unsigned int batch)
{
	unsigned int cpus = cpumask_weight(cpumask_of_node(node));

	expect_eq(look_node(p->name, node, "free_limit"), (1 + cpus) * batch + p->num);
}

/* That CPU has memory of its own by now. */
static void A4_what_nodes_keep_follows_cpus_that_turn(void)
{
	struct pool *p = &pools[0];
	long limit;

	if (!mode_is(p->name, "auto")) {
		test_skip("mode fixed");
		return;
	}
	limit = look_stat(p->name, first_cpu_of_node(hot_node), "limit");
	expect(limit > BURST / 2);
	expect_free_limit(p, hot_node, (limit + 1) / 2);
	/* half of 24, which is what R6 has an array of such objects begin with */
	expect_free_limit(p, left_at, 12);
}

static void R32_nothing_stays_where_no_cpu_is_left(void)
{
	expect(node_state(hot_node, N_MEMORY));
	expect_eq(look_node(pools[1].name, left_at, "shared:"), 0);
}

/* It came for movable pages only: the CPUs turned to it, and are served by others. */
static void R15_cpus_with_movable_memory_are_served_by_others(void)
{
	expect(node_state(hot_node, N_MEMORY));
	check_cpus_use(NUMA_NO_NODE);
}

static void R32_cpus_turn_to_memory_of_their_own(void)
{
	expect(node_state(hot_node, N_MEMORY));
	check_cpus_use(hot_node);
}

/* Of all caches that are to know the node, one finds no memory for that. */
static void no_memory_for_the_third(void)
{
	expect(fail_array(3));
}

static void R32_it_came_to_that(void)
{
	expect(an_array_failed());
	expect(!node_state(hot_node, N_MEMORY));
}

static const struct test_case cases[] = {
	CASE(open_caches),
	CASE(close_caches),
	CASE(no_memory_for_the_third),
	CASE(R32_it_came_to_that),
	CASE(R32_every_cache_knows_the_node),
	CASE(R32_caches_go_on_without_the_node),
	CASE(R32_the_node_is_filled),
	CASE(R32_all_but_a_few_come_back),
	CASE(R32_the_few_are_parked_on_another_node),
	CASE(R27_shrink_takes_them_home),
	CASE(R15_cpus_without_memory_use_the_nearest),
	CASE(R15_cpus_with_movable_memory_are_served_by_others),
	CASE(a_cpu_leaves_objects_with_the_nearest),
	CASE(a_cpu_is_busy_with_the_nearest),
	CASE(A4_what_nodes_keep_follows_cpus_that_turn),
	CASE(R32_nothing_stays_where_no_cpu_is_left),
	CASE(R32_cpus_turn_to_memory_of_their_own),
};

SUITE(memory);
