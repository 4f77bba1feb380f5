/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_NODEMASK_H
#define _SIM_NODEMASK_H

/* As Debian's x86 kernels have it. */
#define MAX_NUMNODES	1024

typedef struct {
	unsigned long bits[MAX_NUMNODES / 64];
} nodemask_t;

#endif /* _SIM_NODEMASK_H */
