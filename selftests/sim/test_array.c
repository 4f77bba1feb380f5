// SPDX-License-Identifier: GPL-2.0
/* array.h against a deque: a plain row of pointers of which both ends are known. */
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "ktap.h"

#define LIMIT_MAX	40

struct deque {
	void *item[LIMIT_MAX];	/* [0] is the oldest */
	unsigned int nr;
};

/* The real one in memory of exactly its size, and what it should contain. */
struct pair {
	struct myslab_array *real;
	struct deque should;
};

static unsigned long next_object;

static void *new_object(void)
{
	next_object += 16;
	return (void *)next_object;
}

static void pair_init(struct pair *p, unsigned int limit)
{
	p->real = malloc(sizeof(*p->real) + limit * sizeof(void *));
	memset(p->real, 0x55, sizeof(*p->real));
	array_init(p->real, limit, (limit + 1) / 2);
	p->should.nr = 0;
}

static void pair_push(struct pair *p)
{
	void *obj = new_object();

	array_push(p->real, obj);
	p->should.item[p->should.nr++] = obj;
}

static void pair_fill(struct pair *p, unsigned int nr)
{
	while (nr--)
		pair_push(p);
}

static void pair_check(const struct pair *p)
{
	unsigned int i;

	check(p->real->avail == p->should.nr, "%u, %u", p->real->avail, p->should.nr);
	for (i = 0; i < p->should.nr; i++)
		check(p->real->entry[i] == p->should.item[i], "entry %u of %u", i,
		      p->should.nr);
	check(!array_touched(p->real), "nothing here but a pop by a caller touches an array");
	check(p->real->batchcount == (p->real->limit + 1) / 2, "%u", p->real->batchcount);
}

static void pair_free(struct pair *p)
{
	free(p->real);
}

static void deque_append(struct deque *d, void *const *items, unsigned int nr)
{
	memcpy(d->item + d->nr, items, nr * sizeof(void *));
	d->nr += nr;
}

static void deque_drop_oldest(struct deque *d, unsigned int nr)
{
	unsigned int i;

	for (i = nr; i < d->nr; i++)
		d->item[i - nr] = d->item[i];
	d->nr -= nr;
}

static unsigned int can_move(const struct pair *to, const struct pair *from,
			     unsigned int max)
{
	unsigned int nr = from->should.nr;

	if (nr > max)
		nr = max;
	if (nr > to->real->limit - to->should.nr)
		nr = to->real->limit - to->should.nr;
	return nr;
}

static void R10_newest_leaves_first(void)
{
	struct pair p;
	unsigned int i;

	pair_init(&p, LIMIT_MAX);
	pair_fill(&p, LIMIT_MAX);
	for (i = LIMIT_MAX; i; i--)
		check(array_pop(p.real) == p.should.item[i - 1], "at %u", i);
	check(!p.real->avail, "%u", p.real->avail);
	pair_free(&p);
}

static void R10_nothing_leaves_an_empty_array(void)
{
	void *untouched = &untouched, *obj;
	unsigned int i;
	struct pair p;

	pair_init(&p, LIMIT_MAX);
	pair_fill(&p, LIMIT_MAX);
	check(!array_try_pop(p.real, &obj), "the first since a reap goes the long way");
	p.real->low = 0;
	for (i = LIMIT_MAX; i; i--)
		check(array_try_pop(p.real, &obj) && obj == p.should.item[i - 1], "at %u", i);
	obj = untouched;
	check(!array_try_pop(p.real, &obj) && obj == untouched, "an object out of nothing");
	check(!p.real->avail, "%u", p.real->avail);
	pair_free(&p);
}

static void R23_only_another_one_is_pushed_and_only_into_room(void)
{
	struct pair p;
	unsigned int i;

	pair_init(&p, LIMIT_MAX);
	for (i = 0; i < LIMIT_MAX; i++) {
		void *obj = new_object();

		check(array_try_push(p.real, obj), "at %u", i);
		p.should.item[p.should.nr++] = obj;
		check(!array_try_push(p.real, obj), "twice at %u", i);
		pair_check(&p);
	}
	check(!array_try_push(p.real, new_object()), "more than its limit");
	p.real->limit = LIMIT_MAX / 2;
	check(!array_try_push(p.real, new_object()), "more than its lowered limit");
	p.real->limit = LIMIT_MAX;
	pair_check(&p);
	pair_free(&p);
}

