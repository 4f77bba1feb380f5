// SPDX-License-Identifier: GPL-2.0
/* slab.c against the model of a slab, in all three places that a free index has. */
#include <stdlib.h>

#include "caches.h"
#include "ktap.h"
#include "memory.h"
#include "model_slab.h"
#include "pages.h"

/* One slab, and the objects of it that are in use. */
struct bench {
	struct model_slab *m;
	void **used;
	unsigned int nr;
};

static struct bench bench_new(struct myslab_cache *c)
{
	return (struct bench) {
		.m = model_slab_new(c, rnd(SIM_NODES)),
		.used = calloc(c->layout.num, sizeof(void *)),
	};
}

static void take(struct bench *b, unsigned int max)
{
	unsigned int room = b->m->c->layout.num - b->nr;

	b->nr += model_slab_take(b->m, b->used + b->nr, min(max, room));
}

static void put(struct bench *b, unsigned int which)
{
	void *obj = b->used[which];

	b->used[which] = b->used[--b->nr];
	model_slab_put(b->m, obj);
}

static void put_any(struct bench *b, unsigned int nr)
{
	while (nr-- && b->nr)
		put(b, rnd(b->nr));
}

static void bench_delete(struct bench *b)
{
	put_any(b, b->nr);
	model_slab_check(b->m);
	model_slab_delete(b->m);
	free(b->used);
	check(!atomic_long_read(&myslab_pages_held), "pages are left");
}

/* Takes and puts in bursts, so that it gets full and empty as well. */
static void exercise(struct bench *b, unsigned int nr)
{
	while (nr--) {
		unsigned int most = b->m->c->layout.num;

		if (one_in(20))
			most = UINT_MAX;
		else if (one_in(2))
			most = min(most, 3U);
		if (one_in(2))
			take(b, most == UINT_MAX ? most : rnd(most + 1));
		else
			put_any(b, most == UINT_MAX ? most : rnd(most + 1));
	}
	model_slab_check(b->m);
}

static void exercise_exactly(unsigned int num, unsigned int placement)
{
	struct myslab_cache *c = cache_exactly(num, placement);
	struct bench b;

	check(c, "no cache has %u objects and its index %s", num, placement_name(placement));
	check(c->layout.num == num, "%u", c->layout.num);
	b = bench_new(c);
	take(&b, num + 1);
	check(b.nr == num, "%u of %u", b.nr, num);
	put_any(&b, num);
	exercise(&b, steps(200));
	bench_delete(&b);
	cache_delete(c);
}

static void exercise_all_placements(unsigned int num)
{
	unsigned int placement;

	for (placement = 0; placement < PLACEMENTS; placement++)
		exercise_exactly(num, placement);
}

static void R1_slab_of_1_object(void)
{
	exercise_all_placements(1);
}

static void R1_slab_of_2_objects(void)
{
	exercise_all_placements(2);
}

static void R1_slab_of_255_objects(void)
{
	exercise_all_placements(255);
}

#ifdef MYSLAB_INDEX_U16
static void R1_slab_of_256_objects(void)
{
	exercise_all_placements(256);
}

static void R1_slab_of_257_objects(void)
{
	exercise_all_placements(257);
}

/* 16 bits for a number are 16 bits for a count, too. */
static void R1_slab_of_40000_objects(void)
{
	struct myslab_cache *c = cache_exactly(40000, MYSLAB_INDEX_ON_SLAB);
	struct bench b = bench_new(c);
	unsigned int i;

	take(&b, UINT_MAX);
	check(b.nr == 40000, "%u", b.nr);
	for (i = 0; i < 40000; i++) {
		b.nr--;
		model_put(b.m, b.used[i]);
		check(slab_put_block(c, b.m->real, b.used + i, 1) == 1, "%u", i);
	}
	model_slab_check(b.m);
	bench_delete(&b);
}
#endif

/* Shapes as requests get them, until each placement was met often enough. */
static void exercise_placement(unsigned int placement, unsigned int shapes)
{
	while (shapes) {
		struct myslab_cache *c = cache_random(1, UINT_MAX);

		if (c->layout.placement == placement) {
			struct bench b = bench_new(c);

			exercise(&b, 150);
			bench_delete(&b);
			shapes--;
		}
		cache_delete(c);
	}
}

static void R3_index_in_object_random_steps(void)
{
	exercise_placement(MYSLAB_INDEX_IN_OBJECT, steps(60));
}

static void R3_index_off_slab_random_steps(void)
{
	exercise_placement(MYSLAB_INDEX_OFF_SLAB, steps(60));
}

static void R3_index_on_slab_random_steps(void)
{
	exercise_placement(MYSLAB_INDEX_ON_SLAB, steps(60));
}

