// SPDX-License-Identifier: GPL-2.0
/*
 * R8, R15-R17: objects of other nodes, judged by their addresses. Cases run on a CPU
 * of the first node; "far" is the other one.
 */
#include <linux/gfp.h>

#include "fixture.h"
#include "suites.h"

#define ALIEN_LIMIT	12
#define PER_SLAB	16	/* objects of 256 bytes */
#define HELD		(2 * PER_SLAB)

/* A shared array that takes one batch of eight. */
static const struct tunables one_batch = { 24, 8, 1 };

/* One slab of far's, all of it taken; and what a far CPU takes beside it. */
struct far {
	struct pool p;
	int node, cpu;
	void *o[PER_SLAB];
	void *held[HELD];
};

static bool open_far(struct far *f, struct tunables t)
{
	unsigned int i;

	f->node = other_node();
	if (f->node < 0) {
		test_skip("one node");
		return false;
	}
	f->cpu = first_cpu_of_node(f->node);
	if (!open_pool(&f->p, 256, 0, 0, NULL, t))
		return false;
	if (!expect_eq(f->p.num, PER_SLAB) || !make_alien(&f->p, f->node))
		goto close;
	for (i = 0; i < PER_SLAB; i++) {
		f->o[i] = take_of(&f->p, f->node);
		expect_eq(slab_at(&f->p, f->o[i]) == slab_at(&f->p, f->o[0]), 1);
	}
	if (!test_failed())
		return true;
close:
	close_pool(&f->p);
	return false;
}

/* On a far CPU. */
static void *take_there(struct far *f)
{
	void *obj;

	run_on(f->cpu);
	obj = take(&f->p);
	run_on(first_cpu());
	return obj;
}

static int next_there(struct far *f)
{
	return which(f->o, PER_SLAB, take_there(f));
}

/* Two more slabs, all taken: the far array is empty after it, and no slab is partial. */
static void take_two_slabs_there(struct far *f)
{
	unsigned int i;

	run_on(f->cpu);
	if (take_many(&f->p, f->held, HELD))
		for (i = 0; i < HELD; i++)
			expect_eq(which(f->o, PER_SLAB, f->held[i]), -1);
	expect_eq(look_stat(f->p.name, f->cpu, "avail"), 0);
	run_on(first_cpu());
}

static void give_there(struct far *f, void **objs, unsigned int nr)
{
	run_on(f->cpu);
	give_many(&f->p, objs, nr);
	run_on(first_cpu());
}

static void R8_twelve_wait_and_the_next_drains_them(void)
{
	struct far f;
	void *fresh;
	int i;

	if (!open_far(&f, one_batch))
		return;
	give_many(&f.p, f.o, ALIEN_LIMIT);
	/* far cannot have them before they are drained */
	take_two_slabs_there(&f);
	give(&f.p, f.o[ALIEN_LIMIT]);
	/* R17: the newest eight fill the shared array, the oldest four their slab */
	for (i = ALIEN_LIMIT - 1; i >= 4; i--)
		expect_eq(next_there(&f), i);
	for (i = 0; i < 4; i++)
		expect_eq(next_there(&f) / 4, 0);
	/* the thirteenth waits */
	fresh = take_there(&f);
	expect_eq(which(f.o, PER_SLAB, fresh), -1);
	give_there(&f, &fresh, 1);
	give_there(&f, f.held, HELD);
	give_many(&f.p, f.o, ALIEN_LIMIT);
	give_many(&f.p, f.o + ALIEN_LIMIT + 1, PER_SLAB - ALIEN_LIMIT - 1);
	expect(look_stat(f.p.name, ALL_CPUS, "alien_drain") > 0);
	close_pool(&f.p);
}

static void R8_the_array_of_a_limit_of_one_holds_one(void)
{
	void *fresh[PER_SLAB];
	struct far f;
	unsigned int i;

	if (!open_far(&f, ONE_BY_ONE))
		return;
	take_two_slabs_there(&f);
	give(&f.p, f.o[0]);
	/* a new slab, all of it: far has nothing that is free then */
	for (i = 0; i < PER_SLAB; i++) {
		fresh[i] = take_there(&f);
		expect_eq(which(f.o, PER_SLAB, fresh[i]), -1);
	}
	give(&f.p, f.o[1]);
	expect_eq(next_there(&f), 0);
	give_there(&f, fresh, PER_SLAB);
	give_there(&f, f.held, HELD);
	give(&f.p, f.o[0]);
	give_many(&f.p, f.o + 2, PER_SLAB - 2);
	close_pool(&f.p);
}