static void R10_a_block_leaves_newest_first(void)
{
	void *out[LIMIT_MAX];
	struct pair p;

	pair_init(&p, LIMIT_MAX);
	pair_fill(&p, LIMIT_MAX);
	while (p.should.nr) {
		unsigned int nr = rnd(p.should.nr + 1), i;

		array_pop_block(p.real, out, nr);
		for (i = 0; i < nr; i++)
			check(out[i] == p.should.item[--p.should.nr], "%u of %u", i, nr);
		pair_check(&p);
	}
	pair_free(&p);
}

static void R6_limit_is_where_it_is_full(void)
{
	struct pair p;
	unsigned int limit, i;

	for (limit = 0; limit <= LIMIT_MAX; limit++) {
		pair_init(&p, limit);
		for (i = 0; i <= limit; i++) {
			check(array_full(p.real) == (i == limit), "%u of %u", i, limit);
			check(array_room(p.real) == limit - i, "%u of %u", i, limit);
			if (i < limit)
				pair_push(&p);
		}
		pair_check(&p);
		pair_free(&p);
	}
}

/* Tuned down, or its cache leaked, an array holds more than its limit for a while. */
static void R29_lowered_limit_leaves_no_room(void)
{
	struct pair a, b;

	pair_init(&a, 8);
	pair_init(&b, 8);
	pair_fill(&a, 8);
	pair_fill(&b, 8);
	a.real->limit = 3;
	a.real->batchcount = 2;
	check(array_full(a.real), "8 of 3");
	check(!array_room(a.real), "%u", array_room(a.real));
	check(!array_transfer(a.real, b.real, 8), "into one that is over-full");
	check(!array_transfer_oldest(a.real, b.real, 8), "into one that is over-full");
	pair_check(&a);
	pair_check(&b);
	pair_free(&a);
	pair_free(&b);
}

static void R12_refill_takes_newest_in_order(void)
{
	struct pair from, to;
	unsigned int have, room, max;

	for (have = 0; have <= 7; have++)
		for (room = 0; room <= 7; room++)
			for (max = 0; max <= 8; max++) {
				unsigned int nr;

				pair_init(&from, 7);
				pair_init(&to, 7);
				pair_fill(&from, have);
				pair_fill(&to, 7 - room);
				nr = can_move(&to, &from, max);
				check(array_transfer(to.real, from.real, max) == nr,
				      "%u, room %u, max %u", have, room, max);
				deque_append(&to.should, from.should.item + have - nr, nr);
				from.should.nr -= nr;
				pair_check(&from);
				pair_check(&to);
				pair_free(&from);
				pair_free(&to);
			}
}

static void R18_flush_takes_oldest_rest_moves_down(void)
{
	struct pair from, to;
	unsigned int have, room, max;

	for (have = 0; have <= 7; have++)
		for (room = 0; room <= 7; room++)
			for (max = 0; max <= 8; max++) {
				unsigned int nr;

				pair_init(&from, 7);
				pair_init(&to, 7);
				pair_fill(&from, have);
				pair_fill(&to, 7 - room);
				nr = can_move(&to, &from, max);
				check(array_transfer_oldest(to.real, from.real, max) == nr,
				      "%u, room %u, max %u", have, room, max);
				deque_append(&to.should, from.should.item, nr);
				deque_drop_oldest(&from.should, nr);
				pair_check(&from);
				pair_check(&to);
				pair_free(&from);
				pair_free(&to);
			}
}

static void R18_drop_oldest_keeps_the_rest(void)
{
	struct pair p;
	unsigned int have, nr;

	for (have = 0; have <= 9; have++)
		for (nr = 0; nr <= have; nr++) {
			pair_init(&p, 9);
			pair_fill(&p, have);
			array_drop_oldest(p.real, nr);
			deque_drop_oldest(&p.should, nr);
			pair_check(&p);
			pair_free(&p);
		}
}

static void R23_top_is_the_newest_alone(void)
{
	struct pair p;
	unsigned int i, j;

	pair_init(&p, 9);
	check(!array_top_is(p.real, p.real->entry), "an empty one has no top");
	for (i = 0; i < 9; i++) {
		pair_push(&p);
		for (j = 0; j <= i; j++)
			check(array_top_is(p.real, p.should.item[j]) == (j == i),
			      "%u of %u", j, i);
	}
	/* What lies above the top was there once. */
	array_pop(p.real);
	check(!array_top_is(p.real, p.should.item[8]), "popped");
	while (p.real->avail)
		array_pop(p.real);
	check(!array_top_is(p.real, p.should.item[0]), "popped, and empty");
	pair_free(&p);
}

