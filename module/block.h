/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Large blocks: what is too large for a size class is a block of pages of its own.
 * The ownership word of its head page (internal.h) has id 0, the node, and the order
 * where a slab has its colour; a tail page's word is nobody's.
 */
#ifndef _MYSLAB_BLOCK_H
#define _MYSLAB_BLOCK_H

#include "internal.h"

void *block_alloc(size_t bytes, gfp_t gfp, int node);
bool block_free(const void *p);
size_t block_find(const void *p, size_t *offset);

#endif /* _MYSLAB_BLOCK_H */
