/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own object caches, as they are called in this kernel. Since 6.10 the
 * allocating calls are macros around functions with other names; 6.12 brought the
 * create that takes a struct, and kmem_cache_charge(). What kfree_rcu() calls takes the
 * head and its offset, then the head and the pointer, in 7.3 a head of one word.
 */
#ifndef _MYSLAB_COMPAT_KMEM_CACHE_H
#define _MYSLAB_COMPAT_KMEM_CACHE_H

#include <linux/rcupdate.h>
#include <linux/slab.h>

#ifdef kmem_cache_alloc
#define kernel_cache_alloc	kmem_cache_alloc_noprof
#define kernel_cache_alloc_lru	kmem_cache_alloc_lru_noprof
#define kernel_cache_alloc_node	kmem_cache_alloc_node_noprof
#define kernel_cache_alloc_bulk	kmem_cache_alloc_bulk_noprof
#else
#define kernel_cache_alloc	kmem_cache_alloc
#define kernel_cache_alloc_lru	kmem_cache_alloc_lru
#define kernel_cache_alloc_node	kmem_cache_alloc_node
#define kernel_cache_alloc_bulk	kmem_cache_alloc_bulk
#endif

#ifdef kmem_cache_create
#define MYSLAB_HAVE_CACHE_ARGS
#endif

/* An int, the number of objects, or a bool. */
#define kernel_bulk_t typeof(kernel_cache_alloc_bulk(NULL, 0, 0, NULL))

struct kvfree_rcu_head;
#define kernel_kvfree_head_t						\
	typeof(*__builtin_choose_expr(					\
		__same_type(kvfree_call_rcu, void (struct kvfree_rcu_head *, void *)), \
		(struct kvfree_rcu_head *)NULL, (struct rcu_head *)NULL))
#define kernel_kvfree_arg_t						\
	typeof(__builtin_choose_expr(					\
		__same_type(kvfree_call_rcu, void (struct rcu_head *, rcu_callback_t)), \
		(rcu_callback_t)NULL, (void *)NULL))

/* What is to be freed, out of both arguments. */
static inline void *kernel_kvfree_object(void *head, kernel_kvfree_arg_t arg)
{
	if (__same_type(arg, rcu_callback_t) && head)
		return head - (unsigned long)arg;
	return (void *)arg;
}

#endif /* _MYSLAB_COMPAT_KMEM_CACHE_H */
