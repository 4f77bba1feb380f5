// SPDX-License-Identifier: GPL-2.0
/* R1-R4, R6, R7: the shape of a slab, by what slabinfo says and by addresses. */
#include <linux/random.h>

#include "fixture.h"
#include "numbers.h"
#include "suites.h"

static void no_ctor(void *obj)
{
}

static const unsigned int sizes[] = {
	1, 8, 15, 16, 17, 24, 25, 32, 33, 40, 48, 56, 63, 64, 65, 72, 80, 88, 95, 96,
	100, 104, 120, 128, 129, 160, 192, 200, 255, 256, 257, 300, 320, 384, 400,
	500, 512, 513, 600, 680, 700, 768, 800, 1000, 1023, 1024, 1025, 1100, 1200,
	1360, 1361, 1400, 1500, 1600, 1800, 2000, 2047, 2048, 2049, 2400, 2720, 3000,
	3500, 3584, 4000, 4095, 4096, 4097, 5000, 5462, 6000, 8191, 8192, 8193,
	10000, 12288, 16384, 16385, 20000, 32768, 40000, 65536, 70000, 131072,
	131073, 262144, 300000, 1 << 20, 4 << 20,
};

/* Ways of asking for a cache that change its shape. */
static const struct variant {
	const char *what;
	unsigned int align;
	slab_flags_t flags;
	void (*ctor)(void *obj);
} variants[] = {
	{ "plain", 0, 0, NULL },
	{ "ctor", 0, 0, no_ctor },
	{ "reclaim", 0, SLAB_RECLAIM_ACCOUNT, NULL },
	{ "hwcache", 0, SLAB_HWCACHE_ALIGN, NULL },
	{ "align 32", 32, 0, NULL },
	{ "align 256", 256, 0, NULL },
	{ "hwcache, align 4096", 4096, SLAB_HWCACHE_ALIGN, NULL },
};

/*
 * Ask for every size in every way and hand what slabinfo says, and what the rules
 * say, to @compare.
 */
static void for_all_shapes(void (*compare)(const struct pool *, const struct info *,
					   const struct numbers *))
{
	const struct variant *v;
	struct numbers want;
	struct info info;
	struct pool p;
	size_t i;

	for (v = variants; v < variants + ARRAY_SIZE(variants); v++) {
		for (i = 0; i < ARRAY_SIZE(sizes) && !test_failed(); i++) {
			if (!rule_numbers(sizes[i], v->align, v->flags, v->ctor, &want))
				continue;
			if (open_pool(&p, sizes[i], v->align, v->flags, v->ctor, BY_SIZE)) {
				if (expect(look_info(p.name, &info)))
					compare(&p, &info, &want);
				close_pool(&p);
			}
			if (test_failed())
				test_note("size %u, %s", sizes[i], v->what);
		}
	}
}

static void compare_smallest(const struct pool *p, const struct info *info,
			     const struct numbers *want)
{
	expect(info->objsize >= 16);
	expect_eq(info->objsize, want->stride);
	expect(info->objperslab <= (PAGE_SIZE == 4096 ? 255 : 65535));
}

static void R1_smallest_object_and_most_in_a_slab(void)
{
	for_all_shapes(compare_smallest);
}

static void compare_order(const struct pool *p, const struct info *info,
			  const struct numbers *want)
{
	expect_eq(info->pagesperslab, 1 << want->order);
	expect_eq(info->objperslab, want->num);
}

static void R2_order_and_number_of_objects(void)
{
	for_all_shapes(compare_order);
}

static void compare_place(const struct pool *p, const struct info *info,
			  const struct numbers *want)
{
	static const char *const said[] = {
		[IN_OBJECT] = "index in a free object,",
		[OFF_SLAB] = "index off slab,",
		[ON_SLAB] = "index on slab,",
	};
	char *nodes = look_file(p->name, "nodes");

	expect(nodes && strstr(nodes, said[want->place]));
	kvfree(nodes);
}

static void R3_place_of_the_free_index(void)
{
	for_all_shapes(compare_place);
}

