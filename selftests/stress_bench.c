// SPDX-License-Identifier: GPL-2.0
/*
 * myslab_stress --bench: the cases, each on both allocators in the same boot with
 * the same seed, as a table or as one JSON object a figure.
 */
#include "myslab_stress.h"

#define SIZES { 16, 64, 256, 1024, 4096 }

/* One kind of case; a number at the end of its name is its objects, or its batch. */
struct kind {
	const char *name;
	bool counted;			/* wants that number */
	const char *unless;		/* what it needs and is not here, see places() */
	struct myslab_stress_params p;
};

static struct kind kinds[] = {
	{ .name = "pair", .p = { .bench = MYSLAB_BENCH_PAIR } },
	{ .name = "pair-atomic", .p = { .bench = MYSLAB_BENCH_PAIR,
	  .flags = MYSLAB_STRESS_ATOMIC } },
	{ .name = "pair-zeroed", .p = { .bench = MYSLAB_BENCH_PAIR,
	  .flags = MYSLAB_STRESS_ZERO } },
	{ .name = "pair-inline", .p = { .bench = MYSLAB_BENCH_INLINE } },
	{ .name = "burst", .counted = true, .p = { .bench = MYSLAB_BENCH_BURST } },
	{ .name = "burst-atomic", .counted = true, .p = { .bench = MYSLAB_BENCH_BURST,
	  .flags = MYSLAB_STRESS_ATOMIC } },
	{ .name = "burst-fifo", .counted = true, .p = { .bench = MYSLAB_BENCH_BURST,
	  .order = MYSLAB_STRESS_FIFO } },
	{ .name = "burst-random", .counted = true, .p = { .bench = MYSLAB_BENCH_BURST,
	  .order = MYSLAB_STRESS_RANDOM } },
	{ .name = "bulk", .counted = true, .p = { .bench = MYSLAB_BENCH_BURST,
	  .flags = MYSLAB_STRESS_BULK } },
	{ .name = "churn", .counted = true, .p = { .bench = MYSLAB_BENCH_CHURN } },
	{ .name = "slowest", .counted = true, .p = { .bench = MYSLAB_BENCH_SLOWEST } },
	{ .name = "create", .p = { .bench = MYSLAB_BENCH_CREATE } },
	{ .name = "remote-same", .counted = true, .unless = "no two CPUs on a node",
	  .p = { .bench = MYSLAB_BENCH_REMOTE } },
	{ .name = "remote-other", .counted = true, .unless = "no two nodes with CPUs",
	  .p = { .bench = MYSLAB_BENCH_REMOTE } },
	{ .name = "pages", .counted = true, .p = { .bench = MYSLAB_BENCH_PAGES } },
	{ .name = "caches", .counted = true, .p = { .bench = MYSLAB_BENCH_CACHES } },
};

static const char *const all_cases[] = {
	"pair", "pair-atomic", "pair-zeroed", "burst-64", "burst-256", "burst-1024",
	"burst-4096", "burst-atomic-64", "burst-atomic-256", "burst-fifo-64",
	"burst-fifo-256", "burst-fifo-1024", "bulk-16", "bulk-64", "churn-4096",
	"slowest-1024", "slowest-4096", "create", "remote-same-64", "remote-other-64",
	"pages-100000", "pair-inline",
};

static const __u32 page_sizes[] = {
	16, 24, 32, 40, 48, 64, 72, 96, 128, 192, 256, 320, 384, 512, 576, 700, 1024, 1400,
	2048, 3000, 4096, 6000, 8192,
};

static void set_cpu(__u64 *words, const __u64 *from, unsigned int nth)
{
	unsigned int cpu;

	for (cpu = 0; cpu < MYSLAB_STRESS_CPU_WORDS * 64; cpu++)
		if (from[cpu / 64] >> cpu % 64 & 1 && !nth--)
			words[cpu / 64] |= 1ULL << cpu % 64;
}

static bool any_cpu(const __u64 *words)
{
	unsigned int i;

	for (i = 0; i < MYSLAB_STRESS_CPU_WORDS; i++)
		if (words[i])
			return true;
	return false;
}

