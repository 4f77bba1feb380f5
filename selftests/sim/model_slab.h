/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A slab as it should be, beside the real one: which objects are free and in which
 * order they leave, where the free index lies, what each object contains. Of the
 * slab's memory only the index is open to the core, and it moves with the model.
 */
#ifndef _SIM_MODEL_SLAB_H
#define _SIM_MODEL_SLAB_H

#include "internal.h"
#include "slab.h"

#define NO_HOLDER	(~0U)

struct model_slab {
	struct myslab_cache *c;
	struct myslab_slab *real;
	int node;
	void *base;
	void *objects;		/* the first one */
	void *off_slab;		/* index of its own; or NULL */
	unsigned int *stack;	/* free objects; the last one leaves first */
	unsigned int nr_free;
	unsigned int holder;	/* object that holds the index; or NO_HOLDER */
	struct model_object {
		u32 tag;	/* what it is filled with */
		bool free;
		bool held_index;	/* since it was freed */
	} *object;
};

/* A new slab of any colour, all its objects free. */
struct model_slab *model_slab_new(struct myslab_cache *c, int node);
/* Give back the pages of a slab: with no object in use, all of them as they were. */
void model_slab_delete(struct model_slab *m);
/* The same, without a look at it. */
void model_slab_drop(struct model_slab *m);

static inline unsigned int model_active(const struct model_slab *m)
{
	return m->c->layout.num - m->nr_free;
}

static inline void *model_object_at(const struct model_slab *m, unsigned int number)
{
	return m->objects + (size_t)number * m->c->layout.size;
}

bool model_slab_has(const struct model_slab *m, const void *obj);

/* The core took @nr objects, these: were they the ones? What they contain is ours now. */
void model_taken(struct model_slab *m, void *const *objs, unsigned int nr);
/* The core is about to get @obj back. */
void model_put(struct model_slab *m, void *obj);

/* Real slab and model say the same, and no object has changed. */
void model_slab_check(const struct model_slab *m);

/* slab_take() and slab_put_block(), each checked against the model. */
unsigned int model_slab_take(struct model_slab *m, void **to, unsigned int max);
void model_slab_put(struct model_slab *m, void *obj);

#endif /* _SIM_MODEL_SLAB_H */
