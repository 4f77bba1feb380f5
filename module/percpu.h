/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What caches have for each CPU, several caches' to one of the kernel's allocations: the
 * kernel looks through all that is free of a chunk for each that it takes from the largest
 * piece, which with some hundred caches was an eighth of what to make one costs.
 */
#ifndef _MYSLAB_PERCPU_H
#define _MYSLAB_PERCPU_H

#include "internal.h"

int percpu_alloc(struct myslab_cache *c);
void percpu_free(struct myslab_cache *c);

#endif /* _MYSLAB_PERCPU_H */
