/* SPDX-License-Identifier: GPL-2.0 */
/* The suites of this module, one a file. */
#ifndef _MYSLAB_TEST_SUITES_H
#define _MYSLAB_TEST_SUITES_H

#include "testing.h"

extern struct test_suite suite_layout;
extern struct test_suite suite_order;
extern struct test_suite suite_limits;
extern struct test_suite suite_life;
extern struct test_suite suite_hotplug;
extern struct test_suite suite_memory;
extern struct test_suite suite_reap;
extern struct test_suite suite_reclaim;
extern struct test_suite suite_pressure;
extern struct test_suite suite_turns;
extern struct test_suite suite_isolated;
extern struct test_suite suite_tune;
extern struct test_suite suite_refuse;
extern struct test_suite suite_twice;
extern struct test_suite suite_api;
extern struct test_suite suite_usercopy;
extern struct test_suite suite_bysize;
extern struct test_suite suite_bypointer;
extern struct test_suite suite_delayed;
extern struct test_suite suite_mempool;
extern struct test_suite suite_context;
extern struct test_suite suite_stay;
extern struct test_suite suite_fill;
extern struct test_suite suite_asks;
extern struct test_suite suite_words;
extern struct test_suite suite_auto;
extern struct test_suite suite_steps;
extern struct test_suite suite_bounds;
extern struct test_suite suite_idle;
extern struct test_suite suite_foreign;
extern struct test_suite suite_aside;
extern struct test_suite suite_inmark;
extern struct test_suite suite_queues;
extern struct test_suite suite_growth;
extern struct test_suite suite_numa;
extern struct test_suite suite_kmem;
extern struct test_suite suite_mistakes;
extern struct test_suite suite_faults;
extern struct test_suite suite_history;
extern struct test_suite suite_inlined;

/* In kmem.c, as a client of the kernel's calls; steps of suite_stay. */
void kmem_take_bulky(void);
void kmem_take_bulky_accounted_cache(void);
void kmem_take_bulky_accounted_calls(void);
void kmem_give_bulky(void);

#endif /* _MYSLAB_TEST_SUITES_H */
