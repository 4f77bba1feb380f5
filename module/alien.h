/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects of other nodes, on their way home: one array for each pair of nodes
 * (R8), made at the first use of that pair.
 */
#ifndef _MYSLAB_ALIEN_H
#define _MYSLAB_ALIEN_H

#include "internal.h"

bool alien_put(struct myslab_cache *c, void *obj, int home);
void alien_drain_all(struct myslab_cache *c);
void alien_work(struct work_struct *work);
void alien_release(struct myslab_node *n);

#endif /* _MYSLAB_ALIEN_H */
