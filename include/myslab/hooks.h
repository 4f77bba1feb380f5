/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory allocation profiling (/proc/allocinfo). Where the kernel has it, each call
 * that may grow a cache is a macro that names its call site, and pages that it makes
 * the module get are charged there; objects are not. Elsewhere the calls are plain
 * functions. Included by the other headers.
 */
#ifndef _MYSLAB_HOOKS_H
#define _MYSLAB_HOOKS_H

#include <linux/gfp.h>

#if defined(CONFIG_MEM_ALLOC_PROFILING) && !defined(MYSLAB_UNHOOKED)

#define myslab_cache_alloc(...)						\
	alloc_hooks(myslab_cache_alloc_noprof(__VA_ARGS__))
#define myslab_cache_zalloc(...)					\
	alloc_hooks(myslab_cache_zalloc_noprof(__VA_ARGS__))
#define myslab_cache_alloc_node(...)					\
	alloc_hooks(myslab_cache_alloc_node_noprof(__VA_ARGS__))
#define myslab_cache_alloc_bulk(...)					\
	alloc_hooks(myslab_cache_alloc_bulk_noprof(__VA_ARGS__))

#define myslab_kmalloc(...)	alloc_hooks(myslab_kmalloc_noprof(__VA_ARGS__))
#define myslab_kzalloc(...)	alloc_hooks(myslab_kzalloc_noprof(__VA_ARGS__))
#define myslab_kmalloc_node(...)					\
	alloc_hooks(myslab_kmalloc_node_noprof(__VA_ARGS__))
#define myslab_kmalloc_array(...)					\
	alloc_hooks(myslab_kmalloc_array_noprof(__VA_ARGS__))
#define myslab_kcalloc(...)	alloc_hooks(myslab_kcalloc_noprof(__VA_ARGS__))
#define myslab_krealloc(...)	alloc_hooks(myslab_krealloc_noprof(__VA_ARGS__))
#define myslab_kstrdup(...)	alloc_hooks(myslab_kstrdup_noprof(__VA_ARGS__))

#elif defined(CONFIG_MEM_ALLOC_PROFILING)

/* Inside the module: where the calls are defined, and where growth calls them. */
#define myslab_cache_alloc		myslab_cache_alloc_noprof
#define myslab_cache_zalloc		myslab_cache_zalloc_noprof
#define myslab_cache_alloc_node	myslab_cache_alloc_node_noprof
#define myslab_cache_alloc_bulk	myslab_cache_alloc_bulk_noprof
#define myslab_kmalloc			myslab_kmalloc_noprof
#define myslab_kmalloc_node		myslab_kmalloc_node_noprof
#define myslab_krealloc		myslab_krealloc_noprof
#define myslab_kstrdup			myslab_kstrdup_noprof

#else

#define myslab_cache_alloc_noprof	myslab_cache_alloc
#define myslab_cache_zalloc_noprof	myslab_cache_zalloc
#define myslab_cache_alloc_node_noprof	myslab_cache_alloc_node
#define myslab_cache_alloc_bulk_noprof	myslab_cache_alloc_bulk

#define myslab_kmalloc_noprof		myslab_kmalloc
#define myslab_kzalloc_noprof		myslab_kzalloc
#define myslab_kmalloc_node_noprof	myslab_kmalloc_node
#define myslab_kmalloc_array_noprof	myslab_kmalloc_array
#define myslab_kcalloc_noprof		myslab_kcalloc
#define myslab_krealloc_noprof		myslab_krealloc
#define myslab_kstrdup_noprof		myslab_kstrdup

#endif
#endif /* _MYSLAB_HOOKS_H */
