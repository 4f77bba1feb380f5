/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_BITOPS_H
#define _SIM_BITOPS_H

#include <linux/types.h>

#define BIT(nr)		(1UL << (nr))

/* Last bit set, counted from 1; 0 where there is none. */
static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

/* First bit set, counted from 0. */
static inline unsigned long __ffs(unsigned long x)
{
	return __builtin_ctzl(x);
}

static inline u32 ror32(u32 word, unsigned int shift)
{
	return (word >> (shift & 31)) | (word << ((-shift) & 31));
}

#endif /* _SIM_BITOPS_H */
