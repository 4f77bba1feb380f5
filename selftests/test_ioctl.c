// SPDX-License-Identifier: GPL-2.0
/*
 * The stress device's interface: a run ends by each of the ways that it can, and what is
 * said of it is true; test_bad_ioctl.c has what is refused. The same source built with
 * -m32 tests the compat entry.
 */
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

static void test_busy(void)
{
	static const struct myslab_stress_params nobodys = { .backend = 2 };
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
	expect_errno(EINVAL, start(fd, &nobodys), "then bad input");
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
	{ _name, { .workload = MYSLAB_STRESS_##_workload, .seed = 7, ##__VA_ARGS__ } }

static const struct {
	const char *name;
	struct myslab_stress_params p;
} every[] = {
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
	static const char what[] = "interrupts allocate and free on each CPU";
	struct myslab_stress_params p = { .workload = MYSLAB_STRESS_MIXED, .seconds = 1,
		.flags = MYSLAB_STRESS_VERIFY | MYSLAB_STRESS_HARDIRQ, .seed = 3 };
	struct myslab_stress_result r = {};
	int err = complete(&p, &r);

	if (err == EOPNOTSUPP) {
		ksft_print_msg("they are threads here\n");
		ksft_test_result_skip("%s\n", what);
		return;
	}
	expect(!err && r.irq_ticks > 100 && r.irq_allocs > 100 && r.irq_allocs == r.irq_frees &&
	       r.allocs == r.frees && !r.errors_total &&
	       (long)r.nr_irqs == sysconf(_SC_NPROCESSORS_ONLN),
	       what);
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
	ksft_set_plan(NELEM(every) + 32);
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
