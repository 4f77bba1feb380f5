/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A memory map that stands in for the direct map: an arena of pages behind a hole,
 * PAGE_OFFSET at the hole's start, a struct page for each page of both. Physical
 * addresses are as high as an x86 machine can have them. See memory.h.
 */
#ifndef _SIM_MM_H
#define _SIM_MM_H

#include <linux/bitops.h>
#include <linux/gfp.h>
#include <linux/mm_types.h>
#include <linux/nodemask.h>
#include <linux/types.h>

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)

extern unsigned long sim_page_offset;
extern struct page *sim_vmemmap;
extern void *high_memory;

#define PAGE_OFFSET	sim_page_offset
#define SIM_PHYS_START	BIT(51)

#define __pa(virt)	((unsigned long)(virt) - PAGE_OFFSET + SIM_PHYS_START)
#define __va(phys)	((void *)((phys) - SIM_PHYS_START + PAGE_OFFSET))

struct page *virt_to_page(const void *virt);
struct page *virt_to_head_page(const void *virt);
void *page_address(const struct page *page);
int page_to_nid(const struct page *page);
bool virt_addr_valid(const void *virt);

#endif /* _SIM_MM_H */
