// SPDX-License-Identifier: GPL-2.0
/* Mode auto: what an array is good for at its least, and how long a section may be. */
#include <stdlib.h>

#include "array.h"
#include "caches.h"
#include "judge.h"
#include "ktap.h"
#include "memory.h"
#include "model_slab.h"
#include "node.h"

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

	if (m->c->mark_offset)
		return judge_is_next_of_row(row, obj, true);
	return judge_is_next_of_row(row, obj, false);
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
		struct myslab_row row = row_of(c, myslab_key(c->id, m->node));
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

/* More free slabs than a section may take, of a node that need not keep any. */
#define SLABS_MANY	(NODE_TRIM + 8)

static unsigned int put_one_and_count(struct myslab_cache *c, struct myslab_node *n,
				      struct model_slab *m, void *obj)
{
	struct list_head *at;
	LIST_HEAD(surplus);
	unsigned int nr = 0;

	model_put(m, obj);
	spin_lock(&n->list_lock);
	node_free_block(c, n, &obj, 1, &surplus);
	spin_unlock(&n->list_lock);
	for (at = surplus.next; at != &surplus; at = at->next)
		nr++;
	return nr;
}

/* Where free_limit fell far one free does not pay for all of it. */
static void A4_A7_one_free_takes_a_bounded_number_of_slabs(void)
{
	struct myslab_cache *c = cache_exactly(2, MYSLAB_INDEX_IN_OBJECT);
	struct model_slab *m[SLABS_MANY];
	struct myslab_node n = { .free_limit = ULONG_MAX };
	LIST_HEAD(surplus);
	unsigned int i;
	void *obj;

	node_init(&n);
	c->node[0] = &n;
	spin_lock(&n.list_lock);
	for (i = 0; i < SLABS_MANY; i++) {
		m[i] = model_slab_new(c, 0);
		if (!i)
			model_slab_take(m[0], &obj, 1);
		node_link(c, &n, m[i]->real);
	}
	n.free_limit = 0;
	n.free_low = SLABS_MANY;
	spin_unlock(&n.list_lock);
	check(put_one_and_count(c, &n, m[0], obj) == NODE_TRIM, "one free");
	check(n.free_slabs == SLABS_MANY - NODE_TRIM, "%lu stay", n.free_slabs);
	/* those that come next did not lie there */
	check(n.free_low == n.free_slabs, "A7: %lu of %lu idle", n.free_low, n.free_slabs);
	spin_lock(&n.list_lock);
	check(node_trim(c, &n, 3, &surplus) == 3, "as asked for");
	check(node_trim(c, &n, UINT_MAX, &surplus) == 5 && !n.free_slabs, "all");
	spin_unlock(&n.list_lock);
	for (i = 0; i < SLABS_MANY; i++)
		model_slab_drop(m[i]);
	cache_delete(c);
}

int main(int argc, char **argv)
{
	static const struct test_case cases[] = {
		CASE(A3_the_smallest_array_has_room_for_its_end),
		CASE(A4_A7_one_free_takes_a_bounded_number_of_slabs),
		CASE(R23_a_row_without_marks_asks_each_page),
	};

	return ktap_main(argc, argv, cases, ARRAY_SIZE(cases));
}
