// SPDX-License-Identifier: GPL-2.0
/*
 * R34: allocation by size. Which class serves a size is worked out here from a table
 * of its own; what a call answers is judged by its address, its content and the pages
 * that the module says it holds.
 */
#include <linux/io.h>
#include <linux/log2.h>

#include "fixture.h"
#include "suites.h"

static const unsigned int classes[] = {
	16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192,
};

static const size_t large[] = {
	8193, 12288, 16384, 16385, 65536, 100000, 1 << 20, KMALLOC_MAX_SIZE,
};

static size_t class_of(size_t size)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(classes); i++)
		if (size <= classes[i])
			return classes[i];
	return PAGE_SIZE << get_order(size);
}

/* The compiler would hold a caller to the size asked for; all of the class is used. */
static void *hidden(void *p)
{
	OPTIMIZER_HIDE_VAR(p);
	return p;
}

static void *allocate(size_t size, gfp_t gfp)
{
	return hidden(myslab_kmalloc(size, gfp));
}

static void fill(void *p, u8 with, size_t bytes)
{
	OPTIMIZER_HIDE_VAR(p);
	memset(p, with, bytes);
}

static bool aligned(const void *p, size_t size)
{
	size_t bytes = class_of(size);

	return IS_ALIGNED((unsigned long)p,
			  is_power_of_2(bytes) ? bytes : ARCH_KMALLOC_MINALIGN);
}

static void R34_each_size_gets_its_class(void)
{
	char name[32];
	size_t size;
	void *p;

	for (size = 1; size <= 8192 && !test_failed(); size++) {
		p = allocate(size, GFP_KERNEL);
		if (!expect(p))
			break;
		expect_eq(myslab_ksize(p), class_of(size));
		expect(aligned(p, size));
		snprintf(name, sizeof(name), "myslab-size-%zu", class_of(size));
		if (size == class_of(size) || size == 1) {
			struct info info;

			expect(look_info(name, &info) && info.active_objs);
			expect_eq(myslab_cache_size(myslab_cache_of(p)), class_of(size));
		}
		myslab_kfree(p);
		if (test_failed())
			test_note("size %zu", size);
	}
}

/* Over several slabs, and so several colours; each is whole and nobody else's. */
static void R34_objects_of_a_class_are_aligned_and_distinct(void)
{
	void *o[40];
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(classes); k++) {
		size_t size = classes[k];

		for (i = 0; i < ARRAY_SIZE(o); i++) {
			o[i] = allocate(size, GFP_KERNEL);
			if (!expect(o[i]))
				break;
			expect(aligned(o[i], size));
			fill(o[i], i, size);
		}
		while (i-- > 0) {
			expect(!memchr_inv(o[i], i, size));
			myslab_kfree(o[i]);
		}
		if (test_failed())
			test_note("class %zu", size);
	}
}

static void R34_larger_is_pages(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(large) && !test_failed(); i++) {
		size_t bytes = class_of(large[i]);
		long before = look_pages();
		void *p = allocate(large[i], GFP_KERNEL);

		if (!expect(p))
			break;
		expect(IS_ALIGNED((unsigned long)p, bytes));
		expect_eq(myslab_ksize(p), bytes);
		expect(!myslab_cache_of(p));
		expect_eq(look_pages() - before, bytes >> PAGE_SHIFT);
		expect(PageCompound(virt_to_page(p)));
		fill(p, 0x5c, bytes);
		expect(!memchr_inv(p, 0x5c, bytes));
		myslab_kfree(p);
		expect_eq(look_pages(), before);
		if (test_failed())
			test_note("size %zu", large[i]);
	}
}

static void R34_nothing_is_the_zero_size_pointer(void)
{
	long before = look_total("errors");
	int node = here();

	expect(allocate(0, GFP_KERNEL) == ZERO_SIZE_PTR);
	expect(myslab_kzalloc(0, GFP_KERNEL) == ZERO_SIZE_PTR);
	expect(myslab_kmalloc_node(0, GFP_KERNEL, node) == ZERO_SIZE_PTR);
	expect(myslab_kmalloc_array(0, 8, GFP_KERNEL) == ZERO_SIZE_PTR);
	expect(myslab_kcalloc(8, 0, GFP_KERNEL) == ZERO_SIZE_PTR);
	expect_eq(myslab_ksize(ZERO_SIZE_PTR), 0);
	expect_eq(myslab_ksize(NULL), 0);
	myslab_kfree(ZERO_SIZE_PTR);
	myslab_kfree_sensitive(ZERO_SIZE_PTR);
	expect_eq(look_total("errors") - before, 0);
}

