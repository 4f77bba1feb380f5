// SPDX-License-Identifier: GPL-2.0
/* node.c: the rules of the slab lists one by one, then all at once at random. */
#include <stdlib.h>

#include "caches.h"
#include "ktap.h"
#include "model_node.h"

/* The first, or the last, slab of a list of the real node. */
static bool is_head(const struct list_head *head, const struct model_slab *m)
{
	return head->next == &m->real->list;
}

static bool is_tail(const struct list_head *head, const struct model_slab *m)
{
	return head->prev == &m->real->list;
}

static unsigned int length(const struct list_head *head)
{
	const struct list_head *at;
	unsigned int nr = 0;

	for (at = head->next; at != head; at = at->next)
		nr++;
	return nr;
}

/* Some object of @m that is in use goes back to it. */
static void free_one_of(struct model_node *mn, const struct model_slab *m)
{
	unsigned int i;

	for (i = 0; i < mn->nr_out; i++)
		if (model_slab_has(m, mn->out[i])) {
			model_bring_last(mn, mn->out[i]);
			model_free_block(mn, 1);
			return;
		}
	check(false, "the test wants an object of a free slab");
}

static void free_all_of(struct model_node *mn, const struct model_slab *m)
{
	while (model_active(m))
		free_one_of(mn, m);
}

static void R12_partial_serves_before_free(void)
{
	unsigned int round;

	for (round = 0; round < steps(50); round++) {
		struct model_node *mn = node_of(3, 60);
		struct model_slab *idle = model_grow(mn, 0);
		struct model_slab *first, *second;
		unsigned int num = mn->c->layout.num;

		second = model_grow(mn, 1);
		first = model_grow(mn, num - 1);
		check(model_slab_has(first, model_take_one(mn)), "not the first partial one");
		check(model_slab_has(second, model_take_one(mn)), "not the other partial one");
		check(!mn->real.free_touched, "with partial slabs left");
		check(model_active(idle) == 0, "the free slab was touched");
		model_take_block(mn, num - 2);
		check(model_active(second) == num && !mn->real.free_touched,
		      "the partial one is to serve to its end");
		check(model_slab_has(idle, model_take_one(mn)), "then the free one");
		finish(mn);
	}
}

static void R12_free_touched_only_where_partial_is_empty(void)
{
	struct model_node *mn = node_of(3, 60);

	model_grow(mn, 0);
	model_grow(mn, 1);
	check(model_take_one(mn) && !mn->real.free_touched, "partial served");
	model_take_block(mn, mn->c->layout.num - 2);
	check(!mn->real.free_touched, "partial served");
	check(model_take_one(mn) && mn->real.free_touched, "free served");
	finish(mn);
}

static void R12_block_goes_on_to_the_next_slab(void)
{
	unsigned int round;

	for (round = 0; round < steps(50); round++) {
		struct model_node *mn = node_of(2, 30);
		unsigned int num = mn->c->layout.num;
		unsigned int slabs = rnd_range(1, 8), i;

		for (i = 0; i < slabs; i++)
			model_grow(mn, rnd(num));
		i = model_free_objects(mn);
		check(model_take_block(mn, i - 1) == i - 1, "%u", i - 1);
		check(model_take_block(mn, 5) == 1, "the last one");
		check(model_take_block(mn, 5) == 0 && !model_take_one(mn), "nothing left");
		check(length(&mn->real.full) == slabs, "%u", slabs);
		finish(mn);
	}
}

static void R12_shared_serves_its_newest_and_is_touched(void)
{
	struct model_node *mn = model_node_new(cache_random(20, 60), 16);

	check(!model_shared_take(mn, 4, 4) && !array_touched(mn->real.shared),
	      "an empty one is not touched");
	model_grow(mn, 20);
	model_shared_put(mn, 10);
	check(!array_touched(mn->real.shared), "by a free");
	check(model_shared_take(mn, 8, 3) == 3, "as many as asked for");
	check(array_touched(mn->real.shared), "by a refill");
	check(model_shared_take(mn, 2, 3) == 2, "as many as fit");
	check(model_shared_take(mn, 16, 16) == 5, "as many as there are");
	finish(mn);
	mn = node_of(2, 60);
	check(!model_shared_take(mn, 4, 4), "a node without one");
	finish(mn);
}

static void R13_taken_slab_to_head_of_partial(void)
{
	unsigned int round;

	for (round = 0; round < steps(50); round++) {
		struct model_node *mn = node_of(4, 60);
		struct model_slab *old = model_grow(mn, 2);
		struct model_slab *fresh;

		/* Free goes to partial's head although partial has a slab already. */
		fresh = model_grow(mn, 2);
		check(is_head(&mn->real.partial, fresh) && is_tail(&mn->real.partial, old),
		      "a slab that was taken from when made");
		model_take_one(mn);
		check(is_head(&mn->real.partial, fresh), "taken from, it stays the head");
		finish(mn);
	}
}

