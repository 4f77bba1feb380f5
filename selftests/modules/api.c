// SPDX-License-Identifier: GPL-2.0
/* What the calls promise beyond the rules: zeroing, bulk, nodes, cache_of, parameters. */
#include <linux/completion.h>
#include <linux/kthread.h>

#include "bad.h"
#include "fixture.h"
#include "suites.h"

static void nothing(void *obj)
{
}

static bool all_bytes(const void *obj, u8 value, unsigned int size)
{
	return !memchr_inv(obj, value, size);
}

#define DIRTY	20

/* Objects that come back dirty to @take_zeroed. */
static void check_zeroed(void *(*take_zeroed)(struct pool *p))
{
	static const unsigned int sizes[] = {
		1, 7, 8, 16, 17, 24, 64, 100, 255, 256, 700, 1024, 2049, 4096, 10000,
		100000,
	};
	unsigned int i, k;
	void *o[DIRTY];
	struct pool p;

	for (k = 0; k < ARRAY_SIZE(sizes) && !test_failed(); k++) {
		if (!open_pool(&p, sizes[k], 0, 0, NULL, BY_SIZE))
			return;
		if (take_many(&p, o, DIRTY)) {
			for (i = 0; i < DIRTY; i++)
				memset(o[i], 0xff, p.size);
			give_many(&p, o, DIRTY);
			for (i = 0; i < DIRTY; i++) {
				o[i] = take_zeroed(&p);
				if (expect(o[i]))
					expect(all_bytes(o[i], 0, p.size));
			}
			give_many(&p, o, DIRTY);
		}
		close_pool(&p);
		if (test_failed())
			test_note("size %u", sizes[k]);
	}
}

static void *by_zalloc(struct pool *p)
{
	return myslab_cache_zalloc(p->cache, GFP_KERNEL);
}

static void *by_flag(struct pool *p)
{
	return myslab_cache_alloc(p->cache, GFP_KERNEL | __GFP_ZERO);
}

static void *by_node(struct pool *p)
{
	return myslab_cache_alloc_node(p->cache, GFP_KERNEL | __GFP_ZERO, here());
}

static void *by_bulk(struct pool *p)
{
	void *one;

	return myslab_cache_alloc_bulk(p->cache, GFP_KERNEL | __GFP_ZERO, 1, &one) ?
	       one : NULL;
}

static void zalloc_zeroes_every_byte(void)
{
	check_zeroed(by_zalloc);
	check_zeroed(by_flag);
	check_zeroed(by_node);
	check_zeroed(by_bulk);
}

/* Bytes that still say what was written before the free: read past KASAN. */
static noinline __no_sanitize_address unsigned int remembered(const void *obj, unsigned int size)
{
	const u8 *byte = obj;
	unsigned int i, nr = 0;

	for (i = 0; i < size; i++)
		nr += byte[i] == 0xee;
	return nr;
}

/*
 * The boot line says whether objects are zeroed when they are handed out or freed:
 * a cache of the kernel's shows what it said. A word or two of a free object is the
 * allocator's in both.
 */
static void zeroing_follows_the_boot_line(void)
{
	struct kmem_cache *kernel_s;
	unsigned int size = 512, freed, taken;
	struct pool p;
	void *obj;

	/* with a usercopy region it is merged with no other cache */
	kernel_s = kmem_cache_create_usercopy("myslab-test-zero", size, 0, 0, 0, size, NULL);
	if (!expect(kernel_s))
		return;
	obj = kmem_cache_alloc(kernel_s, GFP_KERNEL);
	if (!expect(obj) || !open_pool(&p, size, 0, 0, NULL, BY_SIZE)) {
		kmem_cache_destroy(kernel_s);
		return;
	}
	memset(obj, 0xee, size);
	kmem_cache_free(kernel_s, obj);
	freed = remembered(obj, size);
	obj = kmem_cache_alloc(kernel_s, GFP_KERNEL);
	taken = remembered(obj, size);
	kmem_cache_free(kernel_s, obj);
	kmem_cache_destroy(kernel_s);
	test_note("the kernel zeroes %s",
		  !freed ? "what is freed" : !taken ? "what is handed out" : "nothing");

	obj = take(&p);
	memset(obj, 0xee, size);
	give(&p, obj);
	expect_eq(remembered(obj, size) > size / 2, freed > size / 2);
	expect_eq(remembered(obj, size) == 0, freed == 0);
	expect_eq(which(&obj, 1, take(&p)), 0);
	expect_eq(remembered(obj, size) > size / 2, taken > size / 2);
	expect_eq(remembered(obj, size) == 0, taken == 0);
	give(&p, obj);
	close_pool(&p);
}

