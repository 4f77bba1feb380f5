// SPDX-License-Identifier: GPL-2.0
/* What mode auto does otherwise than SLAB: A1 on. */
#include "fixture.h"
#include "suites.h"

#define MODE_FILE	"/sys/module/myslab/parameters/mode"

static bool mode_is(const char *name, const char *mode)
{
	char *text = look_file(name, "nodes");
	char wanted[16];
	bool is;

	snprintf(wanted, sizeof(wanted), " mode %s\n", mode);
	is = text && strstr(text, wanted);
	kvfree(text);
	return is;
}

static struct pool pool_in_mode(enum myslab_mode mode, unsigned int size)
{
	struct pool p = { .name = "test-mode", .size = size };
	struct info info;

	p.cache = myslab_cache_create_mode(mode, p.name, size, 0, 0, NULL);
	if (expect(p.cache) && expect(look_info(p.name, &info))) {
		p.stride = info.objsize;
		p.num = info.objperslab;
		p.slab_bytes = PAGE_SIZE * info.pagesperslab;
	}
	return p;
}

/* Of 3000 bytes SLAB puts two in two pages, and wastes a quarter. */
static void A1_mode_is_chosen_by_parameter_and_by_client(void)
{
	static const struct {
		enum myslab_mode asked;
		const char *parameter, *is;
	} cases[] = {
		{ MYSLAB_MODE_DEFAULT, "auto", "auto" },
		{ MYSLAB_MODE_DEFAULT, "fixed", "fixed" },
		{ MYSLAB_MODE_AUTO, "fixed", "auto" },
		{ MYSLAB_MODE_FIXED, "auto", "fixed" },
	};
	struct pool p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		expect(user_writes(MODE_FILE, cases[i].parameter));
		p = pool_in_mode(cases[i].asked, 3000);
		if (!expect(mode_is(p.name, cases[i].is)) ||
		    !expect_eq(p.num, strcmp(cases[i].is, "auto") ? 2 : 5))
			test_note("case %zu", i);
		myslab_cache_destroy(p.cache);
	}
	expect(!user_writes(MODE_FILE, "sideways"));
	expect(!user_writes(MODE_FILE, ""));
	expect(!myslab_cache_create_mode(MYSLAB_MODE_FIXED + 1, "test-mode", 64, 0, 0, NULL));
	p = pool_in_mode(MYSLAB_MODE_DEFAULT, 64);
	expect(mode_is(p.name, "auto"));
	myslab_cache_destroy(p.cache);
}

static void A1_no_size_of_programs_wastes_much(void)
{
	static const unsigned int sizes[] = {
		24, 32, 40, 48, 64, 72, 80, 88, 96, 128, 192, 256, 320, 384, 512, 576,
		640, 700, 768, 1024, 1400, 1536, 2048, 4096, 8192,
	};
	struct pool p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		p = pool_in_mode(MYSLAB_MODE_AUTO, sizes[i]);
		expect(p.slab_bytes <= PAGE_SIZE << 3);
		if (!expect(p.slab_bytes * 1000 / p.num <= p.stride * 1085UL))
			test_note("%u bytes: %u of %u in %lu", sizes[i], p.num, p.stride,
				  p.slab_bytes);
		myslab_cache_destroy(p.cache);
	}
}

static const struct test_case cases[] = {
	CASE(A1_mode_is_chosen_by_parameter_and_by_client),
	CASE(A1_no_size_of_programs_wastes_much),
};

SUITE(auto);
