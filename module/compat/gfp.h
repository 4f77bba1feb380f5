/* SPDX-License-Identifier: GPL-2.0 */
/*
 * __GFP_ATOMIC, which lets a request dig deeper into the reserves, went in 6.4. And
 * the page allocator's call that growth uses.
 */
#ifndef _MYSLAB_COMPAT_GFP_H
#define _MYSLAB_COMPAT_GFP_H

#include <linux/gfp.h>

#ifdef __GFP_ATOMIC
#define MYSLAB_GFP_ATOMIC_BIT	__GFP_ATOMIC
#else
#define MYSLAB_GFP_ATOMIC_BIT	0
#endif

/*
 * With memory allocation profiling (6.10) the plain name charges the pages to the
 * line that it stands in; they are to be charged to our caller's.
 */
#ifdef CONFIG_MEM_ALLOC_PROFILING
#define myslab_alloc_pages_node	alloc_pages_node_noprof
#else
#define myslab_alloc_pages_node	alloc_pages_node
#endif

#endif /* _MYSLAB_COMPAT_GFP_H */
