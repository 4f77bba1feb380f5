/* SPDX-License-Identifier: GPL-2.0 */
/* The sizes of a cache's arrays, changed while it is in use (R29, R30). */
#ifndef _MYSLAB_TUNE_H
#define _MYSLAB_TUNE_H

#include "internal.h"

struct myslab_tunables {
	unsigned int limit;		/* objects in a CPU's array */
	unsigned int batchcount;	/* objects in a refill or flush */
	unsigned int shared;		/* batches in a node's shared array */
	unsigned int limit_most;	/* A3; 0: a CPU's array stays as said above */
	bool is_auto;			/* "auto" in place of numbers */
};

/*
 * Entries of the largest array: 128 KiB of pointers. Whatever takes a part of an array's
 * oldest moves all that stay, with interrupts off.
 */
#define TUNE_ENTRIES_MAX	16384U

int tune_parse(char *text, struct myslab_tunables *t);
int tune_cache(struct myslab_cache *c, const struct myslab_tunables *t);
int tune_by_name(const char *name, const struct myslab_tunables *t);

#endif /* _MYSLAB_TUNE_H */
