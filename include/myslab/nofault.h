/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A pointer's struct page, and a word of it, without believing the pointer: the
 * word is read by a load with an exception table entry, so that a hole in the
 * memory map answers a word that is nobody's instead of an oops.
 */
#ifndef _MYSLAB_NOFAULT_H
#define _MYSLAB_NOFAULT_H

#include <linux/mm.h>

#if defined(CONFIG_X86_64) && defined(CONFIG_SPARSEMEM_VMEMMAP)

#include <asm/asm.h>
#include <linux/log2.h>

#define MYSLAB_NOFAULT_IS_INLINE

/* @at: bytes from PAGE_OFFSET, page aligned; may name memory that is not there. */
static __always_inline struct page *myslab_direct_page(unsigned long at)
{
	/* one shift, since the bits below a page are clear */
	if (is_power_of_2(sizeof(struct page)))
		return (void *)vmemmap + (at >> (PAGE_SHIFT - ilog2(sizeof(struct page))));
	return vmemmap + (at >> PAGE_SHIFT);
}

/*
 * @x ^ *p; where the load faults @x, as if 0 were there: no page of ours ever holds a
 * word that matches it.
 */
static __always_inline unsigned long myslab_xor_nofault(unsigned long x,
							const unsigned long *p)
{
	asm volatile("1:	xorq %1, %0\n"
		     "2:\n"
		     _ASM_EXTABLE(1b, 2b)
		     : "+r" (x) : "m" (*p));
	return x;
}

#else

#include <linux/uaccess.h>

static __always_inline struct page *myslab_direct_page(unsigned long at)
{
	return virt_to_page((void *)(PAGE_OFFSET + at));
}

static inline unsigned long myslab_xor_nofault(unsigned long x, const unsigned long *p)
{
	unsigned long val;

	return copy_from_kernel_nofault(&val, p, sizeof(val)) ? x : x ^ val;
}

#endif
#endif /* _MYSLAB_NOFAULT_H */
