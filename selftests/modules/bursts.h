/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Caches of mode auto, whose arrays follow what is asked of them: bursts of objects, turns
 * of the reaper, and how large the arrays became.
 */
#ifndef _MYSLAB_TEST_BURSTS_H
#define _MYSLAB_TEST_BURSTS_H

#include "fixture.h"

/* The most that an array may come to hold (A3). */
#define LIMIT_MOST	(IS_ENABLED(CONFIG_PREEMPT_RT) ? 254U : 2046U)
/*
 * The most that one is sure to, and a burst that fits then: where the kernel checks each
 * access, four larger batches do not fit into a tick.
 */
#define LIMIT_SURE	(IS_ENABLED(CONFIG_KASAN) ? 254U : LIMIT_MOST)
#define BURST		(LIMIT_SURE > 1000 ? 1000U : 240U)

/* A9: what a CPU's array for a node holds, and what of that goes home at once. */
#define FOREIGN_MOST	62
#define FOREIGN_AT_ONCE	(IS_ENABLED(CONFIG_PREEMPT_RT) ? 16 : FOREIGN_MOST)

/* `nodes` says that the cache is of this mode: fixed, auto, or auto, tuned. */
bool mode_is(const char *name, const char *mode);

/* A cache of mode auto of which no parameter says anything: the sizes follow. */
bool open_auto(struct pool *p, unsigned int size);

/* Of the array of the first CPU. */
long limit_of(const struct pool *p);
long avail_of(const struct pool *p);

/* Objects in all shared arrays. */
unsigned long shared_avail(const struct pool *p);

/* Of the shared array of the first CPU's node. */
unsigned int shared_limit(const struct pool *p);

/* False, and the case is skipped, where a hard interrupt gets nothing but hits. */
bool served_in_interrupts(void);

/* Objects in the arrays that interrupts on @cpu have for themselves (A11). */
long aside_of(const struct pool *p, int cpu);

/* Refills and flushes of all CPUs. */
long moves(const struct pool *p);

/* Take @nr objects and give them back, so often. */
bool burst(struct pool *p, void **objs, unsigned int nr, unsigned int times);

/* Bursts until one more of them touches no lock; false where that takes too long. */
bool burst_until_it_fits(struct pool *p, void **objs, unsigned int nr);

/* Until the next tick: refills and flushes before and after it are not of the same one. */
void next_tick(void);

/* "NAME @what" to /proc/myslabinfo; false where it was refused. */
bool writes(const struct pool *p, const char *what);

/* Of the reaper, at once. */
void ask_for_turns(unsigned int turns);

#endif /* _MYSLAB_TEST_BURSTS_H */