/* A cache of at least two objects and its index in one of them. */
static struct myslab_cache *cache_in_object(void)
{
	for (;;) {
		struct myslab_cache *c = cache_random(2, 40);

		if (c->layout.placement == MYSLAB_INDEX_IN_OBJECT)
			return c;
		cache_delete(c);
	}
}

/* The last object of a new slab, then the first that comes back to a full one. */
static void R3_holder_is_first_back_in_a_full_slab(void)
{
	unsigned int round;

	for (round = 0; round < steps(200); round++) {
		struct myslab_cache *c = cache_in_object();
		struct bench b = bench_new(c);
		unsigned int last = c->layout.num - 1, first;
		void *holder;

		check(slab_index(c, b.m->real) == model_object_at(b.m, last),
		      "a new slab's index is not in its last object");
		take(&b, last);
		check(slab_index(c, b.m->real) == model_object_at(b.m, last), "it moved");
		take(&b, 1);
		check(b.used[last] == model_object_at(b.m, last), "it left before its turn");
		check(!slab_index(c, b.m->real), "a full slab has an index");

		first = rnd(b.nr);
		holder = b.used[first];
		put(&b, first);
		check(slab_index(c, b.m->real) == holder, "not in the first that came back");
		put_any(&b, rnd(last));
		check(slab_index(c, b.m->real) == holder, "it moved");
		take(&b, c->layout.num);
		check(b.used[last] == holder, "the holder is not the last one out");
		bench_delete(&b);
		cache_delete(c);
	}
}

/* Everything but the index is closed to the core: no step but through it ends well. */
static void R3_index_on_slab_is_at_its_end(void)
{
	unsigned int num;

	for (num = 1; num <= 255; num++) {
		struct myslab_cache *c = cache_exactly(num, MYSLAB_INDEX_ON_SLAB);
		struct model_slab *m = model_slab_new(c, 0);
		void *end = m->base + layout_slab_bytes(&c->layout);

		check((void *)(slab_index(c, m->real) + num) == end, "%u objects", num);
		check((void *)slab_index(c, m->real) >= model_object_at(m, num),
		      "%u objects", num);
		model_slab_delete(m);
		cache_delete(c);
	}
}

static void R4_colour_moves_all_objects(void)
{
	unsigned int round;

	for (round = 0; round < steps(300); round++) {
		struct myslab_cache *c = cache_random(1, UINT_MAX);
		struct model_slab *m = model_slab_new(c, 0);
		unsigned int colour = slab_colour(m->real);
		unsigned int num = c->layout.num;
		void **objs = calloc(num, sizeof(void *));
		void *end = m->base + layout_slab_bytes(&c->layout);
		unsigned int i;

		if (c->layout.placement == MYSLAB_INDEX_ON_SLAB)
			end = slab_index(c, m->real);
		check(slab_objects(m->real) == m->base + colour, "%u", colour);
		check(model_slab_take(m, objs, num) == num, "%u", num);
		for (i = 0; i < num; i++)
			check((unsigned long)objs[i] % c->layout.align == 0 &&
			      objs[i] >= m->base + colour &&
			      objs[i] + c->layout.size <= end,
			      "object %u of %u, size %u, colour %u", i, num, c->layout.size,
			      colour);
		for (i = 0; i < num; i++)
			model_slab_put(m, objs[i]);
		model_slab_delete(m);
		free(objs);
		cache_delete(c);
	}
}

static void R5_R21_content_stays_while_free(void)
{
	unsigned int round;

	for (round = 0; round < steps(100); round++) {
		struct myslab_cache *c = cache_random(2, 60);

		/* The model compares every byte of a free object that is not the index. */
		if (!c->mark_offset) {
			struct bench b = bench_new(c);

			check(c->layout.placement != MYSLAB_INDEX_IN_OBJECT, "%u",
			      c->layout.size);
			exercise(&b, 100);
			bench_delete(&b);
		}
		cache_delete(c);
	}
}

static void R14_new_slab_hands_out_in_ascending_order(void)
{
	unsigned int round;

	for (round = 0; round < steps(100); round++) {
		struct myslab_cache *c = cache_random(1, UINT_MAX);
		struct bench b = bench_new(c);
		unsigned int i;

		while (b.nr < c->layout.num)
			take(&b, rnd_range(1, 5));
		for (i = 0; i < b.nr; i++)
			check(b.used[i] == model_object_at(b.m, i), "%u", i);
		bench_delete(&b);
		cache_delete(c);
	}
}

static void R22_last_put_is_first_taken(void)
{
	unsigned int round;

	for (round = 0; round < steps(100); round++) {
		struct myslab_cache *c = cache_random(2, 60);
		struct bench b = bench_new(c);
		void *back[60];
		unsigned int nr = 0, i;

		take(&b, rnd_range(1, c->layout.num));
		while (b.nr && !one_in(10)) {
			unsigned int which = rnd(b.nr);

			back[nr++] = b.used[which];
			put(&b, which);
		}
		take(&b, nr);
		for (i = 0; i < nr; i++)
			check(b.used[b.nr - 1 - i] == back[i], "%u of %u", i, nr);
		bench_delete(&b);
		cache_delete(c);
	}
}