static void R34_too_much_is_refused(void)
{
	static const struct {
		size_t n, size;
	} products[] = {
		{ SIZE_MAX, 2 }, { 2, SIZE_MAX }, { 1UL << 32, 1UL << 32 },
		{ (1UL << 63) + 8, 2 }, { SIZE_MAX / 16 + 2, 16 }, { 3, SIZE_MAX / 2 },
	};
	size_t i;

	expect(!allocate(KMALLOC_MAX_SIZE + 1, GFP_KERNEL | __GFP_NOWARN));
	expect(!allocate(SIZE_MAX, GFP_KERNEL | __GFP_NOWARN));
	expect(!allocate(SIZE_MAX - PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN));
	for (i = 0; i < ARRAY_SIZE(products); i++) {
		size_t n = products[i].n, size = products[i].size;

		OPTIMIZER_HIDE_VAR(n);
		OPTIMIZER_HIDE_VAR(size);
		expect(!myslab_kmalloc_array(n, size, GFP_KERNEL));
		expect(!myslab_kcalloc(n, size, GFP_KERNEL));
	}
}

static void expect_zeroed(size_t size)
{
	size_t bytes = class_of(size), n = size, one = 1;
	void *p = allocate(size, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(n);
	OPTIMIZER_HIDE_VAR(one);
	if (!expect(p))
		return;
	/* who asks for the size may use all of it, as KASAN has it too */
	expect_eq(myslab_ksize(p), bytes);
	fill(p, 0xff, bytes);
	myslab_kfree(p);
	p = hidden(myslab_kzalloc(n, GFP_KERNEL));
	expect(myslab_ksize(p) == bytes && !memchr_inv(p, 0, bytes));
	if (p)
		fill(p, 0xff, bytes);
	myslab_kfree(p);
	p = hidden(myslab_kcalloc(n, one, GFP_KERNEL));
	expect(myslab_ksize(p) == bytes && !memchr_inv(p, 0, bytes));
	myslab_kfree(p);
	if (test_failed())
		test_note("size %zu", size);
}

static void R34_zeroed_is_all_zero(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(classes); i++)
		expect_zeroed(classes[i]);
	for (i = 0; i < ARRAY_SIZE(large) - 1; i++)
		expect_zeroed(large[i]);
}

static void *change(void *p, size_t size, gfp_t gfp)
{
	return hidden(myslab_krealloc(p, size, gfp));
}

/* In place while it fits, moved with its content where not. */
static void R34_realloc_keeps_the_content(void)
{
	static const size_t sizes[] = {
		1, 7, 16, 17, 33, 90, 97, 200, 300, 4097, 8192, 8193, 70000, 200000,
	};
	void *p = NULL, *was;
	size_t i, had = 0;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		was = p;
		p = change(p, sizes[i], GFP_KERNEL);
		if (!expect(p)) {
			p = was;
			break;
		}
		expect_eq(p == was, sizes[i] <= had && was);
		/* behind what was asked for it may be zero: init_on_alloc */
		expect(!had || !memchr_inv(p, 0x41 + i - 1, min(had, sizes[i])));
		had = myslab_ksize(p);
		expect_eq(had, class_of(sizes[i]));
		fill(p, 0x41 + i, had);
	}
	/* and downwards it stays where it is */
	while (i-- > 0) {
		expect(change(p, sizes[i], GFP_KERNEL) == p);
		expect(!memchr_inv(p, 0x41 + ARRAY_SIZE(sizes) - 1, sizes[i]));
	}
	expect(change(p, 0, GFP_KERNEL) == ZERO_SIZE_PTR);
	p = change(ZERO_SIZE_PTR, 24, GFP_KERNEL);
	expect_eq(myslab_ksize(p), 32);
	myslab_kfree(p);
}

