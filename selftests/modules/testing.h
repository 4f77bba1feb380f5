/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small framework for tests that run in the kernel.
 *
 * A suite is a table of named cases and a file in debugfs, myslab-test/<suite>.
 * Writing "run" to it runs every case in the writer's context, writing the name of
 * a case runs that one; then it reads as KTAP. Before the first run it reads as the
 * plan alone. A case is named for the rule that it asserts: R10_pops_the_newest.
 *
 * A case begins on the first CPU, and ends with every object freed and every cache
 * destroyed, whether its expectations held or not.
 */
#ifndef _MYSLAB_TESTING_H
#define _MYSLAB_TESTING_H

#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

struct test_case {
	const char *name;
	void (*run)(void);
};

#define CASE(function)	{ #function, function }

struct test_suite {
	const char *name;
	const struct test_case *cases;
	size_t nr;
	char *results;		/* of the last run; NULL: none yet */
};

#define SUITE(label)							\
	struct test_suite suite_##label = {				\
		.name = #label,						\
		.cases = cases,						\
		.nr = ARRAY_SIZE(cases),				\
	}

/*
 * In the thread that runs the case only. Each answers whether it held, so that a
 * case can leave where going on would be dangerous.
 */
#define expect(condition)						\
	test_expect((condition), #condition, kbasename(__FILE__), __LINE__)
#define expect_eq(got, want)						\
	test_expect_eq((long long)(got), (long long)(want), #got,	\
		       kbasename(__FILE__), __LINE__)

bool test_expect(bool held, const char *what, const char *file, int line);
bool test_expect_eq(long long got, long long want, const char *what,
		    const char *file, int line);

/* A line of its own in the results, as a comment. */
__printf(1, 2) void test_note(const char *fmt, ...);

/* This case has no meaning here; the case returns after it. */
void test_skip(const char *reason);

/* For loops that are not worth going on with once a case has failed. */
bool test_failed(void);

int testing_init(struct test_suite *const *suites, size_t nr);
void testing_exit(void);

#endif /* _MYSLAB_TESTING_H */
