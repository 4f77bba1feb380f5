/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A node as it should be, beside the real one: its three lists slab by slab, its
 * shared array, its counters. Each call here does one thing to the real node under
 * its lock, the same to the model by the text of the rules, and compares the two.
 */
#ifndef _SIM_MODEL_NODE_H
#define _SIM_MODEL_NODE_H

#include "internal.h"
#include "model_slab.h"
#include "node.h"

#define MODEL_SLABS	48
#define MODEL_OBJECTS	4096

enum model_list { PARTIAL, FULL, FREE, MODEL_LISTS };

/* Slabs in the order in which a walk from the head meets them. */
struct model_row {
	struct model_slab *slab[MODEL_SLABS];
	unsigned int nr;
};

struct model_node {
	struct myslab_cache *c;
	struct myslab_node real;
	int node;
	struct model_row list[MODEL_LISTS];
	unsigned long free_limit;
	bool free_touched;
	unsigned long grown, reaped;

	void *shared[MODEL_OBJECTS];	/* [0] is the oldest */
	unsigned int nr_shared;
	bool shared_touched;

	void *out[MODEL_OBJECTS];	/* with callers */
	unsigned int nr_out;
};

/* @shared_limit 0: a node without a shared array. */
struct model_node *model_node_new(struct myslab_cache *c, unsigned int shared_limit);
/* Every object home, every slab gone, each step of it compared. */
void model_node_delete(struct model_node *mn);
/* The same, without a look at it. */
void model_node_drop(struct model_node *mn);

/* For one case: a node without a shared array, of a cache of its own... */
struct model_node *node_of(unsigned int least, unsigned int most);
/* ... which goes with it, without another look: a case fails for what it is named for. */
void finish(struct model_node *mn);

unsigned int model_slabs(const struct model_node *mn);
unsigned long model_free_objects(const struct model_node *mn);

/* Real node and model say the same; called after each of the steps below. */
void model_node_check(const struct model_node *mn);

/* A new slab, of which @taken objects leave before it is linked (R14). */
struct model_slab *model_grow(struct model_node *mn, unsigned int taken);
/* node_take_block(); what it took is appended to out[] (R12, R13). */
unsigned int model_take_block(struct model_node *mn, unsigned int max);
/* node_take_one() */
void *model_take_one(struct model_node *mn);
/* node_free_block() with the @nr objects at the end of out[] (R19, R20). */
void model_free_block(struct model_node *mn, unsigned int nr);
/* node_detach_free() */
unsigned int model_detach(struct model_node *mn, unsigned int max);
/* node_shared_take() into an array with room for @room (R12). */
unsigned int model_shared_take(struct model_node *mn, unsigned int room, unsigned int max);
/* The objects at the end of out[] go into the shared array as far as they fit. */
void model_shared_put(struct model_node *mn, unsigned int nr);

/* R9, set from outside; nothing is detached before the next free. */
void model_set_free_limit(struct model_node *mn, unsigned long free_limit);
/* Put out[] into any order, or bring one of its objects to the end. */
void model_shuffle(struct model_node *mn);
void model_bring_last(struct model_node *mn, void *obj);

#endif /* _SIM_MODEL_NODE_H */
