// SPDX-License-Identifier: GPL-2.0
/* Mode auto: which it is, its slabs, and arrays that grow (A1-A5). */
#include "bursts.h"
#include "suites.h"

#define MODE_FILE	"/sys/module/myslab/parameters/mode"

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

static void A2_arrays_begin_small(void)
{
	static const struct {
		unsigned int size, limit;
	} should[] = { { 16, 30 }, { 256, 30 }, { 1024, 30 }, { 4096, 24 }, { 8192, 8 } };
	struct info info;
	struct pool p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(should); i++) {
		if (!open_auto(&p, should[i].size))
			return;
		expect_eq(limit_of(&p), should[i].limit);
		expect(look_info(p.name, &info));
		expect_eq(info.limit, should[i].limit);
		expect_eq(info.batchcount, (should[i].limit + 1) / 2);
		close_pool(&p);
	}
}

static void A3_a_burst_comes_to_fit_into_the_array(void)
{
	static const unsigned int sizes[] = { 16, 256, 1024, 4096 };
	const unsigned int nr = min(256U, BURST);
	void **o = pointers(nr);
	struct pool p;
	size_t i;

	for (i = 0; o && i < ARRAY_SIZE(sizes); i++) {
		if (!open_auto(&p, sizes[i]))
			break;
		if (!expect(burst_until_it_fits(&p, o, nr)))
			test_note("%u bytes: limit %ld", sizes[i], limit_of(&p));
		expect(limit_of(&p) >= nr);
		expect(look_stat(p.name, ALL_CPUS, "resized") >= 3);
		expect_eq(look_stat(p.name, ALL_CPUS, "errors"), 0);
		close_pool(&p);
	}
	kvfree(o);
}

/* However long it is asked for more. */
static void A3_growth_ends_at_its_bounds(void)
{
	static const unsigned int sizes[] = { 64, 65536 };
	const unsigned int nr = 100;
	void **o = pointers(nr * 50);
	struct pool p;
	size_t i;

	for (i = 0; o && i < ARRAY_SIZE(sizes); i++) {
		if (!open_auto(&p, sizes[i]))
			break;
		burst(&p, o, sizes[i] > PAGE_SIZE ? nr : 50 * nr, 30);
		expect(limit_of(&p) > 30);
		expect(limit_of(&p) <= LIMIT_MOST);
		expect(limit_of(&p) * sizes[i] <= 4 << 20);
		close_pool(&p);
	}
	kvfree(o);
}

/* A burst that comes again finds its slabs, in the array's reach or free. */
static void A4_a_burst_repeated_asks_for_no_pages(void)
{
	const unsigned int nr = BURST;
	void **o = pointers(nr);
	long grown, limit;
	struct pool p;

	if (o && open_auto(&p, 512)) {
		unsigned int cpus = cpumask_weight(cpumask_of_node(here()));

		expect(burst_until_it_fits(&p, o, nr));
		limit = limit_of(&p);
		expect_eq(look_node(p.name, here(), "free_limit"),
			  (1 + cpus) * ((limit + 1) / 2) + p.num);
		grown = look_node(p.name, here(), "grown");
		burst(&p, o, nr, 20);
		expect_eq(look_node(p.name, here(), "grown"), grown);
		close_pool(&p);
	}
	kvfree(o);
}

static void A5_what_is_written_stays_until_auto_is(void)
{
	const unsigned int nr = BURST;
	void **o = pointers(nr);
	struct info info;
	struct pool p;

	if (o && open_auto(&p, 256)) {
		expect(writes(&p, "40 20 0"));
		expect(mode_is(p.name, "auto, tuned"));
		burst(&p, o, nr, 50);
		expect_eq(limit_of(&p), 40);
		expect(look_info(p.name, &info));
		expect_eq(info.limit, 40);
		expect_eq(info.batchcount, 20);
		expect(writes(&p, "auto"));
		expect(mode_is(p.name, "auto"));
		expect_eq(limit_of(&p), 30);
		expect(burst_until_it_fits(&p, o, nr));
		close_pool(&p);
	}
	kvfree(o);
}

static void A5_parameters_pin_too_and_fixed_takes_no_auto(void)
{
	const unsigned int nr = BURST;
	void **o = pointers(nr);
	struct pool p;

	if (o && open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 50, 25, -1 })) {
		burst(&p, o, nr, 50);
		expect_eq(limit_of(&p), 50);
		close_pool(&p);
	}
	kvfree(o);
	p = pool_in_mode(MYSLAB_MODE_FIXED, 256);
	expect(!writes(&p, "auto"));
	expect_eq(limit_of(&p), 120);
	myslab_cache_destroy(p.cache);
}

static const struct test_case cases[] = {
	CASE(A1_mode_is_chosen_by_parameter_and_by_client),
	CASE(A1_no_size_of_programs_wastes_much),
	CASE(A2_arrays_begin_small),
	CASE(A3_a_burst_comes_to_fit_into_the_array),
	CASE(A3_growth_ends_at_its_bounds),
	CASE(A4_a_burst_repeated_asks_for_no_pages),
	CASE(A5_what_is_written_stays_until_auto_is),
	CASE(A5_parameters_pin_too_and_fixed_takes_no_auto),
};

SUITE(auto);
