/* SPDX-License-Identifier: GPL-2.0 */
/* The words of struct page that the core knows, where a 64-bit kernel has them. */
#ifndef _SIM_MM_TYPES_H
#define _SIM_MM_TYPES_H

#include <linux/types.h>

struct page {
	unsigned long flags;
	union {
		struct list_head lru;
		struct rcu_head rcu_head;
	};
	void *mapping;
	unsigned long index;
	unsigned long private;
	int _mapcount;
	int _refcount;
	unsigned long memcg_data;
};

#endif /* _SIM_MM_TYPES_H */
