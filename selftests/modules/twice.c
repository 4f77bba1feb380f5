// SPDX-License-Identifier: GPL-2.0
/* R23: a second free is refused, wherever the object went with the first. */
#include <linux/kasan.h>

#include "stage.h"
#include "suites.h"

static void free_top_again(struct stage *s)
{
	if (s->given)
		expect_refused(&s->p, s->o[s->given - 1], "the array's newest");
}

static void R23_a_second_free_of_the_newest_is_refused(void)
{
	in_every_state(free_top_again);
}

static void free_parked_again(struct stage *s)
{
	unsigned int i;

	if (!s->kind->marked)
		return;
	for (i = 0; i < s->given && !test_failed(); i++)
		expect_refused(&s->p, s->o[i], "parked in the array");
}

static void R23_a_second_free_of_any_parked_object_is_refused(void)
{
	in_every_state(free_parked_again);
}

/* The usual shape of a driver's mistake: what it wrote last took the mark away. */
static void free_top_again_unmarked(struct stage *s)
{
	if (!s->given)
		return;
	kasan_disable_current();	/* it would say so */
	memset(s->o[s->given - 1], 0, s->p.size);
	expect_refused(&s->p, s->o[s->given - 1], "the newest, written to since");
	fill(s, s->given - 1);
	kasan_enable_current();
}

static void R23_a_second_free_of_the_newest_is_refused_without_its_mark(void)
{
	in_every_state(free_top_again_unmarked);
}

/*
 * Two objects, the first of them freed again under the other, where SLAB's guard does
 * not see it: both are home when it comes back for the second time.
 */
static void R23_a_second_free_that_is_believed_breaks_no_list(void)
{
	struct pool p;
	void *o[2];
	size_t k;

	for (k = 0; k < NR_KINDS; k++) {
		if (kinds[k].marked)
			continue;
		if (!open_pool(&p, kinds[k].size, 0, kinds[k].flags, kinds[k].ctor,
			       (struct tunables){ LIMIT, BATCH, 0 }))
			return;
		if (take_many(&p, o, 2)) {
			/* nothing else is parked */
			myslab_cache_shrink(p.cache);
			give_many(&p, o, 2);
			give(&p, o[0]);
			expect_eq(myslab_cache_shrink(p.cache), 0);
			expect_eq(look_node(p.name, here(), "doubled"), 1);
		}
		close_pool(&p);
	}
}

/* In the shared array, and back in their slabs: where nobody's array knows them. */
static void free_away(struct stage *s)
{
	struct pool *p = &s->p;
	unsigned int i;

	if (!s->kind->marked)
		return;
	/* now the array has the newest of them; shared and slabs have the rest */
	give_many(p, s->o + s->given, s->nr - s->given);
	for (i = 0; i < s->nr && !test_failed(); i++)
		expect_refused(p, s->o[i], "freed long before");
	if (test_failed())
		return;
	expect_eq(myslab_cache_shrink(p->cache), 0);
	/* all of the objects again, wherever they are now */
	if (take_many(p, s->o, s->nr)) {
		for (i = 0; i < s->nr; i++) {
			expect_eq(which(s->o, i, s->o[i]), -1);
			fill(s, i);
		}
		give_many(p, s->o, s->given);
	}
}

static void R23_a_second_free_is_refused_wherever_the_object_is(void)
{
	struct stage s;
	size_t k;

	in_every_state(free_away);
	for (k = 0; k < NR_KINDS && !test_failed(); k++) {
		if (!open_stage(&s, &kinds[k], BATCH, 1))
			return;
		free_away(&s);
		close_stage(&s);
	}
}

/* An object that nobody ever took is free as well. */
static void free_never_taken(struct stage *s)
{
	unsigned int i;
	void *slab = (void *)slab_at(&s->p, s->o[s->nr - 1]);
	unsigned long first = (s->o[s->nr - 1] - slab) % s->p.stride;

	if (!s->kind->marked)
		return;
	for (i = 0; i < s->p.num; i++) {
		void *obj = slab + first + (unsigned long)i * s->p.stride;

		if (which(s->o, s->nr, obj) < 0)
			expect_refused(&s->p, obj, "never taken");
	}
}

