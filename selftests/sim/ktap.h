/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A program of named cases. Each runs in a process of its own, so that one that
 * crashes or hangs fails under its name and the others still run. KTAP out.
 */
#ifndef _SIM_KTAP_H
#define _SIM_KTAP_H

#include <sim.h>
#include <linux/types.h>

struct test_case {
	const char *name;
	void (*run)(void);
};

#define CASE(fn)	{ #fn, fn }

/* In the build with u16 indices every case has a name of its own. */
#ifdef MYSLAB_INDEX_U16
#define CASE_SUFFIX	".u16"
#else
#define CASE_SUFFIX	""
#endif

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

int ktap_main(int argc, char **argv, const struct test_case *cases, size_t nr);

void __noreturn __printf(3, 4) check_failed(const char *file, int line,
					    const char *fmt, ...);

/* The case fails here unless @cond holds; what follows says with which values. */
#define check(cond, fmt, ...) do {						\
	if (!(cond))								\
		check_failed(__FILE__, __LINE__, "%s: " fmt, #cond,		\
			     ##__VA_ARGS__);					\
} while (0)

/* Does @fn end in sim_bug()? */
bool ends_in_bug(void (*fn)(void *data), void *data);

/* Random numbers: the same ones in each run of a case with the same seed. */
u64 rnd64(void);
/* 0 to @below - 1 */
u32 rnd(u32 below);
/* @low to @high, both included */
u32 rnd_range(u32 low, u32 high);
/* True once in @n times. */
bool one_in(u32 n);

/* How often to repeat something: @base, more where MYSLAB_LONG is set. */
unsigned int steps(unsigned int base);

#endif /* _SIM_KTAP_H */