/* The first @nr objects in use, at once, of @most that are offered. */
static void put_first(struct bench *b, unsigned int nr, unsigned int most)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		model_put(b->m, b->used[i]);
	i = slab_put_block(b->m->c, b->m->real, b->used, most);
	check(i == nr, "%u instead of %u of %u", i, nr, most);
	b->nr -= nr;
	for (i = 0; i < b->nr; i++)
		b->used[i] = b->used[nr + i];
	model_slab_check(b->m);
}

static void R19_a_block_goes_back_as_one_by_one(void)
{
	unsigned int round;

	for (round = 0; round < steps(300); round++) {
		struct myslab_cache *c = cache_random(1, 60);
		struct bench b = bench_new(c);

		exercise(&b, rnd(3));
		take(&b, c->layout.num);
		while (b.nr) {
			unsigned int nr = rnd_range(1, b.nr);

			put_first(&b, nr, nr);
			take(&b, rnd(3) ? 0 : rnd(nr));
		}
		bench_delete(&b);
		cache_delete(c);
	}
}

/* What does not start an object of this slab ends the block, wherever it is. */
static void R23_a_block_ends_at_what_is_not_of_the_slab(void)
{
	static const long away[] = { 1, 8, -8, 1L << 32, -(1L << 32), 1L << 40 };
	unsigned int round;

	for (round = 0; round < steps(300); round++) {
		struct myslab_cache *c = cache_random(2, 60);
		unsigned int num = c->layout.num, nr = rnd(num);
		struct bench b = bench_new(c);
		void *real;

		take(&b, num);
		real = b.used[nr];
		b.used[nr] = one_in(3) ? model_object_at(b.m, num + rnd(3)) :
					 real + away[rnd(ARRAY_SIZE(away))];
		put_first(&b, nr, num);
		b.used[0] = real;
		bench_delete(&b);
		cache_delete(c);
	}
}

/* An object that came back twice: of a slab that is all free nothing is taken back. */
static void R23_a_block_ends_where_the_slab_is_free(void)
{
	struct myslab_cache *c = cache_random(3, 60);
	struct bench b = bench_new(c);
	void *twice[4];

	take(&b, 2);
	memcpy(twice, b.used, 2 * sizeof(void *));
	memcpy(twice + 2, b.used, 2 * sizeof(void *));
	model_put(b.m, twice[0]);
	model_put(b.m, twice[1]);
	check(slab_put_block(c, b.m->real, twice, 4) == 2, "more than were in use");
	check(!slab_put_block(c, b.m->real, twice, 4), "of a free slab");
	b.nr = 0;
	model_slab_check(b.m);
	bench_delete(&b);
	cache_delete(c);
}

static void taking_none_or_too_many(void)
{
	struct myslab_cache *c = cache_random(3, 60);
	struct bench b = bench_new(c);
	void *none;

	check(!slab_take(c, b.m->real, &none, 0), "asked for none");
	take(&b, UINT_MAX);
	check(b.nr == c->layout.num, "%u", b.nr);
	check(!slab_take(c, b.m->real, &none, 1), "taken from a full slab");
	bench_delete(&b);
	cache_delete(c);
}

int main(int argc, char **argv)
{
	static const struct test_case cases[] = {
		CASE(R1_slab_of_1_object),
		CASE(R1_slab_of_2_objects),
		CASE(R1_slab_of_255_objects),
#ifdef MYSLAB_INDEX_U16
		CASE(R1_slab_of_256_objects),
		CASE(R1_slab_of_257_objects),
		CASE(R1_slab_of_40000_objects),
#endif
		CASE(R3_index_in_object_random_steps),
		CASE(R3_index_off_slab_random_steps),
		CASE(R3_index_on_slab_random_steps),
		CASE(R3_holder_is_first_back_in_a_full_slab),
		CASE(R3_index_on_slab_is_at_its_end),
		CASE(R4_colour_moves_all_objects),
		CASE(R5_R21_content_stays_while_free),
		CASE(R14_new_slab_hands_out_in_ascending_order),
		CASE(R22_last_put_is_first_taken),
		CASE(R19_a_block_goes_back_as_one_by_one),
		CASE(R23_a_block_ends_at_what_is_not_of_the_slab),
		CASE(R23_a_block_ends_where_the_slab_is_free),
		CASE(taking_none_or_too_many),
	};

	return ktap_main(argc, argv, cases, ARRAY_SIZE(cases));
}