static void R34_realloc_zeroes_what_is_gained(void)
{
	static const size_t sizes[] = { 40, 64, 20, 50, 3000, 5000, 9000, 100, 20000 };
	gfp_t gfp = GFP_KERNEL | __GFP_ZERO;
	void *p = NULL, *new;
	size_t i, had = 0;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		new = change(p, sizes[i], gfp);
		if (!expect(new))
			break;
		p = new;
		if (sizes[i] > had)
			expect(!memchr_inv(p + had, 0, sizes[i] - had));
		had = sizes[i];
		fill(p, 0xee, had);
	}
	myslab_kfree(p);
}

/* What cannot be had, or is not ours, leaves all as it is. */
static void R34_realloc_that_fails_changes_nothing(void)
{
	void *p = allocate(100, GFP_KERNEL), *kernels = kmalloc(64, GFP_KERNEL);
	long before = look_total("errors");

	if (expect(p && kernels && myslab_ksize(p) == 128)) {
		fill(p, 0x3d, 128);
		memset(kernels, 0x3e, 64);
		expect(!change(p, KMALLOC_MAX_SIZE + 1, GFP_KERNEL | __GFP_NOWARN));
		expect(!memchr_inv(p, 0x3d, 128));
		expect_eq(myslab_ksize(p), 128);
		expect_eq(look_total("errors") - before, 0);
		expect(!change(kernels, 128, GFP_KERNEL));
		expect(!change(kernels, 16, GFP_KERNEL | __GFP_ZERO));
		expect(!change(p + 8, 16, GFP_KERNEL | __GFP_ZERO));
		expect_eq(look_total("errors") - before, 3);
		expect(!memchr_inv(kernels, 0x3e, 64) && !memchr_inv(p, 0x3d, 128));
	}
	kfree(kernels);
	myslab_kfree(p);
}

static void R34_strings_are_copied(void)
{
	static const char *const strings[] = { "", "a", "fifteen bytes..", "sixteen bytes..!" };
	char text[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(strings); i++) {
		char *copy;

		strscpy(text, strings[i], sizeof(text));
		copy = myslab_kstrdup(text, GFP_KERNEL);
		memset(text, '?', sizeof(text));
		if (!expect(copy))
			return;
		expect(!strcmp(copy, strings[i]));
		expect_eq(myslab_ksize(copy), class_of(strlen(strings[i]) + 1));
		myslab_kfree(copy);
	}
	expect(!myslab_kstrdup(NULL, GFP_KERNEL));
}

static void R34_a_node_may_be_asked_for(void)
{
	int node;
	size_t i;

	for_each_node_state(node, N_MEMORY) {
		for (i = 0; i < ARRAY_SIZE(classes) + 3; i++) {
			size_t size = i < ARRAY_SIZE(classes) ? classes[i] :
				      large[i - ARRAY_SIZE(classes)];
			void *p;

			OPTIMIZER_HIDE_VAR(size);
			p = myslab_kmalloc_node(size, GFP_KERNEL | __GFP_THISNODE, node);
			if (expect(p))
				expect_eq(node_of(p), node);
			myslab_kfree(p);
		}
	}
	expect(!myslab_kmalloc_node(64, GFP_KERNEL, -2));
	expect(!myslab_kmalloc_node(64 << 10, GFP_KERNEL, -2));
	expect(!myslab_kmalloc_node(64 << 10, GFP_KERNEL, MAX_NUMNODES));
}

static void R34_a_zone_may_be_asked_for(void)
{
	static const size_t sizes[] = { 16, 100, 4096, 20000 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		void *p = allocate(sizes[i], GFP_KERNEL | GFP_DMA);

		if (expect(p))
			expect_eq(page_zonenum(virt_to_page(p)), ZONE_DMA);
		myslab_kfree(p);
	}
}

static const struct test_case cases[] = {
	CASE(R34_each_size_gets_its_class),
	CASE(R34_objects_of_a_class_are_aligned_and_distinct),
	CASE(R34_larger_is_pages),
	CASE(R34_nothing_is_the_zero_size_pointer),
	CASE(R34_too_much_is_refused),
	CASE(R34_zeroed_is_all_zero),
	CASE(R34_realloc_keeps_the_content),
	CASE(R34_realloc_zeroes_what_is_gained),
	CASE(R34_realloc_that_fails_changes_nothing),
	CASE(R34_strings_are_copied),
	CASE(R34_a_node_may_be_asked_for),
	CASE(R34_a_zone_may_be_asked_for),
};

SUITE(bysize);
