// SPDX-License-Identifier: GPL-2.0
/* Mode auto: other nodes' objects wait on the CPU that freed them (A9). */
#include "bursts.h"
#include "suites.h"

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
	expect_eq(look_node(f.p.name, f.node, "alien_in"), in + DRAINED);
	expect_eq(parked_here(&f), 62 - DRAINED + 1);
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

static const struct test_case cases[] = {
	CASE(A9_foreign_objects_wait_on_their_cpu),
	CASE(A9_each_cpu_has_its_own),
	CASE(A9_a_second_free_of_a_foreign_object_is_refused),
	CASE(A9_shrink_sends_them_home),
	CASE(A9_the_reaper_sends_them_home_and_takes_idle_arrays),
};

SUITE(foreign);
