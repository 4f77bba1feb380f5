/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel's object caches are called in a client that was compiled with
 * include/myslab/kmem_compat.h: each the kernel's prototype under a name of ours.
 */
#ifndef _MYSLAB_CLIENT_H
#define _MYSLAB_CLIENT_H

#include "compat/kmem_cache.h"

struct list_lru;

#ifdef MYSLAB_HAVE_CACHE_ARGS
struct kmem_cache *myslab_client_create_args(const char *name, unsigned int size,
					     struct kmem_cache_args *args,
					     slab_flags_t flags);
bool myslab_client_charge(void *obj, gfp_t gfp);
#else
struct kmem_cache *myslab_client_create(const char *name, unsigned int size,
					unsigned int align, slab_flags_t flags,
					void (*ctor)(void *));
struct kmem_cache *myslab_client_create_usercopy(const char *name, unsigned int size,
						 unsigned int align, slab_flags_t flags,
						 unsigned int useroffset,
						 unsigned int usersize,
						 void (*ctor)(void *));
#endif
void myslab_client_destroy(struct kmem_cache *s);
int myslab_client_shrink(struct kmem_cache *s);
unsigned int myslab_client_size(struct kmem_cache *s);

void *myslab_client_alloc(struct kmem_cache *s, gfp_t gfp);
void *myslab_client_alloc_lru(struct kmem_cache *s, struct list_lru *lru, gfp_t gfp);
void *myslab_client_alloc_node(struct kmem_cache *s, gfp_t gfp, int node);
kernel_bulk_t myslab_client_alloc_bulk(struct kmem_cache *s, gfp_t gfp, size_t n,
				       void **objs);
void myslab_client_free(struct kmem_cache *s, void *obj);
void myslab_client_free_bulk(struct kmem_cache *s, size_t n, void **objs);
void myslab_client_kfree(const void *p);
void myslab_client_kvfree(const void *p);
void myslab_client_kfree_sensitive(const void *p);
void myslab_client_kvfree_sensitive(const void *p, size_t len);
void myslab_client_kvfree_call_rcu(kernel_kvfree_head_t *head, kernel_kvfree_arg_t arg);

void *myslab_client_mempool_alloc(gfp_t gfp, void *pool_data);
void myslab_client_mempool_free(void *obj, void *pool_data);

/* A kernel whose prototypes are others needs another client.c. */
#define client_stands_for(ours, theirs) static_assert(__same_type(ours, theirs))
#ifdef MYSLAB_HAVE_CACHE_ARGS
client_stands_for(myslab_client_create_args, __kmem_cache_create_args);
client_stands_for(myslab_client_charge, kmem_cache_charge);
#else
client_stands_for(myslab_client_create, kmem_cache_create);
client_stands_for(myslab_client_create_usercopy, kmem_cache_create_usercopy);
#endif
client_stands_for(myslab_client_destroy, kmem_cache_destroy);
client_stands_for(myslab_client_shrink, kmem_cache_shrink);
client_stands_for(myslab_client_size, kmem_cache_size);
client_stands_for(myslab_client_alloc, kernel_cache_alloc);
client_stands_for(myslab_client_alloc_lru, kernel_cache_alloc_lru);
client_stands_for(myslab_client_alloc_node, kernel_cache_alloc_node);
client_stands_for(myslab_client_alloc_bulk, kernel_cache_alloc_bulk);
client_stands_for(myslab_client_free, kmem_cache_free);
client_stands_for(myslab_client_free_bulk, kmem_cache_free_bulk);
client_stands_for(myslab_client_kfree, kfree);
client_stands_for(myslab_client_kvfree, kvfree);
client_stands_for(myslab_client_kfree_sensitive, kfree_sensitive);
client_stands_for(myslab_client_kvfree_sensitive, kvfree_sensitive);
client_stands_for(myslab_client_kvfree_call_rcu, kvfree_call_rcu);

#endif /* _MYSLAB_CLIENT_H */
