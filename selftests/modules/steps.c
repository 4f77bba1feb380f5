// SPDX-License-Identifier: GPL-2.0
/* Mode auto: after how many refills and flushes an array grows, and within what time (A3). */
#include <linux/jiffies.h>

#include "bursts.h"
#include "suites.h"

/* Of 256 bytes: what an array begins with, how many travel, and what it holds once it grew. */
#define FIRST		30
#define BATCH		15
#define SECOND		62

/* Of an array that is empty: the calls of which the last refills, or flushes, a fourth time. */
#define FOUR_REFILLS	(3 * BATCH + 1)
#define FOUR_FLUSHES	(FIRST + 3 * BATCH + 1)

/*
 * Objects of which every second one stays out: so each slab stays, and has some for a refill,
 * as a growth would be one more.
 */
#define KEPT		(2 * FOUR_FLUSHES)

struct steps {
	struct pool p;
	void *kept[2 * KEPT];
	void *o[FOUR_FLUSHES];
	long ticks;			/* of the parameter, before */
};

#define GROW_TICKS	"/sys/module/myslab/parameters/grow_ticks"

static struct steps *open_steps(void)
{
	struct steps *s = kvzalloc(sizeof(*s), GFP_KERNEL);
	unsigned int i;

	if (expect(s) && open_auto(&s->p, 256)) {
		if (take_many(&s->p, s->kept, 2 * KEPT)) {
			for (i = 0; i < KEPT; i++) {
				give(&s->p, s->kept[2 * i + 1]);
				s->kept[i] = s->kept[2 * i];
			}
			s->ticks = look_number(GROW_TICKS);
			set_parameter("grow_ticks", 1);
			return s;
		}
		close_pool(&s->p);
	}
	kvfree(s);
	return NULL;
}

static void close_steps(struct steps *s)
{
	set_parameter("grow_ticks", s->ticks);
	give_many(&s->p, s->kept, KEPT);
	close_pool(&s->p);
	kvfree(s);
}

/* An array as at first, and empty. */
static bool begin(struct steps *s)
{
	expect_eq(myslab_cache_shrink(s->p.cache), 1);
	return expect_eq(limit_of(&s->p), FIRST) && expect_eq(avail_of(&s->p), 0);
}

/* @nr calls, in a tick that has just begun. Answers whether it lasted. */
static bool take_in_a_tick(struct steps *s, unsigned int nr)
{
	unsigned long before;

	next_tick();
	before = jiffies;
	return take_many(&s->p, s->o, nr) && !time_after(jiffies, before);
}

static bool give_in_a_tick(struct steps *s, unsigned int nr)
{
	unsigned long before;

	next_tick();
	before = jiffies;
	give_many(&s->p, s->o, nr);
	return !time_after(jiffies, before);
}

/* The array's limit after so many within a tick: tried until one lasts as long. */
static long limit_after_takes(struct steps *s, unsigned int nr)
{
	unsigned long deadline = jiffies + 60 * HZ;
	long limit = -1;
	bool lasted;

	do {
		if (!begin(s))
			return -1;
		lasted = take_in_a_tick(s, nr);
		limit = limit_of(&s->p);
		give_many(&s->p, s->o, nr);
	} while (!lasted && expect(time_before(jiffies, deadline)));
	return limit;
}

static long limit_after_gives(struct steps *s, unsigned int nr)
{
	unsigned long deadline = jiffies + 60 * HZ;
	bool lasted;

	do {
		if (!take_many(&s->p, s->o, nr) || !begin(s))
			return -1;
		lasted = give_in_a_tick(s, nr);
	} while (!lasted && expect(time_before(jiffies, deadline)));
	return limit_of(&s->p);
}

static void A3_four_within_a_tick_double_it_and_three_do_not(void)
{
	struct steps *s;

	if (IS_ENABLED(CONFIG_KASAN_GENERIC)) {
		test_skip("so many do not fit into a tick under KASAN");
		return;
	}
	s = open_steps();
	if (!s)
		return;
	expect_eq(limit_after_takes(s, FOUR_REFILLS - 1), FIRST);
	expect_eq(limit_after_takes(s, FOUR_REFILLS), SECOND);
	expect_eq(limit_after_gives(s, FOUR_FLUSHES - 1), FIRST);
	expect_eq(limit_after_gives(s, FOUR_FLUSHES), SECOND);
	close_steps(s);
}

/* Four refills, none of which is in the tick of the one before. */
static long limit_after_ticks(struct steps *s)
{
	unsigned int i;
	long limit;

	if (!begin(s))
		return -1;
	for (i = 0; i < FOUR_REFILLS; i++) {
		if (i % BATCH == 0)
			next_tick();
		s->o[i] = take(&s->p);
	}
	limit = limit_of(&s->p);
	give_many(&s->p, s->o, FOUR_REFILLS);
	return limit;
}

static void A3_grow_ticks_says_within_how_many(void)
{
	struct steps *s = open_steps();

	if (!s)
		return;
	expect_eq(limit_after_ticks(s), FIRST);
	set_parameter("grow_ticks", 1000000);
	expect(limit_after_ticks(s) >= SECOND);
	set_parameter("grow_ticks", 1);
	expect_eq(limit_after_ticks(s), FIRST);
	close_steps(s);
}

static const struct test_case cases[] = {
	CASE(A3_four_within_a_tick_double_it_and_three_do_not),
	CASE(A3_grow_ticks_says_within_how_many),
};

SUITE(steps);
