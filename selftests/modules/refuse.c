// SPDX-License-Identifier: GPL-2.0
/*
 * A free trusts nobody: what is not a live object of the cache is refused, counted
 * once in `errors`, and changes nothing. Each check is made with this CPU's array
 * neither full nor empty, empty, and full; over caches with and without a mark in
 * their free objects, with the index in an object, off slab and on slab. R23.
 */
#include <linux/kasan.h>
#include <linux/sched.h>

#include "bad.h"
#include "fixture.h"
#include "suites.h"

/* The array of a cache under test, and how many objects of it are taken at least. */
#define LIMIT	4
#define BATCH	2
#define OBJECTS	12

static void nothing(void *obj)
{
}

static const struct kind {
	const char *what;
	unsigned int size;
	slab_flags_t flags;
	void (*ctor)(void *obj);
	bool marked;		/* free objects say that they are free */
} kinds[] = {
	{ "index in an object, two pages", 700, 0, NULL, true },
	{ "index on slab", 64, 0, NULL, true },
	{ "index off slab", 1024, SLAB_TYPESAFE_BY_RCU, NULL, false },
	{ "constructed", 128, 0, nothing, false },
};

/*
 * A cache of which @nr objects were taken, so many that the array was empty, and the
 * first @given were freed, which are in the array in that order.
 */
struct stage {
	const struct kind *kind;
	struct pool p;
	void *o[OBJECTS + BATCH];
	unsigned int nr, given;
};

static void fill(const struct stage *s, unsigned int i)
{
	memset(s->o[i], 0x40 + i, s->p.size);
}

static bool open_stage(struct stage *s, const struct kind *kind, unsigned int given,
		       int shared)
{
	unsigned int i;

	s->kind = kind;
	s->given = given;
	if (!open_pool(&s->p, kind->size, 0, kind->flags, kind->ctor,
		       (struct tunables){ LIMIT, BATCH, shared }))
		return false;
	if (!take_many(&s->p, s->o, OBJECTS)) {
		close_pool(&s->p);
		return false;
	}
	s->nr = OBJECTS;
	while (s->nr < ARRAY_SIZE(s->o) &&
	       look_stat(s->p.name, first_cpu(), "avail"))
		s->o[s->nr++] = take(&s->p);
	expect_eq(look_stat(s->p.name, first_cpu(), "avail"), 0);
	for (i = 0; i < s->nr; i++)
		fill(s, i);
	give_many(&s->p, s->o, given);
	return true;
}

/*
 * All is as it would be had nothing been refused. Where something was believed, the
 * less is freed the longer the machine lives to tell: then the objects stay out.
 */
static void close_stage(struct stage *s)
{
	unsigned int i;

	if (test_failed()) {
		myslab_cache_destroy(s->p.cache);
		return;
	}
	for (i = s->given; i-- > 0;)
		expect_eq(which(s->o, s->nr, take(&s->p)), i);
	for (i = s->given; i < s->nr; i++)
		expect(!memchr_inv(s->o[i], 0x40 + i, s->p.size));
	give_many(&s->p, s->o, s->nr);
	close_pool(&s->p);
}

static const char *const state_of[] = {
	[0] = "empty", [BATCH] = "neither full nor empty", [LIMIT] = "full",
};

static void in_every_state(void (*check)(struct stage *s))
{
	static const unsigned int states[] = { BATCH, 0, LIMIT };
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		for (i = 0; i < ARRAY_SIZE(states); i++) {
			struct stage s;

			if (!open_stage(&s, &kinds[k], states[i], 0))
				return;
			check(&s);
			close_stage(&s);
			if (test_failed()) {
				test_note("%s; the array was %s", kinds[k].what,
					  state_of[states[i]]);
				return;
			}
		}
	}
}

/* Where the check frees objects: that flushes nothing. */
static void with_room_for_two(void (*check)(struct stage *s))
{
	struct stage s;
	size_t k;

	for (k = 0; k < ARRAY_SIZE(kinds) && !test_failed(); k++) {
		if (!open_stage(&s, &kinds[k], LIMIT - 2, 0))
			return;
		check(&s);
		close_stage(&s);
		if (test_failed())
			test_note("%s", kinds[k].what);
	}
}

