// SPDX-License-Identifier: GPL-2.0
/* See ktap.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ktap.h"
#include "memory.h"

/* A case that works longer than that hangs: a list of the core runs in a circle. */
#define CASE_SECONDS	5
#define LONG_FACTOR	20

static unsigned long long seed;
static u64 rnd_state;
static jmp_buf *bug_expected;

/* The tests leave their memory to the end of the process. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

u64 rnd64(void)
{
	u64 z;

	rnd_state += 0x9e3779b97f4a7c15;
	z = rnd_state;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

u32 rnd(u32 below)
{
	return rnd64() % below;
}

u32 rnd_range(u32 low, u32 high)
{
	return low + rnd(high - low + 1);
}

bool one_in(u32 n)
{
	return rnd(n) == 0;
}

unsigned int steps(unsigned int base)
{
	return getenv("MYSLAB_LONG") ? base * LONG_FACTOR : base;
}

/* Prints with a # before each line, and in one piece. */
static void __printf(1, 0) comment(const char *fmt, va_list args)
{
	char text[1000];

	vsnprintf(text, sizeof(text), fmt, args);
	printf("# %s\n", text);
	fflush(stdout);
}

void check_failed(const char *file, int line, const char *fmt, ...)
{
	va_list args;

	printf("# %s:%d: false:\n", file, line);
	va_start(args, fmt);
	comment(fmt, args);
	va_end(args);
	_exit(1);
}

void sim_bug(const char *fmt, ...)
{
	va_list args;

	if (bug_expected)
		longjmp(*bug_expected, 1);
	va_start(args, fmt);
	comment(fmt, args);
	va_end(args);
	abort();
}

bool ends_in_bug(void (*fn)(void *data), void *data)
{
	jmp_buf back;
	volatile bool bug = true;

	bug_expected = &back;
	if (!setjmp(back)) {
		fn(data);
		bug = false;
	}
	bug_expected = NULL;
	return bug;
}

static void run_case(const struct test_case *test)
{
	const char *p;

	rnd_state = seed;
	for (p = test->name; *p; p++)
		rnd_state = rnd64() + *p;
	memory_init();
	test->run();
}

/* Of the CPU: a machine with much to do makes no case fail. */
static void limit_time(void)
{
	const struct rlimit limit = {
		.rlim_cur = steps(CASE_SECONDS),
		.rlim_max = steps(CASE_SECONDS) + 1,
	};

	setrlimit(RLIMIT_CPU, &limit);
}

static bool passes(const struct test_case *test)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		limit_time();
		run_case(test);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		perror("fork");
		exit(1);
	}
	if (WIFSIGNALED(status))
		printf("# ended by signal %d\n", WTERMSIG(status));
	return status == 0;
}

static int explain(const char *program, const struct test_case *cases, size_t nr)
{
	size_t i;

	printf("usage: [SIM_SEED=n] [MYSLAB_LONG=1] %s [--list | CASE]\n"
	       "One CASE runs in this process, as a debugger wants it. Cases:\n", program);
	for (i = 0; i < nr; i++)
		printf("  %s%s\n", cases[i].name, CASE_SUFFIX);
	return 2;
}

static int list_cases(const struct test_case *cases, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		printf("%s%s\n", cases[i].name, CASE_SUFFIX);
	return 0;
}

static int run_one(const char *name, const struct test_case *cases, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		size_t length = strlen(cases[i].name);

		if (strncmp(cases[i].name, name, length) ||
		    (name[length] && strcmp(name + length, CASE_SUFFIX)))
			continue;
		run_case(&cases[i]);
		printf("ok 1 %s%s\n", cases[i].name, CASE_SUFFIX);
		return 0;
	}
	return -1;
}

static int run_all(const char *program, const struct test_case *cases, size_t nr)
{
	size_t i;
	int failed = 0;

	printf("TAP version 13\n1..%zu\n# %s: SIM_SEED=%llu\n", nr, program, seed);
	for (i = 0; i < nr; i++) {
		bool good = passes(&cases[i]);

		printf("%sok %zu %s%s\n", good ? "" : "not ", i + 1, cases[i].name,
		       CASE_SUFFIX);
		if (good)
			continue;
		printf("# again: SIM_SEED=%llu %s %s\n", seed, program, cases[i].name);
		failed++;
	}
	return failed ? 1 : 0;
}

int ktap_main(int argc, char **argv, const struct test_case *cases, size_t nr)
{
	const char *wanted = getenv("SIM_SEED");
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	seed = (now.tv_sec * 1000000000ULL + now.tv_nsec) % 999999937;
	if (wanted && *wanted)
		seed = strtoull(wanted, NULL, 0);
	if (argc == 1)
		return run_all(argv[0], cases, nr);
	if (argc == 2 && !strcmp(argv[1], "--list"))
		return list_cases(cases, nr);
	if (argc == 2 && !run_one(argv[1], cases, nr))
		return 0;
	return explain(argv[0], cases, nr);
}
