/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the rules say a cache looks like, worked out from their text and not from the
 * allocator's own code: R1-R4, R6, R7.
 */
#ifndef _MYSLAB_TEST_NUMBERS_H
#define _MYSLAB_TEST_NUMBERS_H

#include <linux/slab.h>
#include <linux/types.h>

enum place { IN_OBJECT, OFF_SLAB, ON_SLAB };

struct numbers {
	unsigned int stride;	/* bytes from one object to the next */
	unsigned int order;
	unsigned int num;	/* objects in a slab */
	unsigned int left;	/* bytes that hold neither objects nor index */
	enum place place;	/* of the free index */
	unsigned int colour_off;
	unsigned int colours;	/* at least 1 */
	unsigned int limit, batchcount, shared;
};

/* False where no slab can hold such an object. */
bool rule_numbers(unsigned int size, unsigned int align, slab_flags_t flags,
		  bool has_ctor, struct numbers *n);

#endif /* _MYSLAB_TEST_NUMBERS_H */
