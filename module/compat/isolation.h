/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which CPUs want no periodic work. Those in an isolated partition of cpusets, which
 * come and go at run time, are among them where the kernel tells: 6.12 and 7.3, not 6.1.
 * nohz_full is HK_TYPE_TICK until 6.13 and part of
 * HK_TYPE_KERNEL_NOISE from then on; both are enum constants, so the version decides.
 */
#ifndef _MYSLAB_COMPAT_ISOLATION_H
#define _MYSLAB_COMPAT_ISOLATION_H

#include <linux/rcupdate.h>
#include <linux/sched/isolation.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
#define MYSLAB_HK_TICK	HK_TYPE_KERNEL_NOISE
#else
#define MYSLAB_HK_TICK	HK_TYPE_TICK
#endif

/* Is @cpu among those that may have periodic and other background work? */
static inline bool myslab_cpu_keeps_house(int cpu)
{
	bool keeps;

	rcu_read_lock();	/* 7.x replaces the masks at run time */
	keeps = housekeeping_test_cpu(cpu, MYSLAB_HK_TICK) && !cpu_is_isolated(cpu);
	rcu_read_unlock();
	return keeps;
}

#endif /* _MYSLAB_COMPAT_ISOLATION_H */
