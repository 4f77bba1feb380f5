// SPDX-License-Identifier: GPL-2.0
/* Mode auto: what an array is good for at its least, and how long a section may be. */
#include <stdlib.h>

#include "array.h"
#include "caches.h"
#include "judge.h"
#include "ktap.h"
#include "memory.h"
#include "model_slab.h"

/* Where an array is retired an rcu_head of two words lies in place of its entries. */
static void A3_the_smallest_array_has_room_for_its_end(void)
{
	unsigned int limit;

	for (limit = 0; limit < 100; limit++) {
		size_t bytes = array_bytes(limit);
		struct myslab_array *a = malloc(bytes);
		unsigned int i;

		array_init(a, limit, 1);
		for (i = 0; i < limit; i++)
			array_push(a, NULL);
		check(bytes >= sizeof(*a) + 2 * sizeof(void *), "limit %u: %zu", limit, bytes);
		free(a);
	}
	check(array_bytes(30) == 256 && array_bytes(62) == 512, "one more would be twice");
}

static bool is_next(struct model_slab *m, unsigned int number, struct myslab_row *row)
{
	void *obj = model_object_at(m, number);

	return judge_is_next_of_row(m->c, myslab_key(m->c->id, m->node), obj,
				    mark_for(m->c, obj), row);
}

/*
 * A slab that stops being one between two objects of a row. Only what carries no mark can
 * make it go, by being freed a second time, and only there is the page asked again.
 */
static void R23_a_row_without_marks_asks_each_page(void)
{
	unsigned int round, marked = 0;

	for (round = 0; round < steps(200); round++) {
		struct myslab_cache *c = cache_random(2, 200);
		struct model_slab *m = model_slab_new(c, 0);
		void **objs = calloc(c->layout.num, sizeof(void *));
		struct myslab_row row = ROW_NONE;
		unsigned long word = m->real->word;
		unsigned int i;

		model_slab_take(m, objs, c->layout.num);
		for (i = 0; c->mark_offset && i < c->layout.num; i++)
			memory_open(model_object_at(m, i) + c->mark_offset, sizeof(long));
		check(is_next(m, 0, &row), "the first");
		check(is_next(m, 1, &row), "the second");
		m->real->word = 0;
		check(is_next(m, 0, &row) == (c->mark_offset != 0), "mark at %u",
		      c->mark_offset);
		m->real->word = word;
		marked += c->mark_offset != 0;
		model_slab_drop(m);
		free(objs);
		cache_delete(c);
	}
	check(marked && marked < round, "%u of %u with marks", marked, round);
}

int main(int argc, char **argv)
{
	static const struct test_case cases[] = {
		CASE(A3_the_smallest_array_has_room_for_its_end),
		CASE(R23_a_row_without_marks_asks_each_page),
	};

	return ktap_main(argc, argv, cases, ARRAY_SIZE(cases));
}