/* Who allocates and who frees, of the remote cases; one that has both is possible. */
static void places(void)
{
	__u64 node[2][MYSLAB_STRESS_CPU_WORDS] = {};
	bool two = two_nodes(node[0], node[1]);
	struct kind *k;

	for (k = kinds; k < kinds + NELEM(kinds); k++) {
		if (!k->unless)
			continue;
		set_cpu(k->p.cpus, node[0], 0);
		if (!strcmp(k->name, "remote-same"))
			set_cpu(k->p.consumer_cpus, node[0], 1);
		else if (two)
			set_cpu(k->p.consumer_cpus, node[1], 0);
		if (any_cpu(k->p.cpus) && any_cpu(k->p.consumer_cpus))
			k->unless = NULL;
	}
}

static bool json_begun;

/* The same few rows for whatever was measured: a name, ours, theirs. */
static void row(const char *label, __u32 size, const char *metric, double ours, double theirs)
{
	if (tool.json)
		printf("{\"case\":\"%s\",\"size\":%u,\"metric\":\"%s\",%s:%.3f,%s:%.3f}\n",
		       label, size, metric, "\"ours\"", ours, "\"theirs\"", theirs);
	else
		printf("%-18s %6u %-16s %12.2f %12.2f %8.3f\n", label, size, metric, ours, theirs,
		       theirs > 0 ? ours / theirs : 0.0);
	fflush(stdout);
}

static void row_x1000(const char *label, __u32 size, const char *metric, __u64 ours,
		      __u64 theirs)
{
	row(label, size, metric, ours / 1000.0, theirs / 1000.0);
}

static void begin(const struct myslab_stress_result *r)
{
	if (json_begun)
		return;
	json_begun = true;
	if (tool.json)
		printf("{\"counted\":%s,\"tsc_khz\":%u,\"tsc_step\":%u,\"seed\":%llu}\n",
		       counts_instructions(r) ? "true" : "false", r->tsc_khz, r->tsc_step, r->seed);
	else
		printf("%s (%u kHz, step %u)\n%-18s %6s %-16s %12s %12s %8s\n",
		       counts_instructions(r) ? "instructions: the TSC ticks once for each" :
		       "TSC ticks, not instructions: no figure here proves anything",
		       r->tsc_khz, r->tsc_step, "case", "size", "what", "myslab", "kernel",
		       "ratio");
}

static void rows_pages(const char *label, __u32 size, const struct myslab_stress_cost *a,
		       const struct myslab_stress_cost *b)
{
	static const char *const names[][2] = {
		{ "pages_all", "own_all" }, { "pages_rags", "own_rags" },
		{ "pages_empty", "own_empty" },
	};
	unsigned int i;

	for (i = 0; i < NELEM(names); i++) {
		row(label, size, names[i][0], a->pages[i], b->pages[i]);
		row(label, size, names[i][1], a->pages_own[i], b->pages_own[i]);
	}
}

/* For whoever joins this with what a tracing plugin counted. */
static void rows_for_plugin(const char *label, const struct myslab_stress_bench *x,
			    const struct myslab_stress_bench *y,
			    const struct myslab_stress_cost *a,
			    const struct myslab_stress_cost *b)
{
	if (!tool.json)
		return;
	row(label, x->size, "report", a->report, b->report);
	row(label, x->size, "pairs", (double)x->pairs * x->reps, (double)y->pairs * y->reps);
}

static void rows(const char *label, const struct myslab_stress_params *p,
		 const struct myslab_stress_result *r, unsigned int i)
{
	const struct myslab_stress_bench *x = &r[0].bench[i], *y = &r[1].bench[i];
	const struct myslab_stress_cost *a = &r[0].costs[i], *b = &r[1].costs[i];

	if (!x->reps || !y->reps) {
		fprintf(stderr, "myslab_stress: %s, %u bytes: no memory, or no CPU\n", label,
			x->size);
		tool.errors++;
		return;
	}
	if (p->bench == MYSLAB_BENCH_PAGES) {
		rows_pages(label, x->size, a, b);
		return;
	}
	if (p->bench == MYSLAB_BENCH_CACHES) {
		row(label, x->size, "pages_cache", (double)a->pages[0] / a->objects[0],
		    (double)b->pages[0] / b->objects[0]);
		row(label, x->size, "pages_gone", a->pages[1], b->pages[1]);
		rows_for_plugin(label, x, y, a, b);
		return;
	}
	if (p->bench == MYSLAB_BENCH_SLOWEST) {
		row(label, x->size, "slowest_alloc", a->slowest_alloc, b->slowest_alloc);
		row(label, x->size, "slowest_free", a->slowest_free, b->slowest_free);
		row(label, x->size, "slowest_free_at", a->slowest_free_at,
		    b->slowest_free_at);
		row_x1000(label, x->size, "median_alloc", a->alloc_x1000, b->alloc_x1000);
		row_x1000(label, x->size, "median_free", a->free_x1000, b->free_x1000);
		return;
	}
	row_x1000(label, x->size, "pair", x->cycles_per_op_x1000, y->cycles_per_op_x1000);
	if (p->bench == MYSLAB_BENCH_CREATE)
		row_x1000(label, x->size, "elapsed", a->elapsed_x1000, b->elapsed_x1000);
	if (a->alloc_x1000 || b->alloc_x1000) {
		row_x1000(label, x->size, "alloc", a->alloc_x1000, b->alloc_x1000);
		row_x1000(label, x->size, "free", a->free_x1000, b->free_x1000);
	}
	rows_for_plugin(label, x, y, a, b);
}

