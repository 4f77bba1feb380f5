/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hit paths of myslab_cache_alloc() and myslab_cache_free(), compiled into their
 * caller. For clients that ask for it:
 *
 *     #define MYSLAB_INLINE
 *     #include <myslab/myslab.h>
 *
 * Everything but a hit calls the module, as without: so does a hit that is to be zeroed,
 * a free where the kernel zeroes what is freed, and everything on kernels that look at
 * each object as it comes and goes (KASAN, kmemleak, sleeps in atomic context) and on
 * machines for which the load that may fault is not written here. What a free refuses
 * is what it always refuses: the judgement comes along.
 *
 * A client compiled so knows where the module keeps things. MYSLAB_INLINE_VERSION numbers
 * that knowledge; the client asks for a symbol of that number, and insmod refuses it
 * ("Unknown symbol myslab_inline_v1") beside a module of another. The module asserts
 * at compile time that what is said here is so: module/inline.c.
 */
#ifndef _MYSLAB_INLINE_H
#define _MYSLAB_INLINE_H

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/jump_label.h>
#include <linux/kconfig.h>
#include <linux/percpu.h>
#include <linux/preempt.h>

#include <myslab/nofault.h>

/* Grows with every change of what is below, or of what it means. */
#define MYSLAB_INLINE_VERSION	1
#define myslab_inline_symbol	myslab_inline_v1

struct myslab_cache;

/* See module/array.h. */
struct myslab_inline_array {
	unsigned int avail;
	unsigned int limit;
	unsigned int low;
	unsigned int unused;
	void *entry[];
};

/* See struct myslab_cpu and "This CPU's array" in module/internal.h. */
struct myslab_inline_cpu {
	u8 busy;
	u8 unused[15];
	struct myslab_inline_array *array;
	unsigned long key;
	unsigned long alloc_hit;
	unsigned long free_hit;
};

/* See struct myslab_cache in module/internal.h. */
struct myslab_inline_cache {
	struct myslab_inline_cpu __percpu *cpu;
	unsigned long slab_base;
	unsigned long mark_key;
	unsigned int mark_offset;
	unsigned int unused;
	unsigned int num;
	unsigned int inverse;
	unsigned int shift;
};

/* Bytes into a page's struct page: the ownership word. */
#define MYSLAB_INLINE_WORD	32
/* No colour is larger. */
#define MYSLAB_INLINE_COLOUR	0x7fffffffUL

DECLARE_STATIC_KEY_FALSE(myslab_alloc_hooks);
DECLARE_STATIC_KEY_FALSE(myslab_free_hooks);
extern unsigned long myslab_direct_span;
extern const unsigned int myslab_inline_symbol;
/* A popped object that is to be zeroed, or looked at: from here on the caller's. */
void *myslab_inline_hand_out(struct myslab_cache *cache, gfp_t gfp, void *obj);

/* Take the CPU's array for this CPU's use: NULL where it is in use. Preemption is off. */
static __always_inline struct myslab_inline_array *
myslab_inline_enter(struct myslab_inline_cpu *cpu)
{
	barrier();
	if (unlikely(cpu->busy))
		return NULL;
	WRITE_ONCE(cpu->busy, 1);
	barrier();
	return READ_ONCE(cpu->array);
}

static __always_inline void myslab_inline_leave(struct myslab_inline_cpu *cpu)
{
	barrier();
	WRITE_ONCE(cpu->busy, 0);
}

/* An object of this CPU's array, marked as in use; NULL says nothing yet. */
static __always_inline void *myslab_inline_pop(const struct myslab_inline_cache *c)
{
	struct myslab_inline_array *a;
	struct myslab_inline_cpu *cpu;
	void *obj = NULL;

	preempt_disable();
	cpu = this_cpu_ptr(c->cpu);
	a = myslab_inline_enter(cpu);
	if (likely(a)) {
		unsigned long left = a->avail;

		if (likely((unsigned int)left > a->low)) {
			left--;
			OPTIMIZER_HIDE_VAR(left);
			obj = a->entry[left];
			a->avail = left;
			cpu->alloc_hit++;
		}
		myslab_inline_leave(cpu);
	}
	preempt_enable();
	return obj;
}

