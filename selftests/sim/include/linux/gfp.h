/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_GFP_H
#define _SIM_GFP_H

#include <linux/types.h>

#define GFP_KERNEL	0x1u
#define __GFP_COMP	0x2u
#define __GFP_ZERO	0x4u

struct page;

struct page *alloc_pages_node(int node, gfp_t gfp, unsigned int order);
void __free_pages(struct page *page, unsigned int order);

#endif /* _SIM_GFP_H */
