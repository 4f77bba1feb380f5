/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Driving /dev/myslab from user space: names, one run with its progress, and
 * its result as text or JSON. For the tool and for tests written in C.
 */
#ifndef MYSLAB_SELFTESTS_STRESS_H
#define MYSLAB_SELFTESTS_STRESS_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include "myslab.h"

#define STRESS_DEVICE "/dev/myslab"
#define NELEM(array) (sizeof(array) / sizeof((array)[0]))

static const char *const workload_names[] = {
	[MYSLAB_STRESS_HOT]	 = "hot",
	[MYSLAB_STRESS_BURST]	 = "burst",
	[MYSLAB_STRESS_CHURN]	 = "churn",
	[MYSLAB_STRESS_PRODCONS] = "prodcons",
	[MYSLAB_STRESS_MIXED]	 = "mixed",
	[MYSLAB_STRESS_CTOR]	 = "ctor",
	[MYSLAB_STRESS_FILL]	 = "fill",
	[MYSLAB_STRESS_BENCH]	 = "bench",
};

static const char *const backend_names[] = {
	[MYSLAB_STRESS_MYSLAB]	= "myslab",
	[MYSLAB_STRESS_KMEM]	= "kmem",
};

/* Under -icount shift=0 the TSC ticks once an instruction, at 1 GHz. */
static inline bool counts_instructions(const struct myslab_stress_result *r)
{
	return r->tsc_khz > 990000 && r->tsc_khz < 1010000 && r->tsc_step < 10;
}

static const char *const order_names[] = {
	[MYSLAB_STRESS_LIFO]	= "lifo",
	[MYSLAB_STRESS_FIFO]	= "fifo",
	[MYSLAB_STRESS_RANDOM]	= "random",
};

static const char *const stop_names[] = {
	[0]			  = "running",
	[MYSLAB_STRESS_BY_WORK]	  = "work done",
	[MYSLAB_STRESS_BY_TIME]	  = "time limit",
	[MYSLAB_STRESS_BY_CALL]	  = "stopped",
	[MYSLAB_STRESS_BY_SIGNAL] = "signal",
	[MYSLAB_STRESS_BY_CLOSE]  = "closed",
	[MYSLAB_STRESS_BY_MEMORY] = "memory reserve",
};

static const char *const error_names[] = {
	[MYSLAB_STRESS_E_DOUBLED]	= "doubled",
	[MYSLAB_STRESS_E_OVERLAP]	= "overlap",
	[MYSLAB_STRESS_E_CORRUPT]	= "corrupt",
	[MYSLAB_STRESS_E_FREE_MODIFIED]	= "free_modified",
	[MYSLAB_STRESS_E_NOT_ZERO]	= "not_zero",
	[MYSLAB_STRESS_E_NOT_BUILT]	= "not_built",
	[MYSLAB_STRESS_E_MISALIGNED]	= "misaligned",
	[MYSLAB_STRESS_E_BAD_POINTER]	= "bad_pointer",
	[MYSLAB_STRESS_E_LEFTOVER]	= "leftover",
};

/* How a run is watched. */
struct watch {
	const char *label;
	bool terminal;		/* one line, redrawn; else a line now and then */
	bool quiet;
	time_t next;		/* of the lines */
	const sig_atomic_t *interrupted;	/* set by a signal's handler */
};

static inline const char *name_of(const char *const *names, size_t n, unsigned int i)
{
	return i < n && names[i] ? names[i] : "?";
}

static inline void watch_show(struct watch *w, const struct myslab_stress_result *r)
{
	double seconds = r->ns / 1e9;
	time_t now = time(NULL);
	char part[32] = "";

	if (w->quiet || (!w->terminal && now < w->next))
		return;
	w->next = now + 5;
	/* Half way once all is allocated: FILL frees nothing before. */
	if (r->ops_wanted)
		snprintf(part, sizeof(part), "%3.0f %%, ", 50.0 / r->ops_wanted *
			 (r->allocs - r->irq_allocs + r->ops_done));
	fprintf(stderr, "%s%-28s %s%llu operations, %.2f million/s, %llu errors%s",
		w->terminal ? "\r\033[K" : "# progress ", w->label, part, r->ops_done,
		seconds > 0 ? r->ops_done / seconds / 1e6 : 0.0, r->errors_total,
		w->terminal ? "" : "\n");
	fflush(stderr);
}

