// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that are refused, or answered, with one line in the log: the scripts run each
 * case for itself and read what the log has got since. Here only the answer is seen.
 */
#include "fixture.h"
#include "suites.h"

static void refused(const char *name, unsigned int size, unsigned int align,
		    slab_flags_t flags)
{
	struct myslab_cache *c = myslab_cache_create(name, size, align, flags, NULL);

	expect(!c);
	myslab_cache_destroy(c);
}

static void create_null_name(void)
{
	refused(NULL, 64, 0, 0);
}

static void create_empty_name(void)
{
	refused("", 64, 0, 0);
}

static void create_long_name(void)
{
	char name[MYSLAB_NAME_MAX + 2];

	memset(name, 'n', MYSLAB_NAME_MAX + 1);
	name[MYSLAB_NAME_MAX + 1] = '\0';
	refused(name, 64, 0, 0);
}

static void create_endless_name(void)
{
	char *name = kmalloc(PAGE_SIZE, GFP_KERNEL);

	if (!expect(name))
		return;
	memset(name, 'e', PAGE_SIZE - 1);
	name[PAGE_SIZE - 1] = '\0';
	refused(name, 64, 0, 0);
	kfree(name);
}

static void create_name_with_space(void)
{
	refused("two words", 64, 0, 0);
}

static void create_name_with_newline(void)
{
	refused("a\nline", 64, 0, 0);
}

static void create_name_with_control(void)
{
	refused("bell\a", 64, 0, 0);
}

static void create_name_with_high_byte(void)
{
	refused("caf\xc3\xa9", 64, 0, 0);
}

static void refused_window(unsigned int useroffset, unsigned int usersize)
{
	struct myslab_cache *c;

	c = myslab_cache_create_usercopy("test-window", 64, 0, 0, useroffset, usersize,
					 NULL);
	expect(!c);
	myslab_cache_destroy(c);
}

static void create_window_too_long(void)
{
	refused_window(0, 65);
}

static void create_window_past_the_end(void)
{
	refused_window(60, 5);
}

static void create_window_that_wraps(void)
{
	refused_window(8, UINT_MAX - 3);
}

static void create_window_at_the_largest_number(void)
{
	refused_window(UINT_MAX, 2);
}

static void create_window_of_nothing(void)
{
	refused_window(8, 0);
}

static void create_duplicate_name(void)
{
	struct myslab_cache *c = myslab_cache_create("test-twice", 64, 0, 0, NULL);

	expect(c);
	refused("test-twice", 128, 0, 0);
	myslab_cache_destroy(c);
}

static void create_internal_name(void)
{
	refused("myslab-cache", 64, 0, 0);
}

static void create_size_zero(void)
{
	refused("test-zero", 0, 0, 0);
}

static void create_size_too_large(void)
{
	refused("test-large", KMALLOC_MAX_SIZE + 1, 0, 0);
}

static void create_size_largest_number(void)
{
	refused("test-huge", UINT_MAX, 0, 0);
}

static void create_align_3(void)
{
	refused("test-align", 64, 3, 0);
}

static void create_align_48(void)
{
	refused("test-align", 64, 48, 0);
}

static void create_align_largest_number(void)
{
	refused("test-align", 64, UINT_MAX, 0);
}

static void create_align_too_large(void)
{
	refused("test-align", 64, 1U << 31, 0);
}

static void create_align_larger_than_any_slab(void)
{
	refused("test-align", 64, 2 * KMALLOC_MAX_SIZE, 0);
}

static void create_unknown_flag(void)
{
	refused("test-flag", 64, 0, (__force slab_flags_t)(1U << 31));
}

static void create_unknown_flag_beside_known(void)
{
	refused("test-flag", 64, 0, (__force slab_flags_t)(1U << 31) | SLAB_HWCACHE_ALIGN);
}

static void create_both_dma_flags(void)
{
	refused("test-dma", 64, 0, SLAB_CACHE_DMA | SLAB_CACHE_DMA32);
}

/* From here on: calls on a cache. */

static void nothing(void *obj)
{
}