static void R8_noaliencache_sends_them_straight_home(void)
{
	struct far f = { .node = other_node() };
	unsigned int i;

	if (f.node < 0) {
		test_skip("one node");
		return;
	}
	f.cpu = first_cpu_of_node(f.node);
	set_parameter("noaliencache", 1);
	if (!open_pool(&f.p, 256, 0, 0, NULL, one_batch))
		goto out;
	for (i = 0; i < PER_SLAB; i++)
		f.o[i] = take_of(&f.p, f.node);
	/* to its slab, which is the only one that has a free object there */
	for (i = 0; i < PER_SLAB; i++) {
		give(&f.p, f.o[i]);
		expect_eq(next_there(&f), i);
	}
	expect_eq(look_stat(f.p.name, ALL_CPUS, "alien_put"), 0);
	give_many(&f.p, f.o, PER_SLAB);
	close_pool(&f.p);
out:
	set_parameter("noaliencache", 0);
}

/* Both directions have an array: what one side parks does not fill the other's. */
static void R8_one_array_for_each_pair_of_nodes(void)
{
	void *mine[PER_SLAB], *fresh;
	struct far f;

	if (!open_far(&f, one_batch))
		return;
	run_on(f.cpu);
	if (!make_alien(&f.p, here()))
		goto out;
	run_on(first_cpu());
	if (!take_many(&f.p, mine, PER_SLAB))
		goto out;
	expect_eq(look_stat(f.p.name, first_cpu(), "avail"), 0);
	give_there(&f, mine, ALIEN_LIMIT);
	give_many(&f.p, f.o, ALIEN_LIMIT);
	fresh = take_there(&f);
	expect_eq(which(f.o, PER_SLAB, fresh), -1);
	give_there(&f, &fresh, 1);
	fresh = take(&f.p);
	expect_eq(which(mine, PER_SLAB, fresh), -1);
	give(&f.p, fresh);
	give_many(&f.p, mine + ALIEN_LIMIT, PER_SLAB - ALIEN_LIMIT);
	give_many(&f.p, f.o + ALIEN_LIMIT, PER_SLAB - ALIEN_LIMIT);
out:
	close_pool(&f.p);
}

static void R17_all_go_to_slabs_without_shared(void)
{
	unsigned int i, seen = 0;
	struct far f;
	void *fresh;

	if (!open_far(&f, (struct tunables){ 24, 12, 0 }))
		return;
	give_many(&f.p, f.o, ALIEN_LIMIT + 1);
	for (i = 0; i < ALIEN_LIMIT; i++) {
		int got = next_there(&f);

		if (expect(got >= 0 && got < ALIEN_LIMIT))
			seen |= 1 << got;
	}
	expect_eq(seen, (1 << ALIEN_LIMIT) - 1);
	fresh = take_there(&f);
	expect_eq(which(f.o, PER_SLAB, fresh), -1);
	give_there(&f, &fresh, 1);
	give_many(&f.p, f.o, ALIEN_LIMIT);
	give_many(&f.p, f.o + ALIEN_LIMIT + 1, PER_SLAB - ALIEN_LIMIT - 1);
	close_pool(&f.p);
}

/* Whether there is an alien array for it already or not. */
static void R17_a_foreign_object_never_enters_the_array(void)
{
	int node = other_node();
	void *obj, *foreign;
	unsigned int i;
	struct pool p;

	if (node < 0) {
		test_skip("one node");
		return;
	}
	if (!open_pool(&p, 256, 0, 0, NULL, one_batch))
		return;
	obj = take(&p);
	for (i = 0; i < 3; i++) {
		foreign = take_of(&p, node);
		give(&p, obj);
		give(&p, foreign);
		if (!expect_eq(which(&obj, 1, take(&p)), 0))
			break;
	}
	give(&p, obj);
	close_pool(&p);
}

static void R16_another_node_bypasses_the_array(void)
{
	void *obj, *there;
	struct far f;
	long avail;

	if (!open_far(&f, one_batch))
		return;
	obj = take(&f.p);
	give(&f.p, obj);
	avail = look_stat(f.p.name, first_cpu(), "avail");
	there = take_of(&f.p, f.node);
	expect_eq(which(f.o, PER_SLAB, there), -1);
	expect_eq(look_stat(f.p.name, first_cpu(), "avail"), avail);
	expect_eq(which(&obj, 1, take(&f.p)), 0);
	give(&f.p, obj);
	give(&f.p, there);
	give_many(&f.p, f.o, PER_SLAB);
	expect(look_stat(f.p.name, ALL_CPUS, "node_alloc") > 0);
	close_pool(&f.p);
}

static void R16_the_own_node_uses_the_array(void)
{
	struct pool p;
	void *o[3];
	int i;

	if (!open_pool(&p, 256, 0, 0, NULL, BY_SIZE))
		return;
	if (take_many(&p, o, 3)) {
		give_many(&p, o, 3);
		for (i = 2; i >= 0; i--)
			expect_eq(which(o, 3, take_of(&p, here())), i);
		give_many(&p, o, 3);
	}
	close_pool(&p);
}

/*
 * A node without memory for DMA cannot grow a cache of SLAB_CACHE_DMA: there the
 * fallback is had without filling a node. -1: there is no such node with a CPU.
 */
