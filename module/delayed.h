/* SPDX-License-Identifier: GPL-2.0 */
/* Frees that wait for a grace period: see delayed.c. */
#ifndef _MYSLAB_DELAYED_INTERNAL_H
#define _MYSLAB_DELAYED_INTERNAL_H

/* Pointers that went each way since the module was loaded. */
struct delayed_totals {
	unsigned long paged;	/* into a page of pointers */
	unsigned long chained;	/* by their own rcu_head, where no page was at hand */
	unsigned long waited;	/* neither: their caller slept for a grace period */
	unsigned long batches;	/* grace periods for those of the first two kinds */
};

void delayed_sum(struct delayed_totals *totals);
void delayed_init(void);
void delayed_exit(void);

#endif /* _MYSLAB_DELAYED_INTERNAL_H */