static void compare(const char *label, struct myslab_stress_params *p)
{
	struct myslab_stress_result r[2];
	unsigned int b, i;

	fprintf(stderr, "# progress %s\n", label);
	for (b = 0; b < 2; b++) {
		p->backend = b;
		run(p, label, &r[b]);
	}
	begin(&r[0]);
	for (i = 0; i < r[0].nr_bench && i < r[1].nr_bench; i++)
		rows(label, p, r, i);
}

/* More sizes than a run takes go in several. */
static void compare_sizes(const char *label, const struct myslab_stress_params *p,
			  const __u32 *sizes, unsigned int n)
{
	unsigned int i, some;

	for (i = 0; i < n && !interrupted; i += some) {
		struct myslab_stress_params q = *p;

		some = n - i < MYSLAB_STRESS_NR_SIZES ? n - i : MYSLAB_STRESS_NR_SIZES;
		memcpy(q.sizes, sizes + i, some * sizeof(*sizes));
		compare(label, &q);
	}
}

static const struct kind *find_kind(const char *name, size_t length, bool counted)
{
	const struct kind *k;

	for (k = kinds; k < kinds + NELEM(kinds); k++)
		if (k->counted == counted && strlen(k->name) == length &&
		    !strncmp(k->name, name, length))
			return k;
	return NULL;
}

/* "burst-fifo-256": what it is called, then how many. */
static const struct kind *parse_case(const char *name, __u32 *count)
{
	const char *dash = strrchr(name, '-');
	const struct kind *k = find_kind(name, strlen(name), false);
	char *end;

	if (k || !dash)
		return k;
	*count = strtoul(dash + 1, &end, 10);
	if (end == dash + 1 || *end)
		return NULL;
	return find_kind(name, dash - name, true);
}

static void bench_case(const char *name, const struct myslab_stress_params *asked)
{
	static const __u32 sizes[] = SIZES;
	struct myslab_stress_params p;
	const struct kind *k;
	unsigned int n = 0;
	__u32 count = 0;

	k = parse_case(name, &count);
	if (!k) {
		fprintf(stderr, "myslab_stress: no such case: %s\n", name);
		exit(2);
	}
	if (k->unless) {
		fprintf(stderr, "# %s: not here: %s\n", name, k->unless);
		return;
	}
	p = k->p;
	p.workload = MYSLAB_STRESS_BENCH;
	p.seed = asked->seed;
	p.ops = asked->ops;
	p.objects = count;
	if (p.flags & MYSLAB_STRESS_BULK)
		p.batch = count;
	while (n < MYSLAB_STRESS_NR_SIZES && asked->sizes[n])
		n++;
	if (n)
		compare_sizes(name, &p, asked->sizes, n);
	else if (p.bench == MYSLAB_BENCH_PAGES)
		compare_sizes(name, &p, page_sizes, NELEM(page_sizes));
	else
		compare_sizes(name, &p, sizes, NELEM(sizes));
}

/* Cases, separated by commas, or "all"; of @asked the sizes, seed and repetitions. */
int run_bench_cases(const char *cases, const struct myslab_stress_params *asked)
{
	char *list = strdup(cases), *name;
	unsigned int i;

	if (!list)
		return EXIT_ERRORS;
	places();
	if (!strcmp(cases, "all"))
		for (i = 0; i < NELEM(all_cases) && !interrupted; i++)
			bench_case(all_cases[i], asked);
	else
		for (name = strtok(list, ","); name && !interrupted; name = strtok(NULL, ","))
			bench_case(name, asked);
	free(list);
	return exit_status();
}
