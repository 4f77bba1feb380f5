// SPDX-License-Identifier: GPL-2.0
/*
 * BENCH by the ioctl: what it refuses, what each case answers, and that a program
 * built before the cases were there gets what it always got.
 */
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "kselftest.h"
#include "stress.h"
#include "test_ioctl.h"

#define CASE(_case, ...) { .workload = MYSLAB_STRESS_BENCH, .seed = 1, .ops = 20, \
			   .sizes = { 256, 4096 }, .bench = MYSLAB_BENCH_##_case, ##__VA_ARGS__ }

static const struct {
	const char *name;
	int err;
	struct myslab_stress_params p;
} bad[] = {
	{ "a case elsewhere than in bench", EINVAL, { .workload = MYSLAB_STRESS_HOT, .bench = 1 } },
	{ "unknown case", EINVAL, CASE(CACHES + 1) },
	{ "second reserved word", EINVAL, CASE(PAIR, .reserved2 = 1) },
	{ "zeroed and atomic", EINVAL,
	  CASE(PAIR, .flags = MYSLAB_STRESS_ZERO | MYSLAB_STRESS_ATOMIC) },
	{ "zeroed and inline", EINVAL, CASE(INLINE, .flags = MYSLAB_STRESS_ZERO) },
	{ "bulk pair", EINVAL, CASE(PAIR, .flags = MYSLAB_STRESS_BULK) },
	{ "bulk of odd parts", EINVAL,
	  CASE(BURST, .flags = MYSLAB_STRESS_BULK, .objects = 40, .batch = 16) },
	{ "order of a pair", EINVAL, CASE(PAIR, .order = MYSLAB_STRESS_FIFO) },
	{ "random order of single calls", EINVAL, CASE(SLOWEST, .order = MYSLAB_STRESS_RANDOM) },
	{ "objects to create", EINVAL, CASE(CREATE, .objects = 4) },
	{ "remote without where", EINVAL, CASE(REMOTE) },
	{ "consumers of a burst", EINVAL, CASE(BURST, .consumer_cpus = { 1 }) },
	{ "pages beyond memory", E2BIG,
	  CASE(PAGES, .objects = MYSLAB_STRESS_MAX_OBJECTS, .sizes = { MYSLAB_STRESS_MAX_SIZE }) },
};

/* The last CPU: another one wherever there are two. */
#define LAST_CPU (sysconf(_SC_NPROCESSORS_ONLN) - 1)

static struct {
	const char *name;
	struct myslab_stress_params p;
} cases[] = {
	{ "pair, zeroed", CASE(PAIR, .flags = MYSLAB_STRESS_ZERO) },
	{ "pair, inline", CASE(INLINE) },
	{ "burst", CASE(BURST, .objects = 300) },
	{ "burst, in random order", CASE(BURST, .order = MYSLAB_STRESS_RANDOM) },
	{ "bulk", CASE(BURST, .flags = MYSLAB_STRESS_BULK, .objects = 64, .batch = 16) },
	{ "churn", CASE(CHURN, .objects = 4096) },
	{ "remote", CASE(REMOTE, .objects = 64) },
	{ "slowest", CASE(SLOWEST) },
	{ "create", CASE(CREATE) },
};

/*
 * Where ticks are time, another's work on this machine may make the empty loop
 * dearer than the allocator: figures are judged where ticks are instructions.
 * There a burst's parts make up the whole.
 */
static bool costs_add_up(const struct myslab_stress_params *p, const struct myslab_stress_bench *b,
			 const struct myslab_stress_cost *c)
{
	switch (p->bench) {
	case MYSLAB_BENCH_SLOWEST:
		return c->slowest_alloc > 10 && c->slowest_free > 10;
	case MYSLAB_BENCH_CREATE:
		return b->cycles_per_op_x1000 > 100000 && c->elapsed_x1000 > 100000;
	case MYSLAB_BENCH_BURST:
	case MYSLAB_BENCH_REMOTE:
		return c->alloc_x1000 > 1000 && c->free_x1000 > 1000 &&
		       c->alloc_x1000 + c->free_x1000 == b->cycles_per_op_x1000;
	default:
		return b->cycles_per_op_x1000 > 1000 && !c->alloc_x1000;
	}
}

