/* SPDX-License-Identifier: GPL-2.0 */
/* What an interrupt does that lands in the mark, which is let in at a known place. */
#ifndef _MYSLAB_TEST_INMARK_H
#define _MYSLAB_TEST_INMARK_H

#include "fixture.h"

/* A11: what each of a CPU's arrays for interrupts holds. */
#define ASIDE_MOST	30

/* Frees, then allocations. */
struct in_mark {
	void *const *give;
	void **take;
	unsigned int gives, takes;
};

/* False, and the case is skipped, where there is no such interrupt. */
bool lands_in_mark(void);

/* @what, once, in the mark that the bulk free of @own's @nr objects of this node sets. */
bool let_in(struct pool *p, struct in_mark what, void **own, unsigned int nr);

/* Until what is freed in the mark of @node's objects finds an array, which is empty. */
bool make_aside(struct pool *p, int node);

#endif /* _MYSLAB_TEST_INMARK_H */
