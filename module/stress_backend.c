// SPDX-License-Identifier: GPL-2.0
/*
 * The two allocators that a stress run can drive, behind one table, and the
 * constructors that CTOR runs hand to either.
 */
#include <linux/bitops.h>
#include <linux/spinlock.h>
#include <myslab/myslab.h>

#include "compat/slab_flags.h"
#include "stress_run.h"

static void *ours_create(const char *name, unsigned int size, unsigned int align,
			 slab_flags_t flags, void (*ctor)(void *))
{
	return myslab_cache_create(name, size, align, flags, ctor);
}

static void ours_destroy(void *cache)
{
	myslab_cache_destroy(cache);
}

static int ours_shrink(void *cache)
{
	return myslab_cache_shrink(cache);
}

static void *ours_alloc(void *cache, gfp_t gfp)
{
	return myslab_cache_alloc(cache, gfp);
}

static void *ours_zalloc(void *cache, gfp_t gfp)
{
	return myslab_cache_zalloc(cache, gfp);
}

static void *ours_alloc_node(void *cache, gfp_t gfp, int node)
{
	return myslab_cache_alloc_node(cache, gfp, node);
}

static void ours_free(void *cache, void *obj)
{
	myslab_cache_free(cache, obj);
}

static bool ours_alloc_bulk(void *cache, gfp_t gfp, size_t n, void **objs)
{
	return myslab_cache_alloc_bulk(cache, gfp, n, objs);
}

static void ours_free_bulk(void *cache, size_t n, void **objs)
{
	myslab_cache_free_bulk(cache, n, objs);
}

static void *kmem_create(const char *name, unsigned int size, unsigned int align,
			 slab_flags_t flags, void (*ctor)(void *))
{
	/* a merged one would hold others' objects when we ask whether ours came back */
	return kmem_cache_create(name, size, align, flags | MYSLAB_FLAG_APART, ctor);
}

static void kmem_destroy(void *cache)
{
	kmem_cache_destroy(cache);
}

static int kmem_shrink(void *cache)
{
	return kmem_cache_shrink(cache);
}

static void *kmem_alloc(void *cache, gfp_t gfp)
{
	return kmem_cache_alloc(cache, gfp);
}

static void *kmem_zalloc(void *cache, gfp_t gfp)
{
	return kmem_cache_zalloc(cache, gfp);
}

static void *kmem_alloc_node(void *cache, gfp_t gfp, int node)
{
	return kmem_cache_alloc_node(cache, gfp, node);
}

static void kmem_free(void *cache, void *obj)
{
	kmem_cache_free(cache, obj);
}

static bool kmem_alloc_bulk(void *cache, gfp_t gfp, size_t n, void **objs)
{
	/* A count on older kernels, a bool on newer ones: 0 is failure on all. */
	return kmem_cache_alloc_bulk(cache, gfp, n, objs);
}

static void kmem_free_bulk(void *cache, size_t n, void **objs)
{
	kmem_cache_free_bulk(cache, n, objs);
}

#define STRESS_BACKEND(_name, _calls) {			\
	.name		= _name,			\
	.create		= _calls##_create,		\
	.destroy	= _calls##_destroy,		\
	.shrink		= _calls##_shrink,		\
	.alloc		= _calls##_alloc,		\
	.zalloc		= _calls##_zalloc,		\
	.alloc_node	= _calls##_alloc_node,		\
	.free		= _calls##_free,		\
	.alloc_bulk	= _calls##_alloc_bulk,		\
	.free_bulk	= _calls##_free_bulk,		\
}

static const struct stress_backend stress_backends[] = {
	[MYSLAB_STRESS_MYSLAB]	= STRESS_BACKEND("myslab", ours),
	[MYSLAB_STRESS_KMEM]	= STRESS_BACKEND("kmem", kmem),
};

const struct stress_backend *stress_backend(unsigned int number)
{
	return &stress_backends[number];
}

/*
 * A constructor is told only the object. Its size and the run's key come from
 * the slot that the constructor was made for, so a slot serves one run.
 */
#define STRESS_CTORS	8

static struct stress_ctor_slot {
	unsigned int size;
	u64 key;
	atomic64_t calls;
} stress_ctor_slots[STRESS_CTORS];

static unsigned long stress_ctors_taken;
static DEFINE_SPINLOCK(stress_ctors_lock);

static void stress_ctor_run(struct stress_ctor_slot *slot, void *obj)
{
	stress_build(obj, slot->size, slot->key);
	atomic64_inc(&slot->calls);
}

#define STRESS_CTOR(n)						\
	static void stress_ctor_##n(void *obj)			\
	{							\
		stress_ctor_run(&stress_ctor_slots[n], obj);	\
	}

STRESS_CTOR(0)
STRESS_CTOR(1)
STRESS_CTOR(2)
STRESS_CTOR(3)
STRESS_CTOR(4)
STRESS_CTOR(5)
STRESS_CTOR(6)
STRESS_CTOR(7)

static void (*const stress_ctors[STRESS_CTORS])(void *) = {
	stress_ctor_0, stress_ctor_1, stress_ctor_2, stress_ctor_3,
	stress_ctor_4, stress_ctor_5, stress_ctor_6, stress_ctor_7,
};

/* Returns a slot's number, or -EUSERS where all are taken. */
int stress_ctor_get(unsigned int size, u64 key)
{
	int slot;

	spin_lock(&stress_ctors_lock);
	slot = find_first_zero_bit(&stress_ctors_taken, STRESS_CTORS);
	if (slot < STRESS_CTORS)
		__set_bit(slot, &stress_ctors_taken);
	spin_unlock(&stress_ctors_lock);
	if (slot >= STRESS_CTORS)
		return -EUSERS;

	stress_ctor_slots[slot].size = size;
	stress_ctor_slots[slot].key = key;
	atomic64_set(&stress_ctor_slots[slot].calls, 0);
	return slot;
}

void stress_ctor_put(int slot)
{
	spin_lock(&stress_ctors_lock);
	__clear_bit(slot, &stress_ctors_taken);
	spin_unlock(&stress_ctors_lock);
}

void (*stress_ctor(int slot))(void *obj)
{
	return stress_ctors[slot];
}

u64 stress_ctor_calls(int slot)
{
	return atomic64_read(&stress_ctor_slots[slot].calls);
}
