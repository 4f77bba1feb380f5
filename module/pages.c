// SPDX-License-Identifier: GPL-2.0
/* See pages.h. */
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/mm_types.h>
#include <linux/random.h>
#include <linux/vmstat.h>

#include "compat/gfp.h"
#include "compat/page.h"
#include "compat/reclaim.h"
#include "pages.h"

unsigned long myslab_cookie __ro_after_init;
unsigned long myslab_direct_span __ro_after_init;
EXPORT_SYMBOL_GPL(myslab_direct_span);	/* inline.h */
atomic_long_t myslab_pages_held;

/* The words of struct page that are ours are where struct myslab_slab says. */
#define ASSERT_WORD(theirs, ours)					\
	static_assert(offsetof(struct page, theirs) ==			\
		      offsetof(struct myslab_slab, ours))
ASSERT_WORD(flags, __flags);
ASSERT_WORD(lru, list);
ASSERT_WORD(rcu_head, rcu);
ASSERT_WORD(mapping, __mapping);
ASSERT_WORD(MYSLAB_PAGE_INDEX, word);
ASSERT_WORD(private, state);
#undef ASSERT_WORD
static_assert(offsetof(struct myslab_slab, state) + sizeof(unsigned long) <=
	      offsetof(struct page, _mapcount));
static_assert(MAX_NUMNODES <= 1 << (MYSLAB_ID_SHIFT - MYSLAB_NODE_SHIFT));

/*
 * Everything that the direct map could ever cover on this machine; but no more than
 * has its struct page below the CPU entry area, past which an address would wrap. Where
 * a word is read by a call, what it covers now.
 */
static unsigned long __init direct_bytes(void)
{
#ifdef MYSLAB_NOFAULT_IS_INLINE
	unsigned long pages = (CPU_ENTRY_AREA_BASE - (unsigned long)vmemmap) /
			      sizeof(struct page);

	return min(1UL << MAX_PHYSMEM_BITS, pages << PAGE_SHIFT);
#else
	return (unsigned long)high_memory - PAGE_OFFSET;
#endif
}

void __init pages_init(void)
{
	myslab_cookie = get_random_u64() >> 1;
	myslab_direct_span = direct_bytes();
}

/* All that is held; of reclaimable caches also as MemAvailable has it. */
static void account(struct myslab_cache *c, struct myslab_slab *slab, long pages)
{
	atomic_long_add(pages, &myslab_pages_held);
	if (c->flags & SLAB_RECLAIM_ACCOUNT)
		mod_node_page_state(page_pgdat(slab_page(slab)),
				    NR_KERNEL_MISC_RECLAIMABLE, pages);
}

/*
 * Pages for one slab, from @node; on others only where @gfp lets the page
 * allocator choose. Order > 0 is compound: whoever takes a passing reference must
 * not split the block. Nothing is claimed yet.
 */
struct myslab_slab *pages_alloc(struct myslab_cache *c, gfp_t gfp, int node)
{
	struct page *page;

	page = myslab_alloc_pages_node(node, gfp | __GFP_COMP, c->layout.order);
	if (!page)
		return NULL;
	account(c, page_slab(page), 1L << c->layout.order);
	return page_slab(page);
}

int pages_node(const struct myslab_slab *slab)
{
	return page_to_nid(slab_page(slab));
}

/* From here on the pages answer to a probe as a slab of @c on @node. */
void pages_claim(struct myslab_cache *c, struct myslab_slab *slab, int node,
		 unsigned int colour)
{
	WRITE_ONCE(slab->word, myslab_key(c->id, node) ^ (unsigned long)slab ^ colour);
}

/* Page free does not clear the word: it must not answer to a probe any more. */
void pages_free(struct myslab_cache *c, struct myslab_slab *slab)
{
	WRITE_ONCE(slab->word, 0);
	slab->state = 0;
	account(c, slab, -(1L << c->layout.order));
	myslab_account_reclaimed(1UL << c->layout.order);
	__free_pages(slab_page(slab), c->layout.order);
}

/*
 * Whose is @p, where no cache is named? Answers false where no page of ours is
 * there; else the id of the cache that the page says it belongs to, which the
 * caller looks up.
 */
bool pages_find(const void *p, unsigned int *id, struct myslab_slab **slab)
{
	unsigned long x;

	if (!virt_addr_valid(p))
		return false;
	*slab = page_slab(virt_to_head_page(p));
	x = myslab_xor_nofault(myslab_cookie, &(*slab)->word) ^ (unsigned long)*slab;
	if (x >> (MYSLAB_ID_SHIFT + 21) || (u32)x > MYSLAB_COLOUR_MAX)
		return false;
	*id = x >> MYSLAB_ID_SHIFT;
	return true;
}