static void compare_limits(const struct pool *p, const struct info *info,
			   const struct numbers *want)
{
	expect_eq(info->limit, want->limit);
	expect_eq(info->batchcount, want->batchcount);
}

static void R6_limit_and_batchcount_by_size(void)
{
	for_all_shapes(compare_limits);
}

static void compare_shared(const struct pool *p, const struct info *info,
			   const struct numbers *want)
{
	expect_eq(info->shared, want->shared);
	if (want->shared) {
		char *nodes = look_file(p->name, "nodes");
		char line[48];

		snprintf(line, sizeof(line), "shared: 0 of %u\n",
			 want->shared * want->batchcount);
		expect(nodes && strstr(nodes, line));
		kvfree(nodes);
	}
}

static void R7_shared_where_several_cpus_may_be(void)
{
	for_all_shapes(compare_shared);
}

/* Each byte of an object tells which object it is of. */
static void fill_object(const struct pool *p, void *obj, unsigned int number)
{
	memset(obj, (u8)(number * 37 + 11), p->size);
	*(u8 *)obj = number;
}

static bool object_is_intact(const struct pool *p, void *obj, unsigned int number)
{
	return *(u8 *)obj == (u8)number &&
	       (p->size == 1 ||
		!memchr_inv(obj + 1, (u8)(number * 37 + 11), p->size - 1));
}

/* Where an object may be: inside one slab, on the grid that its slab's colour makes. */
static bool lies_well(const struct pool *p, const struct numbers *want,
		      unsigned int align, const void *obj)
{
	unsigned long at = (unsigned long)obj & (p->slab_bytes - 1);
	unsigned long index = want->place == ON_SLAB ? p->num * (want->num <= 255 ? 1 : 2) : 0;

	return expect(at + p->stride + index <= p->slab_bytes) &&
	       expect(IS_ALIGNED((unsigned long)obj, align)) &&
	       expect(IS_ALIGNED((unsigned long)obj, 8)) &&
	       expect(myslab_cache_of(obj) == p->cache);
}

/*
 * Three slabs' objects, every byte of each written; then rounds in which some are
 * freed and taken again, so that the index moves through its places, while those
 * that stayed must keep each byte.
 */
static void fill_and_churn(struct pool *p, const struct numbers *want, unsigned int align)
{
	unsigned int nr = 3 * p->num, i, round;
	void **objs = pointers(nr);

	if (!expect(objs) || !take_many(p, objs, nr))
		goto out;
	for (i = 0; i < nr; i++)
		if (!lies_well(p, want, align, objs[i]))
			goto give;
	for (i = 0; i < nr; i++)
		fill_object(p, objs[i], i);
	for (round = 1; round <= 4 && !test_failed(); round++) {
		for (i = 0; i < nr; i++)
			if (!expect(object_is_intact(p, objs[i], i)))
				break;
		for (i = round; i < nr; i += round) {
			give(p, objs[i]);
			objs[i] = NULL;
		}
		myslab_cache_shrink(p->cache);
		for (i = 0; i < nr; i++) {
			if (objs[i])
				continue;
			objs[i] = take(p);
			if (objs[i] && lies_well(p, want, align, objs[i]))
				fill_object(p, objs[i], i);
		}
	}
give:
	give_many(p, objs, nr);
out:
	kvfree(objs);
}

static void R3_no_object_meets_another_or_the_index(void)
{
	static const unsigned int some[] = {
		1, 16, 24, 32, 48, 64, 72, 88, 96, 128, 200, 256, 400, 512, 700, 1000,
		1024, 1360, 2048, 2049, 3000, 4096, 6000, 8192, 20000, 65536,
	};
	const struct variant *v;
	struct numbers want;
	struct pool p;
	size_t i;

	for (v = variants; v < variants + ARRAY_SIZE(variants); v++) {
		for (i = 0; i < ARRAY_SIZE(some) && !test_failed(); i++) {
			if (!rule_numbers(some[i], v->align, v->flags, v->ctor, &want))
				continue;
			if (open_pool(&p, some[i], v->align, v->flags, v->ctor, BY_SIZE)) {
				fill_and_churn(&p, &want, max(v->align, 8U));
				close_pool(&p);
			}
			if (test_failed())
				test_note("size %u, %s", some[i], v->what);
		}
	}
}