/* Free @bad as one of @p by either call: counted so many times, nothing else moves. */
static void expect_counted(struct pool *p, void *bad, const char *what, long times)
{
	long errors_before, errors_between, errors;
	char *before = look_state(p->name, &errors_before);
	char *between, *after;

	myslab_cache_free(p->cache, bad);
	between = look_state(p->name, &errors_between);
	myslab_cache_free_bulk(p->cache, 1, &bad);
	after = look_state(p->name, &errors);
	if (!expect_eq(errors_between - errors_before, times) ||
	    !expect(before && between && !strcmp(before, between)))
		test_note("%s", what);
	else if (!expect_eq(errors - errors_between, times) ||
		 !expect(after && !strcmp(between, after)))
		test_note("%s, in bulk", what);
	kvfree(between);
	kvfree(before);
	kvfree(after);
}

static void expect_refused(struct pool *p, void *bad, const char *what)
{
	expect_counted(p, bad, what, 1);
}

static void free_nothing(struct stage *s)
{
	expect_counted(&s->p, NULL, "NULL", 0);
}

static void a_free_of_NULL_is_nothing(void)
{
	in_every_state(free_nothing);
}

static void free_strangers(struct stage *s)
{
	size_t i, nr;
	const struct bad *bad = bad_pointers(&nr);

	for (i = 0; i < nr && !test_failed(); i++)
		expect_refused(&s->p, bad[i].p, bad[i].what);
	bad_release();
}

static void a_free_of_what_is_no_object_is_refused(void)
{
	in_every_state(free_strangers);
}

static void free_insides(struct stage *s)
{
	struct pool *p = &s->p;
	void *obj = s->o[s->nr - 1];
	void *slab = (void *)slab_at(p, obj);
	unsigned long first = (obj - slab) % p->stride;
	unsigned long behind = first + (unsigned long)p->num * p->stride;
	void *parked = s->o[0];

	expect_refused(p, obj + 1, "a byte into an object");
	expect_refused(p, obj + 8, "a word into an object");
	expect_refused(p, obj + p->size / 2, "the middle of an object");
	expect_refused(p, obj + p->stride - 1, "the last byte of an object");
	expect_refused(p, obj - 8, "before an object");
	expect_refused(p, parked + 16, "inside a parked object");
	expect_refused(p, slab + p->slab_bytes - 1, "the last byte of a slab");
	expect_refused(p, slab + p->slab_bytes - p->num, "the index at a slab's end");
	if (first)
		expect_refused(p, slab, "the gap that the colour makes");
	/* on the grid of objects, in what is left over behind the last of them */
	if (behind < p->slab_bytes)
		expect_refused(p, slab + behind, "one object too many");
}

static void a_free_of_the_inside_of_a_slab_is_refused(void)
{
	in_every_state(free_insides);
}

static void free_others(struct stage *s)
{
	static const unsigned int sizes[] = { 0, 32, 256, 5000, 30000 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct pool other;
		void *obj, *parked;

		/* 0: the same size and flags, so that nothing but the cache differs */
		if (!open_pool(&other, sizes[i] ? sizes[i] : s->kind->size, 0,
			       sizes[i] ? 0 : s->kind->flags,
			       sizes[i] ? NULL : s->kind->ctor, BY_SIZE))
			return;
		obj = take(&other);
		parked = take(&other);
		give(&other, parked);
		expect_refused(&s->p, obj, "another cache's object");
		expect_refused(&s->p, parked, "another cache's parked object");
		expect_refused(&other, s->o[s->nr - 1], "ours, to another cache");
		expect(still_there(&other, obj));
		expect_eq(which(&parked, 1, take(&other)), 0);
		give(&other, parked);
		give(&other, obj);
		close_pool(&other);
	}
	expect_refused(&s->p, s->p.cache, "the cache itself");
}

#ifdef CONFIG_X86_64
/*
 * The kernel's image maps physical memory once more, from where the kernel was loaded
 * on and past its own end. False where that does not reach @obj.
 */
static bool refuse_alias(struct pool *p, void *obj)
{
	unsigned long at = __pa(obj) - phys_base;
	void *alias = (void *)(__START_KERNEL_map + at);

	if (at >= KERNEL_IMAGE_SIZE)
		return false;
	expect(!myslab_cache_of(alias));
	expect_refused(p, alias, "an object's address in the kernel's image");
	return true;
}

