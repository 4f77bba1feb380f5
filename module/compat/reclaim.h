/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reclaim is told of pages that come back outside of the LRU: since 6.4 by
 * mm_account_reclaimed_pages(), which is an inline function that the preprocessor
 * cannot see, so the version decides; until then in a field of its state.
 */
#ifndef _MYSLAB_COMPAT_RECLAIM_H
#define _MYSLAB_COMPAT_RECLAIM_H

#include <linux/sched.h>
#include <linux/swap.h>
#include <linux/version.h>

static inline void myslab_account_reclaimed(unsigned long pages)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
	if (current->reclaim_state)
		current->reclaim_state->reclaimed_slab += pages;
#else
	mm_account_reclaimed_pages(pages);
#endif
}

#endif /* _MYSLAB_COMPAT_RECLAIM_H */
