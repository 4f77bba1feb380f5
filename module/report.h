/* SPDX-License-Identifier: GPL-2.0 */
/* What the log is told when a caller erred or memory ran out. */
#ifndef _MYSLAB_REPORT_H
#define _MYSLAB_REPORT_H

#include "judge.h"

void report_refused_free(struct myslab_cache *c, const void *obj,
			 enum myslab_verdict verdict);
void report_out_of_memory(struct myslab_cache *c, gfp_t gfp, int node);

#endif /* _MYSLAB_REPORT_H */
