/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The mark of a free object: mark_key ^ its address, in its middle word. For
 * caches with mark_offset != 0.
 */
#ifndef _MYSLAB_MARK_H
#define _MYSLAB_MARK_H

#include "internal.h"

static __always_inline unsigned long *mark_of(const struct myslab_cache *c, void *obj)
{
	return obj + c->mark_offset;
}

static __always_inline bool mark_is_free(const struct myslab_cache *c, void *obj)
{
	if (busted(BUSTED_TRUST))
		return false;
	return unlikely(*mark_of(c, obj) == (c->mark_key ^ (unsigned long)obj));
}

static __always_inline void mark_free(const struct myslab_cache *c, void *obj)
{
	*mark_of(c, obj) = c->mark_key ^ (unsigned long)obj;
}

static __always_inline void mark_used(const struct myslab_cache *c, void *obj)
{
	*mark_of(c, obj) = 0;
}

#endif /* _MYSLAB_MARK_H */
