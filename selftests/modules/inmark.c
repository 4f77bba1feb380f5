// SPDX-License-Identifier: GPL-2.0
/*
 * Mode auto: what an interrupt frees that lands in the mark, one at a known place (A11, R23):
 * see inmark.h. aside.c has interrupts that come when they come.
 */
#include <linux/kprobes.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "bursts.h"
#include "inmark.h"
#include "suites.h"

/* Or a probe is an NMI, where nothing is freed but by a hit. */
#ifdef CONFIG_KPROBES_ON_FTRACE

static void construct(void *obj)
{
}

/* As an interrupt would that lands at the first instruction of the bulk free's loop. */
static struct {
	struct myslab_cache *cache;
	struct in_mark what;
} due;

static int use_in_mark(struct kprobe *probe, struct pt_regs *regs)
{
	struct in_mark what = due.what;
	unsigned int i;

	due.what = (struct in_mark){ };
	for (i = 0; i < what.gives; i++)
		myslab_cache_free(due.cache, what.give[i]);
	for (i = 0; i < what.takes; i++)
		what.take[i] = myslab_cache_alloc(due.cache, GFP_ATOMIC);
	return 0;
}

bool let_in(struct pool *p, struct in_mark what, void **own, unsigned int nr)
{
	struct kprobe probe = {
		.symbol_name = "myslab:push_row",
		.pre_handler = use_in_mark,
	};
	bool probed = expect(!register_kprobe(&probe));

	due.cache = p->cache;
	due.what = what;
	myslab_cache_free_bulk(p->cache, nr, own);
	if (probed)
		unregister_kprobe(&probe);
	if (expect(!due.what.gives && !due.what.takes))
		return true;
	use_in_mark(NULL, NULL);
	return false;
}

/* Bulk-free the @nr objects at @own, of this CPU's node, and @obj in an interrupt in that. */
static bool give_in_mark(struct pool *p, void *obj, void **own, unsigned int nr)
{
	return let_in(p, (struct in_mark){ .give = &obj, .gives = 1 }, own, nr);
}

bool lands_in_mark(void)
{
	return served_in_interrupts();
}

/* The newest of the array that it lands in, which has no mark. */
static void A11_R23_what_is_freed_in_the_mark_is_no_second_free(void)
{
	struct pool p;
	void *o[3];

	if (!lands_in_mark() || !open_pool(&p, 256, 0, 0, construct, BY_SIZE))
		return;
	if (take_many(&p, o, 3)) {
		give(&p, o[0]);
		if (give_in_mark(&p, o[0], o + 1, 2)) {
			expect_eq(look_stat(p.name, ALL_CPUS, "busy_free"), 1);
			expect_eq(look_stat(p.name, ALL_CPUS, "errors"), 1);
		}
		expect_eq(myslab_cache_shrink(p.cache), 0);
		expect_eq(look_node(p.name, here(), "doubled"), 0);
	}
	close_pool(&p);
}

/* An object of @node's, taken here and freed in the mark. */
static void *take_and_give_in_mark(struct pool *p, int node)
{
	void *far = take_of(p, node), *own = take(p);

	return far && own && give_in_mark(p, far, &own, 1) ? far : NULL;
}

bool make_aside(struct pool *p, int node)
{
	unsigned int tries;

	for (tries = 0; tries < 1500 && take_and_give_in_mark(p, node); tries++) {
		if (aside_of(p, first_cpu()) > 0)
			return expect_eq(myslab_cache_shrink(p->cache), 0);
		schedule_timeout_uninterruptible(1);
	}
	return expect(!"no array was made");
}

/*
 * Full, and one more: the oldest half goes to the shared array in R18's order, and comes back
 * in R12's once the newer ones have been taken. With one CPU it goes to the slabs.
 */
static void A11_the_oldest_half_leaves(void)
{
	const unsigned int half = ASIDE_MOST / 2, left = num_possible_cpus() > 1 ? 0 : half;
	void *o[ASIDE_MOST + 1], *back[ASIDE_MOST + 1], *own[2];
	const struct in_mark fill = { .give = o, .gives = ASIDE_MOST + 1 };
	const struct in_mark empty = { .take = back, .takes = ASIDE_MOST + 1 - left };
	struct pool p;
	int i;

	if (!lands_in_mark() || !open_auto(&p, 256))
		return;
	if (make_aside(&p, here()) && take_many(&p, own, 2) && take_many(&p, o, fill.gives)) {
		expect(let_in(&p, fill, own, 1));
		expect_eq(aside_of(&p, first_cpu()), ASIDE_MOST + 1 - half);
		if (expect(let_in(&p, empty, own + 1, 1))) {
			for (i = ASIDE_MOST; i >= (int)left; i--)
				expect_eq(which(o, fill.gives, back[ASIDE_MOST - i]), i);
			give_many(&p, back, empty.takes);
		}
	}
	close_pool(&p);
}

