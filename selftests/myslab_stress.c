// SPDX-License-Identifier: GPL-2.0
/*
 * myslab_stress: run the stress of /dev/myslab by hand, or all of it.
 *
 * Exit status: 0 nothing found wrong, 1 errors found, 2 could not run,
 * 130 interrupted.
 */
#include <getopt.h>
#include "myslab_stress.h"

enum { EXIT_USAGE = 2, EXIT_INTERRUPTED = 130 };

sig_atomic_t interrupted;
struct tool tool;

static const char help[] =
"myslab_stress - stress the myslab allocator, or the kernel's own beside it\n"
"\n"
"  myslab_stress --demo            every workload on both allocators, as a table\n"
"  myslab_stress --all [-n N]      N verified operations (10m) over all workloads\n"
"  myslab_stress --bench           what a hot pair costs, on both allocators\n"
"  myslab_stress --bench=CASES     what these cost: 'all', or some of pair pair-atomic\n"
"                                  pair-zeroed pair-inline create burst-N burst-fifo-N\n"
"                                  burst-random-N bulk-N churn-N slowest-N pages-N caches-N\n"
"                                  remote-same-N remote-other-N (N objects, bulk: a call)\n"
"  myslab_stress -w NAME [...]     one workload\n"
"\n"
"What to run:\n"
"  -w, --workload NAME    hot burst churn prodcons mixed ctor fill bench\n"
"  -b, --backend NAME     myslab (default) or kmem, the kernel's kmem_cache\n"
"  -n, --ops N            operations in all: an allocation and its free (1m)\n"
"  -T, --seconds N        time limit; with no --ops the only one\n"
"  -t, --threads N        threads, prodcons: pairs (one a CPU)\n"
"  -o, --objects N        objects that a thread holds (256); bench: pairs a loop\n"
"  -s, --size N[,N...]    object size (256); mixed and bench take up to 8\n"
"  -a, --align N          alignment\n"
"  -c, --cpus LIST        CPUs to run on, as 0-3,8 (all); prodcons: the producers'\n"
"  -C, --consumer-cpus LIST   prodcons: CPUs of those who free (half a round on)\n"
"  -N, --node N           allocate on node N, or 'alternate'\n"
"      --order NAME       burst: lifo (default), fifo or random\n"
"      --bytes N          fill: how much\n"
"      --bulk[=N]         bulk calls, N objects each (16)\n"
"      --zero --atomic    zeroed objects; GFP_ATOMIC\n"
"      --hardirq[=US]     a timer interrupt a CPU allocates too, every US (250)\n"
"      --slab LIST        hwcache,rcu,reclaim,account\n"
"      --seed N           of the random choices (1)\n"
"How to look at it:\n"
"  -v, --verify[=light]   mark each object and check it at its free\n"
"  -j, --json             one JSON object a run\n"
"  -q, --quiet            no progress\n"
"  -h, --help\n"
"\n"
"Numbers take k, m and g (1000s; --bytes: 1024s). ^C stops a run and reports it.\n"
"\n"
"  myslab_stress -w churn -v -n 5m -o 4096 -s 192\n"
"  myslab_stress -w prodcons -v --hardirq=100 -c 0-1 -C 2-3 -T 10\n"
"  myslab_stress -w burst --order random --bulk=32 -b kmem\n"
"  myslab_stress -w fill -v -N 1 --bytes 300m -s 4096\n";

static void on_signal(int sig)
{
	(void)sig;
	interrupted = 1;
}

static void usage(const char *what, const char *value)
{
	fprintf(stderr, "myslab_stress: %s: %s (--help tells more)\n", what, value);
	exit(EXIT_USAGE);
}

static __u64 number(const char *what, const char *text, unsigned int kilo)
{
	char *end;
	__u64 n, unit;

	errno = 0;
	n = strtoull(text, &end, 0);
	if (end == text || errno || strchr(text, '-'))
		usage(what, text);
	unit = *end == 'g' ? 1ULL * kilo * kilo * kilo :
	       *end == 'm' ? 1ULL * kilo * kilo :
	       *end == 'k' ? kilo : 1;
	if (unit > 1)
		end++;
	if (*end || n > ~0ULL / unit)
		usage(what, text);
	return n * unit;
}

static __u32 number32(const char *what, const char *text)
{
	__u64 n = number(what, text, 1000);

	if (n > UINT32_MAX)
		usage(what, text);
	return n;
}

static __u32 named(const char *what, const char *const *names, size_t n, const char *text)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (names[i] && !strcmp(names[i], text))
			return i;
	usage(what, text);
	return 0;
}

