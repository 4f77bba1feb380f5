/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The mark of a free object: mark_key ^ its address, in its middle word. For
 * caches with mark_offset != 0.
 */
#ifndef _MYSLAB_MARK_H
#define _MYSLAB_MARK_H

#include <linux/compiler.h>

#include "internal.h"

/* Read once, for a judgement and for the free that follows it. */
struct myslab_mark {
	unsigned long value;
	unsigned long offset;	/* 0: the cache has no marks */
};

static __always_inline struct myslab_mark mark_for(const struct myslab_cache *c,
						   const void *obj)
{
	return (struct myslab_mark){
		.value = c->mark_key ^ (unsigned long)obj,
		.offset = c->mark_offset,
	};
}

/* Past KASAN: the object may be free, or the word behind the bytes that were asked for. */
static __no_kasan_or_inline unsigned long mark_read(const unsigned long *word)
{
#ifdef CONFIG_KASAN_GENERIC
	/* or the compiler moves the load to the caller, which is instrumented */
	return READ_ONCE(*word);
#else
	return *word;
#endif
}

static __no_kasan_or_inline void mark_write(unsigned long *word, unsigned long val)
{
	*word = val;
}

static __always_inline bool mark_is_set(struct myslab_mark mark, void *obj)
{
	if (busted(BUSTED_TRUST))
		return false;
	return unlikely(mark_read(obj + mark.offset) == mark.value);
}

static __always_inline void mark_set(struct myslab_mark mark, void *obj)
{
	mark_write(obj + mark.offset, mark.value);
}

static __always_inline bool mark_is_free(const struct myslab_cache *c, void *obj)
{
	return mark_is_set(mark_for(c, obj), obj);
}

static __always_inline void mark_free(const struct myslab_cache *c, void *obj)
{
	mark_set(mark_for(c, obj), obj);
}

static __always_inline void mark_used(const struct myslab_cache *c, void *obj)
{
	mark_write(obj + c->mark_offset, 0);
}

#endif /* _MYSLAB_MARK_H */
