// SPDX-License-Identifier: GPL-2.0
/* See oracle.h. */
#include "oracle.h"

#ifdef MYSLAB_INDEX_U16
#define INDEX_BYTES	2UL
#define MOST_OBJECTS	65535UL
#else
#define INDEX_BYTES	1UL
#define MOST_OBJECTS	255UL
#endif
#define SMALLEST	16UL
#define WORD		8UL
#define ORDERS		32

static unsigned long multiple_of(unsigned long x, unsigned long step)
{
	return (x + step - 1) / step * step;
}

/* R1 and the alignment: objects lie @size bytes apart. */
static unsigned long object_bytes(const struct myslab_layout_request *req)
{
	unsigned long align = req->align > WORD ? req->align : WORD;
	unsigned long size = req->size > SMALLEST ? req->size : SMALLEST;

	return multiple_of(size, align);
}

/* R3: what an index of @num objects takes up where it is an object of its own. */
static unsigned long own_index_bytes(unsigned long num)
{
	unsigned long bytes = 16;

	while (bytes < num * INDEX_BYTES)
		bytes *= 2;
	return bytes;
}

/* R2, where the index is placed so; false: no order will do. */
static bool best_order(const struct myslab_layout_request *req, unsigned long size,
		       enum myslab_placement placement, struct oracle_shape *out)
{
	struct oracle_shape candidate[ORDERS];
	unsigned int nr = 0, i;
	unsigned long order;

	for (order = 0; order <= req->last_order; order++) {
		unsigned long bytes = PAGE_SIZE << order;
		unsigned long each = size +
			(placement == MYSLAB_INDEX_ON_SLAB ? INDEX_BYTES : 0);
		unsigned long num = bytes / each;

		if (num > MOST_OBJECTS)
			break;
		if (num == 0)
			continue;
		if (placement == MYSLAB_INDEX_OFF_SLAB && own_index_bytes(num) > size / 2)
			continue;
		candidate[nr++] = (struct oracle_shape) {
			.size = size,
			.num = num,
			.order = order,
			.left_over = bytes - num * each,
			.placement = placement,
		};
	}
	if (!nr)
		return false;
	for (i = 0; i < nr - 1; i++) {
		unsigned long bytes = PAGE_SIZE << candidate[i].order;

		if (req->reclaimable)
			break;
		if (candidate[i].order >= req->max_order)
			break;
		if (candidate[i].left_over * 8 <= bytes)
			break;
	}
	*out = candidate[i];
	return true;
}

/* R3: one after the other. */
static bool placed(const struct myslab_layout_request *req, unsigned long size,
		   struct oracle_shape *out)
{
	unsigned long middle = size / 2 / WORD * WORD;

	if (!req->keeps_content && !req->zeroed_when_free &&
	    best_order(req, size, MYSLAB_INDEX_IN_OBJECT, out) &&
	    out->num * INDEX_BYTES <= middle)
		return true;
	if (!req->no_off_slab && best_order(req, size, MYSLAB_INDEX_OFF_SLAB, out) &&
	    out->left_over < out->num * INDEX_BYTES)
		return true;
	return best_order(req, size, MYSLAB_INDEX_ON_SLAB, out);
}

bool oracle(const struct myslab_layout_request *req, struct oracle_shape *out)
{
	if (!placed(req, object_bytes(req), out))
		return false;
	/* R4 */
	out->colour_off = req->align > req->line ? req->align : req->line;
	out->colours = 0;
	while ((out->colours + 1) * out->colour_off <= out->left_over)
		out->colours++;
	return true;
}