static void R13_slab_with_nothing_left_to_full(void)
{
	struct model_node *mn = node_of(3, 60);
	struct model_slab *m = model_grow(mn, 1);
	struct model_slab *other = model_grow(mn, mn->c->layout.num);

	check(is_head(&mn->real.full, other), "full when it was made");
	model_take_block(mn, mn->c->layout.num - 1);
	check(is_head(&mn->real.full, m) && list_empty(&mn->real.partial), "taken empty");
	finish(mn);
}

static void R14_unused_new_slab_to_tail_of_free(void)
{
	struct model_node *mn = node_of(2, 60);
	unsigned int i;

	for (i = 0; i < 5; i++)
		check(is_tail(&mn->real.free, model_grow(mn, 0)), "slab %u", i);
	check(mn->real.free_slabs == 5, "%lu", mn->real.free_slabs);
	finish(mn);
}

static void R14_new_slab_is_counted_without_what_left(void)
{
	struct model_node *mn = node_of(5, 60);
	unsigned int num = mn->c->layout.num;

	model_grow(mn, 3);
	check(mn->real.free_objects == num - 3, "%lu", mn->real.free_objects);
	model_grow(mn, num);
	check(mn->real.free_objects == num - 3, "%lu", mn->real.free_objects);
	model_grow(mn, 0);
	check(mn->real.free_objects == 2 * num - 3, "%lu", mn->real.free_objects);
	finish(mn);
}

static void R19_freed_slab_to_tail_of_partial(void)
{
	unsigned int round;

	for (round = 0; round < steps(50); round++) {
		struct model_node *mn = node_of(4, 60);
		struct model_slab *full = model_grow(mn, mn->c->layout.num);
		struct model_slab *other = model_grow(mn, 3);
		struct model_slab *head = model_grow(mn, 3);

		free_one_of(mn, full);
		check(is_tail(&mn->real.partial, full), "out of full");
		check(list_empty(&mn->real.full), "it is still there");
		free_one_of(mn, head);
		check(is_tail(&mn->real.partial, head) && is_head(&mn->real.partial, other),
		      "from the head of partial");
		finish(mn);
	}
}

static void R19_empty_slab_to_head_of_free(void)
{
	unsigned int round;

	for (round = 0; round < steps(50); round++) {
		struct model_node *mn = node_of(1, 60);
		struct model_slab *a = model_grow(mn, 1);
		struct model_slab *b = model_grow(mn, mn->c->layout.num);
		struct model_slab *idle = model_grow(mn, 0);

		free_all_of(mn, a);
		check(is_head(&mn->real.free, a) && is_tail(&mn->real.free, idle), "first");
		free_all_of(mn, b);
		check(is_head(&mn->real.free, b) && is_tail(&mn->real.free, idle), "second");
		check(mn->real.free_slabs == 3, "%lu", mn->real.free_slabs);
		finish(mn);
	}
}

/* What was emptied last is warmest: it serves first, and is given back last. */
static void R19_slab_emptied_last_serves_first(void)
{
	struct model_node *mn = node_of(2, 60);
	struct model_slab *a = model_grow(mn, 1);
	struct model_slab *b = model_grow(mn, 1);

	model_grow(mn, 0);
	free_all_of(mn, b);
	free_all_of(mn, a);
	check(model_slab_has(a, model_take_one(mn)), "not the last one");
	finish(mn);
}

static void R20_surplus_is_the_tail_of_free(void)
{
	unsigned int round;

	for (round = 0; round < steps(50); round++) {
		struct model_node *mn = node_of(2, 60);
		unsigned int num = mn->c->layout.num, i;
		struct model_slab *used = model_grow(mn, 1);
		struct model_slab *idle[4];

		for (i = 0; i < 4; i++)
			idle[i] = model_grow(mn, 0);
		model_set_free_limit(mn, 4 * num);
		check(mn->real.free_slabs == 4, "nothing goes before a free");
		free_all_of(mn, used);
		check(is_head(&mn->real.free, used) && is_tail(&mn->real.free, idle[2]),
		      "the last of free did not go alone");
		check(mn->real.free_objects == 4 * num, "%lu", mn->real.free_objects);
		finish(mn);
	}
}

static void R20_at_free_limit_nothing_is_detached(void)
{
	struct model_node *mn = node_of(3, 60);
	unsigned int num = mn->c->layout.num;
	struct model_slab *m;

	model_grow(mn, 0);
	m = model_grow(mn, 2);
	/* One more free object than the limit with the second free, none before. */
	model_set_free_limit(mn, 2 * num - 1);
	free_one_of(mn, m);
	check(model_slabs(mn) == 2, "at the limit");
	free_one_of(mn, m);
	check(model_slabs(mn) == 1, "above it");
	check(is_head(&mn->real.free, m), "the slab that was emptied stays");
	finish(mn);
}

static void R20_without_a_free_slab_nothing_is_detached(void)
{
	struct model_node *mn = node_of(3, 60);
	struct model_slab *m = model_grow(mn, mn->c->layout.num);

	model_set_free_limit(mn, 0);
	while (model_active(m) > 1) {
		free_one_of(mn, m);
		check(model_slabs(mn) == 1, "a slab in use was detached");
	}
	free_one_of(mn, m);
	check(!model_slabs(mn), "the slab is free and above the limit");
	finish(mn);
}

