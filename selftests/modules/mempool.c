// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's mempools over a cache of ours. The cache is made to fail by a callback
 * of the test's that stands before ours.
 */
#include <myslab/mempool.h>

#include "fixture.h"
#include "suites.h"

#define RESERVE	8

static bool starved;
static unsigned int asked;

static void *alloc_unless_starved(gfp_t gfp, void *cache)
{
	asked++;
	return starved ? NULL : myslab_mempool_alloc(gfp, cache);
}

static long out(struct pool *p)
{
	struct info info;

	myslab_cache_shrink(p->cache);
	return look_info(p->name, &info) ? (long)info.active_objs : -1;
}

static mempool_t *open_both(struct pool *p)
{
	mempool_t *mp;

	starved = false;
	if (!open_pool(p, 300, 0, 0, NULL, BY_SIZE))
		return NULL;
	mp = mempool_create(RESERVE, alloc_unless_starved, myslab_mempool_free, p->cache);
	if (!expect(mp))
		close_pool(p);
	return mp;
}

static void the_reserve_is_objects_of_the_cache(void)
{
	struct pool p;
	mempool_t *mp = open_both(&p);

	if (!mp)
		return;
	expect_eq(out(&p), RESERVE);
	mempool_destroy(mp);
	expect_eq(out(&p), 0);
	close_pool(&p);
}

static void while_there_is_memory_the_cache_serves(void)
{
	struct pool p;
	mempool_t *mp = open_both(&p);
	void *obj;

	if (!mp)
		return;
	asked = 0;
	obj = mempool_alloc(mp, GFP_KERNEL);
	if (expect(obj)) {
		expect_eq(asked, 1);
		expect(still_there(&p, obj));
		expect_eq(out(&p), RESERVE + 1);
		memset(obj, 0x17, p.size);
		mempool_free(obj, mp);
	}
	expect_eq(out(&p), RESERVE);
	mempool_destroy(mp);
	close_pool(&p);
}

static void without_memory_the_reserve_serves(void)
{
	struct pool p;
	mempool_t *mp = open_both(&p);
	void *o[RESERVE];
	int i, nr = 0;

	if (!mp)
		return;
	starved = true;
	while (nr < RESERVE && (o[nr] = mempool_alloc(mp, GFP_NOWAIT | __GFP_NOWARN))) {
		expect(still_there(&p, o[nr]));
		memset(o[nr], nr, p.size);
		nr++;
	}
	expect_eq(nr, RESERVE);
	expect(!mempool_alloc(mp, GFP_NOWAIT | __GFP_NOWARN));
	for (i = 0; i < nr; i++) {
		expect(!memchr_inv(o[i], i, p.size));
		mempool_free(o[i], mp);
	}
	/* which filled the reserve again */
	o[0] = mempool_alloc(mp, GFP_NOWAIT | __GFP_NOWARN);
	expect(o[0]);
	mempool_free(o[0], mp);
	starved = false;
	expect_eq(out(&p), RESERVE);
	mempool_destroy(mp);
	expect_eq(out(&p), 0);
	close_pool(&p);
}

static const struct test_case cases[] = {
	CASE(the_reserve_is_objects_of_the_cache),
	CASE(while_there_is_memory_the_cache_serves),
	CASE(without_memory_the_reserve_serves),
};

SUITE(mempool);