static int node_without_dma(void)
{
	int node;

	for_each_node_state(node, N_MEMORY) {
		struct page *page;

		if (first_cpu_of_node(node) < 0)
			continue;
		page = alloc_pages_node(node, GFP_DMA | GFP_NOWAIT | __GFP_NOWARN |
					__GFP_THISNODE, 0);
		if (!page)
			return node;
		__free_page(page);
	}
	return -1;
}

static void R15_home_node_alone_then_growth_anywhere(void)
{
	int node = node_without_dma();
	struct pool p;
	void *obj;

	if (node < 0) {
		test_skip("each node with a CPU has memory for DMA");
		return;
	}
	if (!open_pool(&p, 256, 0, SLAB_CACHE_DMA, NULL, BY_SIZE))
		return;
	run_on(first_cpu_of_node(node));
	expect(!myslab_cache_alloc(p.cache, GFP_KERNEL | __GFP_THISNODE | __GFP_NOWARN));
	expect(!myslab_cache_alloc_node(p.cache, GFP_KERNEL | __GFP_THISNODE | __GFP_NOWARN,
					node));
	obj = myslab_cache_alloc(p.cache, GFP_ATOMIC);
	if (expect(obj))
		expect(node_of(obj) != node);
	expect(look_stat(p.name, ALL_CPUS, "fallback") > 0);
	give(&p, obj);
	close_pool(&p);
}

static void R15_free_objects_of_others_before_growth(void)
{
	int node = node_without_dma(), home;
	void *o[PER_SLAB], *borrowed;
	unsigned int i;
	struct pool p;

	if (node < 0) {
		test_skip("each node with a CPU has memory for DMA");
		return;
	}
	if (!open_pool(&p, 256, 0, SLAB_CACHE_DMA, NULL, ONE_BY_ONE))
		return;
	/* one slab of the other node's, two of its objects taken */
	home = node == here() ? other_node() : here();
	run_on(first_cpu_of_node(home));
	if (!expect_eq(p.num, PER_SLAB) || !take_many(&p, o, 2))
		goto out;
	run_on(first_cpu_of_node(node));
	/* not for those who want this node or nothing */
	expect(!myslab_cache_alloc(p.cache, GFP_KERNEL | __GFP_THISNODE | __GFP_NOWARN));
	for (i = 2; i < PER_SLAB; i++) {
		o[i] = take(&p);
		expect_eq(slab_at(&p, o[i]) == slab_at(&p, o[0]), 1);
	}
	/* now there is none left */
	borrowed = take(&p);
	expect_eq(slab_at(&p, borrowed) == slab_at(&p, o[0]), 0);
	expect_eq(node_of(borrowed), home);
	give(&p, borrowed);
	give_many(&p, o, PER_SLAB);
out:
	close_pool(&p);
}

static void check_served_by(struct pool *p, int node)
{
	void *obj = take(p);

	if (!obj)
		return;
	expect_eq(node_of(obj), node);
	give(p, obj);
}

/* The node with memory that the firmware says is nearest; -1: none is nearer than the rest. */
static int nearest_memory(int node)
{
	int i, best = -1, distance = INT_MAX;

	for_each_node_state(i, N_MEMORY) {
		if (node_distance(node, i) == distance)
			best = -1;
		if (node_distance(node, i) < distance) {
			distance = node_distance(node, i);
			best = i;
		}
	}
	return best;
}

static void R15_a_node_without_memory_uses_the_nearest(void)
{
	unsigned int looked = 0;
	struct pool p;
	int node, cpu;

	if (!open_pool(&p, 256, 0, 0, NULL, ONE_BY_ONE))
		return;
	for_each_online_node(node) {
		cpu = first_cpu_of_node(node);
		if (cpu < 0 || node_state(node, N_MEMORY) || nearest_memory(node) < 0)
			continue;
		run_on(cpu);
		check_served_by(&p, nearest_memory(node));
		looked++;
	}
	close_pool(&p);
	if (!looked)
		test_skip("no node without memory, or none nearer to it than the rest");
}

static const struct test_case cases[] = {
	CASE(R8_twelve_wait_and_the_next_drains_them),
	CASE(R8_the_array_of_a_limit_of_one_holds_one),
	CASE(R8_noaliencache_sends_them_straight_home),
	CASE(R8_one_array_for_each_pair_of_nodes),
	CASE(R15_home_node_alone_then_growth_anywhere),
	CASE(R15_free_objects_of_others_before_growth),
	CASE(R15_a_node_without_memory_uses_the_nearest),
	CASE(R16_another_node_bypasses_the_array),
	CASE(R16_the_own_node_uses_the_array),
	CASE(R17_a_foreign_object_never_enters_the_array),
	CASE(R17_all_go_to_slabs_without_shared),
};

SUITE(numa);
