/* SPDX-License-Identifier: GPL-2.0 */
/* What the log is told when a caller erred or memory ran out. */
#ifndef _MYSLAB_REPORT_H
#define _MYSLAB_REPORT_H

#include <linux/atomic.h>

#include "judge.h"

/* Calls refused whose pointer no cache of ours owns: no cache can count them. */
extern atomic_long_t report_strays;

void report_refused_call(struct myslab_cache *c, const char *call, const void *obj,
			 enum myslab_verdict verdict);
void report_refused_copy(struct myslab_cache *c, const void *p, unsigned long n,
			 const char *why);
void report_out_of_memory(struct myslab_cache *c, gfp_t gfp, int node);

#endif /* _MYSLAB_REPORT_H */
