// SPDX-License-Identifier: GPL-2.0
/*
 * What <myslab/inline.h> tells clients is so: a change below that fails to compile here
 * wants the header changed and its version raised, and with it the symbol's name.
 */
#define MYSLAB_UNHOOKED
#include <linux/export.h>

#include <myslab/inline.h>

#include "api.h"
#include "internal.h"
#include "pages.h"

#define SAME_AT(_fast, _member, _ours, _path)					\
	static_assert(offsetof(struct myslab_inline_##_fast, _member) ==	\
		      offsetof(struct _ours, _path) &&			\
		      sizeof_field(struct myslab_inline_##_fast, _member) ==	\
		      sizeof_field(struct _ours, _path))

SAME_AT(array, avail, myslab_array, avail);
SAME_AT(array, limit, myslab_array, limit);
SAME_AT(array, low, myslab_array, low);
static_assert(offsetof(struct myslab_inline_array, entry) ==
	      offsetof(struct myslab_array, entry));

SAME_AT(cpu, busy, myslab_cpu, busy);
SAME_AT(cpu, array, myslab_cpu, array);
SAME_AT(cpu, key, myslab_cpu, key);
SAME_AT(cpu, alloc_hit, myslab_cpu, stats.alloc_hit);
SAME_AT(cpu, free_hit, myslab_cpu, stats.free_hit);

SAME_AT(cache, cpu, myslab_cache, cpu);
SAME_AT(cache, slab_base, myslab_cache, slab_base);
SAME_AT(cache, mark_key, myslab_cache, mark_key);
SAME_AT(cache, mark_offset, myslab_cache, mark_offset);
SAME_AT(cache, num, myslab_cache, layout.num);
SAME_AT(cache, inverse, myslab_cache, layout.inverse);
SAME_AT(cache, shift, myslab_cache, layout.shift);

static_assert(offsetof(struct myslab_slab, word) == MYSLAB_INLINE_WORD);
static_assert(MYSLAB_INLINE_COLOUR == MYSLAB_COLOUR_MAX);

/*
 * What clients of version 1 were compiled with. Header and module may be changed together
 * without any of the above failing; these fail then, and stay as they are: who changes a
 * number raises the version, in the header and here.
 */
#define V1_SAYS(_fast, _member, _offset)					\
	static_assert(MYSLAB_INLINE_VERSION == 1 &&				\
		      offsetof(struct myslab_inline_##_fast, _member) == (_offset))

V1_SAYS(array, avail, 0);
V1_SAYS(array, limit, 4);
V1_SAYS(array, low, 8);
V1_SAYS(array, entry, 16);
V1_SAYS(cpu, busy, 0);
V1_SAYS(cpu, array, 16);
V1_SAYS(cpu, key, 24);
V1_SAYS(cpu, alloc_hit, 32);
V1_SAYS(cpu, free_hit, 40);
V1_SAYS(cache, cpu, 0);
V1_SAYS(cache, slab_base, 8);
V1_SAYS(cache, mark_key, 16);
V1_SAYS(cache, mark_offset, 24);
V1_SAYS(cache, num, 32);
V1_SAYS(cache, inverse, 36);
V1_SAYS(cache, shift, 40);
static_assert(MYSLAB_INLINE_WORD == 32 && MYSLAB_INLINE_COLOUR == 0x7fffffff);

/* What it is does not matter: a client asks for its name. */
const unsigned int myslab_inline_symbol = MYSLAB_INLINE_VERSION;
EXPORT_SYMBOL_GPL(myslab_inline_symbol);

/* Both paths, here and in api.c, ask these: main.c. */
DEFINE_STATIC_KEY_FALSE(myslab_alloc_hooks);
EXPORT_SYMBOL_GPL(myslab_alloc_hooks);
DEFINE_STATIC_KEY_FALSE(myslab_free_hooks);
EXPORT_SYMBOL_GPL(myslab_free_hooks);

void *myslab_inline_hand_out(struct myslab_cache *cache, gfp_t gfp, void *obj)
{
	return hand_out(cache, gfp, obj);
}
EXPORT_SYMBOL_GPL(myslab_inline_hand_out);