static void R20_one_free_may_detach_many(void)
{
	struct model_node *mn = node_of(2, 60);
	unsigned int i;

	for (i = 0; i < 10; i++)
		model_grow(mn, 0);
	model_grow(mn, 1);
	model_set_free_limit(mn, 3 * mn->c->layout.num);
	model_free_block(mn, 1);
	check(model_slabs(mn) == 3 && mn->real.reaped == 8, "%lu", mn->real.reaped);
	finish(mn);
}

static void R26_R27_detach_takes_as_many_as_asked_for(void)
{
	struct model_node *mn = node_of(2, 60);
	unsigned int i;

	for (i = 0; i < 6; i++)
		model_grow(mn, 0);
	model_grow(mn, 1);
	check(model_detach(mn, 0) == 0, "none");
	check(model_detach(mn, 2) == 2, "two");
	check(model_detach(mn, UINT_MAX) == 4, "all that are free");
	check(model_detach(mn, 1) == 0 && model_slabs(mn) == 1, "the one in use stays");
	finish(mn);
}

/* Slabs of one object are never partial. */
static void R13_R19_slab_of_one_object_is_free_or_full(void)
{
	struct model_node *mn = node_of(1, 1);
	unsigned int i;

	for (i = 0; i < 4; i++)
		model_grow(mn, i % 2);
	check(length(&mn->real.full) == 2 && length(&mn->real.free) == 2, "made");
	model_take_block(mn, 4);
	check(length(&mn->real.full) == 4, "taken");
	model_free_block(mn, 3);
	check(length(&mn->real.free) == 3 && list_empty(&mn->real.partial), "freed");
	finish(mn);
}

static void random_step(struct model_node *mn, unsigned int most_slabs)
{
	unsigned int num = mn->c->layout.num;
	unsigned int batch = rnd_range(1, one_in(10) ? 3 * num : 8);

	switch (rnd(10)) {
	case 0:
		if (model_slabs(mn) < most_slabs)
			model_grow(mn, one_in(4) ? rnd(num + 1) : 0);
		break;
	case 1:
	case 2:
		model_take_block(mn, batch);
		break;
	case 3:
		model_take_one(mn);
		break;
	case 4:
		model_shuffle(mn);
		model_free_block(mn, one_in(20) ? mn->nr_out : min(batch, mn->nr_out));
		break;
	case 5:
		model_free_block(mn, min(batch, mn->nr_out));
		break;
	case 6:
		model_shared_put(mn, batch);
		break;
	case 7:
		model_shared_take(mn, rnd(20), batch);
		break;
	case 8:
		if (one_in(10))
			model_detach(mn, rnd(4));
		break;
	case 9:
		if (one_in(10))
			model_set_free_limit(mn, one_in(4) ? ULONG_MAX : rnd(6 * num));
		break;
	}
}

static void random_node(unsigned int least, unsigned int most, unsigned int most_slabs)
{
	unsigned int round, step;

	for (round = 0; round < steps(8); round++) {
		struct model_node *mn = model_node_new(cache_random(least, most),
						       one_in(4) ? 0 : rnd_range(1, 60));
		struct myslab_cache *c;

		for (step = 0; step < 600; step++)
			random_step(mn, most_slabs);
		c = mn->c;
		model_node_delete(mn);
		cache_delete(c);
	}
}

static void R12_R13_R14_R19_R20_R35_random_steps_small_slabs(void)
{
	random_node(1, 3, 40);
}

static void R12_R13_R14_R19_R20_R35_random_steps(void)
{
	random_node(4, 60, 20);
}

static void R12_R13_R14_R19_R20_R35_random_steps_large_slabs(void)
{
	random_node(61, UINT_MAX, 5);
}

int main(int argc, char **argv)
{
	static const struct test_case cases[] = {
		CASE(R12_partial_serves_before_free),
		CASE(R12_free_touched_only_where_partial_is_empty),
		CASE(R12_block_goes_on_to_the_next_slab),
		CASE(R12_shared_serves_its_newest_and_is_touched),
		CASE(R13_taken_slab_to_head_of_partial),
		CASE(R13_slab_with_nothing_left_to_full),
		CASE(R13_R19_slab_of_one_object_is_free_or_full),
		CASE(R14_unused_new_slab_to_tail_of_free),
		CASE(R14_new_slab_is_counted_without_what_left),
		CASE(R19_freed_slab_to_tail_of_partial),
		CASE(R19_empty_slab_to_head_of_free),
		CASE(R19_slab_emptied_last_serves_first),
		CASE(R20_surplus_is_the_tail_of_free),
		CASE(R20_at_free_limit_nothing_is_detached),
		CASE(R20_without_a_free_slab_nothing_is_detached),
		CASE(R20_one_free_may_detach_many),
		CASE(R26_R27_detach_takes_as_many_as_asked_for),
		CASE(R12_R13_R14_R19_R20_R35_random_steps_small_slabs),
		CASE(R12_R13_R14_R19_R20_R35_random_steps),
		CASE(R12_R13_R14_R19_R20_R35_random_steps_large_slabs),
	};

	return ktap_main(argc, argv, cases, ARRAY_SIZE(cases));
}
