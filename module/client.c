// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's object caches under their kernel prototypes, for clients that were
 * compiled with include/myslab/kmem_compat.h.
 *
 * Such a client also comes by caches that are the kernel's (names_cachep of linux/fs.h
 * is one), so each call looks whose the handle is: a descriptor of ours says so in a
 * word that depends on its address and on a random number. What is the kernel's goes
 * to the kernel.
 *
 * A request that the kernel would take is made one that we take: see create_for_client().
 * SLAB_ACCOUNT and __GFP_ACCOUNT are dropped. They would charge our pages to a memory
 * cgroup whole, and then list_lru looks up for an object's cgroup what only
 * kmem_cache_alloc_lru() of the kernel can have made.
 */
#define MYSLAB_UNHOOKED	/* pages are charged to the client: hooks.h */
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/mempool.h>

#include "cache.h"
#include "client.h"
#include "compat/slab_flags.h"
#include "judge.h"

/* Outermost of the locks: between choosing a name and taking it. */
static DEFINE_MUTEX(name_mutex);

/*
 * Our cache where the handle is of ours, else NULL. Of the kernel's descriptors the
 * word at this offset is read; they are larger.
 */
static __always_inline struct myslab_cache *ours(struct kmem_cache *s)
{
	struct myslab_cache *c = (struct myslab_cache *)s;

	static_assert(offsetofend(struct myslab_cache, self) <= 128);
	return likely(c->self == cache_self(c)) ? c : NULL;
}

/* The cache of @p, which may be any pointer; NULL: none of ours. */
static struct myslab_cache *owner_of(const void *p)
{
	struct myslab_cache *c;

	rcu_read_lock();
	c = judge_owner(p);
	rcu_read_unlock();
	return c;
}

static gfp_t client_gfp(gfp_t gfp)
{
	return gfp & ~__GFP_ACCOUNT;
}

static bool name_is_taken(const char *name)
{
	bool taken;

	mutex_lock(&caches_mutex);
	taken = cache_by_name(name);
	mutex_unlock(&caches_mutex);
	return taken;
}

/* "-" and a number of ten digits make a name another one. */
#define SUFFIX_MAX	11

/* Make of @name, which the kernel would take, one that we take, in @to. */
static void choose_name(char *to, const char *name)
{
	unsigned int n;
	size_t len;
	char *p;

	lockdep_assert_held(&name_mutex);
	strscpy(to, name && *name ? name : "unnamed", MYSLAB_NAME_MAX + 1 - SUFFIX_MAX);
	for (p = to; *p; p++)
		if (!isascii(*p) || !isgraph(*p))
			*p = '_';
	len = p - to;
	for (n = 2; name_is_taken(to); n++)
		snprintf(to + len, SUFFIX_MAX + 1, "-%u", n);
}

/*
 * A name that is not one, or another cache's, an align that is no power of two, flags
 * that we do not know, and a window that does not fit, are no reason to refuse here.
 */
static struct kmem_cache *create_for_client(const char *name, unsigned int size,
					    unsigned int align, slab_flags_t flags,
					    unsigned int useroffset,
					    unsigned int usersize,
					    void (*ctor)(void *))
{
	char chosen[MYSLAB_NAME_MAX + 1];
	struct myslab_cache *c;

	if (align && align <= KMALLOC_MAX_SIZE)
		align = roundup_pow_of_two(align);
	flags &= MYSLAB_FLAGS_PERMITTED & ~SLAB_ACCOUNT;
	if (flags & SLAB_CACHE_DMA)
		flags &= ~SLAB_CACHE_DMA32;
	if (usersize > size || useroffset > size - usersize)
		usersize = 0;
	mutex_lock(&name_mutex);
	do {
		choose_name(chosen, name);
		c = myslab_cache_create_usercopy(chosen, size, align,
						 flags & ~SLAB_PANIC,
						 usersize ? useroffset : 0,
						 usersize, ctor);
		/* a client of myslab.h may have been faster */
	} while (!c && name_is_taken(chosen));
	mutex_unlock(&name_mutex);
	if (!c && (flags & SLAB_PANIC))
		panic("myslab: cannot create cache %s\n", chosen);
	return (struct kmem_cache *)c;
}

