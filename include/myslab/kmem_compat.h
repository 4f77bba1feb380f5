/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One -include turns an unmodified client of the kernel's object caches into ours:
 *
 *   ccflags-y := -include /usr/src/myslab-VERSION/include/myslab/<this file>
 *
 * with this module's Module.symvers in KBUILD_EXTRA_SYMBOLS, as for any client.
 *
 * Nothing is included or defined here: the client is compiled against its kernel's
 * own headers, whatever they are and whatever it defines before it includes them,
 * and only the names of the symbols that it links with are others. So every way to a
 * call leads to us: functions, the macros and inline functions of any header
 * (KMEM_CACHE, kmem_cache_zalloc, alloc_inode_sb, mempool_create_slab_pool ...), and
 * pointers to functions. The calls keep the kernel's types and return values, and a
 * struct kmem_cache * is either ours or the kernel's: the kernel's own caches, which
 * headers bring in (__getname), work as before.
 *
 * A list of names: those that a kernel does not have do no harm there. What each
 * call does otherwise than the kernel's is said in module/client.c.
 */
#pragma redefine_extname kmem_cache_create		myslab_client_create
#pragma redefine_extname kmem_cache_create_usercopy	myslab_client_create_usercopy
#pragma redefine_extname __kmem_cache_create_args	myslab_client_create_args
#pragma redefine_extname kmem_cache_destroy		myslab_client_destroy
#pragma redefine_extname kmem_cache_shrink		myslab_client_shrink
#pragma redefine_extname kmem_cache_size		myslab_client_size
#pragma redefine_extname kmem_cache_charge		myslab_client_charge

/* The kernel calls them _noprof since it can profile allocations: 6.10. */
#pragma redefine_extname kmem_cache_alloc		myslab_client_alloc
#pragma redefine_extname kmem_cache_alloc_noprof	myslab_client_alloc
#pragma redefine_extname kmem_cache_alloc_lru		myslab_client_alloc_lru
#pragma redefine_extname kmem_cache_alloc_lru_noprof	myslab_client_alloc_lru
#pragma redefine_extname kmem_cache_alloc_node		myslab_client_alloc_node
#pragma redefine_extname kmem_cache_alloc_node_noprof	myslab_client_alloc_node
#pragma redefine_extname kmem_cache_alloc_bulk		myslab_client_alloc_bulk
#pragma redefine_extname kmem_cache_alloc_bulk_noprof	myslab_client_alloc_bulk
#pragma redefine_extname kmem_cache_free		myslab_client_free
#pragma redefine_extname kmem_cache_free_bulk		myslab_client_free_bulk

/* A mempool over a cache calls these with it. */
#pragma redefine_extname mempool_alloc_slab		myslab_client_mempool_alloc
#pragma redefine_extname mempool_free_slab		myslab_client_mempool_free

/* A cache's object may be freed without naming the cache. */
#pragma redefine_extname kfree				myslab_client_kfree
#pragma redefine_extname kvfree				myslab_client_kvfree
#pragma redefine_extname kfree_sensitive		myslab_client_kfree_sensitive
#pragma redefine_extname kvfree_sensitive	myslab_client_kvfree_sensitive
#pragma redefine_extname kvfree_call_rcu	myslab_client_kvfree_call_rcu

/* Who calls these does not link, rather than give an object of ours to the kernel. */
#pragma redefine_extname kfree_nolock		myslab_client_has_no_kfree_nolock
#pragma redefine_extname kvfree_atomic		myslab_client_has_no_kvfree_atomic
#pragma redefine_extname kfree_call_rcu_nolock	myslab_client_has_no_kfree_call_rcu_nolock
