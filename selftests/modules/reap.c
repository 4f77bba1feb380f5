// SPDX-License-Identifier: GPL-2.0
/* What is parked and not used goes back, by turns that are asked for (R25, R26). */
#include "fixture.h"
#include "suites.h"

static void ask_for_turns(unsigned int turns)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", turns);
	expect(user_writes("/sys/kernel/debug/myslab/reap", text));
}

static unsigned long slabs_of(const struct pool *p)
{
	struct info info;

	return expect(look_info(p->name, &info)) ? info.num_slabs : 0;
}

/* A hundred thousand objects, emptied: nothing of it is left after 15 turns. */
static void R26_an_emptied_cache_is_gone_after_15_turns(void)
{
	unsigned int nr = 100000;
	void **objs = pointers(nr);
	struct pool p;

	if (!expect(objs) || !open_pool(&p, 256, 0, 0, NULL, BY_SIZE))
		goto free;
	if (take_many(&p, objs, nr)) {
		expect(slabs_of(&p) >= nr / p.num);
		give_many(&p, objs, nr);
		expect(slabs_of(&p));
		ask_for_turns(15);
		expect_eq(slabs_of(&p), 0);
	}
	close_pool(&p);
free:
	kvfree(objs);
}

/* @turn by turn: what this CPU's array holds. */
static void expect_after_turns(struct pool *p, const unsigned int *avail, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		ask_for_turns(1);
		if (!expect_eq(look_stat(p->name, first_cpu(), "avail"), avail[i]))
			test_note("after turn %zu", i + 1);
	}
}

/*
 * Touched: the first turn leaves it. Then a fifth of the limit each time, (20 + 4) / 5,
 * and half of what is there, rounded up, once that is less.
 */
static void R25_the_array_shrinks_by_fifths(void)
{
	static const unsigned int avail[] = { 18, 14, 10, 6, 2, 1, 0, 0 };
	struct pool p;
	void *o[18];

	if (!open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 20, 10, 0 }))
		return;
	if (take_many(&p, o, 18)) {
		myslab_cache_shrink(p.cache);
		/* the pop is what touches it */
		give(&p, o[0]);
		o[0] = take(&p);
		give_many(&p, o, 18);
		expect_after_turns(&p, avail, ARRAY_SIZE(avail));
	}
	close_pool(&p);
}

/* What a reap takes are the oldest: the newest come back first as ever. */
static void R25_the_oldest_go(void)
{
	struct pool p;
	void *o[10];
	int i;

	if (!open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 10, 5, 0 }))
		return;
	if (take_many(&p, o, 10)) {
		myslab_cache_shrink(p.cache);
		give_many(&p, o, 10);
		/* the first turn only sees that it was used */
		ask_for_turns(2);
		/* (10 + 4) / 5 of them */
		expect_eq(look_stat(p.name, first_cpu(), "avail"), 8);
		for (i = 9; i >= 2; i--)
			expect_eq(which(o, 10, take(&p)), i);
		give_many(&p, o + 2, 8);
	}
	close_pool(&p);
}

/* Objects of another node, parked here, are home after as many turns as there are nodes. */
static void R25_aliens_go_home(void)
{
	int node = other_node(), i;
	struct pool p;
	void *o[3];

	if (node < 0) {
		test_skip("one node");
		return;
	}
	if (!open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 4, 2, 0 }))
		return;
	if (make_alien(&p, node)) {
		for (i = 0; i < 3; i++)
			o[i] = take_of(&p, node);
		give_many(&p, o, 3);
		expect_eq(look_node(p.name, here(), "alien of node"), node);
		ask_for_turns(nr_node_ids);
		expect_eq(look_node(p.name, here(), "alien of node"), -1);
	}
	close_pool(&p);
}

static const struct test_case cases[] = {
	CASE(R25_the_array_shrinks_by_fifths),
	CASE(R25_the_oldest_go),
	CASE(R25_aliens_go_home),
	CASE(R26_an_emptied_cache_is_gone_after_15_turns),
};

SUITE(reap);