static bool open_named(struct myslab_cache **c, unsigned int size, slab_flags_t flags,
		       void (*ctor)(void *obj))
{
	*c = myslab_cache_create("test-words", size, 0, flags, ctor);
	return expect(*c);
}

static void zero_of_constructed(void)
{
	struct myslab_cache *c;
	void *obj;

	if (!open_named(&c, 64, 0, nothing))
		return;
	obj = myslab_cache_alloc(c, GFP_KERNEL | __GFP_ZERO);
	expect(obj);
	myslab_cache_free(c, obj);
	myslab_cache_destroy(c);
}

static void node_out_of_range(int node)
{
	struct myslab_cache *c;

	if (!open_named(&c, 64, 0, NULL))
		return;
	expect(!myslab_cache_alloc_node(c, GFP_KERNEL, node));
	myslab_cache_destroy(c);
}

static void node_negative(void)
{
	node_out_of_range(-2);
}

static void node_too_large(void)
{
	node_out_of_range(MAX_NUMNODES);
}

static void node_largest_number(void)
{
	node_out_of_range(INT_MAX);
}

static void highmem(void)
{
	struct myslab_cache *c;
	void *obj;

	if (!open_named(&c, 64, 0, NULL))
		return;
	obj = myslab_cache_alloc(c, GFP_KERNEL | __GFP_HIGHMEM);
	expect(obj);
	if (obj)
		memset(obj, 1, 64);
	myslab_cache_free(c, obj);
	myslab_cache_destroy(c);
}

/* What is no cache at all, and one whose end has come. */
static void shrink_of_no_cache(void)
{
	static char nothing[512];

	expect_eq(myslab_cache_shrink((struct myslab_cache *)nothing), -EINVAL);
	expect_eq(myslab_cache_shrink(NULL), -EINVAL);
}

/* Memory for DMA runs out; from its own node alone, the page allocator is silent. */
static void run_out(gfp_t gfp)
{
	int node = page_to_nid(virt_to_page(__va(1 << 20)));
	static void *o[300];
	struct myslab_cache *c;
	unsigned int nr;

	if (first_cpu_of_node(node) >= 0)
		run_on(first_cpu_of_node(node));
	if (!open_named(&c, 64 << 10, SLAB_CACHE_DMA, NULL))
		return;
	for (nr = 0; nr < ARRAY_SIZE(o); nr++) {
		o[nr] = myslab_cache_alloc_node(c, gfp | __GFP_THISNODE, node);
		if (!o[nr])
			break;
	}
	expect(nr && nr < ARRAY_SIZE(o));
	myslab_cache_free_bulk(c, nr, o);
	myslab_cache_destroy(c);
}

static void out_of_memory(void)
{
	run_out(__GFP_HIGH);
}

static void out_of_memory_nowarn(void)
{
	run_out(__GFP_HIGH | __GFP_NOWARN);
}

static const struct test_case cases[] = {
	CASE(create_null_name),
	CASE(create_empty_name),
	CASE(create_long_name),
	CASE(create_endless_name),
	CASE(create_name_with_space),
	CASE(create_name_with_newline),
	CASE(create_name_with_control),
	CASE(create_name_with_high_byte),
	CASE(create_window_too_long),
	CASE(create_window_past_the_end),
	CASE(create_window_that_wraps),
	CASE(create_window_at_the_largest_number),
	CASE(create_window_of_nothing),
	CASE(create_duplicate_name),
	CASE(create_internal_name),
	CASE(create_size_zero),
	CASE(create_size_too_large),
	CASE(create_size_largest_number),
	CASE(create_align_3),
	CASE(create_align_48),
	CASE(create_align_largest_number),
	CASE(create_align_too_large),
	CASE(create_align_larger_than_any_slab),
	CASE(create_unknown_flag),
	CASE(create_unknown_flag_beside_known),
	CASE(create_both_dma_flags),
	CASE(zero_of_constructed),
	CASE(node_negative),
	CASE(node_too_large),
	CASE(node_largest_number),
	CASE(highmem),
	CASE(shrink_of_no_cache),
	CASE(out_of_memory),
	CASE(out_of_memory_nowarn),
};

SUITE(words);
