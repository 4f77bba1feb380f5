/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests of the device stand on: results, the module, runs, children, time. */
#ifndef MYSLAB_SELFTESTS_TEST_IOCTL_H
#define MYSLAB_SELFTESTS_TEST_IOCTL_H

#include <dirent.h>
#include <sys/time.h>

static bool loaded_here;

static inline void expect(bool good, const char *what)
{
	ksft_test_result(good, "%s\n", what);
}

static inline void expect_errno(int want, int got, const char *what)
{
	if (want != got)
		ksft_print_msg("errno %d (%s), not %d\n", got, strerror(got), want);
	expect(want == got, what);
}

static inline int device(void)
{
	int fd = open(STRESS_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		ksft_exit_fail_msg("%s: %s\n", STRESS_DEVICE, strerror(errno));
	return fd;
}

/* Where the module is not loaded, take it from where a guest keeps it. */
static inline bool load_module(void)
{
	const char *dir = getenv("MYSLAB_MODDIR");
	char path[4096];
	int fd;

	if (!access(STRESS_DEVICE, F_OK))
		return true;
	snprintf(path, sizeof(path), "%s/myslab.ko", dir ? dir : "../module");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	loaded_here = !syscall(SYS_finit_module, fd, "", 0);
	close(fd);
	return loaded_here;
}

static inline int unload_module(void)
{
	return syscall(SYS_delete_module, "myslab", O_NONBLOCK) ? errno : 0;
}

/* An open file holds the module; with none it goes. Who loaded it unloads it. */
static inline void test_unload(void)
{
	int fd = device();

	expect_errno(EAGAIN, unload_module(), "the module stays while a file is open");
	close(fd);
	if (loaded_here)
		expect_errno(0, unload_module(), "and goes when none is");
	else
		ksft_test_result_skip("somebody else loaded the module\n");
}

/* The test of a child that changes what it may do: true if it says so. */
static inline bool in_child(bool (*test)(int fd), int fd)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(test(fd) ? 0 : 1);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status);
}

static inline double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static inline void on_alarm(int sig)
{
	(void)sig;
}

/* And every 100 ms after, in case the first came before the call did. */
static inline void alarm_in_ms(unsigned int ms)
{
	struct sigaction act = { .sa_handler = on_alarm };
	struct itimerval timer = { { 0, 100000 }, { 0, ms * 1000 } };

	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static inline void alarm_off(void)
{
	struct itimerval none = { { 0, 0 }, { 0, 0 } };

	setitimer(ITIMER_REAL, &none, NULL);
}

/* How many threads of runs there are. */
static inline unsigned int kthreads(void)
{
	char path[300], name[32];
	struct dirent *entry;
	unsigned int n = 0;
	DIR *proc = opendir("/proc");
	FILE *f;

	while (proc && (entry = readdir(proc))) {
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		f = entry->d_name[0] > '0' && entry->d_name[0] <= '9' ? fopen(path, "r") : NULL;
		if (!f)
			continue;
		n += fgets(name, sizeof(name), f) && !strncmp(name, "myslab/", 7);
		fclose(f);
	}
	if (proc)
		closedir(proc);
	return n;
}

/* A thread that has left the module's code is a name in /proc for a moment more. */
static inline bool no_kthreads(void)
{
	int i;

	for (i = 0; i < 200 && kthreads(); i++)
		usleep(10000);
	return !kthreads();
}

/* Reads until the end is told. */
static inline bool wait_end(int fd, struct myslab_stress_result *r)
{
	do {
		if (read(fd, r, sizeof(*r)) <= 0)
			return false;
	} while (r->state != MYSLAB_STRESS_ENDED);
	return true;
}

static inline int start(int fd, const struct myslab_stress_params *p)
{
	return ioctl(fd, MYSLAB_IOC_RUN, p) ? errno : 0;
}

/* A call that says its structure had so many bytes. */
static inline int sized(int fd, unsigned long nr, size_t size, void *arg)
{
	return ioctl(fd, (nr & ~((unsigned long)_IOC_SIZEMASK << _IOC_SIZESHIFT)) |
		     (size << _IOC_SIZESHIFT), arg) ? errno : 0;
}

static inline int run_to_end(int fd, const struct myslab_stress_params *params)
{
	struct myslab_stress_params p = *params;

	p.flags |= MYSLAB_STRESS_WAIT;
	return ioctl(fd, MYSLAB_IOC_RUN, &p) ? errno : 0;
}

#endif /* MYSLAB_SELFTESTS_TEST_IOCTL_H */
