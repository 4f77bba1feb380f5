/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What one node has of one cache: the shared array and the three slab lists. All
 * of it under list_lock, which the caller of every function here holds, unless it
 * says otherwise.
 */
#ifndef _MYSLAB_NODE_H
#define _MYSLAB_NODE_H

#include "internal.h"
#include "slab.h"

/*
 * Most objects, or slabs, that one section under list_lock moves where the work can be
 * done in several: interrupts are off meanwhile.
 */
#define NODE_AT_ONCE	512U

/*
 * Most slabs that a free takes off the lists, but for one an object: more are there only
 * where free_limit fell, and whoever lowered it is at them. On PREEMPT_RT a flush does
 * so with preemption off.
 */
#ifdef CONFIG_PREEMPT_RT
#define NODE_TRIM	16U
#else
#define NODE_TRIM	NODE_AT_ONCE
#endif

void node_init(struct myslab_node *n);

/* A racy look from anywhere: its CPUs may replace it (A10). */
static inline unsigned int node_shared_avail(const struct myslab_node *n)
{
	const struct myslab_array *shared;
	unsigned int avail;

	rcu_read_lock();
	shared = READ_ONCE(n->shared);
	avail = shared ? READ_ONCE(shared->avail) : 0;
	rcu_read_unlock();
	return avail;
}

/* Under RCU. A racy look that saves a lock: may there be an object to take? */
static inline bool node_may_have(const struct myslab_node *n)
{
	const struct myslab_array *shared = READ_ONCE(n->shared);

	return READ_ONCE(n->free_objects) || (shared && READ_ONCE(shared->avail));
}

unsigned int node_take_block(struct myslab_cache *c, struct myslab_node *n,
			     void **to, unsigned int max);
void node_free_block(struct myslab_cache *c, struct myslab_node *n,
		     void *const *objs, unsigned int nr, struct list_head *surplus);
unsigned int node_shared_take(struct myslab_node *n, struct myslab_array *to,
			      unsigned int max);
unsigned int node_shared_drain(struct myslab_cache *c, struct myslab_node *n,
			       unsigned int max, struct list_head *surplus);
void *node_take_one(struct myslab_cache *c, struct myslab_node *n);
void node_link(struct myslab_cache *c, struct myslab_node *n, struct myslab_slab *slab);
unsigned int node_detach_free(struct myslab_cache *c, struct myslab_node *n,
			      unsigned int max, struct list_head *surplus);
unsigned int node_trim(struct myslab_cache *c, struct myslab_node *n, unsigned int max,
		       struct list_head *surplus);
unsigned long node_objects_out(const struct myslab_cache *c,
			       const struct myslab_node *n);
bool node_validate(const struct myslab_cache *c, const struct myslab_node *n);

#endif /* _MYSLAB_NODE_H */