static void R23_a_free_of_what_was_never_taken_is_refused(void)
{
	in_every_state(free_never_taken);
}

/* Of a foreign object: in the alien array at its top, deeper there, and back home. */
static void R23_a_second_free_of_a_foreign_object_is_refused(void)
{
	int node = other_node();
	struct pool p;
	void *o[3];
	size_t k;
	int i;

	if (node < 0) {
		test_skip("one node");
		return;
	}
	for (k = 0; k < NR_KINDS; k++) {
		if (!open_pool(&p, kinds[k].size, 0, kinds[k].flags, kinds[k].ctor,
			       (struct tunables){ LIMIT, BATCH, 0 }))
			return;
		if (make_alien(&p, node)) {
			for (i = 0; i < 3; i++)
				o[i] = take_of(&p, node);
			give_many(&p, o, 3);
			expect_refused(&p, o[2], "the alien array's newest");
			for (i = 0; i < 2 && kinds[k].marked; i++)
				expect_refused(&p, o[i], "in the alien array");
			expect_eq(look_node(p.name, here(), "alien of node"), node);
			myslab_cache_shrink(p.cache);
		}
		close_pool(&p);
	}
}

/* The same twice in one bulk: at once, and with another between. */
static void free_twice_at_once(struct stage *s)
{
	void *a = s->o[s->nr - 1], *b = s->o[s->nr - 2];
	void *o[4] = { a, a, b, s->kind->marked ? a : b };
	long errors = look_stat(s->p.name, ALL_CPUS, "errors");

	myslab_cache_free_bulk(s->p.cache, ARRAY_SIZE(o), o);
	expect_eq(look_stat(s->p.name, ALL_CPUS, "errors"), errors + 2);
	expect_eq(which(s->o, s->nr, take(&s->p)), s->nr - 2);
	expect_eq(which(s->o, s->nr, take(&s->p)), s->nr - 1);
	fill(s, s->nr - 1);
	fill(s, s->nr - 2);
}

static void R23_a_second_free_in_the_same_bulk_is_refused(void)
{
	with_room_for_two(free_twice_at_once);
}

static void free_after_a_bulk(struct stage *s)
{
	void *o[2] = { s->o[s->nr - 1], s->o[s->nr - 2] };

	myslab_cache_free_bulk(s->p.cache, ARRAY_SIZE(o), o);
	if (s->kind->marked)
		expect_refused(&s->p, o[0], "freed in bulk");
	expect_refused(&s->p, o[1], "the last of a bulk");
	expect_eq(which(s->o, s->nr, take(&s->p)), s->nr - 2);
	expect_eq(which(s->o, s->nr, take(&s->p)), s->nr - 1);
	fill(s, s->nr - 1);
	fill(s, s->nr - 2);
}

static void R23_a_second_free_after_a_bulk_is_refused(void)
{
	with_room_for_two(free_after_a_bulk);
}

static const struct test_case cases[] = {
	CASE(R23_a_second_free_of_the_newest_is_refused),
	CASE(R23_a_second_free_of_the_newest_is_refused_without_its_mark),
	CASE(R23_a_second_free_that_is_believed_breaks_no_list),
	CASE(R23_a_second_free_in_the_same_bulk_is_refused),
	CASE(R23_a_second_free_after_a_bulk_is_refused),
	CASE(R23_a_second_free_of_any_parked_object_is_refused),
	CASE(R23_a_second_free_is_refused_wherever_the_object_is),
	CASE(R23_a_free_of_what_was_never_taken_is_refused),
	CASE(R23_a_second_free_of_a_foreign_object_is_refused),
};

SUITE(twice);