static bool answers(const struct myslab_stress_params *p, const struct myslab_stress_result *r,
		    unsigned int i)
{
	const struct myslab_stress_bench *b = &r->bench[i];
	const struct myslab_stress_cost *c = &r->costs[i];

	if (b->size != p->sizes[i] || b->reps != 20 || !b->pairs || !c->report ||
	    c->slowest_alloc_at >= 1024 || c->slowest_free_at >= 1024)
		return false;
	if (!counts_instructions(r) || costs_add_up(p, b, c))
		return true;
	ksft_print_msg("%u bytes: %llu = %llu + %llu (%llu) slowest %llu, %llu\n", b->size,
		       b->cycles_per_op_x1000, c->alloc_x1000, c->free_x1000, c->elapsed_x1000,
		       c->slowest_alloc, c->slowest_free);
	return false;
}

static bool run_case(const struct myslab_stress_params *p, struct myslab_stress_result *r)
{
	int fd = device();
	bool good = !run_to_end(fd, p) && wait_end(fd, r) && !r->errors_total && !r->failed;

	close(fd);
	return good && r->ops_done == r->ops_wanted && r->nr_bench == 2;
}

/* What this kernel has no way to do. */
static bool unsupported(const struct myslab_stress_params *p)
{
	int fd = device(), err = run_to_end(fd, p);

	close(fd);
	return err == EOPNOTSUPP;
}

static void test_cases(void)
{
	struct myslab_stress_result r;
	unsigned int i, backend;

	for (i = 0; i < NELEM(cases); i++) {
		struct myslab_stress_params p = cases[i].p;
		bool good = true;

		if (p.bench == MYSLAB_BENCH_REMOTE)
			p.consumer_cpus[LAST_CPU / 64] = 1ULL << LAST_CPU % 64;
		if (p.bench == MYSLAB_BENCH_INLINE && unsupported(&p)) {
			ksft_test_result_skip("%s: no such path on this kernel\n", cases[i].name);
			continue;
		}
		for (backend = 0; backend < 2; backend++) {
			p.backend = backend;
			good &= run_case(&p, &r) && answers(&p, &r, 0) && answers(&p, &r, 1);
		}
		expect(good, cases[i].name);
	}
}

/* 8192 objects of 256 bytes are 512 pages at least; 1 in 8 stays, and then none. */
static void test_pages(void)
{
	struct myslab_stress_params p = CASE(PAGES, .objects = 8192);
	struct myslab_stress_result r;
	const struct myslab_stress_cost *c = &r.costs[0];

	for (p.backend = 0; p.backend < 2; p.backend++)
		expect(run_case(&p, &r) && c->objects[0] == 8192 && c->objects[1] == 1024 &&
		       !c->objects[2] && c->pages_own[0] >= 512 && c->pages_own[0] < 700 &&
		       c->pages_own[1] >= 64 && c->pages_own[1] < c->pages_own[0] &&
		       c->pages_own[2] < 64,
		       p.backend ? "pages of kmem_cache" : "pages of myslab");
}

static void test_old_program(void)
{
	struct myslab_stress_params p = CASE(PAIR, .flags = MYSLAB_STRESS_WAIT);
	struct myslab_stress_result r;
	int fd = device();

	p.bench = ~0U;
	expect_errno(0, sized(fd, MYSLAB_IOC_RUN, MYSLAB_STRESS_PARAMS_VER0, &p),
		     "a program that knows no cases times the pair");
	memset(&r, 0xff, sizeof(r));
	expect(!sized(fd, MYSLAB_IOC_STATUS, MYSLAB_STRESS_RESULT_VER0, &r) &&
	       r.bench[1].reps == 20 &&
	       r.costs[0].alloc_x1000 == ~0ULL, "and is told as much as it has room for");
	close(fd);
}

static void test_bad(void)
{
	unsigned int i;
	int fd = device();

	for (i = 0; i < NELEM(bad); i++)
		expect_errno(bad[i].err, run_to_end(fd, &bad[i].p), bad[i].name);
	close(fd);
}

int main(void)
{
	ksft_print_header();
	if (geteuid())
		ksft_exit_skip("needs root\n");
	if (!load_module())
		ksft_exit_skip("no module loaded, nor one to load\n");
	ksft_set_plan(NELEM(bad) + NELEM(cases) + 6);
	test_bad();
	test_cases();
	test_pages();
	test_old_program();
	test_unload();
	ksft_finished();
}
