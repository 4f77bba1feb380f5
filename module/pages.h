/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages as slabs: the one place that knows struct page. From a pointer to its slab,
 * and whether that slab is ours.
 */
#ifndef _MYSLAB_PAGES_H
#define _MYSLAB_PAGES_H

#include <linux/mm.h>
#include <myslab/nofault.h>

#include "internal.h"

/*
 * The head page of a slab as its owner may use it. The words named __ are the
 * page allocator's; pages.c asserts that the others are where they are said to be.
 * Between allocation and free of the pages nobody else writes list, word or state.
 */
struct myslab_slab {
	unsigned long __flags;
	union {
		struct list_head list;	/* N */
		struct rcu_head rcu;	/* once off the lists: R21 */
	};
	void *__mapping;		/* NULL: page free checks it */
	unsigned long word;		/* I: ownership; cleared before the pages go */
	unsigned long state;		/* N: slab.h packs it */
};

/* Ownership word: colour offset below, then the node, then the cache's id. */
#define MYSLAB_NODE_SHIFT	32
#define MYSLAB_ID_SHIFT		42
#define MYSLAB_ID_MAX		((1U << 21) - 1)
#define MYSLAB_COLOUR_MAX	0x7fffffffUL

/*
 * Random for each load of the module, bit 63 clear. A kernel address has it set, so
 * each word of ours has, and a word of a page that is not ours hardly ever: 0 (what a
 * load that faults answers, and what we leave behind) and small numbers never match.
 */
extern unsigned long myslab_cookie;
/* Bytes from PAGE_OFFSET that the direct map may span. */
extern unsigned long myslab_direct_span;
/* Pages held as slabs, all caches. */
extern atomic_long_t myslab_pages_held;

static inline unsigned long myslab_key(unsigned int id, int node)
{
	return myslab_cookie ^ ((unsigned long)id << MYSLAB_ID_SHIFT |
				(unsigned long)node << MYSLAB_NODE_SHIFT);
}

static __always_inline struct myslab_slab *page_slab(struct page *page)
{
	return (struct myslab_slab *)page;
}

static __always_inline struct page *slab_page(const struct myslab_slab *slab)
{
	return (struct page *)slab;
}

static __always_inline void *slab_base(const struct myslab_slab *slab)
{
	return page_address(slab_page(slab));
}

/* What the word says, once it is known to be ours. */
static inline unsigned int slab_colour(const struct myslab_slab *slab)
{
	return slab->word ^ (unsigned long)slab ^ myslab_cookie;
}

static inline int slab_node(const struct myslab_slab *slab)
{
	unsigned long x = slab->word ^ (unsigned long)slab ^ myslab_cookie;

	return (x >> MYSLAB_NODE_SHIFT) & (MAX_NUMNODES - 1);
}

/* Address of the slab's first object. */
static __always_inline void *slab_objects(const struct myslab_slab *slab)
{
	return slab_base(slab) + slab_colour(slab);
}

/*
 * The slab of an object that is known to be of this cache. Slabs are naturally
 * aligned, so that the head page follows from the address alone.
 */
static __always_inline struct myslab_slab *
object_slab(const struct myslab_cache *c, const void *obj)
{
	unsigned long at = (unsigned long)obj - PAGE_OFFSET;

	return page_slab(myslab_direct_page(at & c->slab_base));
}

/*
 * What the page of @p says, were @p an object of @c: word ^ page ^ @key, which is the
 * colour offset where the page is a slab of @c on the node of @key. More than
 * MYSLAB_COLOUR_MAX anywhere else. @p may be any value: nothing here faults.
 */
static __always_inline unsigned long slab_probe(const struct myslab_cache *c,
						const void *p, unsigned long key)
{
	unsigned long at = (unsigned long)p - PAGE_OFFSET;
	struct myslab_slab *slab;

	if (unlikely(at >= myslab_direct_span))
		return ~0UL;
	slab = page_slab(myslab_direct_page(at & c->slab_base));
	return myslab_xor_nofault(key, &slab->word) ^ (unsigned long)slab;
}

/* @diff, of a probe with the key of node 0, says: this cache, whichever node. */
static inline bool probe_is_of_cache(unsigned long diff)
{
	const unsigned long node = (MAX_NUMNODES - 1UL) << MYSLAB_NODE_SHIFT;

	return (diff & ~node) <= MYSLAB_COLOUR_MAX;
}

/* The number of the object that @p starts, in a slab of @colour; num or more: none. */
static __always_inline u32 slab_number_at(const struct myslab_cache *c, const void *p,
					  u32 colour)
{
	u32 offset = (unsigned long)p - ((unsigned long)p & c->slab_base);

	return layout_object_at(&c->layout, offset - colour);
}

struct myslab_slab *pages_alloc(struct myslab_cache *c, gfp_t gfp, int node);
void pages_claim(struct myslab_cache *c, struct myslab_slab *slab, int node,
		 unsigned int colour);
void pages_free(struct myslab_cache *c, struct myslab_slab *slab);
bool pages_find(const void *p, unsigned int *id, struct myslab_slab **slab);
int pages_node(const struct myslab_slab *slab);
void pages_init(void);

#endif /* _MYSLAB_PAGES_H */
