/* SPDX-License-Identifier: GPL-2.0 */
/* The reaper's own turns: who has them, and how to wait for them. */
#ifndef _MYSLAB_TEST_TURNS_H
#define _MYSLAB_TEST_TURNS_H

#include "fixture.h"

/* By isolcpus, nohz_full or a partition of cpusets. */
bool is_isolated(int cpu);

/* On a CPU whose tick goes on: until @done, however long the host lets it take. */
bool busy_until(bool (*done)(struct pool *p), struct pool *p);

/* To look rarely: the look takes the mutex, and a turn that finds it taken is skipped. */
bool seldom(void);

/* A thread: two of them on a CPU keep its tick going even where it is nohz_full. */
int spin(void *unused);

#endif /* _MYSLAB_TEST_TURNS_H */