#ifdef MYSLAB_HAVE_CACHE_ARGS
/**
 * myslab_client_create_args() - kmem_cache_create() since 6.12, KMEM_CACHE()
 * @name: any; made printable and unique
 * @size: see myslab_cache_create()
 * @args: align, rounded up to a power of two; the window; the constructor. The rest
 *        says where SLUB may keep its own data, and is not used
 * @flags: those that we do not know, and SLAB_ACCOUNT, are dropped
 *
 * Context: as myslab_cache_create().
 * Return: as myslab_cache_create().
 */
struct kmem_cache *myslab_client_create_args(const char *name, unsigned int size,
					     struct kmem_cache_args *args,
					     slab_flags_t flags)
{
	return create_for_client(name, size, args->align, flags, args->useroffset,
				 args->usersize, args->ctor);
}
EXPORT_SYMBOL_GPL(myslab_client_create_args);

/**
 * myslab_client_charge() - kmem_cache_charge()
 * @obj: an object of ours is charged to nobody, which succeeds
 * @gfp: for the kernel's
 *
 * Context: Any.
 * Return: whether the object may be used.
 */
bool myslab_client_charge(void *obj, gfp_t gfp)
{
	return myslab_cache_of(obj) || kmem_cache_charge(obj, gfp);
}
EXPORT_SYMBOL_GPL(myslab_client_charge);
#else
/**
 * myslab_client_create() - kmem_cache_create() before 6.12
 * @name: any; made printable and unique
 * @size: see myslab_cache_create()
 * @align: rounded up to a power of two
 * @flags: those that we do not know, and SLAB_ACCOUNT, are dropped
 * @ctor: see myslab_cache_create()
 *
 * Context: as myslab_cache_create().
 * Return: as myslab_cache_create().
 */
struct kmem_cache *myslab_client_create(const char *name, unsigned int size,
					unsigned int align, slab_flags_t flags,
					void (*ctor)(void *))
{
	return create_for_client(name, size, align, flags, 0, 0, ctor);
}
EXPORT_SYMBOL_GPL(myslab_client_create);

/**
 * myslab_client_create_usercopy() - kmem_cache_create_usercopy() before 6.12
 * @name: see myslab_client_create()
 * @size: see myslab_client_create()
 * @align: see myslab_client_create()
 * @flags: see myslab_client_create()
 * @useroffset: see myslab_cache_create_usercopy()
 * @usersize: see myslab_cache_create_usercopy()
 * @ctor: see myslab_client_create()
 *
 * Context: as myslab_cache_create().
 * Return: as myslab_cache_create().
 */
struct kmem_cache *myslab_client_create_usercopy(const char *name, unsigned int size,
						 unsigned int align, slab_flags_t flags,
						 unsigned int useroffset,
						 unsigned int usersize,
						 void (*ctor)(void *))
{
	return create_for_client(name, size, align, flags, useroffset, usersize, ctor);
}
EXPORT_SYMBOL_GPL(myslab_client_create_usercopy);
#endif

/**
 * myslab_client_destroy() - kmem_cache_destroy()
 * @s: see myslab_cache_destroy(): with objects out it stays, as leaked
 *
 * Context: as myslab_cache_destroy().
 */
void myslab_client_destroy(struct kmem_cache *s)
{
	if (s && !ours(s))
		kmem_cache_destroy(s);
	else
		myslab_cache_destroy((struct myslab_cache *)s);
}
EXPORT_SYMBOL_GPL(myslab_client_destroy);

/**
 * myslab_client_shrink() - kmem_cache_shrink()
 * @s: see myslab_cache_shrink()
 *
 * Context: as myslab_cache_shrink().
 * Return: 0 where no slab remains.
 */
int myslab_client_shrink(struct kmem_cache *s)
{
	struct myslab_cache *c = ours(s);

	return c ? myslab_cache_shrink(c) : kmem_cache_shrink(s);
}
EXPORT_SYMBOL_GPL(myslab_client_shrink);

/**
 * myslab_client_size() - kmem_cache_size()
 * @s: cache
 *
 * Context: Any.
 * Return: bytes of an object.
 */
