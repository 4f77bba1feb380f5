/* SPDX-License-Identifier: GPL-2.0 */
/*
 * myslab: frees that wait for a grace period. The kernel's kfree_rcu() takes its own
 * objects alone; these take what myslab_kfree() takes. See module/delayed.c. Included
 * by <myslab/myslab.h>.
 */
#ifndef _MYSLAB_DELAYED_H
#define _MYSLAB_DELAYED_H

#include <linux/rcupdate.h>

void myslab_kfree_call_rcu(struct rcu_head *head, void *p);
void myslab_kfree_rcu_mightsleep(void *p);
void myslab_kfree_rcu_barrier(void);

/**
 * myslab_kfree_rcu() - free after a grace period, without ever sleeping
 * @ptr: see myslab_kfree()
 * @rhf: name of the struct rcu_head in the type that @ptr points to
 *
 * The namesake of kfree_rcu(): for what has no rcu_head see
 * myslab_kfree_rcu_mightsleep().
 *
 * Context: Any but NMI; see myslab_kfree_call_rcu().
 */
#define myslab_kfree_rcu(ptr, rhf)					\
do {									\
	typeof(ptr) ___p = (ptr);					\
									\
	if (___p)							\
		myslab_kfree_call_rcu(&___p->rhf, ___p);		\
} while (0)

#endif /* _MYSLAB_DELAYED_H */
