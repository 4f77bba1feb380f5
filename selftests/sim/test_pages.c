// SPDX-License-Identifier: GPL-2.0
/*
 * pages.h and pages.c: whose is this pointer? The answer must be right for every
 * byte of memory, and no look at it may go wrong. The load that may fault is a stub
 * here: guests test the real one.
 */
#include <stdlib.h>
#include <linux/vmstat.h>

#include "caches.h"
#include "judge.h"
#include "ktap.h"
#include "memory.h"
#include "model_slab.h"
#include "pages.h"

/* What the fast path of a free on @node asks of @p. */
static bool is_home_object(const struct myslab_cache *c, void *p, int node)
{
	unsigned long diff = slab_probe(c, p, myslab_key(c->id, node));

	return diff <= MYSLAB_COLOUR_MAX && judge_is_object(c, p, diff, mark_for(c, p));
}

/* The start of an object of @c, free or not, on any node: what judge_object() asks. */
static bool is_object(const struct myslab_cache *c, const void *p)
{
	unsigned long diff = slab_probe(c, p, myslab_key(c->id, 0));

	return probe_is_of_cache(diff) && slab_number_at(c, p, diff) < c->layout.num;
}

static bool starts_object(const struct model_slab *m, const void *p)
{
	size_t offset = p - m->objects;

	return p >= m->objects && offset % m->c->layout.size == 0 &&
	       offset / m->c->layout.size < m->c->layout.num;
}

/* A judge reads nothing of a slab's memory but the marks of its objects. */
static void open_marks(const struct model_slab *m)
{
	unsigned int i;

	for (i = 0; m->c->mark_offset && i < m->c->layout.num; i++)
		memory_open(model_object_at(m, i) + m->c->mark_offset,
			    sizeof(unsigned long));
}

/* All objects are free, or all are in use. */
static void check_every_byte(const struct model_slab *m, bool used)
{
	size_t bytes = layout_slab_bytes(&m->c->layout);
	void *p;

	open_marks(m);
	for (p = m->base - 64; p < m->base + bytes + 64; p++) {
		bool object = starts_object(m, p);

		check(is_object(m->c, p) == object, "byte %td of %zu, size %u",
		      p - m->base, bytes, m->c->layout.size);
		check(is_home_object(m->c, p, m->node) ==
		      (object && (used || !m->c->mark_offset)), "byte %td of %zu, size %u",
		      p - m->base, bytes, m->c->layout.size);
		check(!is_home_object(m->c, p, !m->node), "byte %td, other node",
		      p - m->base);
	}
}

static void R23_R33_only_used_objects_are_accepted(void)
{
	unsigned int round, i;

	for (round = 0; round < steps(60); round++) {
		struct myslab_cache *c = cache_random(1, UINT_MAX);
		struct model_slab *m = model_slab_new(c, rnd(SIM_NODES));
		void **objs = calloc(c->layout.num, sizeof(void *));

		check_every_byte(m, false);
		model_slab_take(m, objs, c->layout.num);
		check_every_byte(m, true);
		for (i = 0; i < c->layout.num; i++)
			model_slab_put(m, objs[i]);
		check_every_byte(m, false);
		model_slab_delete(m);
		free(objs);
		cache_delete(c);
	}
}

static void R33_every_byte_of_a_slab_has_its_cache(void)
{
	unsigned int round;

	for (round = 0; round < steps(200); round++) {
		struct myslab_cache *c = cache_random(1, UINT_MAX);
		struct model_slab *m = model_slab_new(c, rnd(SIM_NODES));
		size_t bytes = layout_slab_bytes(&c->layout), i;
		struct myslab_slab *found;
		unsigned int id;

		for (i = 0; i < bytes; i += rnd_range(1, 64)) {
			check(pages_find(m->base + i, &id, &found), "byte %zu", i);
			check(id == c->id && found == m->real, "byte %zu: %u, %u", i, id,
			      c->id);
			check(object_slab(c, m->base + i) == m->real, "byte %zu", i);
		}
		check(pages_node(m->real) == m->node && slab_node(m->real) == m->node,
		      "%d, %d instead of %d", pages_node(m->real), slab_node(m->real),
		      m->node);
		model_slab_delete(m);
		cache_delete(c);
	}
}

static void R33_other_caches_refuse_it(void)
{
	unsigned int round;

	for (round = 0; round < steps(200); round++) {
		struct myslab_cache *c = cache_random(1, UINT_MAX);
		struct myslab_cache other = *c;
		struct model_slab *m = model_slab_new(c, 0);
		unsigned int bit;

		for (bit = 0; 1U << bit <= MYSLAB_ID_MAX; bit++) {
			other.id = c->id ^ 1U << bit;
			check(!is_object(&other, m->objects), "%u is %u", other.id,
			      c->id);
		}
		model_slab_delete(m);
		cache_delete(c);
	}
}

