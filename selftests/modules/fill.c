// SPDX-License-Identifier: GPL-2.0
/*
 * R15 where a node has no memory left. It is filled with objects, so this suite is for
 * machines that are there for it: one node small, the other with room.
 */
#include "fixture.h"
#include "suites.h"

#define QUIET	(GFP_NOWAIT | __GFP_NOWARN)

/* Objects that fill the node, each holding the address of the one before. */
static struct pool filler;
static void *last;

static void empty_node(void)
{
	while (last) {
		void *obj = last;

		last = *(void **)obj;
		give(&filler, obj);
	}
}

/* On a CPU of the node, take what it has until it has no page more. */
static bool fill_node(int node)
{
	unsigned long nr = 0;
	void *obj;

	if (!open_pool(&filler, PAGE_SIZE, 0, 0, NULL, BY_SIZE))
		return false;
	run_on(first_cpu_of_node(node));
	while ((obj = myslab_cache_alloc(filler.cache, QUIET | __GFP_THISNODE))) {
		*(void **)obj = last;
		last = obj;
		nr++;
		if (node_of(obj) != node)
			break;
		cond_resched();
	}
	test_note("%lu objects of a page fill node %d", nr, node);
	return expect(!obj) && expect(nr > 1000);
}

static void end_filling(void)
{
	empty_node();
	close_pool(&filler);
}

static int small_node(void)
{
	int node = other_node();

	if (node < 0)
		test_skip("one node");
	return node;
}

static void R15_a_full_node_is_served_by_the_other(void)
{
	int node = small_node();
	struct pool p;
	void *o[40];
	unsigned int i;

	if (node < 0 || !open_pool(&p, 2048, 0, 0, NULL, BY_SIZE))
		return;
	if (fill_node(node)) {
		/* this node alone: not at all; else from the other one */
		expect(!myslab_cache_alloc(p.cache, QUIET | __GFP_THISNODE));
		expect(!myslab_cache_alloc_node(p.cache, QUIET | __GFP_THISNODE, node));
		for (i = 0; i < ARRAY_SIZE(o); i++) {
			o[i] = i % 2 ? myslab_cache_alloc(p.cache, QUIET) :
			       myslab_cache_alloc_node(p.cache, QUIET, node);
			if (expect(o[i])) {
				expect(node_of(o[i]) != node);
				memset(o[i], i, 2048);
			}
		}
		for (i = 0; i < ARRAY_SIZE(o); i++)
			expect(!o[i] || !memchr_inv(o[i], i, 2048));
		expect(look_stat(p.name, ALL_CPUS, "fallback") > 0);
		expect(look_stat(p.name, ALL_CPUS, "failed") > 0);
		give_many(&p, o, ARRAY_SIZE(o));
	}
	end_filling();
	/* and when there is memory again, from there */
	run_on(first_cpu_of_node(node));
	o[0] = take_of(&p, node);
	give(&p, o[0]);
	expect_eq(myslab_cache_shrink(p.cache), 0);
	close_pool(&p);
}

static void R15_bulk_on_a_full_node_is_all_or_nothing(void)
{
	int node = small_node();
	struct pool p;
	void *few[8];
	void *o[20];

	if (node < 0 || !open_pool(&p, 2048, 0, 0, NULL, ONE_BY_ONE))
		return;
	run_on(first_cpu_of_node(node));
	/* four slabs, of which half is free: some of twenty can be had, not all */
	if (!take_many(&p, few, ARRAY_SIZE(few)))
		goto close;
	if (fill_node(node)) {
		give_many(&p, few + 4, 4);
		expect(!myslab_cache_alloc_bulk(p.cache, QUIET | __GFP_THISNODE,
						ARRAY_SIZE(o), o));
		/* what it had is back: all four can be had again, and no fifth */
		if (expect(myslab_cache_alloc_bulk(p.cache, QUIET | __GFP_THISNODE, 4,
						   few + 4)))
			expect(!myslab_cache_alloc(p.cache, QUIET | __GFP_THISNODE));
		if (expect(myslab_cache_alloc_bulk(p.cache, QUIET, ARRAY_SIZE(o), o)))
			myslab_cache_free_bulk(p.cache, ARRAY_SIZE(o), o);
	}
	end_filling();
	give_many(&p, few, ARRAY_SIZE(few));
	expect_eq(myslab_cache_shrink(p.cache), 0);
close:
	close_pool(&p);
}

static const struct test_case cases[] = {
	CASE(R15_a_full_node_is_served_by_the_other),
	CASE(R15_bulk_on_a_full_node_is_all_or_nothing),
};

SUITE(fill);