void cpu_list(const char *what, __u64 *words, const char *text)
{
	const char *at = text;
	unsigned long cpu, last;
	char *end;

	for (;;) {
		cpu = strtoul(at, &end, 10);
		last = cpu;
		if (end == at)
			usage(what, text);
		if (*end == '-') {
			at = end + 1;
			last = strtoul(at, &end, 10);
		}
		if (end == at || last < cpu || last >= MYSLAB_STRESS_CPU_WORDS * 64)
			usage(what, text);
		for (; cpu <= last; cpu++)
			words[cpu / 64] |= 1ULL << cpu % 64;
		if (!*end || *end == '\n')
			return;
		if (*end != ',')
			usage(what, text);
		at = end + 1;
	}
}

static void size_list(struct myslab_stress_params *p, char *text)
{
	unsigned int n = 0;
	char *size;

	for (size = strtok(text, ","); size; size = strtok(NULL, ",")) {
		if (n == MYSLAB_STRESS_NR_SIZES)
			usage("too many sizes", size);
		p->sizes[n++] = number32("size", size);
	}
}

static void slab_list(struct myslab_stress_params *p, char *text)
{
	static const char *const names[] = { "hwcache", "rcu", "reclaim", "account" };
	char *flag;

	for (flag = strtok(text, ","); flag; flag = strtok(NULL, ","))
		p->slab_flags |= 1U << named("slab flag", names, NELEM(names), flag);
}

/* Options without a letter. */
enum {
	O_ORDER = 256, O_BYTES, O_BULK, O_ZERO, O_ATOMIC, O_HARDIRQ, O_SLAB, O_SEED,
	O_DEMO, O_ALL, O_BENCH,
};

static const struct option options[] = {
	{ "workload",	   required_argument, NULL, 'w' },
	{ "backend",	   required_argument, NULL, 'b' },
	{ "ops",	   required_argument, NULL, 'n' },
	{ "seconds",	   required_argument, NULL, 'T' },
	{ "threads",	   required_argument, NULL, 't' },
	{ "objects",	   required_argument, NULL, 'o' },
	{ "size",	   required_argument, NULL, 's' },
	{ "align",	   required_argument, NULL, 'a' },
	{ "cpus",	   required_argument, NULL, 'c' },
	{ "consumer-cpus", required_argument, NULL, 'C' },
	{ "node",	   required_argument, NULL, 'N' },
	{ "order",	   required_argument, NULL, O_ORDER },
	{ "bytes",	   required_argument, NULL, O_BYTES },
	{ "bulk",	   optional_argument, NULL, O_BULK },
	{ "zero",	   no_argument,	      NULL, O_ZERO },
	{ "atomic",	   no_argument,	      NULL, O_ATOMIC },
	{ "hardirq",	   optional_argument, NULL, O_HARDIRQ },
	{ "slab",	   required_argument, NULL, O_SLAB },
	{ "seed",	   required_argument, NULL, O_SEED },
	{ "verify",	   optional_argument, NULL, 'v' },
	{ "json",	   no_argument,	      NULL, 'j' },
	{ "quiet",	   no_argument,	      NULL, 'q' },
	{ "help",	   no_argument,	      NULL, 'h' },
	{ "demo",	   no_argument,	      NULL, O_DEMO },
	{ "all",	   no_argument,	      NULL, O_ALL },
	{ "bench",	   optional_argument, NULL, O_BENCH },
	{ }
};

/* What says how a run is done; true if it was such an option. */
static bool option_flag(struct myslab_stress_params *p, int c, char *arg)
{
	switch (c) {
	case 'v':
		p->flags |= MYSLAB_STRESS_VERIFY;
		if (arg && strcmp(arg, "light"))
			usage("verify", arg);
		if (arg)
			p->flags |= MYSLAB_STRESS_LIGHT;
		return true;
	case O_BULK:
		p->flags |= MYSLAB_STRESS_BULK;
		p->batch = arg ? number32("bulk", arg) : 0;
		return true;
	case O_ZERO:
		p->flags |= MYSLAB_STRESS_ZERO;
		return true;
	case O_ATOMIC:
		p->flags |= MYSLAB_STRESS_ATOMIC;
		return true;
	case O_HARDIRQ:
		p->flags |= MYSLAB_STRESS_HARDIRQ;
		p->hardirq_us = arg ? number32("hardirq", arg) : 0;
		return true;
	case O_SLAB:
		slab_list(p, arg);
		return true;
	case 'N':
		if (!strcmp(arg, "alternate")) {
			p->flags |= MYSLAB_STRESS_ALTERNATE;
		} else {
			p->flags |= MYSLAB_STRESS_NODE;
			p->node = number32("node", arg);
		}
		return true;
	}
	return false;
}