/* Colour and node may be any; one other bit that is wrong, and the page is not ours. */
static void R33_every_bit_of_the_word_counts(void)
{
	struct myslab_cache *c = cache_random(1, UINT_MAX);
	struct model_slab *m = model_slab_new(c, 0);
	unsigned int bit;

	for (bit = 31; bit < 64; bit++) {
		bool of_node = bit >= MYSLAB_NODE_SHIFT && bit < MYSLAB_ID_SHIFT;
		struct myslab_slab *found;
		unsigned int id;

		m->real->word ^= BIT(bit);
		check(is_object(c, m->objects) == of_node, "bit %u", bit);
		check((pages_find(m->objects, &id, &found) && id == c->id) == of_node,
		      "bit %u", bit);
		m->real->word ^= BIT(bit);
	}
	model_slab_delete(m);
	cache_delete(c);
}

/* Pages that went back, pages of others, a hole in the memory map, and no memory. */
static void R33_no_other_pointer_is_accepted(void)
{
	struct myslab_cache *c = cache_random(2, 60);
	struct model_slab *m;
	struct myslab_slab *found;
	unsigned int id, i;
	void *gone;

	m = model_slab_new(c, 1);
	gone = m->objects;
	check(is_object(c, gone), "it is one");
	model_slab_delete(m);
	check(!is_object(c, gone) && !pages_find(gone, &id, &found), "it was one");

	for (i = 0; i < steps(100000); i++) {
		const void *p = (void *)rnd64();

		if (one_in(2))
			p = memory_start() - SIM_HOLE_PAGES * PAGE_SIZE +
			    rnd64() % (SIM_HOLE_PAGES + SIM_NODES * SIM_NODE_PAGES) * PAGE_SIZE;
		check(!is_object(c, p), "pointer %u", i);
		/* A page of others has any word: an id is found, and not this one. */
		check(!pages_find(p, &id, &found) || id != c->id, "pointer %u", i);
	}
	check(!is_object(c, NULL) && !is_object(c, (void *)-22L), "errors");
	check(!is_object(c, memory_end()), "behind the last page");
	check(!is_object(c, &m), "the stack");
}

static void R33_word_of_a_tail_page_is_nobodys(void)
{
	struct myslab_cache *c;
	struct model_slab *m;

	do
		c = cache_random(1, UINT_MAX);
	while (!c->layout.order);
	m = model_slab_new(c, 0);
	/* A cache of smaller slabs looks at the tail's own struct page. */
	c->slab_base = -PAGE_SIZE;
	check(!is_object(c, m->base + PAGE_SIZE), "a tail page is a slab");
	c->slab_base = -layout_slab_bytes(&c->layout);
	model_slab_delete(m);
}

/* Those of reclaimable caches are counted for their node too, and no others. */
static void R28_pages_held_are_counted(void)
{
	long reclaimable[SIM_NODES] = { 0 };
	struct model_slab *m[20];
	struct myslab_cache *c[20];
	long held = 0;
	unsigned int i;

	for (i = 0; i < 20; i++) {
		c[i] = cache_random(1, UINT_MAX);
		c[i]->flags = one_in(2) ? SLAB_RECLAIM_ACCOUNT : 0;
		m[i] = model_slab_new(c[i], rnd(SIM_NODES));
		held += 1L << c[i]->layout.order;
		if (c[i]->flags)
			reclaimable[m[i]->node] += 1L << c[i]->layout.order;
		check(!memcmp(reclaimable, sim_reclaimable, sizeof(reclaimable)),
		      "after %u slabs", i + 1);
		check(atomic_long_read(&myslab_pages_held) == held, "%ld", held);
	}
	for (i = 0; i < 20; i++) {
		held -= 1L << c[i]->layout.order;
		model_slab_delete(m[i]);
		check(atomic_long_read(&myslab_pages_held) == held, "%ld", held);
	}
	for (i = 0; i < SIM_NODES; i++)
		check(!sim_reclaimable[i], "node %u: %ld", i, sim_reclaimable[i]);
}

int main(int argc, char **argv)
{
	static const struct test_case cases[] = {
		CASE(R28_pages_held_are_counted),
		CASE(R23_R33_only_used_objects_are_accepted),
		CASE(R33_every_byte_of_a_slab_has_its_cache),
		CASE(R33_other_caches_refuse_it),
		CASE(R33_every_bit_of_the_word_counts),
		CASE(R33_no_other_pointer_is_accepted),
		CASE(R33_word_of_a_tail_page_is_nobodys),
	};

	return ktap_main(argc, argv, cases, ARRAY_SIZE(cases));
}
