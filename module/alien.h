/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects of other nodes, on their way home: one array for each pair of nodes
 * (R8), made at the first use of that pair. In mode auto for the CPUs that may not be
 * disturbed alone: the others have foreign.h's.
 */
#ifndef _MYSLAB_ALIEN_H
#define _MYSLAB_ALIEN_H

#include "internal.h"

/* The array of @n for objects of @home; NULL: none yet. It stays once it is there. */
static inline struct myslab_alien *alien_of(const struct myslab_node *n, int home)
{
	/* Pairs with alien_work(): who sees the array sees it initialised. */
	return smp_load_acquire(&n->alien[home]);
}

unsigned long alien_bytes(const struct myslab_node *n, int home);
bool alien_put(struct myslab_cache *c, void *obj, int home);
unsigned int alien_parked(struct myslab_cache *c, int node, int home);
void alien_reap(struct myslab_cache *c, int node, int home);
unsigned int alien_try_reap(struct myslab_cache *c, int node, int home);
void alien_drain_node(struct myslab_cache *c, int node);
void alien_drain_all(struct myslab_cache *c);
void alien_work(struct work_struct *work);
void alien_release(struct myslab_node *n);

#endif /* _MYSLAB_ALIEN_H */