/* Does @obj start an object of @c, of a slab on the node of @key? */
static __always_inline bool myslab_inline_judge(const struct myslab_inline_cache *c,
						const void *obj, unsigned long key)
{
	unsigned long at = (unsigned long)obj - PAGE_OFFSET;
	unsigned long colour;
	void *page;
	u32 offset;

	if (unlikely(at >= myslab_direct_span))
		return false;
	page = myslab_direct_page(at & c->slab_base);
	colour = myslab_xor_nofault(key, page + MYSLAB_INLINE_WORD) ^ (unsigned long)page;
	if (unlikely(colour > MYSLAB_INLINE_COLOUR))
		return false;
	offset = (unsigned long)obj & ~c->slab_base;
	return likely(ror32((offset - (u32)colour) * c->inverse, c->shift) < c->num);
}

/* Push @obj if it is sound and there is room; false says nothing yet. */
static __always_inline bool myslab_inline_push(const struct myslab_inline_cache *c,
					       void *obj)
{
	const unsigned long mark = c->mark_key ^ (unsigned long)obj;
	unsigned long *word = obj + c->mark_offset;
	struct myslab_inline_array *a;
	struct myslab_inline_cpu *cpu;
	bool done = false;

	preempt_disable();
	cpu = this_cpu_ptr(c->cpu);
	if (unlikely(!myslab_inline_judge(c, obj, cpu->key)) || unlikely(*word == mark))
		goto out;
	a = myslab_inline_enter(cpu);
	if (unlikely(!a))
		goto out;
	/* of an empty array, the word before the first entry is no object's address */
	if (likely(a->avail < a->limit) &&
	    likely(*((void **)&a->low + a->avail) != obj)) {
		a->entry[a->avail] = obj;
		barrier();
		a->avail++;
		*word = mark;
		cpu->free_hit++;
		done = true;
	}
	myslab_inline_leave(cpu);
out:
	preempt_enable();
	return done;
}

/* A hit of myslab_cache_alloc(), or NULL. */
static __always_inline void *myslab_inline_alloc(struct myslab_cache *cache, gfp_t gfp)
{
	const struct myslab_inline_cache *c = (const struct myslab_inline_cache *)cache;
	void *obj = myslab_inline_pop(c);

	if (unlikely(!obj))
		return NULL;
	if (static_branch_unlikely(&myslab_alloc_hooks) || (gfp & __GFP_ZERO))
		return myslab_inline_hand_out(cache, gfp, obj);
	if (likely(c->mark_offset))
		*(unsigned long *)(obj + c->mark_offset) = 0;
	return obj;
}

/* A hit of myslab_cache_free(). */
static __always_inline bool myslab_inline_free(struct myslab_cache *cache, void *obj)
{
	const struct myslab_inline_cache *c = (const struct myslab_inline_cache *)cache;

	if (static_branch_unlikely(&myslab_free_hooks) || unlikely(!c->mark_offset))
		return false;
	return myslab_inline_push(c, obj);
}

#if defined(MYSLAB_INLINE) && defined(MYSLAB_NOFAULT_IS_INLINE) &&	\
	!defined(CONFIG_KASAN) && !defined(CONFIG_DEBUG_KMEMLEAK) &&	\
	!defined(CONFIG_DEBUG_ATOMIC_SLEEP) && !defined(CONFIG_LOCKDEP)

/* Asks for the module of this version, in each file that is compiled so. */
static const void *const myslab_inline_asks __used = &myslab_inline_symbol;

static __always_inline void myslab_inline_cache_free(struct myslab_cache *cache, void *obj)
{
	if (unlikely(!myslab_inline_free(cache, obj)))
		myslab_cache_free(cache, obj);
}

/* Pages of a miss are charged to the call site, as without MYSLAB_INLINE: hooks.h. */
#ifdef CONFIG_MEM_ALLOC_PROFILING
#define __myslab_inline_miss(_cache, _gfp)				\
	alloc_hooks(myslab_cache_alloc_noprof(_cache, _gfp))
#undef myslab_cache_alloc
#else
#define __myslab_inline_miss(_cache, _gfp)	myslab_cache_alloc(_cache, _gfp)
#endif

#define myslab_cache_alloc(_cache, _gfp)				\
({									\
	struct myslab_cache *__cache = (_cache);			\
	gfp_t __gfp = (_gfp);						\
	void *__obj = myslab_inline_alloc(__cache, __gfp);		\
									\
	likely(__obj) ? __obj : __myslab_inline_miss(__cache, __gfp);	\
})

#define myslab_cache_free(_cache, _obj)	myslab_inline_cache_free(_cache, _obj)

#endif
#endif /* _MYSLAB_INLINE_H */
