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

#endif /* MYSLAB_SELFTESTS_MYSLAB_STRESS_H */
