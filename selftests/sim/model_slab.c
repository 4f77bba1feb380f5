// SPDX-License-Identifier: GPL-2.0
/* See model_slab.h. */
#include <stdio.h>
#include <stdlib.h>
#include <linux/gfp.h>

#include "caches.h"
#include "ktap.h"
#include "mark.h"
#include "memory.h"
#include "model_slab.h"

/* For messages: which shape went wrong. */
static const char *shape(const struct model_slab *m)
{
	static char text[80];

	snprintf(text, sizeof(text), "slab of %u objects of %u, order %u, index %s",
		 m->c->layout.num, m->c->layout.size, m->c->layout.order,
		 placement_name(m->c->layout.placement));
	return text;
}

static unsigned int index_bytes(const struct model_slab *m)
{
	return m->c->layout.num * sizeof(myslab_index_t);
}

/* Where the free index is; NULL while all objects are in use and one would hold it. */
static void *index_at(const struct model_slab *m)
{
	switch (m->c->layout.placement) {
	case MYSLAB_INDEX_IN_OBJECT:
		return m->holder == NO_HOLDER ? NULL : model_object_at(m, m->holder);
	case MYSLAB_INDEX_OFF_SLAB:
		return m->off_slab;
	default:
		return m->base + (PAGE_SIZE << m->c->layout.order) - index_bytes(m);
	}
}

static void open_index(const struct model_slab *m)
{
	if (index_at(m))
		memory_open(index_at(m), index_bytes(m));
}

/* Off-slab indices have a page each here, at any 16 bytes of it. */
static void *off_slab_new(const struct model_slab *m)
{
	struct page *page = alloc_pages_node(m->node, GFP_KERNEL, 0);

	check(page && index_bytes(m) <= PAGE_SIZE, "no page for %u bytes", index_bytes(m));
	return page_address(page) + 16 * rnd((PAGE_SIZE - index_bytes(m)) / 16 + 1);
}

/* Write what a free object contains, mark included: a growth or a free does that. */
static void fill_free(struct model_slab *m, unsigned int number)
{
	void *obj = model_object_at(m, number);

	m->object[number].free = true;
	m->object[number].held_index = false;
	if (!m->c->mark_offset)
		return;
	memory_open(obj, m->c->layout.size);
	mark_free(m->c, obj);
	memory_close(obj, m->c->layout.size);
}

/* A caller writes all of its object. */
static void fill_used(struct model_slab *m, unsigned int number)
{
	m->object[number].free = false;
	m->object[number].tag = rnd64();
	memory_fill(model_object_at(m, number), m->c->layout.size, m->object[number].tag);
}

static void check_mark(const struct model_slab *m, unsigned int number)
{
	void *obj = model_object_at(m, number);
	unsigned long *mark = obj + m->c->mark_offset;
	unsigned long word;

	memory_open(mark, sizeof(*mark));
	word = *mark;
	memory_close(mark, sizeof(*mark));
	check(word == (m->c->mark_key ^ (unsigned long)obj),
	      "R3: the mark of free object %u is gone; %s", number, shape(m));
}

static void check_bytes(const struct model_slab *m, unsigned int number, size_t from,
			size_t to)
{
	const struct model_object *o = &m->object[number];
	size_t at = memory_differs(model_object_at(m, number), from, to, o->tag);

	check(at >= to, "R3: byte %zu of %s object %u changed; %s", at,
	      o->free ? "free" : "used", number, shape(m));
}

/*
 * An object contains what was last written to it; but, where it is free, for its
 * mark and for the index, if it held that since.
 */
static void check_content(const struct model_slab *m, unsigned int number)
{
	const struct model_object *o = &m->object[number];
	size_t from = o->free && o->held_index ? index_bytes(m) : 0;

	if (o->free && m->c->mark_offset) {
		check_mark(m, number);
		check_bytes(m, number, from, m->c->mark_offset);
		from = m->c->mark_offset + sizeof(unsigned long);
	}
	check_bytes(m, number, from, m->c->layout.size);
}

struct model_slab *model_slab_new(struct myslab_cache *c, int node)
{
	struct model_slab *m = calloc(1, sizeof(*m));
	unsigned int colour = 0, i;

	m->c = c;
	m->node = node;
	m->real = pages_alloc(c, GFP_KERNEL, node);
	check(m->real, "no pages for a slab");
	if (c->layout.colours > 1)
		colour = rnd(c->layout.colours) * c->layout.colour_off;
	pages_claim(c, m->real, node, colour);
	m->base = page_address(slab_page(m->real));
	m->objects = m->base + colour;

