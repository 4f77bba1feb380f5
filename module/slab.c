// SPDX-License-Identifier: GPL-2.0
/* See slab.h. Also built in sim/. */
#include <linux/mm.h>

#include "slab.h"

/* The slab's free index; NULL where it is in an object and every object is in use. */
myslab_index_t *slab_index(const struct myslab_cache *c, const struct myslab_slab *slab)
{
	unsigned long where = slab_where(slab);

	switch (c->layout.placement) {
	case MYSLAB_INDEX_IN_OBJECT:
		if (where == SLAB_NO_HOLDER)
			return NULL;
		return slab_objects(slab) + (size_t)where * c->layout.size;
	case MYSLAB_INDEX_OFF_SLAB:
		return __va(where << SLAB_OFF_SLAB_SHIFT);
	default:
		return slab_base(slab) + layout_slab_bytes(&c->layout) -
		       layout_index_bytes(&c->layout);
	}
}

/*
 * Make every object of a new slab free, the first one to be handed out first.
 * @off_slab: memory for the index where the layout wants it off slab.
 */
void slab_init(const struct myslab_cache *c, struct myslab_slab *slab,
	       myslab_index_t *off_slab)
{
	myslab_index_t *index;
	unsigned int i;

	slab->state = 0;
	if (c->layout.placement == MYSLAB_INDEX_IN_OBJECT)
		slab_set_where(slab, c->layout.num - 1);
	else if (c->layout.placement == MYSLAB_INDEX_OFF_SLAB)
		slab_set_where(slab, __pa(off_slab) >> SLAB_OFF_SLAB_SHIFT);

	index = slab_index(c, slab);
	for (i = 0; i < c->layout.num; i++)
		index[i] = i;
}

/* Take up to @max free objects into @to. Answers how many. */
unsigned int slab_take(const struct myslab_cache *c, struct myslab_slab *slab,
		       void **to, unsigned int max)
{
	unsigned int active = slab_active(slab);
	unsigned int nr = min(max, c->layout.num - active);
	const size_t size = c->layout.size;
	const myslab_index_t *index;
	void **end = to + nr;
	void *objects;

	if (!nr)
		return 0;
	index = slab_index(c, slab) + active;
	objects = slab_objects(slab);
	while (to < end)
		*to++ = objects + *index++ * size;

	slab_set_active(slab, active + nr);
	/* The object that held the index is in use now, its content the caller's. */
	if (c->layout.placement == MYSLAB_INDEX_IN_OBJECT &&
	    active + nr == c->layout.num)
		slab_set_where(slab, SLAB_NO_HOLDER);
	return nr;
}

/* Number of the object @offset bytes behind the first; num or more: none starts there. */
static __always_inline u32 number_at(struct myslab_layout l, unsigned long offset)
{
	return unlikely(offset > UINT_MAX) ? UINT_MAX : layout_object_at(&l, offset);
}

/*
 * Give back the first ones of the @max objects at @objs: those that are this slab's, as
 * far as it has objects in use. Answers how many.
 */
unsigned int slab_put_block(const struct myslab_cache *c, struct myslab_slab *slab,
			    void *const *objs, unsigned int max)
{
	const struct myslab_layout l = c->layout;
	const void *objects = slab_objects(slab);
	unsigned int active = slab_active(slab);
	void *const *at = objs, *const *end = objs + min(max, active);
	myslab_index_t *top;
	u32 number;

	if (at == end)
		return 0;
	number = number_at(l, *at - objects);
	if (unlikely(number >= l.num))
		return 0;
	if (l.placement == MYSLAB_INDEX_IN_OBJECT && slab_where(slab) == SLAB_NO_HOLDER)
		slab_set_where(slab, number);
	top = slab_index(c, slab) + active;
	do {
		*--top = number;
		if (++at == end)
			break;
		number = number_at(l, *at - objects);
	} while (number < l.num);
	slab_set_active(slab, active - (at - objs));
	return at - objs;
}
