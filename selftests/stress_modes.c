// SPDX-License-Identifier: GPL-2.0
/* myslab_stress --demo, --all and --bench: lists of runs, and their tables. */
#include <cpuid.h>
#include "myslab_stress.h"

struct step {
	const char *label;
	unsigned int percent;		/* of --all */
	struct myslab_stress_params p;	/* ops: of --demo, without verification */
	bool across;			/* from one node's CPUs to the next one's */
};

static const struct step steps[] = {
	{ "hot pair", 14, { .workload = MYSLAB_STRESS_HOT, .ops = 2000000 }, false },
	{ "burst of 256, LIFO", 6, { .workload = MYSLAB_STRESS_BURST,
	  .order = MYSLAB_STRESS_LIFO, .ops = 1200000 }, false },
	{ "burst of 256, FIFO", 6, { .workload = MYSLAB_STRESS_BURST,
	  .order = MYSLAB_STRESS_FIFO, .ops = 1200000 }, false },
	{ "burst of 256, random", 6, { .workload = MYSLAB_STRESS_BURST,
	  .order = MYSLAB_STRESS_RANDOM, .ops = 1200000 }, false },
	{ "bulk of 16", 6, { .workload = MYSLAB_STRESS_BURST,
	  .flags = MYSLAB_STRESS_BULK, .ops = 1200000 }, false },
	{ "churn, 4096 live", 15, { .workload = MYSLAB_STRESS_CHURN, .objects = 4096,
	  .ops = 1200000 }, false },
	{ "producer, consumer", 10, { .workload = MYSLAB_STRESS_PRODCONS, .ops = 800000 },
	  false },
	{ "... across nodes", 12, { .workload = MYSLAB_STRESS_PRODCONS, .ops = 800000 },
	  true },
	{ "mixed, 16 to 4096 bytes", 13, { .workload = MYSLAB_STRESS_MIXED, .ops = 800000 },
	  false },
	{ "constructor, 1024 live", 12, { .workload = MYSLAB_STRESS_CTOR, .objects = 1024,
	  .ops = 1200000 }, false },
};

/* CPUs of the first two nodes that have some; false where there are no two. */
bool two_nodes(__u64 *first, __u64 *second)
{
	unsigned int node, found = 0;
	char path[64], text[1024];
	FILE *f;

	for (node = 0; node < 1024 && found < 2; node++) {
		snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/cpulist", node);
		f = fopen(path, "r");
		if (!f)
			continue;
		if (fgets(text, sizeof(text), f) && text[0] != '\n')
			cpu_list(path, found++ ? second : first, text);
		fclose(f);
	}
	return found == 2;
}

/* A step's parameters; false where this machine cannot run it. */
static bool step_params(const struct step *s, struct myslab_stress_params *p)
{
	*p = s->p;
	p->seed = 1;
	return !s->across || two_nodes(p->cpus, p->consumer_cpus);
}

static const char *machine_note(void)
{
	unsigned int max, id[4] = { 0 };

	__cpuid(0x40000000, max, id[0], id[1], id[2]);
	if (!memcmp(id, "TCGTCGTCGTCG", 12))
		return "wall time under QEMU's emulation: how it feels, not what it costs";
	if (!memcmp(id, "KVMKVMKVM", 9))
		return "wall time in a virtual machine";
	return "wall time";
}

/* The same step timed and verified on one backend. */
static void demo_step(const struct step *s, const struct myslab_stress_params *base,
		      unsigned int backend, struct myslab_stress_result *timed,
		      struct myslab_stress_result *verified)
{
	struct myslab_stress_params p = *base;
	char label[64];

	p.backend = backend;
	snprintf(label, sizeof(label), "%s, %s", s->label, backend_names[backend]);
	memset(verified, 0, sizeof(*verified));
	run(&p, label, timed);
	if (interrupted)
		return;
	p.ops /= 4;
	p.flags |= MYSLAB_STRESS_VERIFY | MYSLAB_STRESS_HARDIRQ;
	snprintf(label, sizeof(label), "%s, %s, verified", s->label, backend_names[backend]);
	run(&p, label, verified);
	if (tool.json) {
		print_json(s->label, timed);
		print_json(s->label, verified);
	}
}

int run_demo(void)
{
	struct myslab_stress_result timed[2], verified[2];
	struct myslab_stress_params p;
	unsigned int i;

	if (!tool.json) {
		printf("ns: what an operation (allocate, later free) takes of a CPU;\n    %s.\n",
		       machine_note());
		puts("verified: allocations of the same work once more, each object marked and");
		puts("    checked, while a timer interrupt on each CPU allocates too\n");
		printf("%-24s %10s %10s %10s %12s %8s %8s\n", "workload", "operations",
		       "myslab ns", "kernel ns", "verified", "errors", "kernel's");
		fflush(stdout);
	}
	for (i = 0; i < NELEM(steps) && !interrupted; i++) {
		if (!step_params(&steps[i], &p))
			continue;
		demo_step(&steps[i], &p, MYSLAB_STRESS_MYSLAB, &timed[0], &verified[0]);
		if (!interrupted)
			demo_step(&steps[i], &p, MYSLAB_STRESS_KMEM, &timed[1], &verified[1]);
		if (interrupted || tool.json)
			continue;
		printf("%-24s %10llu %10.0f %10.0f %12llu %8llu %8llu\n", steps[i].label,
		       timed[0].ops_done, stress_ns_per_op(&timed[0]),
		       stress_ns_per_op(&timed[1]),
		       verified[0].allocs + verified[1].allocs,
		       timed[0].errors_total + verified[0].errors_total,
		       timed[1].errors_total + verified[1].errors_total);
		print_faults(stdout, &verified[0]);
		print_faults(stdout, &verified[1]);
		fflush(stdout);
	}
	return exit_status();
}

