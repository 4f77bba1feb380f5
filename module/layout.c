// SPDX-License-Identifier: GPL-2.0
/* See layout.h. Nothing here depends on a kernel that runs: it is also built in sim/. */
#include <linux/errno.h>
#include <linux/kernel.h>

#include "busted.h"
#include "layout.h"

/* Inverse of the odd @a modulo 2^32: Newton, each step doubles the bits that are right. */
static u32 inverse_of_odd(u32 a)
{
	u32 x = a;	/* right to 3 bits */
	int i;

	for (i = 0; i < 4; i++)
		x *= 2 - a * x;
	return x;
}

/* Objects that a slab of @order holds where its index is at @placement. */
static unsigned int objects_in(unsigned int order, unsigned int size,
			       unsigned int placement, unsigned int *left_over)
{
	unsigned long bytes = PAGE_SIZE << order;
	unsigned long each = size;

	if (placement == MYSLAB_INDEX_ON_SLAB)
		each += sizeof(myslab_index_t);
	*left_over = bytes % each;
	return min_t(unsigned long, bytes / each, UINT_MAX);
}

/* R2: the first order that is good enough. Answers whether there is one at all. */
static bool search_order(const struct myslab_layout_request *req,
			 unsigned int placement, struct myslab_layout *l)
{
	unsigned int order;

	l->num = 0;
	for (order = 0; order <= req->last_order; order++) {
		unsigned int left_over;
		unsigned int num = objects_in(order, l->size, placement, &left_over);

		if (!num)
			continue;
		if (num > MYSLAB_NUM_MAX)
			break;
		if (placement == MYSLAB_INDEX_OFF_SLAB &&
		    layout_off_slab_bytes(num) > l->size / 2)
			continue;

		l->num = num;
		l->order = order;
		l->left_over = left_over;
		l->placement = placement;
		if (req->reclaimable || order >= req->max_order ||
		    (unsigned long)left_over * 8 <= PAGE_SIZE << order)
			break;
	}
	return l->num;
}

/*
 * R3: does @l, with the index in a free object, leave that object's mark alone?
 * SLAB asks only that the index fits into the object; the mark is ours.
 */
static bool index_fits_object(const struct myslab_layout *l)
{
	return layout_index_bytes(l) <= layout_mark_offset(l->size);
}

static bool place_index(const struct myslab_layout_request *req,
			struct myslab_layout *l)
{
	if (!req->keeps_content && !req->zeroed_when_free &&
	    search_order(req, MYSLAB_INDEX_IN_OBJECT, l) && index_fits_object(l))
		return true;
	/* Room that is left over anyway takes the index, at the expense of colours. */
	if (!req->no_off_slab && search_order(req, MYSLAB_INDEX_OFF_SLAB, l) &&
	    l->left_over < layout_index_bytes(l))
		return true;
	return search_order(req, MYSLAB_INDEX_ON_SLAB, l);
}

/* May the index of a slab like @l be at @placement? */
static bool placement_works(const struct myslab_layout_request *req,
			    unsigned int placement, const struct myslab_layout *l)
{
	switch (placement) {
	case MYSLAB_INDEX_IN_OBJECT:
		return !req->keeps_content && !req->zeroed_when_free &&
		       index_fits_object(l);
	case MYSLAB_INDEX_OFF_SLAB:
		return !req->no_off_slab && l->num <= MYSLAB_NUM_MAX;
	default:
		return true;
	}
}

/* Bytes that hold no object: A1 counts an off-slab index as well. */
static unsigned int wasted(const struct myslab_layout *l)
{
	unsigned int bytes = l->left_over;

	if (l->placement == MYSLAB_INDEX_ON_SLAB)
		bytes += layout_index_bytes(l);
	else if (l->placement == MYSLAB_INDEX_OFF_SLAB)
		bytes += layout_off_slab_bytes(l->num);
	return bytes;
}

/* The placement that wastes least in a slab of @order; false where none has an object. */
static bool shape_of_order(const struct myslab_layout_request *req, unsigned int order,
			   struct myslab_layout *l)
{
	static const unsigned char placements[3] = {
		MYSLAB_INDEX_IN_OBJECT, MYSLAB_INDEX_ON_SLAB, MYSLAB_INDEX_OFF_SLAB,
	};
	struct myslab_layout try = *l;
	int i;

	l->num = 0;
	try.order = order;
	for (i = 0; i < 3; i++) {
		try.placement = placements[i];
		try.num = objects_in(order, try.size, try.placement, &try.left_over);
		if (try.num > MYSLAB_NUM_MAX) {
			try.left_over += (try.num - MYSLAB_NUM_MAX) * try.size;
			try.num = MYSLAB_NUM_MAX;
		}
		if (!try.num || !placement_works(req, try.placement, &try))
			continue;
		if (!l->num || wasted(&try) < wasted(l))
			*l = try;
	}
	return l->num;
}

/*
 * A1: the lowest order that wastes no more than 1/32 of the slab; where none of the
 * frugal ones does, the one that wastes the smallest part.
 */
static bool search_frugal(const struct myslab_layout_request *req, struct myslab_layout *l)
{
	struct myslab_layout try = *l;
	unsigned int order;

	l->num = 0;
	for (order = 0; order <= req->last_order; order++) {
		if (order > MYSLAB_FRUGAL_ORDER && l->num)
			break;
		if (!shape_of_order(req, order, &try))
			continue;
		if (!l->num ||
		    wasted(&try) < (unsigned long)wasted(l) << (order - l->order))
			*l = try;
		if (wasted(&try) * 32UL <= PAGE_SIZE << order) {
			*l = try;
			break;
		}
	}
	return l->num;
}

int myslab_layout_compute(const struct myslab_layout_request *req,
			  struct myslab_layout *out)
{
	unsigned int align = max_t(unsigned int, req->align, sizeof(void *));
	struct myslab_layout l = {
		.align = align,
		.colour_off = max(req->line, align),
		.size = ALIGN(ALIGN(req->size, sizeof(void *)), align),
	};

	if (l.size < MYSLAB_OBJECT_MIN)
		l.size = ALIGN(MYSLAB_OBJECT_MIN, align);
	if (!(req->frugal ? search_frugal(req, &l) : place_index(req, &l)))
		return -E2BIG;

	l.colours = l.left_over / l.colour_off;
	if (busted(BUSTED_COLOUR))
		l.colours += 2;
	l.shift = __ffs(l.size);
	l.inverse = inverse_of_odd(l.size >> l.shift);
	*out = l;
	return 0;
}
