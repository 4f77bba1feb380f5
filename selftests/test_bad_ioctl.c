// SPDX-License-Identifier: GPL-2.0
/*
 * The stress device's interface: every kind of bad input gets its errno, and so does who
 * may not ask. The same source built with -m32 tests the compat entry.
 */
#include <linux/capability.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "kselftest.h"
#include "stress.h"
#include "test_ioctl.h"

/* A few milliseconds of work. */
static const struct myslab_stress_params small = {
	.workload = MYSLAB_STRESS_HOT,
	.flags = MYSLAB_STRESS_VERIFY,
	.ops = 2000,
	.seed = 1,
};

struct bad {
	const char *name;
	int err;
	struct myslab_stress_params p;
};

#define BAD(_name, _err, _workload, ...) \
	{ _name, _err, { .workload = MYSLAB_STRESS_##_workload, ##__VA_ARGS__ } }

static const struct bad bad[] = {
	BAD("unknown backend", EINVAL, HOT, .backend = 2),
	{ "unknown workload", EINVAL, { .workload = 8 } },
	BAD("unknown flag", EINVAL, HOT, .flags = 1ULL << 9),
	BAD("highest flag", EINVAL, HOT, .flags = 1ULL << 63),
	BAD("unknown slab flag", EINVAL, HOT, .slab_flags = 1U << 4),
	BAD("unknown order", EINVAL, BURST, .order = 3),
	BAD("first reserved word set", EINVAL, HOT, .reserved = { 1, 0 }),
	BAD("second reserved word set", EINVAL, HOT, .reserved = { 0, 1 }),
	BAD("light without verify", EINVAL, HOT, .flags = MYSLAB_STRESS_LIGHT),
	BAD("bulk on a node", EINVAL, HOT, .flags = MYSLAB_STRESS_BULK | MYSLAB_STRESS_NODE),
	BAD("bulk on nodes in turn", EINVAL, HOT,
	    .flags = MYSLAB_STRESS_BULK | MYSLAB_STRESS_ALTERNATE),
	BAD("one node and all in turn", EINVAL, HOT,
	    .flags = MYSLAB_STRESS_NODE | MYSLAB_STRESS_ALTERNATE),
	BAD("constructor and zero", EINVAL, CTOR, .flags = MYSLAB_STRESS_ZERO),
	BAD("bench and verify", EINVAL, BENCH, .flags = MYSLAB_STRESS_VERIFY),
	BAD("order without burst", EINVAL, CHURN, .order = MYSLAB_STRESS_FIFO),
	BAD("bytes without fill", EINVAL, HOT, .bytes = 4096),
	BAD("fill with operations", EINVAL, FILL, .bytes = 4096, .ops = 100),
	BAD("fill without bytes", EINVAL, FILL),
	BAD("hot with objects", EINVAL, HOT, .objects = 16),
	BAD("one size for mixed", EINVAL, MIXED, .size = 64),
	BAD("many sizes for hot", EINVAL, HOT, .sizes = { 64 }),
	BAD("a hole in the sizes", EINVAL, MIXED, .sizes = { 64, 0, 128 }),
	BAD("two threads for bench", EINVAL, BENCH, .threads = 2),
	BAD("too few repetitions", EINVAL, BENCH, .ops = 19),
	BAD("consumers for hot", EINVAL, HOT, .consumer_cpus = { 1 }),
	BAD("batch without bulk", EINVAL, HOT, .batch = 4),
	BAD("batch over objects", EINVAL, CHURN, .flags = MYSLAB_STRESS_BULK,
	    .batch = 32, .objects = 16),
	BAD("period without hardirq", EINVAL, HOT, .hardirq_us = 100),
	BAD("period too short", EINVAL, HOT, .flags = MYSLAB_STRESS_HARDIRQ, .hardirq_us = 1),
	BAD("node without its flag", EINVAL, HOT, .node = 1),
	BAD("size too small", EINVAL, HOT, .size = 7),
	BAD("mixed size too small", EINVAL, MIXED, .sizes = { 64, 7 }),
	BAD("align no power of two", EINVAL, HOT, .align = 24),
	BAD("no such CPU", EINVAL, HOT, .cpus[15] = 1ULL << 63),
	BAD("no such consumer CPU", EINVAL, PRODCONS, .consumer_cpus[15] = 1ULL << 63),
	BAD("no such node", EINVAL, HOT, .flags = MYSLAB_STRESS_NODE, .node = 1000),
	BAD("node out of range", EINVAL, HOT, .flags = MYSLAB_STRESS_NODE, .node = ~0U),
	BAD("too many threads", E2BIG, HOT, .threads = MYSLAB_STRESS_MAX_THREADS + 1),
	BAD("too many pairs", E2BIG, PRODCONS, .threads = MYSLAB_STRESS_MAX_THREADS / 2 + 1),
	BAD("too many objects", E2BIG, CHURN, .objects = MYSLAB_STRESS_MAX_OBJECTS + 1),
	BAD("too many objects in all", E2BIG, CHURN, .size = 8, .threads = 5,
	    .objects = MYSLAB_STRESS_MAX_OBJECTS),
	BAD("size too large", E2BIG, HOT, .size = MYSLAB_STRESS_MAX_SIZE + 1),
	BAD("mixed size too large", E2BIG, MIXED, .sizes = { MYSLAB_STRESS_MAX_SIZE + 1 }),
	BAD("align too large", E2BIG, HOT, .align = 2 * MYSLAB_STRESS_MAX_ALIGN),
	BAD("too many seconds", E2BIG, HOT, .seconds = MYSLAB_STRESS_MAX_SECONDS + 1),
	BAD("too many operations", E2BIG, HOT, .ops = MYSLAB_STRESS_MAX_OPS + 1),
	BAD("batch too large", E2BIG, HOT, .flags = MYSLAB_STRESS_BULK,
	    .batch = MYSLAB_STRESS_MAX_BATCH + 1),
	BAD("period too long", E2BIG, HOT, .flags = MYSLAB_STRESS_HARDIRQ,
	    .hardirq_us = MYSLAB_STRESS_MAX_IRQ_US + 1),
	BAD("too many repetitions", E2BIG, BENCH, .ops = MYSLAB_STRESS_MAX_REPS + 1),
	BAD("too many pairs a repetition", E2BIG, BENCH, .ops = 20,
	    .objects = MYSLAB_STRESS_MAX_PAIRS + 1),
	BAD("too many bytes", E2BIG, FILL, .bytes = MYSLAB_STRESS_MAX_BYTES + 1),
	BAD("fill of too many objects", E2BIG, FILL, .threads = 1, .size = 8,
	    .bytes = MYSLAB_STRESS_MAX_BYTES),
	BAD("threads * objects * size at the caps", E2BIG, CHURN,
	    .threads = MYSLAB_STRESS_MAX_THREADS, .objects = MYSLAB_STRESS_MAX_OBJECTS,
	    .size = MYSLAB_STRESS_MAX_SIZE),
	BAD("threads * objects * size over 2^32", E2BIG, CHURN, .threads = 4, .objects = 65536,
	    .size = MYSLAB_STRESS_MAX_SIZE),
	BAD("threads * objects * size all ones", E2BIG, CHURN, .threads = ~0U, .objects = ~0U,
	    .size = ~0U, .ops = ~0ULL),
};

static void test_bad(void)
{
	struct myslab_stress_params p;
	unsigned int i;
	int fd = device();

	for (i = 0; i < NELEM(bad); i++) {
		p = bad[i].p;
		/* Taken for good, it is to end soon. */
		if (!p.ops && p.workload != MYSLAB_STRESS_FILL)
			p.ops = 100;
		expect_errno(bad[i].err, start(fd, &p), bad[i].name);
	}
	expect(start(fd, &small) == 0, "a file that only saw bad input still runs");
	close(fd);
}

static void test_run_sizes(void)
{
	struct {
		struct myslab_stress_params p;
		unsigned char tail[64];
	} longer = { .p = small };
	int fd = device();

	expect_errno(EINVAL, sized(fd, MYSLAB_IOC_RUN, 0, &longer), "structure of no size");
	expect_errno(EINVAL, sized(fd, MYSLAB_IOC_RUN, MYSLAB_STRESS_PARAMS_VER0 - 8, &longer),
		     "structure too short");
	expect_errno(EINVAL, sized(fd, MYSLAB_IOC_RUN, MYSLAB_STRESS_PARAMS_VER0 - 1, &longer),
		     "structure short by a byte");
	longer.tail[63] = 1;
	expect_errno(E2BIG, sized(fd, MYSLAB_IOC_RUN, sizeof(longer), &longer),
		     "longer structure, its last byte set");
	longer.tail[63] = 0;
	longer.tail[0] = 1;
	expect_errno(E2BIG, sized(fd, MYSLAB_IOC_RUN, sizeof(longer.p) + 1, &longer),
		     "structure longer by a byte that is set");
	longer.tail[0] = 0;
	expect_errno(0, sized(fd, MYSLAB_IOC_RUN, sizeof(longer), &longer),
		     "longer structure, its tail zero, runs");
	close(fd);
}

static void test_status_sizes(void)
{
	struct {
		struct myslab_stress_result r;
		unsigned char tail[64];
	} longer;
	int fd = device();

	expect_errno(ENODATA, sized(fd, MYSLAB_IOC_STATUS, sizeof(longer.r), &longer),
		     "status before a run");
	expect_errno(ENODATA, sized(fd, MYSLAB_IOC_STOP, 0, NULL), "stop before a run");
	expect(read(fd, &longer.r, sizeof(longer.r)) < 0 && errno == ENODATA,
	       "read before a run");
	run_to_end(fd, &small);
	expect_errno(EINVAL, sized(fd, MYSLAB_IOC_STATUS, MYSLAB_STRESS_RESULT_VER0 - 8, &longer),
		     "status too short");
	expect_errno(EINVAL, sized(fd, MYSLAB_IOC_STOP, 8, &longer), "stop with a size");
	memset(&longer, 0xff, sizeof(longer));
	expect(!sized(fd, MYSLAB_IOC_STATUS, sizeof(longer), &longer) &&
	       longer.r.state == MYSLAB_STRESS_ENDED && longer.r.ops_done == small.ops &&
	       !longer.tail[0] && !longer.tail[63], "longer status, its tail zeroed");
	expect(read(fd, &longer, MYSLAB_STRESS_RESULT_VER0 - 1) < 0 && errno == EINVAL,
	       "read too short");
	expect_errno(0, sized(fd, MYSLAB_IOC_STOP, 0, NULL), "stop after the end");
	expect_errno(ENOTTY, ioctl(fd, _IO(MYSLAB_IOC_MAGIC, 9)) ? errno : 0, "unknown number");
	expect_errno(ENOTTY, ioctl(fd, _IOW('?', 1, struct myslab_stress_params), &small) ?
		     errno : 0, "another device's number");
	close(fd);
}

static void test_pointers(void)
{
	long page = sysconf(_SC_PAGESIZE);
	char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	void *cut = map + page - 64;
	int fd = device();

	munmap(map + page, page);
	memcpy(cut, &small, 64);
	expect_errno(EFAULT, start(fd, NULL), "null pointer");
	expect_errno(EFAULT, start(fd, (void *)(map + page)), "unmapped pointer");
	expect_errno(EFAULT, start(fd, (void *)-4096L), "pointer into the kernel");
	expect_errno(EFAULT, start(fd, cut), "structure that runs out of its mapping");
	run_to_end(fd, &small);
	expect_errno(EFAULT, ioctl(fd, MYSLAB_IOC_STATUS, cut) ? errno : 0,
		     "status that runs out of its mapping");
	expect(read(fd, map + page, sizeof(struct myslab_stress_result)) < 0 && errno == EFAULT,
	       "read to an unmapped pointer");
	munmap(map, page);
	close(fd);
}

static bool all_eperm(int fd)
{
	struct myslab_stress_result r;

	return start(fd, &small) == EPERM &&
	       ioctl(fd, MYSLAB_IOC_STATUS, &r) < 0 && errno == EPERM &&
	       ioctl(fd, MYSLAB_IOC_STOP) < 0 && errno == EPERM;
}

static bool child_no_capability(int fd)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &head, data))
		return false;
	data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective &= ~CAP_TO_MASK(CAP_SYS_ADMIN);
	return !syscall(SYS_capset, &head, data) && all_eperm(fd);
}

static bool child_nobody(int fd)
{
	return !setuid(65534) && all_eperm(fd) &&
	       open(STRESS_DEVICE, O_RDWR) < 0 && errno == EACCES;
}

static void test_permission(void)
{
	struct stat st;
	int fd = device();

	expect(!stat(STRESS_DEVICE, &st) && S_ISCHR(st.st_mode) && (st.st_mode & 07777) == 0600 &&
	       !st.st_uid, "the device is root's, mode 0600");
	expect(in_child(child_no_capability, fd), "root without CAP_SYS_ADMIN: EPERM");
	expect(in_child(child_nobody, fd), "another user: EPERM, and no open");
	close(fd);
}

int main(void)
{
	ksft_print_header();
	if (geteuid())
		ksft_exit_skip("needs root\n");
	if (!load_module())
		ksft_exit_skip("no module loaded, nor one to load\n");
	ksft_set_plan(NELEM(bad) + 28);
	test_bad();
	test_run_sizes();
	test_status_sizes();
	test_pointers();
	test_permission();
	test_unload();
	ksft_finished();
}
