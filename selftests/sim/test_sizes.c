// SPDX-License-Identifier: GPL-2.0
/* Mode auto: autosize.h, and what array.h has for arrays that are resized and reaped. */
#include <stdlib.h>

#include "array.h"
#include "autosize.h"
#include "ktap.h"

/* An empty array in memory of exactly its size. */
static struct myslab_array *array_of(unsigned int limit)
{
	struct myslab_array *a = malloc(sizeof(*a) + limit * sizeof(void *));

	array_init(a, limit, (limit + 1) / 2);
	return a;
}

/* The sizes are written out: 30 entries and the head are 256 bytes, each next one doubles them. */
static void A3_limits_double_between_bounds(void)
{
	static const unsigned int up[] = { 30, 62, 126, 254, 510, 1022, 2046, 2046 };
	unsigned int i;

	check(auto_limit_first(120) == 30 && auto_limit_first(8) == 8, "first");
	for (i = 0; i + 1 < ARRAY_SIZE(up); i++) {
		check(auto_limit_up(up[i], 2046) == up[i + 1], "%u up", up[i]);
		check(sizeof(struct myslab_array) + 8 * up[i] == 256UL << i, "bytes of %u", up[i]);
	}
	check(auto_limit_up(510, 1000) == 1000, "up to the bound");
	for (i = 6; i; i--)
		check(auto_limit_down(up[i], 30) == up[i - 1], "%u down", up[i]);
	check(auto_limit_down(30, 30) == 30 && auto_limit_down(1, 1) == 1, "not below");
	check(auto_batch(30) == 15 && auto_batch(2046) == 1023 && auto_batch(1) == 1, "half");
}

static void A3_bounds_are_of_bytes_and_entries(void)
{
	static const struct {
		unsigned int size, slabs, cpus;
		unsigned long memory;
		unsigned int most;
	} should[] = {
		{ 256, 120, 1, 1UL << 30, 2046 },
		{ 2048, 24, 1, 1UL << 30, 2046 },
		{ 4096, 24, 1, 1UL << 30, 1024 },
		{ 4096, 24, 4, 1UL << 30, 1024 },
		{ 4096, 24, 16, 1UL << 30, 256 },
		{ 65536, 8, 1, 1UL << 40, 64 },
		{ 1 << 20, 1, 1, 1UL << 40, 4 },
		{ 8 << 20, 1, 1, 1UL << 40, 1 },
		{ 4096, 24, 4096, 1UL << 26, 24 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(should); i++)
		check(auto_limit_most(should[i].size, should[i].slabs, should[i].memory,
				      should[i].cpus) == should[i].most, "case %u", i);
}

static void A3_a_larger_array_has_the_same_entries(void)
{
	struct myslab_array *small = array_of(30), *large = array_of(62);
	unsigned int i;

	for (i = 0; i < 20; i++)
		array_push(small, (void *)(i + 1UL));
	array_copy(large, small);
	check(large->avail == 20 && large->limit == 62, "counts");
	for (i = 20; i; i--)
		check(array_pop(large) == (void *)(unsigned long)i, "at %u", i);
	free(small);
	free(large);
}

/* What lay there untaken goes; what was taken and came back stays. */
static void A6_reap_takes_what_was_not_taken(void)
{
	unsigned int i, use, nr;
	void *obj[40];

	for (use = 0; use <= 40; use++) {
		struct myslab_array *a = array_of(100);
		unsigned long known = 0;

		for (i = 0; i < 40; i++)
			array_push(a, (void *)(i + 1UL));
		check(!array_reap_idle(a), "how long they were there nobody knows");
		for (i = 0; i < use; i++)
			if (!array_try_pop(a, &obj[i])) {
				known++;
				obj[i] = array_pop(a);
				array_note(a);
			}
		check(known <= 6, "%lu of %u the long way", known, use);
		for (; i; i--)
			array_push(a, obj[i - 1]);
		nr = array_reap_idle(a);
		check(nr <= 40 - use, "%u of 40, %u in use", nr, use);
		check(nr >= (40 - use) / 2, "%u of 40, %u in use", nr, use);
		check(use || nr == 40, "%u where nothing was taken", nr);
		array_drop_oldest(a, nr);
		check(a->low == 40 - nr, "what is left is watched: %u", a->low);
		free(a);
	}
}

/* As many batches, where a CPU's array may hold so many; and two in any case. */
static void A10_a_shared_array_holds_no_more_than_a_cpus_may(void)
{
	static const struct {
		unsigned int shared, batch, most, entries;
	} should[] = {
		{ 8, 15, 2046, 120 },
		{ 8, 255, 2046, 2040 },
		{ 8, 256, 2046, 2046 },
		{ 8, 1023, 2046, 2046 },
		{ 8, 127, 254, 254 },
		{ 8, 32, 64, 64 },
		{ 8, 12, 24, 24 },
		{ 8, 4, 4, 8 },
		{ 1, 15, 2046, 15 },
		{ 0, 15, 2046, 0 },
		{ 1U << 31, 2, 2046, 2046 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(should); i++)
		check(auto_shared(should[i].shared, should[i].batch, should[i].most) ==
		      should[i].entries, "case %u", i);
}

int main(int argc, char **argv)
{
	static const struct test_case cases[] = {
		CASE(A3_limits_double_between_bounds),
		CASE(A3_bounds_are_of_bytes_and_entries),
		CASE(A3_a_larger_array_has_the_same_entries),
		CASE(A6_reap_takes_what_was_not_taken),
		CASE(A10_a_shared_array_holds_no_more_than_a_cpus_may),
	};

	return ktap_main(argc, argv, cases, ARRAY_SIZE(cases));
}
