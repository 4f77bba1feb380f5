/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the tool share. */
#ifndef MYSLAB_SELFTESTS_MYSLAB_STRESS_H
#define MYSLAB_SELFTESTS_MYSLAB_STRESS_H

#include "stress.h"

enum { EXIT_ERRORS = 1 };

struct tool {
	bool json;
	bool quiet;
	enum { ONE, DEMO, ALL, BENCH } mode;
	bool has_workload;
	const char *cases;	/* of --bench; NULL: the hot pair alone */
	__u64 errors;	/* of all runs so far */
};

extern struct tool tool;
extern sig_atomic_t interrupted;

void cpu_list(const char *what, __u64 *words, const char *text);
void run(const struct myslab_stress_params *p, const char *label,
	 struct myslab_stress_result *r);
int exit_status(void);

int run_demo(void);
int run_all(const struct myslab_stress_params *asked);
int run_bench(void);
int run_bench_cases(const char *cases, const struct myslab_stress_params *asked);
bool two_nodes(__u64 *first, __u64 *second);

#endif /* MYSLAB_SELFTESTS_MYSLAB_STRESS_H */
