/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generic KASAN, for an allocator that is a module: kasan_poison() is exported to
 * modules, and no public header declares it. What undoes it is not exported: a shadow
 * byte of 0 is a granule that may be touched, of 1 to 7 one whose first bytes may.
 */
#ifndef _MYSLAB_COMPAT_KASAN_H
#define _MYSLAB_COMPAT_KASAN_H

#include <linux/kasan.h>
#include <linux/types.h>

#ifdef CONFIG_KASAN_GENERIC

/* The bytes that make KASAN report a slab's object as one of the kernel's own. */
#define MYSLAB_KASAN_FREE	0xfb	/* slab-use-after-free */
#define MYSLAB_KASAN_REDZONE	0xfc	/* slab-out-of-bounds */

#define KASAN_GRANULE_BYTES	8

/* @addr and @size are multiples of the granule. */
void kasan_poison(const void *addr, size_t size, u8 value, bool init);

#endif /* CONFIG_KASAN_GENERIC */

#endif /* _MYSLAB_COMPAT_KASAN_H */
