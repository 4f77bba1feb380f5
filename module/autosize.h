/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mode auto: how many objects an array may hold, how it grows and how it shrinks.
 * Pure arithmetic (A2, A3, A8, A10).
 */
#ifndef _MYSLAB_AUTOSIZE_H
#define _MYSLAB_AUTOSIZE_H

#include <linux/minmax.h>
#include <linux/types.h>

/* With its head, an array of this many entries is 256 bytes, and of each step twice that. */
#define AUTO_LIMIT_FIRST	30U
/* A3: the last step. */
#ifdef CONFIG_PREEMPT_RT	/* to flush the oldest moves all others, with preemption off */
#define AUTO_LIMIT_MOST		254U
#else
#define AUTO_LIMIT_MOST		2046U
#endif
/* A3: bytes of objects that one CPU's array may hold. */
#define AUTO_BYTES_MOST		(4UL << 20)
/* A3: one CPU's array, of all memory, as a shift. */
#define AUTO_SHARE_SHIFT	6

/* A2: what an array begins with, where SLAB's limit is @slabs (R6). */
static inline unsigned int auto_limit_first(unsigned int slabs)
{
	return min(slabs, AUTO_LIMIT_FIRST);
}

/* A3: the most for objects of @size bytes on @cpus CPUs that have @memory bytes. */
static inline unsigned int auto_limit_most(unsigned int size, unsigned int slabs,
					   unsigned long memory, unsigned int cpus)
{
	unsigned long bytes = min(AUTO_BYTES_MOST, (memory >> AUTO_SHARE_SHIFT) / cpus);
	unsigned int fit = min(bytes / size, (unsigned long)AUTO_LIMIT_MOST);

	return max(auto_limit_first(slabs), fit);
}

/* A3: the next limit up. */
static inline unsigned int auto_limit_up(unsigned int limit, unsigned int most)
{
	return min(2 * limit + 2, most);
}

/* A8: and down. */
static inline unsigned int auto_limit_down(unsigned int limit, unsigned int first)
{
	return max(limit / 2 - min(limit / 2, 1U), first);
}

/* As R6: half of it travels at a time. */
static inline unsigned int auto_batch(unsigned int limit)
{
	return (limit + 1) / 2;
}

/* A10: entries of a node's shared array of @shared batches, where arrays hold up to @most. */
static inline unsigned int auto_shared(unsigned int shared, unsigned int batch,
				       unsigned int most)
{
	return min_t(unsigned long, (unsigned long)shared * batch, max(most, 2 * batch));
}

#endif /* _MYSLAB_AUTOSIZE_H */
