/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which CPUs want no periodic work: nohz_full is HK_TYPE_TICK until 6.13 and part of
 * HK_TYPE_KERNEL_NOISE from then on; both are enum constants, so the version decides.
 */
#ifndef _MYSLAB_COMPAT_ISOLATION_H
#define _MYSLAB_COMPAT_ISOLATION_H

#include <linux/sched/isolation.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
#define MYSLAB_HK_TICK	HK_TYPE_KERNEL_NOISE
#else
#define MYSLAB_HK_TICK	HK_TYPE_TICK
#endif

#endif /* _MYSLAB_COMPAT_ISOLATION_H */