/* Never those that keep their content while they are free. */
static void check_kept(slab_flags_t flags, void (*ctor)(void *obj))
{
	struct pool p;
	void *obj;

	if (!open_pool(&p, 512, 0, flags, ctor, BY_SIZE))
		return;
	obj = take(&p);
	memset(obj, 0xee, 512);
	give(&p, obj);
	expect_eq(remembered(obj, 512), 512);
	expect_eq(which(&obj, 1, take(&p)), 0);
	expect_eq(remembered(obj, 512), 512);
	give(&p, obj);
	close_pool(&p);
}

static void zeroing_passes_by_what_keeps_its_content(void)
{
	check_kept(0, nothing);
	check_kept(SLAB_TYPESAFE_BY_RCU, NULL);
}

static void bulk_takes_all_that_it_was_asked_for(void)
{
	static const unsigned int counts[] = { 1, 2, 15, 16, 17, 60, 121, 500 };
	unsigned int i, k;
	struct pool p;
	void **o;

	o = pointers(500);
	if (!expect(o) || !open_pool(&p, 256, 0, 0, NULL, BY_SIZE))
		goto out;
	expect(myslab_cache_alloc_bulk(p.cache, GFP_KERNEL, 0, NULL));
	myslab_cache_free_bulk(p.cache, 0, NULL);
	expect_eq(look_stat(p.name, ALL_CPUS, "avail"), 0);
	for (k = 0; k < ARRAY_SIZE(counts); k++) {
		if (!expect(myslab_cache_alloc_bulk(p.cache, GFP_KERNEL, counts[k], o)))
			continue;
		for (i = 0; i < counts[k]; i++)
			memset(o[i], k + i, 256);
		for (i = 0; i < counts[k]; i++) {
			expect(all_bytes(o[i], k + i, 256));
			expect(still_there(&p, o[i]));
		}
		myslab_cache_free_bulk(p.cache, counts[k], o);
	}
	expect_eq(myslab_cache_shrink(p.cache), 0);
	close_pool(&p);
out:
	kvfree(o);
}

/* More than there is: memory for DMA has 16 MiB, of which each object wants 64 KiB. */
#define DMA_OBJECT	(64 << 10)
#define DMA_OBJECTS	300

static void bulk_takes_nothing_where_memory_runs_out(void)
{
	void **o = pointers(DMA_OBJECTS);
	struct pool p;
	void *obj;

	if (!expect(o) || !open_pool(&p, DMA_OBJECT, 0, SLAB_CACHE_DMA, NULL, BY_SIZE))
		goto out;
	expect(!myslab_cache_alloc_bulk(p.cache, GFP_NOWAIT | __GFP_NOWARN,
					DMA_OBJECTS, o));
	/* it got somewhere, and gave all of that back */
	expect(look_node(p.name, page_to_nid(virt_to_page(p.cache)), "grown") > 0 ||
	       look_stat(p.name, ALL_CPUS, "fallback") > 0);
	expect(look_stat(p.name, ALL_CPUS, "failed") > 0);
	expect_eq(myslab_cache_shrink(p.cache), 0);
	obj = myslab_cache_alloc(p.cache, GFP_KERNEL);
	if (expect(obj))
		give(&p, obj);
	close_pool(&p);
out:
	kvfree(o);
}

static struct {
	struct pool *p;
	struct completion done;
	void *obj;
} nofail;

static int take_without_fail(void *unused)
{
	nofail.obj = myslab_cache_alloc(nofail.p->cache, GFP_KERNEL | __GFP_NOFAIL |
					__GFP_NORETRY | __GFP_NOWARN);
	complete(&nofail.done);
	return 0;
}

