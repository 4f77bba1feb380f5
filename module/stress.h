/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stress device, /dev/myslab, as main.c sees it. What it does and how a
 * program talks to it stands in include/uapi/myslab.h.
 *
 * The stress is a client of the public API alone: nothing here knows a
 * structure of the allocator.
 */
#ifndef _MYSLAB_STRESS_H
#define _MYSLAB_STRESS_H

int __init myslab_stress_init(void);
void myslab_stress_exit(void);

#endif /* _MYSLAB_STRESS_H */
