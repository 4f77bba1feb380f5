/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Since 6.17 a workqueue says whether its work belongs to the CPU that queued it;
 * until then it did unless it said WQ_UNBOUND. WQ_PERCPU is an enum constant, which
 * the preprocessor cannot see, so the version decides.
 */
#ifndef _MYSLAB_COMPAT_WORKQUEUE_H
#define _MYSLAB_COMPAT_WORKQUEUE_H

#include <linux/version.h>
#include <linux/workqueue.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define MYSLAB_WQ_PERCPU	WQ_PERCPU
#else
#define MYSLAB_WQ_PERCPU	0
#endif

#endif /* _MYSLAB_COMPAT_WORKQUEUE_H */