static void a_free_through_the_kernel_image_is_refused(void)
{
	bool reached = false;
	struct pool p;
	void *obj;
	int node;

	if (!open_pool(&p, 256, 0, 0, NULL, BY_SIZE))
		return;
	for_each_node_state(node, N_MEMORY) {
		obj = take_of(&p, node);
		reached |= refuse_alias(&p, obj);
		give(&p, obj);
	}
	close_pool(&p);
	if (!reached)
		test_skip("the kernel was loaded above all memory of ours");
}
#endif

static void a_free_to_another_cache_is_refused(void)
{
	in_every_state(free_others);
}

/* Pages that were a slab once: nobody's, or somebody else's, by now. */
static void free_ghosts(struct stage *s)
{
	struct pool gone;
	void *o[3];

	if (!open_pool(&gone, s->kind->size, 0, s->kind->flags, s->kind->ctor, BY_SIZE))
		return;
	if (!take_many(&gone, o, 3)) {
		close_pool(&gone);
		return;
	}
	give_many(&gone, o, 3);
	close_pool(&gone);
	expect_refused(&s->p, o[0], "an object of a destroyed cache");
	expect_refused(&s->p, o[2] + 8, "inside one");
}

static void a_free_of_a_destroyed_cache_s_object_is_refused(void)
{
	in_every_state(free_ghosts);
}

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

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
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
	for (k = 0; k < ARRAY_SIZE(kinds) && !test_failed(); k++) {
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
	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
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

/*
 * Between sound objects of its own slab, which may be believed for having been judged
 * before: @bad is refused, and the others are free.
 */
static void expect_refused_between(struct stage *s, void *bad, const char *what)
{
	void *o[3] = { s->o[s->nr - 1], bad, s->o[s->nr - 2] };
	long errors = look_stat(s->p.name, ALL_CPUS, "errors");

	myslab_cache_free_bulk(s->p.cache, ARRAY_SIZE(o), o);
	if (!expect_eq(look_stat(s->p.name, ALL_CPUS, "errors"), errors + 1) ||
	    !expect_eq(which(s->o, s->nr, take(&s->p)), s->nr - 2) ||
	    !expect_eq(which(s->o, s->nr, take(&s->p)), s->nr - 1))
		test_note("%s", what);
	fill(s, s->nr - 1);
	fill(s, s->nr - 2);
}

static void free_among_sound_ones(struct stage *s)
{
	void *obj = s->o[s->nr - 1];
	void *slab = (void *)slab_at(&s->p, obj);

	expect_refused_between(s, obj + 8, "a word into the one before");
	expect_refused_between(s, obj - 8, "a word before it");
	expect_refused_between(s, obj, "the one before");
	expect_refused_between(s, slab + s->p.slab_bytes - 1, "the last byte of its slab");
	expect_refused_between(s, obj + (1UL << 32), "4 GiB behind it");
	expect_refused_between(s, obj - (1UL << 32), "4 GiB before it");
	expect_refused_between(s, (void *)((unsigned long)obj << 1 >> 1), "in user space");
}

static void a_bulk_free_judges_each(void)
{
	with_room_for_two(free_among_sound_ones);
}

static void free_many_bad(struct stage *s)
{
	void *mixed[5] = { s->o[s->nr - 1], NULL, s->o[s->nr - 2] + 8,
			   s->o[s->nr - 2], ERR_PTR(-EINVAL) };
	long errors = look_stat(s->p.name, ALL_CPUS, "errors");

	myslab_cache_free_bulk(s->p.cache, ARRAY_SIZE(mixed), mixed);
	expect_eq(look_stat(s->p.name, ALL_CPUS, "errors"), errors + 2);
	/* the sound ones are free, and come back first */
	expect_eq(which(s->o, s->nr, take(&s->p)), s->nr - 2);
	expect_eq(which(s->o, s->nr, take(&s->p)), s->nr - 1);
	fill(s, s->nr - 1);
	fill(s, s->nr - 2);
}

static void a_bulk_free_refuses_what_is_bad_alone(void)
{
	with_room_for_two(free_many_bad);
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
	CASE(a_free_of_NULL_is_nothing),
	CASE(a_free_of_what_is_no_object_is_refused),
	CASE(a_free_of_the_inside_of_a_slab_is_refused),
	CASE(a_free_to_another_cache_is_refused),
#ifdef CONFIG_X86_64
	CASE(a_free_through_the_kernel_image_is_refused),
#endif
	CASE(a_free_of_a_destroyed_cache_s_object_is_refused),
	CASE(a_bulk_free_refuses_what_is_bad_alone),
	CASE(a_bulk_free_judges_each),
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

SUITE(refuse);