/*
 * The thread sleeps for memory, or it is over already. Not by sleeping from tick to
 * tick as it does: on one CPU the two would keep step, and never see each other asleep.
 */
static bool sleeps_for_memory(struct task_struct *thread)
{
	while (!completion_done(&nofail.done)) {
		if (READ_ONCE(thread->__state) & TASK_UNINTERRUPTIBLE)
			return true;
		cond_resched();
	}
	return false;
}

/* All of the memory that there is, then one more, which waits until some is back. */
static void nofail_waits_until_there_is_memory(void)
{
	void **o = pointers(DMA_OBJECTS);
	struct task_struct *thread;
	unsigned int nr = 0;
	struct pool p;

	if (!expect(o) || !open_pool(&p, DMA_OBJECT, 0, SLAB_CACHE_DMA, NULL, BY_SIZE))
		goto out;
	while (nr < DMA_OBJECTS) {
		o[nr] = myslab_cache_alloc(p.cache, GFP_NOWAIT | __GFP_NOWARN);
		if (!o[nr])
			break;
		nr++;
	}
	expect(nr > 0 && nr < DMA_OBJECTS);
	nofail.p = &p;
	init_completion(&nofail.done);
	thread = kthread_create(take_without_fail, NULL, "myslab-nofail");
	if (expect(!IS_ERR(thread))) {
		get_task_struct(thread);
		wake_up_process(thread);
		expect(sleeps_for_memory(thread));
		give_many(&p, o, nr);
		nr = 0;
		wait_for_completion(&nofail.done);
		put_task_struct(thread);
		if (expect(nofail.obj))
			give(&p, nofail.obj);
	}
	give_many(&p, o, nr);
	close_pool(&p);
out:
	kvfree(o);
}

static void bulk_free_takes_nulls_and_any_node(void)
{
	int node = other_node();
	struct pool p;
	void *o[30];
	int i;

	if (!open_pool(&p, 256, 0, 0, NULL, BY_SIZE))
		return;
	for (i = 0; i < 30; i++) {
		o[i] = NULL;
		if (i % 3)
			o[i] = i % 3 == 1 || node < 0 ? take(&p) : take_of(&p, node);
	}
	myslab_cache_free_bulk(p.cache, 30, o);
	expect_eq(look_stat(p.name, ALL_CPUS, "errors"), 0);
	expect_eq(myslab_cache_shrink(p.cache), 0);
	close_pool(&p);
}

static void alloc_node_falls_back_from_a_node_without_memory(void)
{
	int node = MAX_NUMNODES - 1;
	struct pool p;
	void *obj;

	if (node_state(node, N_MEMORY)) {
		test_skip("the last node that may be has memory");
		return;
	}
	if (!open_pool(&p, 256, 0, 0, NULL, BY_SIZE))
		return;
	obj = myslab_cache_alloc_node(p.cache, GFP_KERNEL, node);
	if (expect(obj)) {
		expect_eq(node_of(obj), here());
		give(&p, obj);
	}
	expect(!myslab_cache_alloc_node(p.cache, GFP_KERNEL | __GFP_THISNODE, node));
	obj = myslab_cache_alloc_node(p.cache, GFP_KERNEL, NUMA_NO_NODE);
	if (expect(obj)) {
		expect_eq(node_of(obj), here());
		give(&p, obj);
	}
	close_pool(&p);
}

struct api_thing {
	u8 bytes[70];
} __aligned(32);

static void cache_of_a_struct_and_its_size(void)
{
	struct myslab_cache *c = MYSLAB_CACHE(api_thing, 0);
	struct info info;
	void *obj;

	if (!expect(c))
		return;
	expect_eq(myslab_cache_size(c), sizeof(struct api_thing));
	expect(look_info("api_thing", &info));
	expect_eq(info.objsize, 96);
	obj = myslab_cache_alloc(c, GFP_KERNEL);
	expect(IS_ALIGNED((unsigned long)obj, 32));
	myslab_cache_free(c, obj);
	myslab_cache_destroy(c);

	c = myslab_cache_create("test-size", 13, 0, 0, NULL);
	if (expect(c))
		expect_eq(myslab_cache_size(c), 13);
	myslab_cache_destroy(c);
}