unsigned int myslab_client_size(struct kmem_cache *s)
{
	struct myslab_cache *c = ours(s);

	return c ? myslab_cache_size(c) : kmem_cache_size(s);
}
EXPORT_SYMBOL_GPL(myslab_client_size);

/**
 * myslab_client_alloc() - kmem_cache_alloc()
 * @s: cache
 * @gfp: see myslab_cache_alloc(), less __GFP_ACCOUNT
 *
 * Context: as myslab_cache_alloc().
 * Return: as myslab_cache_alloc().
 */
void *myslab_client_alloc(struct kmem_cache *s, gfp_t gfp)
{
	struct myslab_cache *c = ours(s);

	if (likely(c))
		return myslab_cache_alloc(c, client_gfp(gfp));
	return kernel_cache_alloc(s, gfp);
}
EXPORT_SYMBOL_GPL(myslab_client_alloc);

/**
 * myslab_client_alloc_lru() - kmem_cache_alloc_lru(), which alloc_inode_sb() calls
 * @s: cache
 * @lru: where the object will be listed: by node alone, as for a cache of the
 *       kernel's without SLAB_ACCOUNT
 * @gfp: as for myslab_client_alloc()
 *
 * Context: as myslab_cache_alloc().
 * Return: as myslab_cache_alloc().
 */
void *myslab_client_alloc_lru(struct kmem_cache *s, struct list_lru *lru, gfp_t gfp)
{
	struct myslab_cache *c = ours(s);

	if (likely(c))
		return myslab_cache_alloc(c, client_gfp(gfp));
	return kernel_cache_alloc_lru(s, lru, gfp);
}
EXPORT_SYMBOL_GPL(myslab_client_alloc_lru);

/**
 * myslab_client_alloc_node() - kmem_cache_alloc_node()
 * @s: cache
 * @gfp: as for myslab_client_alloc()
 * @node: see myslab_cache_alloc_node()
 *
 * Context: as myslab_cache_alloc().
 * Return: as myslab_cache_alloc_node().
 */
void *myslab_client_alloc_node(struct kmem_cache *s, gfp_t gfp, int node)
{
	struct myslab_cache *c = ours(s);

	if (likely(c))
		return myslab_cache_alloc_node(c, client_gfp(gfp), node);
	return kernel_cache_alloc_node(s, gfp, node);
}
EXPORT_SYMBOL_GPL(myslab_client_alloc_node);

/**
 * myslab_client_alloc_bulk() - kmem_cache_alloc_bulk()
 * @s: cache
 * @gfp: as for myslab_client_alloc()
 * @n: how many
 * @objs: filled in
 *
 * Context: as myslab_cache_alloc().
 * Return: what the kernel's answers: @n or 0; true or false where that is a bool.
 */
kernel_bulk_t myslab_client_alloc_bulk(struct kmem_cache *s, gfp_t gfp, size_t n,
				       void **objs)
{
	struct myslab_cache *c = ours(s);

	if (likely(c))
		return myslab_cache_alloc_bulk(c, client_gfp(gfp), n, objs) ? n : 0;
	return kernel_cache_alloc_bulk(s, gfp, n, objs);
}
EXPORT_SYMBOL_GPL(myslab_client_alloc_bulk);

/**
 * myslab_client_free() - kmem_cache_free()
 * @s: cache
 * @obj: see myslab_cache_free()
 *
 * Context: as myslab_cache_free().
 */
void myslab_client_free(struct kmem_cache *s, void *obj)
{
	struct myslab_cache *c = ours(s);

	if (likely(c))
		myslab_cache_free(c, obj);
	else
		kmem_cache_free(s, obj);
}
EXPORT_SYMBOL_GPL(myslab_client_free);

/**
 * myslab_client_free_bulk() - kmem_cache_free_bulk(), which kfree_bulk() calls
 * @s: cache; NULL: each object is freed as by myslab_client_kfree()
 * @n: how many
 * @objs: the objects
 *
 * Context: as myslab_cache_free().
 */
