/* SPDX-License-Identifier: GPL-2.0 */
/* Module parameters; main.c defines them, README.md describes them. */
#ifndef _MYSLAB_PARAMS_H
#define _MYSLAB_PARAMS_H

#include <linux/types.h>

#include <myslab/myslab.h>

/* For caches created from now on. 0, 0 and -1: SLAB's own numbers (R6, R7). */
extern unsigned int param_limit;
extern unsigned int param_batchcount;
extern int param_shared;
extern bool param_noaliencache;
extern enum myslab_mode param_mode;
/* Mode auto: jiffies within which refills and flushes count together (A3); 1 or more. */
extern unsigned int param_grow_ticks;
/* Periodic reaping (R24), set at load. */
extern bool param_reap;

#endif /* _MYSLAB_PARAMS_H */
