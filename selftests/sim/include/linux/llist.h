/* SPDX-License-Identifier: GPL-2.0 */
/* In the simulation: what internal.h has of it. */
#ifndef _SIM_LINUX_LLIST_H
#define _SIM_LINUX_LLIST_H

struct llist_node {
	struct llist_node *next;
};

#endif
