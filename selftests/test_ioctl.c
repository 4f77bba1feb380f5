// SPDX-License-Identifier: GPL-2.0
/*
 * The stress device's interface: every kind of bad input gets its errno, a run
 * ends by each of the ways that it can, and what is said of it is true. The same
 * source built with -m32 tests the compat entry.
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

/* Work without an end; the time limit is for a test that fails to stop it. */
static const struct myslab_stress_params endless = {
	.workload = MYSLAB_STRESS_CHURN,
	.flags = MYSLAB_STRESS_VERIFY,
	.seconds = 3600,
	.threads = 2,
	.seed = 1,
};

static int start(int fd, const struct myslab_stress_params *p)
{
	return ioctl(fd, MYSLAB_IOC_RUN, p) ? errno : 0;
}

/* A run on a file of its own, to its end. */
static int complete(const struct myslab_stress_params *params, struct myslab_stress_result *r)
{
	struct myslab_stress_params p = *params;
	int err, fd = device();

	p.flags |= MYSLAB_STRESS_WAIT;
	err = start(fd, &p);
	if (!err && ioctl(fd, MYSLAB_IOC_STATUS, r))
		err = errno;
	close(fd);
	return err;
}

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

static int sized(int fd, unsigned long nr, size_t size, void *arg)
{
	return ioctl(fd, (nr & ~((unsigned long)_IOC_SIZEMASK << _IOC_SIZESHIFT)) |
		     (size << _IOC_SIZESHIFT), arg) ? errno : 0;
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

static void test_busy(void)
{
	struct myslab_stress_result r;
	int fd = device(), other = device();

	expect_errno(0, start(fd, &endless), "a run starts");
	expect_errno(EBUSY, start(fd, &small), "a second run on a busy file");
	expect_errno(EINVAL, sized(fd, MYSLAB_IOC_RUN, 8, (void *)&small),
		     "bad input on a busy file");
	expect_errno(0, run_to_end(other, &small), "a run on another file meanwhile");
	expect(!ioctl(fd, MYSLAB_IOC_STATUS, &r) && r.state == MYSLAB_STRESS_RUNNING && !r.stop,
	       "the first one runs on");
	expect(!ioctl(fd, MYSLAB_IOC_STOP) && wait_end(fd, &r) && r.errors_total == 0 &&
	       r.stop == MYSLAB_STRESS_BY_CALL, "stopped by the ioctl");
	expect(r.ops_done > 0 && r.allocs == r.frees, "what it held is freed");
	expect_errno(0, run_to_end(fd, &small), "the file runs again");
	expect_errno(EINVAL, start(fd, &bad[0].p), "then bad input");
	expect(!ioctl(fd, MYSLAB_IOC_STATUS, &r) && r.ops_done == small.ops,
	       "the last result outlives a refused run");
	close(other);
	close(fd);
}

static void test_close(void)
{
	pid_t pid;
	int fd = device();

	start(fd, &endless);
	expect(kthreads() >= 3, "threads are at work");
	close(fd);
	expect(no_kthreads(), "closing ends the run and its threads");

	pid = fork();
	if (!pid) {
		start(device(), &endless);
		pause();
		_exit(0);
	}
	while (!kthreads())
		usleep(1000);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	expect(no_kthreads(), "so does its process's death");
}

/* All that a file can be asked, in no order, until the time is over. */
static bool hammer(int fd)
{
	double end = seconds() + 2;
	struct myslab_stress_params p = small;
	struct myslab_stress_result r;
	unsigned int i;
	int err = 0;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	for (i = getpid(); seconds() < end; i += 7) {
		p.workload = i % 7;
		p.bytes = p.workload == MYSLAB_STRESS_FILL ? 1 << 20 : 0;
		p.ops = p.bytes ? 0 : 5000;
		p.flags = MYSLAB_STRESS_VERIFY | (i % 3 ? 0 : MYSLAB_STRESS_WAIT);
		err = start(fd, &p);
		if (err && err != EBUSY && err != EINTR)
			return false;
		if (!(i % 5) && ioctl(fd, MYSLAB_IOC_STOP) && errno != ENODATA)
			return false;
		if (read(fd, &r, sizeof(r)) < 0 && errno != EAGAIN && errno != ENODATA)
			return false;
	}
	return true;
}

static void test_hammer(void)
{
	struct myslab_stress_result r;
	int i, status, fd = device();
	bool good = true;

	for (i = 0; i < 4; i++)
		if (!fork())
			_exit(in_child(hammer, fd) ? 0 : 1);
	while (wait(&status) > 0)
		good &= WIFEXITED(status) && !WEXITSTATUS(status);
	while (start(fd, &small) == EBUSY)
		usleep(1000);
	while (!ioctl(fd, MYSLAB_IOC_STATUS, &r) && r.state != MYSLAB_STRESS_ENDED)
		usleep(1000);
	expect(good && r.ops_done == small.ops && !r.errors_total,
	       "four processes ask everything of one file");
	close(fd);
}

static void test_signal(void)
{
	struct myslab_stress_params p = endless;
	struct myslab_stress_result r;
	int err, fd = device();

	p.flags |= MYSLAB_STRESS_WAIT;
	alarm_in_ms(300);
	err = start(fd, &p);
	alarm_off();
	expect_errno(EINTR, err, "a signal ends a run that is waited for");
	expect(!ioctl(fd, MYSLAB_IOC_STATUS, &r) && r.state == MYSLAB_STRESS_ENDED &&
	       r.stop == MYSLAB_STRESS_BY_SIGNAL && r.allocs == r.frees,
	       "it has ended when the ioctl returns");
	start(fd, &endless);
	while (read(fd, &r, sizeof(r)) > 0)
		alarm_in_ms(1);
	err = errno;
	alarm_off();
	expect(err == EINTR && !ioctl(fd, MYSLAB_IOC_STATUS, &r) &&
	       r.state == MYSLAB_STRESS_RUNNING, "a signal ends a read, not a run");
	close(fd);
}

static void test_time(void)
{
	struct myslab_stress_params p = endless;
	struct myslab_stress_result r;

	p.seconds = 1;
	expect_errno(0, complete(&p, &r), "a run of one second");
	expect(r.stop == MYSLAB_STRESS_BY_TIME && r.ns > 700000000 && r.ns < 10000000000ULL,
	       "the time limit ended it");
	p.ops = 1000;
	p.seconds = 0;
	expect(!complete(&p, &r) && r.stop == MYSLAB_STRESS_BY_WORK && r.ops_done == 1000,
	       "without one the work ends it");
}

static void test_progress(void)
{
	struct pollfd pfd = { .fd = device(), .events = POLLIN };
	struct myslab_stress_params p = endless;
	struct myslab_stress_result r;
	bool monotonic = true, ready;
	unsigned int reads = 0, midway = 0;
	__u64 last = 0;
	ssize_t n;

	p.seconds = 2;
	expect(!poll(&pfd, 1, 0) && !pfd.revents, "nothing to poll before a run");
	start(pfd.fd, &p);
	for (;;) {
		ready = poll(&pfd, 1, -1) == 1 && (pfd.revents & POLLIN);
		n = ready ? read(pfd.fd, &r, sizeof(r)) : -1;
		if (n <= 0)
			break;
		monotonic &= r.ops_done >= last && r.allocs >= r.frees;
		midway += r.state == MYSLAB_STRESS_RUNNING && r.ops_done > last;
		last = r.ops_done;
		reads++;
	}
	expect(n == 0 && r.state == MYSLAB_STRESS_ENDED, "reads end after the end was read");
	expect(monotonic && reads >= 4 && midway >= 2, "progress is seen and never falls");
	expect(poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLHUP), "poll says that it has ended");
	fcntl(pfd.fd, F_SETFL, O_NONBLOCK);
	start(pfd.fd, &endless);
	while ((n = read(pfd.fd, &r, sizeof(r))) > 0)
		;
	expect(n < 0 && errno == EAGAIN, "without news a read that may not sleep says so");
	close(pfd.fd);
}

