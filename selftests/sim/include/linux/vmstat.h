/* SPDX-License-Identifier: GPL-2.0 */
/* What each node counts as reclaimable, for tests to compare. */
#ifndef _SIM_VMSTAT_H
#define _SIM_VMSTAT_H

#include <linux/mm.h>

#define NR_KERNEL_MISC_RECLAIMABLE	1

extern long sim_reclaimable[];

#define page_pgdat(page)	page_to_nid(page)
#define mod_node_page_state(node, item, pages)	(sim_reclaimable[node] += (pages))

#endif /* _SIM_VMSTAT_H */
