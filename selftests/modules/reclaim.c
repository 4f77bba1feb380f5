// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel is told of memory that comes back: reclaimable caches' pages as
 * MemAvailable counts them, and to a task in reclaim what it got.
 */
#include <linux/swap.h>
#include <linux/vmstat.h>

#include "fixture.h"
#include "suites.h"

#define OBJECTS	2000

/* Pages, with what each CPU has not added yet. */
static long reclaimable(void)
{
	expect(user_writes("/proc/sys/vm/stat_refresh", "1"));
	return global_node_page_state_pages(NR_KERNEL_MISC_RECLAIMABLE);
}

static long pages_of(const struct pool *p)
{
	struct info info;

	return expect(look_info(p->name, &info)) ?
	       info.num_slabs * info.pagesperslab : 0;
}

/* Fills and empties @p: the counter goes by @times its pages. */
static void check_counted(struct pool *p, int times)
{
	void **objs = pointers(OBJECTS);
	long before = reclaimable();

	if (expect(objs) && take_many(p, objs, OBJECTS)) {
		expect(pages_of(p) >= OBJECTS / p->num);
		expect_eq(reclaimable() - before, times * pages_of(p));
		give_many(p, objs, OBJECTS);
		expect_eq(reclaimable() - before, times * pages_of(p));
	}
	kvfree(objs);
	expect_eq(myslab_cache_shrink(p->cache), 0);
	expect_eq(reclaimable(), before);
}

static void reclaimable_caches_are_counted(void)
{
	struct pool p;

	if (open_pool(&p, 1024, 0, SLAB_RECLAIM_ACCOUNT, NULL, BY_SIZE))
		check_counted(&p, 1);
	close_pool(&p);
	/* where pages wait for a grace period, so does the counter */
	if (open_pool(&p, 1024, 0, SLAB_RECLAIM_ACCOUNT | SLAB_TYPESAFE_BY_RCU, NULL,
		      ONE_BY_ONE)) {
		long before = reclaimable();
		void *obj = take(&p);

		expect_eq(reclaimable() - before, pages_of(&p));
		give(&p, obj);
		close_pool(&p);
		expect_eq(reclaimable(), before);
	}
}

static void other_caches_are_not(void)
{
	struct pool p;

	if (open_pool(&p, 1024, 0, 0, NULL, BY_SIZE))
		check_counted(&p, 0);
	close_pool(&p);
}

/* As a task in reclaim: each page that it gave back is progress. */
static void a_task_in_reclaim_hears_what_came_back(void)
{
	struct reclaim_state state = {}, *was = current->reclaim_state;
	void **objs = pointers(OBJECTS);
	struct pool p;
	long pages;

	if (!expect(objs) || !open_pool(&p, 1024, 0, 0, NULL, BY_SIZE))
		goto out;
	if (take_many(&p, objs, OBJECTS)) {
		pages = pages_of(&p);
		current->reclaim_state = &state;
		give_many(&p, objs, OBJECTS);
		expect_eq(myslab_cache_shrink(p.cache), 0);
		current->reclaim_state = was;
		/* its first member, whatever the kernel calls it */
		expect_eq(*(unsigned long *)&state, pages);
	}
	close_pool(&p);
out:
	kvfree(objs);
}

static const struct test_case cases[] = {
	CASE(reclaimable_caches_are_counted),
	CASE(other_caches_are_not),
	CASE(a_task_in_reclaim_hears_what_came_back),
};

SUITE(reclaim);
