// SPDX-License-Identifier: GPL-2.0
/*
 * Caches that stay while a script looks at what /proc, debugfs and cgroups show of
 * them: each case takes one a step further through its life.
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

/* Readers of slabinfo have room for so much of a name and no more. */
static struct myslab_cache *longest;
static void *longest_obj;

static void open_longest_name(void)
{
	char name[MYSLAB_NAME_MAX + 1];

	memset(name, 'L', MYSLAB_NAME_MAX);
	name[MYSLAB_NAME_MAX] = '\0';
	longest = myslab_cache_create(name, 64, 0, 0, NULL);
	if (expect(longest))
		longest_obj = myslab_cache_alloc(longest, GFP_KERNEL);
	expect(longest_obj);
}

static void leak_longest_name(void)
{
	myslab_cache_destroy(longest);
}

static void close_longest_name(void)
{
	myslab_cache_free(longest, longest_obj);
	longest = NULL;
}

/* Eight MiB in objects, to be seen in the memory cgroup of whoever takes them. */
#define BIG_OBJECTS	512
#define BIG_SIZE	(16 << 10)
static void *big[BIG_OBJECTS];
static struct myslab_cache *big_cache;

static void take_big(slab_flags_t flags)
{
	big_cache = myslab_cache_create("test-big", BIG_SIZE, 0, flags, NULL);
	if (expect(big_cache))
		expect(myslab_cache_alloc_bulk(big_cache, GFP_KERNEL, BIG_OBJECTS, big));
}

static void take_big_accounted(void)
{
	take_big(SLAB_ACCOUNT);
}

static void take_big_unaccounted(void)
{
	take_big(0);
}

static void give_big(void)
{
	myslab_cache_free_bulk(big_cache, BIG_OBJECTS, big);
	myslab_cache_destroy(big_cache);
	memset(big, 0, sizeof(big));
}

/* One slab, made by an allocation with these flags (R37). */
static void make_one_slab(gfp_t gfp)
{
	struct myslab_cache *c = myslab_cache_create("test-grow", 128 << 10, 0, 0, NULL);
	void *obj;

	if (!expect(c))
		return;
	obj = myslab_cache_alloc(c, gfp);
	expect(obj);
	myslab_cache_free(c, obj);
	myslab_cache_destroy(c);
}

static void grow_sleeping(void)
{
	make_one_slab(GFP_KERNEL);
}

static void grow_atomic(void)
{
	make_one_slab(GFP_ATOMIC);
}

static void grow_entitled(void)
{
	make_one_slab(GFP_KERNEL | __GFP_MEMALLOC);
}

static const struct test_case cases[] = {
	CASE(open),
	CASE(park),
	CASE(leak),
	CASE(close),
	CASE(open_longest_name),
	CASE(leak_longest_name),
	CASE(close_longest_name),
	CASE(take_big_accounted),
	CASE(take_big_unaccounted),
	CASE(give_big),
	CASE(kmem_take_bulky),
	CASE(kmem_take_bulky_accounted_cache),
	CASE(kmem_take_bulky_accounted_calls),
	CASE(kmem_give_bulky),
	CASE(grow_sleeping),
	CASE(grow_atomic),
	CASE(grow_entitled),
};

SUITE(stay);
