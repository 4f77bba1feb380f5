/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The SLAB_* flags that a kernel lets its clients give, of which some came and went
 * over the kernels. A flag that a kernel's configuration leaves out is 0 there.
 */
#ifndef _MYSLAB_COMPAT_SLAB_FLAGS_H
#define _MYSLAB_COMPAT_SLAB_FLAGS_H

#include <linux/slab.h>

#ifdef SLAB_MEM_SPREAD		/* until 6.8 */
#define MYSLAB_FLAG_MEM_SPREAD	SLAB_MEM_SPREAD
#else
#define MYSLAB_FLAG_MEM_SPREAD	0
#endif
#ifdef SLAB_NO_MERGE		/* since 6.5 */
#define MYSLAB_FLAG_NO_MERGE	SLAB_NO_MERGE
#else
#define MYSLAB_FLAG_NO_MERGE	0
#endif

/*
 * Keeps a cache of the kernel's from being merged with others, and costs it nothing: on
 * later kernels a cache with SLAB_NOLEAKTRACE has no sheaves.
 */
#define MYSLAB_FLAG_APART	(MYSLAB_FLAG_NO_MERGE ? : SLAB_NOLEAKTRACE)

/* These have an effect here. */
#define MYSLAB_FLAGS_KEPT						\
	(SLAB_HWCACHE_ALIGN | SLAB_CACHE_DMA | SLAB_CACHE_DMA32 |	\
	 SLAB_PANIC | SLAB_TYPESAFE_BY_RCU | SLAB_RECLAIM_ACCOUNT |	\
	 SLAB_ACCOUNT | SLAB_NOLEAKTRACE)

/* These are accepted and do nothing. */
#define MYSLAB_FLAGS_MASKED						\
	(SLAB_DEBUG_OBJECTS | SLAB_RED_ZONE | SLAB_POISON |		\
	 SLAB_STORE_USER | SLAB_TRACE | SLAB_CONSISTENCY_CHECKS |	\
	 SLAB_KMALLOC | SLAB_NO_USER_FLAGS |				\
	 MYSLAB_FLAG_MEM_SPREAD | MYSLAB_FLAG_NO_MERGE)

#define MYSLAB_FLAGS_PERMITTED	(MYSLAB_FLAGS_KEPT | MYSLAB_FLAGS_MASKED)

#endif /* _MYSLAB_COMPAT_SLAB_FLAGS_H */
