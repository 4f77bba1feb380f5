/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel's memory checkers are told of our objects, so that a client's
 * mistake is reported as it would be with the kernel's own caches. KASAN: of a slab
 * only the objects that are out may be touched, and of those only the bytes that were
 * asked for. kmemleak: who is out, since when, and that it may hold pointers.
 *
 * A free object stays poisoned wherever it is parked. Its mark is read and written
 * past KASAN; the free index, which may lie in it, is slab.c's alone, and that file is
 * not instrumented.
 *
 * Where the kernel has neither checker all of this is nothing.
 */
#ifndef _MYSLAB_CHECKERS_H
#define _MYSLAB_CHECKERS_H

#include <linux/align.h>
#include <linux/kmemleak.h>
#include <linux/preempt.h>

#include "compat/kasan.h"
#include "cpucache.h"
#include "internal.h"
#include "pages.h"

/*
 * Is a free object of @c off limits? Readers under RCU may still look at one that is
 * TYPESAFE_BY_RCU, until its slab goes.
 */
static __always_inline bool checkers_guard_free(const struct myslab_cache *c)
{
	return IS_ENABLED(CONFIG_KASAN_GENERIC) && !(c->flags & SLAB_TYPESAFE_BY_RCU);
}

#ifdef CONFIG_KASAN_GENERIC

extern bool param_redzone;

/* Bytes behind each object of @size that its layout leaves for KASAN to guard. */
static inline unsigned int checkers_redzone(unsigned int size)
{
	return param_redzone && size <= KMALLOC_MAX_SIZE / 2 ? KASAN_GRANULE_BYTES : 0;
}

static inline void kasan_open(const void *obj, size_t size)
{
	size_t whole = ALIGN_DOWN(size, KASAN_GRANULE_BYTES);

	kasan_poison(obj, whole, 0, false);
	if (whole < size)
		kasan_poison(obj + whole, KASAN_GRANULE_BYTES, size - whole, false);
}

/* Of the @bytes of memory by size, its user asked for the first @size. */
static inline void checkers_trim(const void *p, size_t size, size_t bytes)
{
	size_t asked = ALIGN(size, KASAN_GRANULE_BYTES);

	kasan_open(p, size);
	kasan_poison(p + asked, ALIGN(bytes, KASAN_GRANULE_BYTES) - asked,
		     MYSLAB_KASAN_REDZONE, false);
}

/* All of the @bytes are for the user: myslab_ksize() was asked, or it is about to go. */
static inline void checkers_untrim(const void *p, size_t bytes)
{
	kasan_open(p, bytes);
}

static inline void kasan_close(const struct myslab_cache *c, const void *obj)
{
	if (checkers_guard_free(c))
		kasan_poison(obj, ALIGN(c->object_size, KASAN_GRANULE_BYTES),
			     MYSLAB_KASAN_FREE, false);
}

static inline void checkers_slab_made(const struct myslab_cache *c,
				      const struct myslab_slab *slab)
{
	kasan_poison(slab_base(slab), layout_slab_bytes(&c->layout), MYSLAB_KASAN_REDZONE, false);
}

/* Before the pages go back: the page allocator poisons them as its own. */
static inline void checkers_slab_gone(const struct myslab_cache *c,
				      const struct myslab_slab *slab)
{
	kasan_poison(slab_base(slab), layout_slab_bytes(&c->layout), 0, false);
}

#else /* !CONFIG_KASAN_GENERIC */

static inline unsigned int checkers_redzone(unsigned int size)
{
	return 0;
}

static inline void kasan_open(const void *obj, size_t size) { }
static inline void checkers_trim(const void *p, size_t size, size_t bytes) { }
static inline void checkers_untrim(const void *p, size_t bytes) { }
static inline void kasan_close(const struct myslab_cache *c, const void *obj) { }
static inline void checkers_slab_made(const struct myslab_cache *c,
				      const struct myslab_slab *slab) { }
static inline void checkers_slab_gone(const struct myslab_cache *c,
				      const struct myslab_slab *slab) { }

#endif /* CONFIG_KASAN_GENERIC */

/*
 * @obj leaves for a caller: before anything writes to it. kmemleak takes locks and
 * allocates; an object that left where neither can be is not known to it.
 */
static __always_inline void checkers_alloc(const struct myslab_cache *c, void *obj,
					   gfp_t gfp)
{
	kasan_open(obj, c->object_size);
	if (IS_ENABLED(CONFIG_DEBUG_KMEMLEAK) && !cpu_gets_no_lock())
		kmemleak_alloc_recursive(obj, c->object_size, 1, c->flags, gfp);
}

/* @obj is judged and marked, and not parked yet: from here on nobody touches it. */
static __always_inline void checkers_free(const struct myslab_cache *c, void *obj)
{
	if (IS_ENABLED(CONFIG_DEBUG_KMEMLEAK) && !cpu_gets_no_lock())
		kmemleak_free_recursive(obj, c->flags);
	kasan_close(c, obj);
}

#endif /* _MYSLAB_CHECKERS_H */
