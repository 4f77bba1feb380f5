/* SPDX-License-Identifier: GPL-2.0 */
/*
 * myslab: SLAB as a loadable module. The public kernel API.
 *
 * Link a client against this module's Module.symvers (`make install` puts both
 * under /usr/src/myslab-VERSION), include this file, and use the calls as
 * their kmem_cache_* namesakes: argument orders, SLAB_* flags and gfp flags are
 * the kernel's own. What differs on purpose is said at each call.
 */
#ifndef _MYSLAB_MYSLAB_H
#define _MYSLAB_MYSLAB_H

#include <linux/gfp.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/types.h>

#include <myslab/delayed.h>
#include <myslab/hooks.h>
#include <myslab/kmalloc.h>

/* Grows when a call changes its meaning or its arguments; never for additions. */
#define MYSLAB_API_VERSION 1

/* Longest cache name, without the terminating NUL. */
#define MYSLAB_NAME_MAX 127

struct myslab_cache;

/* What decides a cache's sizes: its slabs', its arrays', and what it keeps free. */
enum myslab_mode {
	MYSLAB_MODE_DEFAULT,	/* the module's parameter `mode` */
	MYSLAB_MODE_AUTO,	/* what is asked of it */
	MYSLAB_MODE_FIXED,	/* the numbers that SLAB had, and what is tuned */
};

struct myslab_cache *myslab_cache_create(const char *name, unsigned int size,
					 unsigned int align, slab_flags_t flags,
					 void (*ctor)(void *));
struct myslab_cache *
myslab_cache_create_usercopy(const char *name, unsigned int size, unsigned int align,
			     slab_flags_t flags, unsigned int useroffset,
			     unsigned int usersize, void (*ctor)(void *));
struct myslab_cache *myslab_cache_create_mode(enum myslab_mode mode, const char *name,
					      unsigned int size, unsigned int align,
					      slab_flags_t flags, void (*ctor)(void *));
void myslab_cache_destroy(struct myslab_cache *cache);
int myslab_cache_shrink(struct myslab_cache *cache);

void *myslab_cache_alloc_noprof(struct myslab_cache *cache, gfp_t gfp)
	__malloc __assume_slab_alignment;
void *myslab_cache_zalloc_noprof(struct myslab_cache *cache, gfp_t gfp)
	__malloc __assume_slab_alignment;
void *myslab_cache_alloc_node_noprof(struct myslab_cache *cache, gfp_t gfp, int node)
	__malloc __assume_slab_alignment;
void myslab_cache_free(struct myslab_cache *cache, void *obj);

bool __must_check myslab_cache_alloc_bulk_noprof(struct myslab_cache *cache, gfp_t gfp,
						 size_t n, void **objs);
void myslab_cache_free_bulk(struct myslab_cache *cache, size_t n, void **objs);

unsigned int myslab_cache_size(struct myslab_cache *cache);
struct myslab_cache *myslab_cache_of(const void *obj);

unsigned long __must_check myslab_copy_to_user(void __user *to, const void *from,
					       unsigned long n);
unsigned long __must_check myslab_copy_from_user(void *to, const void __user *from,
						 unsigned long n);

/**
 * MYSLAB_CACHE() - create a cache for one struct type
 * @__struct: name of the struct, which becomes the name of the cache
 * @__flags: SLAB_* flags
 *
 * The namesake of KMEM_CACHE(): size and alignment are the struct's own.
 *
 * Context: Process context; see myslab_cache_create().
 * Return: the cache, or NULL.
 */
#define MYSLAB_CACHE(__struct, __flags)					\
	myslab_cache_create(#__struct, sizeof(struct __struct),		\
			    __alignof__(struct __struct), (__flags), NULL)

/**
 * MYSLAB_CACHE_USERCOPY() - create a cache for one struct type, with a user window
 * @__struct: name of the struct, which becomes the name of the cache
 * @__flags: SLAB_* flags
 * @__field: member of the struct that may be copied to and from user space
 *
 * The namesake of KMEM_CACHE_USERCOPY().
 *
 * Context: Process context; see myslab_cache_create_usercopy().
 * Return: the cache, or NULL.
 */
#define MYSLAB_CACHE_USERCOPY(__struct, __flags, __field)		\
	myslab_cache_create_usercopy(#__struct, sizeof(struct __struct),	\
			__alignof__(struct __struct), (__flags),	\
			offsetof(struct __struct, __field),		\
			sizeof_field(struct __struct, __field), NULL)

#ifdef MYSLAB_INLINE
#include <myslab/inline.h>
#endif

#endif /* _MYSLAB_MYSLAB_H */