static void cache_of_knows_every_object(void)
{
	static const unsigned int sizes[] = { 16, 100, 700, 4096, 9000, 40000 };
	unsigned int i, k;
	struct pool p;
	void *o[30];

	for (k = 0; k < ARRAY_SIZE(sizes); k++) {
		if (!open_pool(&p, sizes[k], 0, 0, NULL, BY_SIZE))
			return;
		if (take_many(&p, o, 30)) {
			for (i = 0; i < 30; i++) {
				expect(myslab_cache_of(o[i]) == p.cache);
				expect(!myslab_cache_of(o[i] + 1));
				expect(!myslab_cache_of(o[i] + 8));
				expect(!myslab_cache_of(o[i] + sizes[k] / 2));
				expect(!myslab_cache_of(o[i] + sizes[k] - 1));
			}
			give_many(&p, o, 30);
		}
		close_pool(&p);
		expect(!myslab_cache_of(o[0]));
	}
}

static void cache_of_answers_null_for_anything_else(void)
{
	size_t i, nr;
	const struct bad *bad = bad_pointers(&nr);

	for (i = 0; i < nr; i++)
		if (!expect(!myslab_cache_of(bad[i].p)))
			test_note("%s", bad[i].what);
	bad_release();
	expect(!myslab_cache_of(NULL));
}

static void expect_tunables(const char *name, unsigned int limit,
			    unsigned int batchcount, unsigned int shared)
{
	struct info info;

	if (!expect(look_info(name, &info)))
		return;
	expect_eq(info.limit, limit);
	expect_eq(info.batchcount, batchcount);
	expect_eq(info.shared, shared);
}

static void parameters_hold_for_caches_made_after(void)
{
	struct pool before, limited, clamped, batched;

	if (!open_pool(&before, 256, 0, 0, NULL, (struct tunables){ 6, 4, 3 }))
		return;
	if (open_pool(&limited, 256, 0, 0, NULL, (struct tunables){ 7, 0, 0 })) {
		expect_tunables(limited.name, 7, 4, 0);
		close_pool(&limited);
	}
	if (open_pool(&clamped, 256, 0, 0, NULL, (struct tunables){ 5, 9, 0 })) {
		expect_tunables(clamped.name, 5, 5, 0);
		close_pool(&clamped);
	}
	if (open_pool(&batched, 256, 0, 0, NULL, (struct tunables){ 0, 11, 1 })) {
		expect_tunables(batched.name, 120, 11, 1);
		close_pool(&batched);
	}
	expect_tunables(before.name, 6, 4, 3);
	close_pool(&before);
}

static void parameters_out_of_range_are_refused(void)
{
	expect_eq(try_parameter("limit", -1), -EINVAL);
	expect_eq(try_parameter("limit", 1 << 20), -EINVAL);
	expect_eq(try_parameter("batchcount", 1 << 20), -EINVAL);
	expect_eq(try_parameter("shared", -2), -EINVAL);
	expect_eq(try_parameter("shared", 1 << 20), -EINVAL);
	expect_eq(look_number("/sys/module/myslab/parameters/limit"), 0);
	expect_eq(look_number("/sys/module/myslab/parameters/batchcount"), 0);
	expect_eq(look_number("/sys/module/myslab/parameters/shared"), -1);
}

static const struct test_case cases[] = {
	CASE(zalloc_zeroes_every_byte),
	CASE(zeroing_follows_the_boot_line),
	CASE(zeroing_passes_by_what_keeps_its_content),
	CASE(bulk_takes_all_that_it_was_asked_for),
	CASE(bulk_takes_nothing_where_memory_runs_out),
	CASE(bulk_free_takes_nulls_and_any_node),
	CASE(nofail_waits_until_there_is_memory),
	CASE(alloc_node_falls_back_from_a_node_without_memory),
	CASE(cache_of_a_struct_and_its_size),
	CASE(cache_of_knows_every_object),
	CASE(cache_of_answers_null_for_anything_else),
	CASE(parameters_hold_for_caches_made_after),
	CASE(parameters_out_of_range_are_refused),
};

SUITE(api);
