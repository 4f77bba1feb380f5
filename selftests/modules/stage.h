/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Caches to which bad frees are made: with this CPU's array neither full nor empty, empty,
 * and full; with and without a mark in free objects, with the index in an object, off slab
 * and on slab.
 */
#ifndef _MYSLAB_TEST_STAGE_H
#define _MYSLAB_TEST_STAGE_H

#include "fixture.h"

/* The array of a cache under test, and how many objects of it are taken at least. */
#define LIMIT	4
#define BATCH	2
#define OBJECTS	12

struct kind {
	const char *what;
	unsigned int size;
	slab_flags_t flags;
	void (*ctor)(void *obj);
	bool marked;		/* free objects say that they are free */
};

#define NR_KINDS	4
extern const struct kind kinds[NR_KINDS];

/*
 * A cache of which @nr objects were taken, so many that the array was empty, and the
 * first @given were freed, which are in the array in that order.
 */
struct stage {
	const struct kind *kind;
	struct pool p;
	void *o[OBJECTS + BATCH];
	unsigned int nr, given;
};

/* What object @i holds, while it is out. */
void fill(const struct stage *s, unsigned int i);

bool open_stage(struct stage *s, const struct kind *kind, unsigned int given, int shared);
/*
 * All is as it would be had nothing been refused. Where something was believed, the
 * less is freed the longer the machine lives to tell: then the objects stay out.
 */
void close_stage(struct stage *s);

/* Of each kind, with this CPU's array in each state. */
void in_every_state(void (*check)(struct stage *s));
/* Where the check frees objects: that flushes nothing. */
void with_room_for_two(void (*check)(struct stage *s));

/* Free @bad as one of @p by either call: counted so many times, nothing else moves. */
void expect_counted(struct pool *p, void *bad, const char *what, long times);
void expect_refused(struct pool *p, void *bad, const char *what);

#endif /* _MYSLAB_TEST_STAGE_H */