	m->stack = calloc(c->layout.num, sizeof(*m->stack));
	m->object = calloc(c->layout.num, sizeof(*m->object));
	m->nr_free = c->layout.num;
	for (i = 0; i < c->layout.num; i++) {
		m->stack[i] = c->layout.num - 1 - i;
		fill_used(m, i);
		fill_free(m, i);
	}
	m->holder = NO_HOLDER;
	if (c->layout.placement == MYSLAB_INDEX_OFF_SLAB)
		m->off_slab = off_slab_new(m);
	if (c->layout.placement == MYSLAB_INDEX_IN_OBJECT) {
		m->holder = c->layout.num - 1;
		m->object[m->holder].held_index = true;
	}
	open_index(m);
	slab_init(c, m->real, m->off_slab);
	return m;
}

void model_slab_drop(struct model_slab *m)
{
	if (m->off_slab)
		__free_pages(virt_to_page(m->off_slab), 0);
	pages_free(m->c, m->real);
	free(m->stack);
	free(m->object);
	free(m);
}

void model_slab_delete(struct model_slab *m)
{
	unsigned int i;

	check(m->nr_free == m->c->layout.num, "a slab goes with %u objects in use",
	      model_active(m));
	for (i = 0; i < m->c->layout.num; i++)
		check_content(m, i);
	model_slab_drop(m);
}

bool model_slab_has(const struct model_slab *m, const void *obj)
{
	return obj >= m->base && obj < m->base + (PAGE_SIZE << m->c->layout.order);
}

static unsigned int number_of(const struct model_slab *m, const void *obj)
{
	size_t offset = obj - m->objects;

	check(obj >= m->objects && offset % m->c->layout.size == 0 &&
	      offset / m->c->layout.size < m->c->layout.num,
	      "%zu is no object's offset; %s", offset, shape(m));
	return offset / m->c->layout.size;
}

void model_taken(struct model_slab *m, void *const *objs, unsigned int nr)
{
	unsigned int i;

	check(nr <= m->nr_free, "%u objects of %u; %s", nr, m->nr_free, shape(m));
	for (i = 0; i < nr; i++) {
		unsigned int number = number_of(m, objs[i]);

		check(m->object[number].free, "object %u is handed out twice; %s",
		      number, shape(m));
		check(number == m->stack[m->nr_free - 1], "%u instead of %u; %s",
		      number, m->stack[m->nr_free - 1], shape(m));
		m->nr_free--;
		check_content(m, number);
	}
	if (!m->nr_free && m->holder != NO_HOLDER) {
		memory_close(model_object_at(m, m->holder), index_bytes(m));
		m->holder = NO_HOLDER;
	}
	for (i = 0; i < nr; i++)
		fill_used(m, number_of(m, objs[i]));
}

void model_put(struct model_slab *m, void *obj)
{
	unsigned int number = number_of(m, obj);

	check(!m->object[number].free, "the test puts object %u twice", number);
	check_content(m, number);
	fill_free(m, number);
	if (!m->nr_free && m->c->layout.placement == MYSLAB_INDEX_IN_OBJECT) {
		m->holder = number;
		m->object[number].held_index = true;
	}
	m->stack[m->nr_free++] = number;
	open_index(m);
}

/* The index is a permutation's part: exactly the free objects, in the order they leave. */
static void check_index(const struct model_slab *m)
{
	const myslab_index_t *index = slab_index(m->c, m->real);
	unsigned int active = slab_active(m->real), i;

	check((const void *)index == index_at(m), "index is not %s; %s",
	      m->holder == NO_HOLDER ? "where it should be" : "in its holder", shape(m));
	check(active == model_active(m), "%u instead of %u in use; %s", active,
	      model_active(m), shape(m));
	for (i = 0; index && i < m->nr_free; i++)
		check(index[active + i] == m->stack[m->nr_free - 1 - i],
		      "entry %u is %u instead of %u; %s", active + i, index[active + i],
		      m->stack[m->nr_free - 1 - i], shape(m));
}

void model_slab_check(const struct model_slab *m)
{
	unsigned int i;

	check_index(m);
	for (i = 0; i < m->c->layout.num; i++)
		check_content(m, i);
}

unsigned int model_slab_take(struct model_slab *m, void **to, unsigned int max)
{
	unsigned int nr = slab_take(m->c, m->real, to, max);

	check(nr == min(max, m->nr_free), "%u of %u when asked for %u; %s", nr,
	      m->nr_free, max, shape(m));
	model_taken(m, to, nr);
	check_index(m);
	return nr;
}

void model_slab_put(struct model_slab *m, void *obj)
{
	model_put(m, obj);
	check(slab_put_block(m->c, m->real, &obj, 1) == 1, "not taken back; %s", shape(m));
	check_index(m);
}