static void random_step(struct pair *a, struct pair *b)
{
	unsigned int max = rnd(LIMIT_MAX + 2), nr;

	switch (rnd(5)) {
	case 0:
		if (!array_full(a->real))
			pair_push(a);
		return;
	case 1:
		if (a->should.nr)
			check(array_pop(a->real) == a->should.item[--a->should.nr],
			      "the newest of %u", a->should.nr + 1);
		return;
	case 2:
		nr = can_move(a, b, max);
		check(array_transfer(a->real, b->real, max) == nr, "%u", nr);
		deque_append(&a->should, b->should.item + b->should.nr - nr, nr);
		b->should.nr -= nr;
		return;
	case 3:
		nr = can_move(a, b, max);
		check(array_transfer_oldest(a->real, b->real, max) == nr, "%u", nr);
		deque_append(&a->should, b->should.item, nr);
		deque_drop_oldest(&b->should, nr);
		return;
	default:
		nr = rnd(a->should.nr + 1);
		array_drop_oldest(a->real, nr);
		deque_drop_oldest(&a->should, nr);
	}
}

static void R10_R12_R18_random_steps_agree_with_deque(void)
{
	unsigned int round, step;

	for (round = 0; round < steps(40); round++) {
		struct pair p[3];
		unsigned int i;

		for (i = 0; i < 3; i++)
			pair_init(&p[i], rnd(LIMIT_MAX + 1));
		for (step = 0; step < 1000; step++) {
			unsigned int a = rnd(3);

			random_step(&p[a], &p[(a + rnd_range(1, 2)) % 3]);
			for (i = 0; i < 3; i++)
				pair_check(&p[i]);
		}
		for (i = 0; i < 3; i++)
			pair_free(&p[i]);
	}
}

struct reap_amount {
	unsigned int limit, avail, takes;
};

/* The amounts are written out: not a copy of the formula. */
static void R25_R26_reap_takes_a_fifth_of_the_limit_or_half(void)
{
	static const struct reap_amount should[] = {
		{ 1, 0, 0 }, { 1, 1, 1 }, { 2, 1, 1 }, { 2, 2, 1 }, { 5, 5, 1 },
		{ 6, 6, 2 }, { 6, 2, 2 }, { 6, 1, 1 }, { 20, 20, 4 }, { 20, 4, 4 },
		{ 20, 3, 2 }, { 20, 2, 1 }, { 20, 1, 1 }, { 21, 21, 5 }, { 24, 24, 5 },
		{ 25, 25, 5 }, { 26, 26, 6 }, { 26, 5, 3 }, { 120, 120, 24 },
		{ 120, 23, 12 }, { 480, 480, 96 }, { 2047, 2047, 410 },
		{ 2047, 409, 205 },
	};
	struct myslab_array a;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(should); i++) {
		array_init(&a, should[i].limit, 1);
		a.avail = should[i].avail;
		check(array_reap(&a) == should[i].takes, "limit %u avail %u",
		      should[i].limit, should[i].avail);
		check(a.avail == should[i].avail, "limit %u", should[i].limit);
	}
}

static void R25_reap_spares_what_was_used_once(void)
{
	struct myslab_array a;

	array_init(&a, 10, 5);
	a.low = 0;
	check(!array_reap(&a) && array_touched(&a), "an empty one has nothing to tell");
	a.avail = 10;
	check(!array_reap(&a) && !array_touched(&a), "touched: noted");
	check(array_reap(&a) == 2, "not touched since");
}

int main(int argc, char **argv)
{
	static const struct test_case cases[] = {
		CASE(R6_limit_is_where_it_is_full),
		CASE(R10_newest_leaves_first),
		CASE(R10_nothing_leaves_an_empty_array),
		CASE(R23_only_another_one_is_pushed_and_only_into_room),
		CASE(R10_a_block_leaves_newest_first),
		CASE(R12_refill_takes_newest_in_order),
		CASE(R18_flush_takes_oldest_rest_moves_down),
		CASE(R18_drop_oldest_keeps_the_rest),
		CASE(R23_top_is_the_newest_alone),
		CASE(R25_R26_reap_takes_a_fifth_of_the_limit_or_half),
		CASE(R25_reap_spares_what_was_used_once),
		CASE(R29_lowered_limit_leaves_no_room),
		CASE(R10_R12_R18_random_steps_agree_with_deque),
	};

	return ktap_main(argc, argv, cases, ARRAY_SIZE(cases));
}