/* Counts of --all: what all runs did, and whether each did all it should. */
static struct {
	__u64 ops, allocs, frees, irq, failed, remote;
	unsigned int incomplete;
} sum;

static void sum_add(const struct myslab_stress_result *r)
{
	sum.ops += r->ops_done;
	sum.allocs += r->allocs;
	sum.frees += r->frees;
	sum.irq += r->irq_allocs;
	sum.failed += r->failed;
	sum.remote += r->remote;
	sum.incomplete += r->ops_done != r->ops_wanted;
}

static void print_counts(const char *label, __u64 ops, __u64 irq, __u64 remote, __u64 failed,
			 __u64 errors)
{
	printf("%-24s %10llu operations, %9llu in interrupts, %8llu of another node,",
	       label, ops, irq, remote);
	printf(" %llu failed, %llu errors\n", failed, errors);
	fflush(stdout);
}

static void all_step(const struct step *s, struct myslab_stress_params *p)
{
	struct myslab_stress_result r;

	run(p, s->label, &r);
	sum_add(&r);
	if (tool.json) {
		print_json(s->label, &r);
		return;
	}
	print_counts(s->label, r.ops_done, r.irq_allocs, r.remote, r.failed, r.errors_total);
	print_faults(stdout, &r);
	fflush(stdout);
}

/* The options that make sense for every step are taken from the command line. */
int run_all(const struct myslab_stress_params *asked)
{
	__u64 total = asked->ops ? asked->ops : 10000000, left = 0;
	struct myslab_stress_params p;
	unsigned int i, percent = 0;

	for (i = 0; i < NELEM(steps) && !interrupted; i++) {
		/* A share that this machine cannot run goes to the next that it can. */
		percent += steps[i].percent;
		if (!step_params(&steps[i], &p))
			continue;
		left += percent;
		p.ops = (total * left + 99) / 100 - (total * (left - percent) + 99) / 100;
		percent = 0;
		p.backend = asked->backend;
		p.seed = asked->seed;
		p.seconds = asked->seconds;
		p.hardirq_us = asked->hardirq_us;
		p.slab_flags = asked->slab_flags;
		p.flags |= MYSLAB_STRESS_VERIFY | MYSLAB_STRESS_HARDIRQ | asked->flags;
		all_step(&steps[i], &p);
	}
	if (!tool.json)
		print_counts("all", sum.ops, sum.irq, sum.remote, sum.failed, tool.errors);
	if (sum.incomplete && !interrupted) {
		printf("not all operations were done: %u runs ended early\n", sum.incomplete);
		return EXIT_ERRORS;
	}
	return exit_status();
}

int run_bench(void)
{
	static const __u32 sizes[] = { 16, 64, 256, 1024, 4096 };
	struct myslab_stress_params p = { .workload = MYSLAB_STRESS_BENCH };
	struct myslab_stress_result r[2];
	unsigned int atomic, b, i;

	memcpy(p.sizes, sizes, sizeof(sizes));
	for (atomic = 0; atomic < 2 && !interrupted; atomic++) {
		p.flags = atomic ? MYSLAB_STRESS_ATOMIC : 0;
		for (b = 0; b < 2; b++) {
			p.backend = b;
			run(&p, backend_names[b], &r[b]);
			if (tool.json)
				print_json(atomic ? "GFP_ATOMIC" : "GFP_KERNEL", &r[b]);
		}
		if (tool.json)
			continue;
		if (!atomic) {
			puts(counts_instructions(r) ?
			     "instructions of a hot pair (the TSC ticks once for each)" :
			     "TSC ticks, not instructions, of a hot pair");
			printf("least of %u repetitions, net of an empty loop (%u kHz, step %u)\n",
			       r->bench[0].reps, r->tsc_khz, r->tsc_step);
		}
		printf("%-10s %6s %10s %10s %7s\n", atomic ? "GFP_ATOMIC" : "GFP_KERNEL",
		       "size", "myslab", "kernel", "ratio");
		for (i = 0; i < r[0].nr_bench && i < r[1].nr_bench; i++) {
			double ours = r[0].bench[i].cycles_per_op_x1000 / 1000.0;
			double theirs = r[1].bench[i].cycles_per_op_x1000 / 1000.0;

			printf("%-10s %6u %10.1f %10.1f %7.3f\n", "", r[0].bench[i].size, ours,
			       theirs, theirs > 0 ? ours / theirs : 0.0);
		}
	}
	return exit_status();
}