static inline void watch_end(const struct watch *w)
{
	if (w->terminal && !w->quiet)
		fprintf(stderr, "\r\033[K");
}

/*
 * Start a run and see it to its end. Returns 0 or an errno; an interruption is
 * no error: the result says how far it came.
 */
static inline int stress_drive(int fd, const struct myslab_stress_params *params,
			       struct myslab_stress_result *result, struct watch *w)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	bool stopped = false;
	ssize_t n;

	memset(result, 0, sizeof(*result));
	if (ioctl(fd, MYSLAB_IOC_RUN, params))
		return errno;
	w->next = time(NULL) + 2;
	while (result->state != MYSLAB_STRESS_ENDED) {
		if (*w->interrupted && !stopped) {
			stopped = true;
			if (ioctl(fd, MYSLAB_IOC_STOP))
				return errno;
		}
		if (poll(&pfd, 1, -1) < 0 && errno != EINTR)
			return errno;
		if (!(pfd.revents & POLLIN))
			continue;
		n = read(fd, result, sizeof(*result));
		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0)
			watch_show(w, result);
	}
	watch_end(w);
	return 0;
}

/* Distinct CPUs of the run's threads, as far as they are reported. */
static inline unsigned int stress_cpus(const struct myslab_stress_result *r)
{
	unsigned int i, j, n = 0;

	for (i = 0; i < r->nr_threads && i < MYSLAB_STRESS_NR_REPORTED; i++) {
		for (j = 0; j < i && r->threads[j].cpu != r->threads[i].cpu; j++)
			;
		n += i == j;
	}
	return n;
}

/* What an operation takes of one CPU, were all of them busy all the time. */
static inline double stress_ns_per_op(const struct myslab_stress_result *r)
{
	return r->ops_done ? (double)r->ns * stress_cpus(r) / r->ops_done : 0;
}

static inline void print_faults(FILE *f, const struct myslab_stress_result *r)
{
	unsigned int i;

	for (i = 0; i < r->nr_faults && i < MYSLAB_STRESS_NR_FAULTS; i++) {
		const struct myslab_stress_fault *x = &r->faults[i];

		fprintf(f, "  fault: %s, size %u, cpu %u: owner %u #%llu, other %u #%llu,",
			name_of(error_names, NELEM(error_names), x->kind), x->size, x->cpu,
			x->owner, x->sequence, x->other, x->other_sequence);
		fprintf(f, " at +%u want %016llx found %016llx\n",
			x->offset, x->want, x->found);
	}
}

static inline void print_errors(FILE *f, const struct myslab_stress_result *r)
{
	unsigned int i;

	fprintf(f, "  errors        %llu\n", r->errors_total);
	for (i = 0; i < MYSLAB_STRESS_NR_ERRORS; i++)
		if (r->errors[i])
			fprintf(f, "    %-16s %llu\n",
				name_of(error_names, NELEM(error_names), i), r->errors[i]);
	print_faults(f, r);
}

static inline void print_text(const char *label, const struct myslab_stress_result *r)
{
	unsigned int i;

	printf("%s on %s: %s after %.3f s\n", label,
	       name_of(backend_names, NELEM(backend_names), r->backend),
	       name_of(stop_names, NELEM(stop_names), r->stop), r->ns / 1e9);
	printf("  operations    %llu of %llu, %.0f ns of a CPU each\n",
	       r->ops_done, r->ops_wanted, stress_ns_per_op(r));
	printf("  allocations   %llu, %llu failed; frees %llu\n",
	       r->allocs, r->failed, r->frees);
	if (r->nr_irqs)
		printf("  in interrupts %llu, %llu failed; frees %llu; %llu ticks of %u timers\n",
		       r->irq_allocs, r->irq_failed, r->irq_frees,
		       r->irq_ticks, r->nr_irqs);
	printf("  at most       %llu objects, %llu bytes\n",
	       r->peak_objects, r->peak_bytes);
	if (r->flags & MYSLAB_STRESS_VERIFY)
		printf("  from another node than wanted: %llu\n", r->remote);
	if (r->ctor_calls)
		printf("  constructed   %llu\n", r->ctor_calls);
	if (r->abandoned)
		printf("  abandoned     %llu\n", r->abandoned);
	for (i = 0; i < r->nr_threads && i < MYSLAB_STRESS_NR_REPORTED; i++)
		printf("  thread %-3u    cpu %u, node %u: %llu allocations, %llu frees\n", i,
		       r->threads[i].cpu, r->threads[i].node,
		       r->threads[i].allocs, r->threads[i].frees);
	print_errors(stdout, r);
	fflush(stdout);
}

