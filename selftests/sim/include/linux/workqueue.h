/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_WORKQUEUE_H
#define _SIM_WORKQUEUE_H

struct work_struct {
	void (*func)(struct work_struct *work);
};

struct rcu_work {
	struct work_struct work;
};

#endif /* _SIM_WORKQUEUE_H */