/*
 * The first of @node's @nr objects at @o is parked here in the mark, and freed again on its
 * node, before the others: which is believed, so that the first slab that is all free is its
 * own, and goes.
 */
static bool lose_slab_of_parked(struct pool *p, int node, void **o, unsigned int nr)
{
	void *own = take(p);

	if (!own || !give_in_mark(p, o[0], &own, 1))
		return false;
	expect_eq(aside_of(p, first_cpu()), 1);
	run_on(first_cpu_of_node(node));
	give_many(p, o, nr);
	run_on(first_cpu());
	rcu_barrier();		/* a slab that is TYPESAFE_BY_RCU */
	expect_eq(look_stat(p->name, ALL_CPUS, "errors"), 0);
	expect_eq(aside_of(p, first_cpu()), 1);
	return expect(!still_there(p, o[0]));
}

/* What makes the array look for its oldest entry's home. */
static void empty_by_shrink(struct pool *p, int node)
{
	expect_eq(myslab_cache_shrink(p->cache), 0);
}

static void empty_by_reaper(struct pool *p, int node)
{
	ask_for_turns(1);
}

/* It holds one object: with the next it is full. */
static void empty_by_next(struct pool *p, int node)
{
	expect(take_and_give_in_mark(p, node));
	expect_eq(aside_of(p, first_cpu()), 1);
	expect_eq(myslab_cache_shrink(p->cache), 0);
}

static void lose_slab_and_empty(struct pool *p, int node,
				void (*empty)(struct pool *p, int node))
{
	const unsigned int nr = 5 * p->num;
	void **o = pointers(nr);
	unsigned int i;

	if (expect(o) && make_aside(p, node)) {
		for (i = 0; i < nr; i++)
			o[i] = take_of(p, node);
		if (lose_slab_of_parked(p, node, o, nr)) {
			empty(p, node);
			expect_eq(aside_of(p, first_cpu()), 0);
			expect_eq(look_node(p->name, here(), "doubled") +
				  look_node(p->name, node, "doubled"), 1);
		}
	}
	kvfree(o);
}

/* Nobody's list is broken, no node asked that there is not, and it is told. */
static void A11_R23_what_is_parked_may_have_lost_its_slab(void)
{
	static void (*const ways[])(struct pool *p, int node) = {
		empty_by_shrink, empty_by_reaper, empty_by_next,
	};
	static const struct {
		slab_flags_t flags;
		void (*ctor)(void *obj);
	} unmarked[] = { { 0, construct }, { SLAB_TYPESAFE_BY_RCU, NULL } };
	int node = other_node();
	struct pool p;
	size_t i, k;

	if (node < 0) {
		test_skip("one node");
		return;
	}
	if (!lands_in_mark())
		return;
	for (k = 0; k < ARRAY_SIZE(unmarked) && !test_failed(); k++) {
		for (i = 0; i < ARRAY_SIZE(ways) && !test_failed(); i++) {
			if (!open_pool(&p, 256, 0, unmarked[k].flags, unmarked[k].ctor,
				       ONE_BY_ONE))
				return;
			lose_slab_and_empty(&p, node, ways[i]);
			close_pool(&p);
		}
	}
}

/* What a worker would make for them it does not, though it makes the other array. */
static void A11_noaliencache_sends_them_straight_home(void)
{
	int node = other_node();
	struct pool p;

	if (node < 0) {
		test_skip("one node");
		return;
	}
	if (!lands_in_mark())
		return;
	set_parameter("noaliencache", 1);
	if (open_auto(&p, 256)) {
		expect(take_and_give_in_mark(&p, node));
		if (make_aside(&p, here())) {
			expect(take_and_give_in_mark(&p, node));
			expect_eq(aside_of(&p, first_cpu()), 0);
		}
		close_pool(&p);
	}
	set_parameter("noaliencache", 0);
}

#else

bool lands_in_mark(void)
{
	test_skip("no probes in this kernel that are as interrupts");
	return false;
}

bool let_in(struct pool *p, struct in_mark what, void **own, unsigned int nr)
{
	return false;
}

bool make_aside(struct pool *p, int node)
{
	return false;
}

static void A11_R23_what_is_freed_in_the_mark_is_no_second_free(void)
{
	lands_in_mark();
}

static void A11_the_oldest_half_leaves(void)
{
	lands_in_mark();
}

static void A11_R23_what_is_parked_may_have_lost_its_slab(void)
{
	lands_in_mark();
}

static void A11_noaliencache_sends_them_straight_home(void)
{
	lands_in_mark();
}

#endif

static const struct test_case cases[] = {
	CASE(A11_R23_what_is_freed_in_the_mark_is_no_second_free),
	CASE(A11_the_oldest_half_leaves),
	CASE(A11_R23_what_is_parked_may_have_lost_its_slab),
	CASE(A11_noaliencache_sends_them_straight_home),
};

SUITE(inmark);
