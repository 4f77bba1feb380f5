// SPDX-License-Identifier: GPL-2.0
/* See caches.h. */
#include <stdlib.h>

#include "caches.h"
#include "ktap.h"
#include "pages.h"

#define LARGEST_ORDER_HERE	8	/* of the slabs that tests use as memory */

const char *placement_name(unsigned int placement)
{
	static const char *const names[] = { "in object", "off slab", "on slab" };

	return placement < PLACEMENTS ? names[placement] : "nowhere";
}

struct myslab_layout_request plain_request(unsigned int size, unsigned int align)
{
	return (struct myslab_layout_request) {
		.size = size,
		.align = align,
		.line = LINE_BYTES,
		.max_order = 1,
		.last_order = LAST_ORDER,
	};
}

struct myslab_layout_request random_request(unsigned int largest)
{
	struct myslab_layout_request req;

	/* As many small ones as large ones. */
	while (largest > 64 && one_in(2))
		largest /= 2;
	req = plain_request(rnd_range(1, largest), one_in(2) ? 0 : 1U << rnd(13));
	req.keeps_content = one_in(3);
	req.zeroed_when_free = one_in(4);
	req.reclaimable = one_in(4);
	req.no_off_slab = one_in(6);
	req.line = 32U << rnd(3);
	req.max_order = rnd(2);
	return req;
}

static struct myslab_cache *cache_of(const struct myslab_layout *l, bool keeps_content)
{
	struct myslab_cache *c = calloc(1, sizeof(*c) + sizeof(c->node[0]));

	check(c, "no memory");
	c->layout = *l;
	c->object_size = l->size;
	c->slab_base = -layout_slab_bytes(l);
	c->mark_offset = keeps_content ? 0 : layout_mark_offset(l->size);
	c->mark_key = rnd64();
	c->id = rnd(MYSLAB_ID_MAX + 1);
	return c;
}

struct myslab_cache *cache_new(const struct myslab_layout_request *req)
{
	struct myslab_layout l;
	int err = myslab_layout_compute(req, &l);

	check(!err, "%d for size %u align %u", err, req->size, req->align);
	return cache_of(&l, req->keeps_content);
}

struct myslab_cache *cache_random(unsigned int least, unsigned int most)
{
	for (;;) {
		struct myslab_layout_request req = random_request(9000);
		struct myslab_cache *c = cache_new(&req);

		if (c->layout.num >= least && c->layout.num <= most)
			return c;
		cache_delete(c);
	}
}

/* The largest size of which @num objects, and the index, fill 2^order pages. */
static unsigned int size_for(unsigned int num, unsigned int placement, unsigned int order)
{
	unsigned long each = (PAGE_SIZE << order) / num;

	if (placement == MYSLAB_INDEX_ON_SLAB)
		each -= sizeof(myslab_index_t);
	each &= ~7UL;
	return each <= UINT_MAX ? each : 0;
}

static bool can_be(unsigned int num, unsigned int placement, unsigned int size)
{
	if (size < MYSLAB_OBJECT_MIN)
		return false;
	if (placement == MYSLAB_INDEX_IN_OBJECT)
		return num * sizeof(myslab_index_t) <= layout_mark_offset(size);
	if (placement == MYSLAB_INDEX_OFF_SLAB)
		return layout_off_slab_bytes(num) <= size / 2;
	return true;
}

struct myslab_cache *cache_exactly(unsigned int num, unsigned int placement)
{
	unsigned int order, used;
	struct myslab_layout_request req;
	struct myslab_layout l;

	for (order = 0; order <= LARGEST_ORDER_HERE; order++)
		if (can_be(num, placement, size_for(num, placement, order)))
			break;
	if (order > LARGEST_ORDER_HERE)
		return NULL;

	req = plain_request(size_for(num, placement, order), 0);
	check(!myslab_layout_compute(&req, &l), "size %u", req.size);
	used = num * l.size;
	if (placement == MYSLAB_INDEX_ON_SLAB)
		used += num * sizeof(myslab_index_t);
	l.num = num;
	l.order = order;
	l.placement = placement;
	l.left_over = (PAGE_SIZE << order) - used;
	l.colours = l.left_over / l.colour_off;
	return cache_of(&l, placement != MYSLAB_INDEX_IN_OBJECT);
}

void cache_delete(struct myslab_cache *c)
{
	free(c);
}