void myslab_client_free_bulk(struct kmem_cache *s, size_t n, void **objs)
{
	size_t i;

	if (!s) {
		for (i = 0; i < n; i++)
			myslab_client_kfree(objs[i]);
	} else if (ours(s)) {
		myslab_cache_free_bulk(ours(s), n, objs);
	} else {
		kmem_cache_free_bulk(s, n, objs);
	}
}
EXPORT_SYMBOL_GPL(myslab_client_free_bulk);

/**
 * myslab_client_kfree() - kfree(), which also takes an object of a cache
 * @p: an object of ours, or what the kernel's kfree() takes
 *
 * Context: as myslab_cache_free().
 */
void myslab_client_kfree(const void *p)
{
	struct myslab_cache *c = owner_of(p);

	if (c)
		myslab_cache_free(c, (void *)p);
	else
		kfree(p);
}
EXPORT_SYMBOL_GPL(myslab_client_kfree);

/**
 * myslab_client_kvfree() - kvfree(), which also takes an object of a cache
 * @p: see myslab_client_kfree()
 *
 * Context: as myslab_cache_free() for an object of ours, else as kvfree().
 */
void myslab_client_kvfree(const void *p)
{
	struct myslab_cache *c = owner_of(p);

	if (c)
		myslab_cache_free(c, (void *)p);
	else
		kvfree(p);
}
EXPORT_SYMBOL_GPL(myslab_client_kvfree);

/**
 * myslab_client_kfree_sensitive() - kfree_sensitive(), which also takes an object of a cache
 * @p: see myslab_client_kfree()
 *
 * Context: as myslab_cache_free().
 */
void myslab_client_kfree_sensitive(const void *p)
{
	if (owner_of(p))
		myslab_kfree_sensitive(p);
	else
		kfree_sensitive(p);
}
EXPORT_SYMBOL_GPL(myslab_client_kfree_sensitive);

/**
 * myslab_client_kvfree_sensitive() - kvfree_sensitive(), which also takes an object of a cache
 * @p: see myslab_client_kfree()
 * @len: bytes that the kernel's zeroes; of an object of ours all are
 *
 * Context: as myslab_cache_free() for an object of ours, else as kvfree_sensitive().
 */
void myslab_client_kvfree_sensitive(const void *p, size_t len)
{
	if (owner_of(p))
		myslab_kfree_sensitive(p);
	else
		kvfree_sensitive(p, len);
}
EXPORT_SYMBOL_GPL(myslab_client_kvfree_sensitive);

/**
 * myslab_client_kvfree_call_rcu() - what kfree_rcu() and kvfree_rcu() call
 * @head: within the object; NULL: of kfree_rcu_mightsleep()
 * @arg: the object, or on older kernels the offset of its @head
 *
 * Context: as the kernel's; may sleep where @head is NULL.
 */
void myslab_client_kvfree_call_rcu(kernel_kvfree_head_t *head, kernel_kvfree_arg_t arg)
{
	void *p = kernel_kvfree_object(head, arg);

	if (!owner_of(p))
		kvfree_call_rcu(head, arg);
	else if (head)
		myslab_kfree_call_rcu((struct rcu_head *)head, p);
	else
		myslab_kfree_rcu_mightsleep(p);
}
EXPORT_SYMBOL_GPL(myslab_client_kvfree_call_rcu);

/**
 * myslab_client_mempool_alloc() - mempool_alloc_slab()
 * @gfp: as for myslab_client_alloc()
 * @pool_data: cache
 *
 * Context: as myslab_cache_alloc().
 * Return: as myslab_cache_alloc().
 */
void *myslab_client_mempool_alloc(gfp_t gfp, void *pool_data)
{
	return myslab_client_alloc(pool_data, gfp);
}
EXPORT_SYMBOL_GPL(myslab_client_mempool_alloc);

/**
 * myslab_client_mempool_free() - mempool_free_slab()
 * @obj: object
 * @pool_data: its cache
 *
 * Context: as myslab_cache_free().
 */
void myslab_client_mempool_free(void *obj, void *pool_data)
{
	myslab_client_free(pool_data, obj);
}
EXPORT_SYMBOL_GPL(myslab_client_mempool_free);

client_stands_for(myslab_client_mempool_alloc, mempool_alloc_slab);
client_stands_for(myslab_client_mempool_free, mempool_free_slab);
