// SPDX-License-Identifier: GPL-2.0
/* What create may be asked for: every flag that the kernel permits, any alignment. */
#include <linux/io.h>

#include "fixture.h"
#include "suites.h"

static void nothing(void *obj)
{
}

/* The flags that a kernel's own kmem_cache_create() takes, where they have a bit. */
static const struct {
	const char *name;
	slab_flags_t flag;
} flags[] = {
#define FLAG(f)	{ #f, f }
	FLAG(SLAB_HWCACHE_ALIGN), FLAG(SLAB_CACHE_DMA), FLAG(SLAB_CACHE_DMA32),
	FLAG(SLAB_PANIC), FLAG(SLAB_TYPESAFE_BY_RCU), FLAG(SLAB_RECLAIM_ACCOUNT),
	FLAG(SLAB_TEMPORARY), FLAG(SLAB_ACCOUNT), FLAG(SLAB_NOLEAKTRACE),
	FLAG(SLAB_DEBUG_OBJECTS), FLAG(SLAB_RED_ZONE), FLAG(SLAB_POISON),
	FLAG(SLAB_STORE_USER), FLAG(SLAB_TRACE), FLAG(SLAB_CONSISTENCY_CHECKS),
	FLAG(SLAB_NO_USER_FLAGS),
#ifdef SLAB_MEM_SPREAD
	FLAG(SLAB_MEM_SPREAD),
#endif
#ifdef SLAB_NO_MERGE
	FLAG(SLAB_NO_MERGE),
#endif
#undef FLAG
};

/* A cache is usable: its objects are distinct and keep what is written to them. */
static void expect_usable(struct pool *p)
{
	unsigned int i;
	void *o[40];

	if (!take_many(p, o, 40))
		return;
	for (i = 0; i < 40; i++)
		memset(o[i], i, p->size);
	for (i = 0; i < 40; i++)
		expect(!memchr_inv(o[i], i, p->size));
	give_many(p, o, 40);
}

static void every_permitted_flag_is_accepted(void)
{
	struct pool p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		if (open_pool(&p, 120, 0, flags[i].flag, NULL, BY_SIZE)) {
			expect_usable(&p);
			close_pool(&p);
		}
		if (test_failed())
			test_note("%s", flags[i].name);
	}
}

static void dma_flags_choose_the_zone(void)
{
	struct pool p;
	void *obj;

	if (open_pool(&p, 120, 0, SLAB_CACHE_DMA, NULL, BY_SIZE)) {
		obj = take(&p);
		expect(virt_to_phys(obj) < 16 << 20);
		expect_eq(page_zonenum(virt_to_page(obj)), ZONE_DMA);
		give(&p, obj);
		close_pool(&p);
	}
	if (open_pool(&p, 120, 0, SLAB_CACHE_DMA32, NULL, BY_SIZE)) {
		obj = take(&p);
		expect(page_zonenum(virt_to_page(obj)) <= ZONE_DMA32);
		give(&p, obj);
		close_pool(&p);
	}
}

static void check_alignment(unsigned int size, unsigned int align, void (*ctor)(void *obj))
{
	unsigned int i;
	struct pool p;
	void *o[24];

	if (!open_pool(&p, size, align, 0, ctor, BY_SIZE))
		return;
	if (take_many(&p, o, 24)) {
		for (i = 0; i < 24; i++)
			expect(IS_ALIGNED((unsigned long)o[i], max(align, 8U)));
		give_many(&p, o, 24);
	}
	close_pool(&p);
	if (test_failed())
		test_note("size %u, align %u", size, align);
}

static void objects_are_aligned_as_asked(void)
{
	unsigned int align;

	for (align = 1; align <= 8192 && !test_failed(); align *= 2) {
		check_alignment(20, align, NULL);
		check_alignment(300, align, NULL);
		check_alignment(300, align, nothing);
		check_alignment(3000, align, NULL);
	}
}

/* Small objects share a line, larger ones begin one: none lies on two without need. */
static void hwcache_aligned_objects_straddle_no_line(void)
{
	unsigned int line = cache_line_size(), size, i;
	struct pool p;
	void *o[24];

	for (size = 1; size <= 4 * line && !test_failed(); size += 3) {
		if (!open_pool(&p, size, 0, SLAB_HWCACHE_ALIGN, NULL, BY_SIZE))
			return;
		if (take_many(&p, o, 24)) {
			for (i = 0; i < 24; i++) {
				unsigned long at = (unsigned long)o[i] % line;

				expect(size > line ? !at : at + size <= line);
			}
			give_many(&p, o, 24);
		}
		close_pool(&p);
		if (test_failed())
			test_note("size %u", size);
	}
}

/* The largest object has the largest order of kmalloc, and is whole. */
static void the_largest_object_is_usable(void)
{
	struct pool p;
	void *obj;

	if (!open_pool(&p, KMALLOC_MAX_SIZE, 0, 0, NULL, BY_SIZE))
		return;
	obj = take(&p);
	if (obj) {
		memset(obj, 0x99, KMALLOC_MAX_SIZE);
		expect(!memchr_inv(obj, 0x99, KMALLOC_MAX_SIZE));
		expect(still_there(&p, obj));
		give(&p, obj);
	}
	expect_eq(myslab_cache_shrink(p.cache), 0);
	close_pool(&p);
}

/* The caller's string may go; the longest one is as good as a short one. */
static void names_are_copied(void)
{
	char name[MYSLAB_NAME_MAX + 1];
	struct myslab_cache *c;
	struct info info;

	memset(name, 'x', MYSLAB_NAME_MAX);
	name[MYSLAB_NAME_MAX] = '\0';
	c = myslab_cache_create(name, 64, 0, 0, NULL);
	name[0] = 'y';
	expect(!look_info(name, &info));
	name[0] = 'x';
	expect(c && look_info(name, &info));
	myslab_cache_destroy(c);
	expect(!look_info(name, &info));
	/* and it is free again */
	c = myslab_cache_create(name, 64, 0, 0, NULL);
	expect(c);
	myslab_cache_destroy(c);
}

static const struct test_case cases[] = {
	CASE(every_permitted_flag_is_accepted),
	CASE(dma_flags_choose_the_zone),
	CASE(objects_are_aligned_as_asked),
	CASE(hwcache_aligned_objects_straddle_no_line),
	CASE(the_largest_object_is_usable),
	CASE(names_are_copied),
};

SUITE(asks);
