// SPDX-License-Identifier: GPL-2.0
/*
 * A cache that stays while a script looks at what /proc and debugfs show of it: each
 * case takes it one step further through its life.
 */
#include "fixture.h"
#include "suites.h"

#define STAY_OBJECTS	100
#define STAY_NAME	"test-stay"

static struct myslab_cache *stay;
static void *held[STAY_OBJECTS];

/* A hundred objects out, of both nodes where there are two; others are parked. */
static void open(void)
{
	int node = other_node();
	unsigned int i;

	stay = myslab_cache_create(STAY_NAME, 200, 0, 0, NULL);
	if (!expect(stay))
		return;
	for (i = 0; i < STAY_OBJECTS; i++) {
		held[i] = i % 3 || node < 0 ? myslab_cache_alloc(stay, GFP_KERNEL) :
			  myslab_cache_alloc_node(stay, GFP_KERNEL, node);
		expect(held[i]);
	}
}

/* Two thirds come back: the arrays fill. */
static void park(void)
{
	unsigned int i;

	for (i = 0; i < STAY_OBJECTS; i++)
		if (i % 3) {
			myslab_cache_free(stay, held[i]);
			held[i] = NULL;
		}
}

static void leak(void)
{
	myslab_cache_destroy(stay);
}

/* The last object ends the leaked cache. */
static void close(void)
{
	myslab_cache_free_bulk(stay, STAY_OBJECTS, held);
	stay = NULL;
}

static const struct test_case cases[] = {
	CASE(open),
	CASE(park),
	CASE(leak),
	CASE(close),
};

SUITE(stay);