/* Offset in its slab of the lowest object of each new slab, in the order of growth. */
static void check_colours(struct pool *p, const struct numbers *want)
{
	unsigned int slabs = 2 * want->colours + 3, nr = slabs * p->num, i;
	void **objs = pointers(nr);

	if (!expect(objs) || !take_many(p, objs, nr))
		goto out;
	for (i = 0; i < slabs && !test_failed(); i++) {
		unsigned long lowest = ULONG_MAX;
		unsigned int k;

		for (k = i * p->num; k < (i + 1) * p->num; k++) {
			/* one at a time, num objects make a slab */
			expect_eq(slab_at(p, objs[k]) == slab_at(p, objs[i * p->num]), 1);
			lowest = min(lowest, (unsigned long)objs[k] & (p->slab_bytes - 1));
			expect(((unsigned long)objs[k] & (p->slab_bytes - 1)) + p->stride <=
			       p->slab_bytes);
		}
		/* incremented before use: the first slab has colour 1 */
		expect_eq(lowest, (i + 1) % want->colours * want->colour_off);
	}
	give_many(p, objs, nr);
out:
	kvfree(objs);
}

static void R4_colours_advance_and_wrap(void)
{
	static const struct {
		unsigned int size, align;
		slab_flags_t flags;
		void (*ctor)(void *obj);
	} asks[] = {
		{ 3584, 0, 0, NULL },			/* one object, 8 colours */
		{ 1240, 0, 0, NULL },			/* three objects */
		{ 2056, 0, SLAB_RECLAIM_ACCOUNT, NULL },	/* 31 colours */
		{ 2056, 256, SLAB_RECLAIM_ACCOUNT, NULL },	/* 7, each of 256 bytes */
		{ 1240, 0, 0, no_ctor },		/* index elsewhere */
		{ 128, 0, 0, no_ctor },			/* index on slab, 1 colour */
		{ 4096, 0, 0, NULL },			/* no colours */
	};
	struct numbers want;
	struct pool p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(asks) && !test_failed(); i++) {
		if (!expect(rule_numbers(asks[i].size, asks[i].align, asks[i].flags,
					 asks[i].ctor, &want)) ||
		    !open_pool(&p, asks[i].size, asks[i].align, asks[i].flags,
			       asks[i].ctor, ONE_BY_ONE))
			continue;
		check_colours(&p, &want);
		close_pool(&p);
		if (test_failed())
			test_note("size %u, align %u: %u colours of %u bytes",
				  asks[i].size, asks[i].align, want.colours,
				  want.colour_off);
	}
}

/* Each node counts its colours for itself. */
static void R4_each_node_has_its_own_colour(void)
{
	int node = other_node();
	struct numbers want;
	void *mine, *theirs;
	struct pool p;

	if (node < 0) {
		test_skip("one node");
		return;
	}
	if (!expect(rule_numbers(3584, 0, 0, false, &want)) ||
	    !open_pool(&p, 3584, 0, 0, NULL, ONE_BY_ONE))
		return;
	expect(want.colours > 2);
	mine = take(&p);
	theirs = myslab_cache_alloc_node(p.cache, GFP_KERNEL | __GFP_THISNODE, node);
	expect_eq((unsigned long)mine & (p.slab_bytes - 1), want.colour_off);
	expect_eq((unsigned long)theirs & (p.slab_bytes - 1), want.colour_off);
	give(&p, mine);
	give(&p, theirs);
	close_pool(&p);
}

static const struct test_case cases[] = {
	CASE(R4_colours_advance_and_wrap),
	CASE(R4_each_node_has_its_own_colour),
	CASE(R1_smallest_object_and_most_in_a_slab),
	CASE(R2_order_and_number_of_objects),
	CASE(R3_place_of_the_free_index),
	CASE(R3_no_object_meets_another_or_the_index),
	CASE(R6_limit_and_batchcount_by_size),
	CASE(R7_shared_where_several_cpus_may_be),
};

SUITE(layout);
