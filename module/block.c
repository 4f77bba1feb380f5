// SPDX-License-Identifier: GPL-2.0
/* See block.h. */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "block.h"
#include "checkers.h"
#include "compat/gfp.h"
#include "pages.h"

static unsigned long block_word(const struct myslab_slab *head, unsigned int order)
{
	return myslab_key(0, pages_node(head)) ^ (unsigned long)head ^ order;
}

/*
 * The head page of the block that @p, which may be any value, points into; NULL: no
 * block of ours. A word that is not ours would have to name the page's own node and
 * order to be believed.
 */
static struct myslab_slab *block_of(const void *p, unsigned int *order)
{
	struct myslab_slab *head;
	unsigned int id;

	if (!pages_find(p, &id, &head) || id)
		return NULL;
	*order = compound_order(slab_page(head));
	if (READ_ONCE(head->word) != block_word(head, *order) ||
	    p < slab_base(head) || p >= slab_base(head) + (PAGE_SIZE << *order))
		return NULL;
	return head;
}

/* R37; and from memory that has an address. The page allocator zeroes. */
static gfp_t block_gfp(gfp_t gfp, unsigned int order)
{
	gfp = (gfp & ~__GFP_HIGHMEM) | __GFP_COMP;
	if (!(gfp & __GFP_MEMALLOC))
		gfp |= __GFP_NOMEMALLOC;
	/* The page allocator warns of it; block_alloc() repeats instead. */
	if (order > 1)
		gfp &= ~__GFP_NOFAIL;
	return gfp;
}

/**
 * block_alloc() - get pages of their own for one allocation
 * @bytes: at least 1, at most KMALLOC_MAX_SIZE
 * @gfp: the caller's
 * @node: where first; an online node, or NUMA_NO_NODE
 *
 * Order > 0 is compound: whoever takes a passing reference must not split the block.
 *
 * Context: as @gfp allows.
 * Return: the block, aligned to its size; NULL where memory ran out.
 */
void *block_alloc(size_t bytes, gfp_t gfp, int node)
{
	unsigned int order = get_order(bytes);
	struct myslab_slab *head;
	struct page *page;

	for (;;) {
		page = myslab_alloc_pages_node(node, block_gfp(gfp, order), order);
		if (page)
			break;
		if (!(gfp & __GFP_NOFAIL) || !gfpflags_allow_blocking(gfp))
			return NULL;
		schedule_timeout_uninterruptible(1);
	}
	atomic_long_add(1L << order, &myslab_pages_held);
	head = page_slab(page);
	WRITE_ONCE(head->word, block_word(head, order));
	kmemleak_alloc(slab_base(head), bytes, 1, gfp);
	checkers_trim(slab_base(head), bytes, PAGE_SIZE << order);
	return slab_base(head);
}

/**
 * block_free() - give a block's pages back
 * @p: any value
 *
 * Context: Any but NMI.
 * Return: false, and nothing is changed, where @p is not the start of a block; of
 * several that free one block at the same moment one succeeds.
 */
bool block_free(const void *p)
{
	struct myslab_slab *head;
	unsigned int order;
	unsigned long word;

	head = block_of(p, &order);
	if (!head || p != slab_base(head))
		return false;
	word = block_word(head, order);
	if (cmpxchg(&head->word, word, 0) != word)
		return false;
	kmemleak_free(p);
	atomic_long_sub(1L << order, &myslab_pages_held);
	__free_pages(slab_page(head), order);
	return true;
}

/* Bytes of the block that @p, which may be any value, points into; 0: of none. */
size_t block_find(const void *p, size_t *offset)
{
	struct myslab_slab *head;
	unsigned int order;

	head = block_of(p, &order);
	if (!head)
		return 0;
	*offset = p - slab_base(head);
	return PAGE_SIZE << order;
}
