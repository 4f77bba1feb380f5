// SPDX-License-Identifier: GPL-2.0
/*
 * A free trusts nobody: what is no object of the cache is refused, counted once in
 * `errors`, and changes nothing (R23; twice.c has second frees).
 */
#include <linux/sched.h>

#include "bad.h"
#include "stage.h"
#include "suites.h"

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
};

SUITE(refuse);