/* What says how much; true if it was such an option. */
static bool option_amount(struct myslab_stress_params *p, int c, char *arg)
{
	switch (c) {
	case 'n':
		p->ops = number("ops", arg, 1000);
		return true;
	case 'T':
		p->seconds = number32("seconds", arg);
		return true;
	case 't':
		p->threads = number32("threads", arg);
		return true;
	case 'o':
		p->objects = number32("objects", arg);
		return true;
	case 's':
		size_list(p, arg);
		return true;
	case 'a':
		p->align = number32("align", arg);
		return true;
	case 'c':
		cpu_list("cpus", p->cpus, arg);
		return true;
	case 'C':
		cpu_list("consumer-cpus", p->consumer_cpus, arg);
		return true;
	case O_BYTES:
		p->bytes = number("bytes", arg, 1024);
		return true;
	case O_SEED:
		p->seed = number("seed", arg, 1000);
		return true;
	}
	return false;
}

static void option(struct myslab_stress_params *p, int c, char *arg)
{
	if (option_flag(p, c, arg) || option_amount(p, c, arg))
		return;
	switch (c) {
	case 'w':
		p->workload = named("workload", workload_names, NELEM(workload_names), arg);
		tool.has_workload = true;
		break;
	case 'b':
		p->backend = named("backend", backend_names, NELEM(backend_names), arg);
		break;
	case O_ORDER:
		p->order = named("order", order_names, NELEM(order_names), arg);
		break;
	case O_DEMO:
		tool.mode = DEMO;
		break;
	case O_ALL:
		tool.mode = ALL;
		break;
	case O_BENCH:
		tool.mode = BENCH;
		tool.cases = arg;
		break;
	case 'j':
		tool.json = true;
		break;
	case 'q':
		tool.quiet = true;
		break;
	case 'h':
		fputs(help, stdout);
		exit(0);
	default:
		exit(EXIT_USAGE);
	}
}

/*
 * One run, watched. Does not come back where it cannot be started: what was
 * asked is then wrong, and so would be all that follows.
 */
void run(const struct myslab_stress_params *p, const char *label,
	 struct myslab_stress_result *r)
{
	struct watch w = {
		.label = label,
		/* Somebody is there only where both are: a guest's log is a tty too. */
		.terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO),
		.quiet = tool.quiet,
		.interrupted = &interrupted,
	};
	int err, fd = open(STRESS_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		fprintf(stderr, "myslab_stress: %s: %s%s\n", STRESS_DEVICE, strerror(errno),
			errno == ENOENT ? " (is the module loaded?)" : "");
		exit(EXIT_USAGE);
	}
	err = stress_drive(fd, p, r, &w);
	/* Where interrupts are threads, a list of runs goes without them. */
	if (err == EOPNOTSUPP && tool.mode != ONE) {
		struct myslab_stress_params without = *p;

		without.flags &= ~MYSLAB_STRESS_HARDIRQ;
		without.hardirq_us = 0;
		err = stress_drive(fd, &without, r, &w);
	}
	close(fd);
	if (err) {
		fprintf(stderr, "myslab_stress: %s: refused: %s\n", label, strerror(err));
		exit(EXIT_USAGE);
	}
	tool.errors += r->errors_total;
}

int exit_status(void)
{
	if (tool.errors)
		return EXIT_ERRORS;
	return interrupted ? EXIT_INTERRUPTED : 0;
}

static int run_one(struct myslab_stress_params *p)
{
	struct myslab_stress_result r;
	const char *label = workload_names[p->workload];

	if (p->workload != MYSLAB_STRESS_MIXED && p->workload != MYSLAB_STRESS_BENCH) {
		if (p->sizes[1])
			usage("several sizes", label);
		p->size = p->sizes[0];
		p->sizes[0] = 0;
	}
	if (!p->ops && !p->seconds && p->workload != MYSLAB_STRESS_FILL &&
	    p->workload != MYSLAB_STRESS_BENCH)
		p->ops = 1000000;
	run(p, label, &r);
	if (tool.json)
		print_json(label, &r);
	else
		print_text(label, &r);
	return exit_status();
}

int main(int argc, char **argv)
{
	struct myslab_stress_params p = { .seed = 1 };
	struct sigaction act = { .sa_handler = on_signal };
	int c;

	/* No SA_RESTART: poll() is to return. */
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	while ((c = getopt_long(argc, argv, "w:b:n:T:t:o:s:a:c:C:N:v::jqh", options, NULL)) != -1)
		option(&p, c, optarg);
	if (optind < argc)
		usage("what is this", argv[optind]);
	switch (tool.mode) {
	case DEMO:
		return run_demo();
	case ALL:
		return run_all(&p);
	case BENCH:
		if (tool.cases)
			return run_bench_cases(tool.cases, &p);
		return run_bench();
	default:
		if (!tool.has_workload)
			usage("nothing to do", "say --demo, --all, --bench or -w NAME");
		return run_one(&p);
	}
}
