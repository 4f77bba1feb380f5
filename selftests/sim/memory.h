/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The simulated machine's memory: two nodes of pages, a hole before them, nothing
 * around them. All of it is poisoned for AddressSanitizer, every struct page too,
 * but for what was opened; so the core may touch
 *
 *     the words of a slab's head page that are its own
 *     the bytes of a slab in which its free index lies at that moment (model_slab.h)
 *
 * and a wrong address of any kind ends the case.
 */
#ifndef _SIM_MEMORY_H
#define _SIM_MEMORY_H

#include <linux/types.h>

#define SIM_NODES	2
#define SIM_HOLE_PAGES	1024	/* from PAGE_OFFSET: struct pages, no memory */
#define SIM_NODE_PAGES	4096

void memory_init(void);

/* Let the core, or a test, touch these bytes; or do not, from here on. */
void memory_open(const void *start, size_t bytes);
void memory_close(const void *start, size_t bytes);

/*
 * Fill with bytes that follow from @tag; and the first byte from @from to @to that
 * is not as it was filled, @to where there is none. Closed memory too.
 */
void memory_fill(void *start, size_t bytes, u32 tag);
size_t memory_differs(const void *start, size_t from, size_t to, u32 tag);

/* First and last page of the memory, by address. */
void *memory_start(void);
void *memory_end(void);

#endif /* _SIM_MEMORY_H */