#define EVERY(_name, _workload, ...) \
	{ _name, 0, { .workload = MYSLAB_STRESS_##_workload, .seed = 7, ##__VA_ARGS__ } }

static const struct bad every[] = {
	EVERY("hot", HOT),
	EVERY("burst lifo", BURST),
	EVERY("burst fifo", BURST, .order = MYSLAB_STRESS_FIFO),
	EVERY("burst random", BURST, .order = MYSLAB_STRESS_RANDOM, .size = 1000),
	EVERY("churn", CHURN, .objects = 500, .size = 8),
	EVERY("churn with odd bytes", CHURN, .objects = 500, .size = 77),
	EVERY("producer and consumer", PRODCONS),
	EVERY("producers and consumers on one CPU", PRODCONS, .threads = 2, .cpus = { 1 }),
	EVERY("mixed", MIXED),
	EVERY("constructor", CTOR),
	EVERY("constructor in bulk", CTOR, .flags = MYSLAB_STRESS_BULK),
	EVERY("hot in bulk of 7", HOT, .flags = MYSLAB_STRESS_BULK, .batch = 7),
	EVERY("churn in bulk", CHURN, .flags = MYSLAB_STRESS_BULK),
	EVERY("producer and consumer in bulk", PRODCONS, .flags = MYSLAB_STRESS_BULK),
	EVERY("mixed in bulk", MIXED, .flags = MYSLAB_STRESS_BULK),
	EVERY("zeroed", CHURN, .flags = MYSLAB_STRESS_ZERO, .size = 192),
	EVERY("zeroed in bulk", BURST, .flags = MYSLAB_STRESS_ZERO | MYSLAB_STRESS_BULK),
	EVERY("atomic", BURST, .flags = MYSLAB_STRESS_ATOMIC),
	EVERY("on node 0", CHURN, .flags = MYSLAB_STRESS_NODE),
	EVERY("on nodes in turn", CHURN, .flags = MYSLAB_STRESS_ALTERNATE),
	EVERY("light verification", CHURN, .flags = MYSLAB_STRESS_LIGHT),
	EVERY("cache lines", CHURN, .slab_flags = MYSLAB_STRESS_HWCACHE_ALIGN, .size = 40),
	EVERY("aligned to 512", CHURN, .align = 512, .size = 40),
	EVERY("typesafe by RCU", CHURN, .slab_flags = MYSLAB_STRESS_TYPESAFE_BY_RCU),
	EVERY("accounted, reclaimable", CHURN, .slab_flags = MYSLAB_STRESS_ACCOUNT |
	      MYSLAB_STRESS_RECLAIM_ACCOUNT),
	EVERY("large objects", CHURN, .size = 20000, .objects = 16, .ops = 600),
};

static bool did_all(const struct myslab_stress_params *p, const struct myslab_stress_result *r)
{
	if (r->ops_done == p->ops && r->allocs == r->frees && !r->errors_total && !r->failed &&
	    r->stop == MYSLAB_STRESS_BY_WORK)
		return true;
	ksft_print_msg("done %llu of %llu, %llu allocs %llu frees %llu failed %llu errors\n",
		       r->ops_done, p->ops, r->allocs, r->frees, r->failed, r->errors_total);
	print_faults(stdout, r);
	return false;
}

/* Interrupts allocate as time passes: their part differs from run to run. */
static bool same_work(const struct myslab_stress_result *a, const struct myslab_stress_result *b)
{
	return a->nr_threads == b->nr_threads && a->ops_done == b->ops_done &&
	       !memcmp(a->threads, b->threads, sizeof(a->threads)) &&
	       (a->workload == MYSLAB_STRESS_PRODCONS || a->peak_objects == b->peak_objects);
}

static void test_every(void)
{
	struct myslab_stress_result r[2] = {};
	struct myslab_stress_params p;
	unsigned int i, b;

	for (i = 0; i < NELEM(every); i++) {
		bool good = true;

		p = every[i].p;
		p.ops = p.ops ? p.ops : 6000;
		p.flags |= MYSLAB_STRESS_VERIFY;
		for (b = 0; b < 2; b++) {
			p.backend = b;
			good &= !complete(&p, &r[b]) && did_all(&p, &r[b]);
		}
		expect(good && same_work(&r[0], &r[1]), every[i].name);
	}
}

static void test_hardirq(void)
{
	struct myslab_stress_params p = { .workload = MYSLAB_STRESS_MIXED, .seconds = 1,
		.flags = MYSLAB_STRESS_VERIFY | MYSLAB_STRESS_HARDIRQ, .seed = 3 };
	struct myslab_stress_result r = {};
	int err = complete(&p, &r);

	if (err == EOPNOTSUPP) {
		ksft_test_result_skip("interrupts are threads here\n");
		return;
	}
	expect(!err && r.irq_ticks > 100 && r.irq_allocs > 100 && r.irq_allocs == r.irq_frees &&
	       r.allocs == r.frees && !r.errors_total &&
	       (long)r.nr_irqs == sysconf(_SC_NPROCESSORS_ONLN),
	       "interrupts allocate and free on each CPU");
}

static void test_other_kinds(void)
{
	struct myslab_stress_params fill = { .workload = MYSLAB_STRESS_FILL, .bytes = 8 << 20,
		.flags = MYSLAB_STRESS_VERIFY | MYSLAB_STRESS_NODE, .size = 1024 };
	struct myslab_stress_params bench = { .workload = MYSLAB_STRESS_BENCH, .ops = 20,
		.sizes = { 16, 4096 }, .flags = MYSLAB_STRESS_ATOMIC };
	struct myslab_stress_params ctor = endless;
	struct myslab_stress_result r;
	int i, fd[9], started = 0, err = 0;

	expect(!complete(&fill, &r) && r.peak_bytes >= fill.bytes && r.allocs == r.frees &&
	       !r.errors_total, "fill holds as many bytes as asked");
	for (bench.backend = 0; bench.backend < 2; bench.backend++)
		expect(!complete(&bench, &r) && r.backend == bench.backend &&
		       r.nr_bench == 2 && r.bench[1].size == 4096 &&
		       r.bench[0].reps == 20 && r.bench[0].cycles_per_op_x1000 > 1000 &&
		       r.bench[0].empty_x1000 > 0,
		       bench.backend ? "bench of kmem_cache" : "bench of myslab");
	ctor.workload = MYSLAB_STRESS_CTOR;
	for (i = 0; i < 9; i++) {
		fd[i] = device();
		err = start(fd[i], &ctor);
		started += !err;
	}
	expect(started == 8 && err == EUSERS, "more constructor runs at once than constructors");
	for (i = 0; i < 9; i++)
		close(fd[i]);
}

int main(void)
{
	ksft_print_header();
	if (geteuid())
		ksft_exit_skip("needs root\n");
	if (!load_module())
		ksft_exit_skip("no module loaded, nor one to load\n");
	ksft_set_plan(NELEM(bad) + NELEM(every) + 58);
	test_bad();
	test_run_sizes();
	test_status_sizes();
	test_pointers();
	test_permission();
	test_busy();
	test_close();
	test_hammer();
	test_signal();
	test_time();
	test_progress();
	test_every();
	test_hardirq();
	test_other_kinds();
	test_unload();
	ksft_finished();
}