static inline void json_fault(const char *comma, const struct myslab_stress_fault *x)
{
	printf("%s{\"kind\":\"%s\",\"size\":%u,\"cpu\":%u,\"owner\":%u", comma,
	       name_of(error_names, NELEM(error_names), x->kind), x->size, x->cpu, x->owner);
	printf(",\"sequence\":%llu,\"other\":%u,\"other_sequence\":%llu,\"offset\":%u}",
	       x->sequence, x->other, x->other_sequence, x->offset);
}

static inline void json_bench(const char *comma, const struct myslab_stress_bench *b)
{
	printf("%s{\"size\":%u,\"reps\":%u,\"pairs\":%llu", comma, b->size, b->reps, b->pairs);
	printf(",\"cycles_per_op_x1000\":%llu,\"empty_x1000\":%llu}",
	       b->cycles_per_op_x1000, b->empty_x1000);
}

static inline void json_lists(const struct myslab_stress_result *r)
{
	unsigned int i;

	printf(",\"errors\":{\"total\":%llu", r->errors_total);
	for (i = 1; i < NELEM(error_names); i++)
		printf(",\"%s\":%llu", error_names[i], r->errors[i]);
	printf("},\"threads\":[");
	for (i = 0; i < r->nr_threads && i < MYSLAB_STRESS_NR_REPORTED; i++)
		printf("%s{\"cpu\":%u,\"node\":%u,\"allocs\":%llu,\"frees\":%llu}", i ? "," : "",
		       r->threads[i].cpu, r->threads[i].node,
		       r->threads[i].allocs, r->threads[i].frees);
	printf("],\"faults\":[");
	for (i = 0; i < r->nr_faults; i++)
		json_fault(i ? "," : "", &r->faults[i]);
	printf("],\"bench\":[");
	for (i = 0; i < r->nr_bench; i++)
		json_bench(i ? "," : "", &r->bench[i]);
	printf("]");
}

/* One object a line, so that several runs make a stream. */
static inline void print_json(const char *label, const struct myslab_stress_result *r)
{
	printf("{\"label\":\"%s\",\"workload\":\"%s\",\"backend\":\"%s\",\"stop\":\"%s\"", label,
	       name_of(workload_names, NELEM(workload_names), r->workload),
	       name_of(backend_names, NELEM(backend_names), r->backend),
	       name_of(stop_names, NELEM(stop_names), r->stop));
	printf(",\"seed\":%llu,\"flags\":%llu,\"ops_wanted\":%llu,\"ops_done\":%llu,\"ns\":%llu",
	       r->seed, r->flags, r->ops_wanted, r->ops_done, r->ns);
	printf(",\"allocs\":%llu,\"frees\":%llu,\"failed\":%llu,\"remote\":%llu,\"abandoned\":%llu",
	       r->allocs, r->frees, r->failed, r->remote,
	       r->abandoned);
	printf(",\"irq_allocs\":%llu,\"irq_frees\":%llu,\"irq_failed\":%llu,\"irq_ticks\":%llu",
	       r->irq_allocs, r->irq_frees, r->irq_failed, r->irq_ticks);
	printf(",\"peak_objects\":%llu,\"peak_bytes\":%llu,\"ctor_calls\":%llu",
	       r->peak_objects, r->peak_bytes, r->ctor_calls);
	printf(",\"tsc_khz\":%u,\"tsc_step\":%u", r->tsc_khz, r->tsc_step);
	json_lists(r);
	printf("}\n");
	fflush(stdout);
}

#endif /* MYSLAB_SELFTESTS_STRESS_H */
