// SPDX-License-Identifier: GPL-2.0
/* See grow.h. */
#define MYSLAB_UNHOOKED	/* pages are charged to the caller: hooks.h */
#include <linux/mm.h>
#include <linux/ratelimit.h>
#include <linux/topology.h>

#include "cache.h"
#include "checkers.h"
#include "compat/gfp.h"
#include "grow.h"
#include "mark.h"
#include "node.h"
#include "report.h"
#include "slab.h"

/* What of a caller's gfp says where memory may come from and how hard to try. */
#define GROW_GFP_MASK	(__GFP_RECLAIM | __GFP_HIGH | __GFP_IO | __GFP_FS |	\
			 __GFP_NOWARN | __GFP_RETRY_MAYFAIL | __GFP_NOFAIL |	\
			 __GFP_NORETRY | __GFP_MEMALLOC | __GFP_NOMEMALLOC |	\
			 __GFP_HARDWALL | __GFP_THISNODE | __GFP_ACCOUNT |	\
			 __GFP_NOLOCKDEP | MYSLAB_GFP_ATOMIC_BIT)

/* Zones that a cache chooses at create, or that no object may come from. */
#define GROW_GFP_WRONG	(__GFP_HIGHMEM | __GFP_DMA32 | ~__GFP_BITS_MASK)

/* @gfp less what has no business in an allocation of an object; says so where it had. */
gfp_t grow_checked_gfp(const struct myslab_cache *c, gfp_t gfp)
{
	gfp_t bad = gfp & GROW_GFP_WRONG;

	if (unlikely(bad)) {
		pr_warn_ratelimited("%s: gfp bits %#x ignored: not for an object\n",
				    c->name, (__force u32)bad);
		gfp &= ~bad;
	}
	return gfp;
}

/*
 * R4: the node's next colour, in bytes. Not under list_lock: two growths that meet
 * may take the same colour, which costs a cache conflict and nothing else.
 */
static unsigned int next_colour(const struct myslab_cache *c, struct myslab_node *n)
{
	unsigned int colour = READ_ONCE(n->colour_next) + 1;

	if (colour >= c->layout.colours)
		colour = 0;
	WRITE_ONCE(n->colour_next, colour);
	return colour * c->layout.colour_off;
}

/* R5: construct each object once; or mark each as free, until it is handed out. */
static void prepare_objects(struct myslab_cache *c, struct myslab_slab *slab)
{
	const size_t size = c->layout.size;
	void *obj = slab_objects(slab);
	void *end = obj + c->layout.num * size;

	if (busted(BUSTED_CTOR))
		end -= size;
	if (c->ctor)
		for (; obj < end; obj += size)
			c->ctor(obj);
	else if (c->mark_offset)
		for (; obj < end; obj += size)
			mark_free(c, obj);
}

static gfp_t growth_gfp(const struct myslab_cache *c, gfp_t gfp)
{
	gfp = (gfp & GROW_GFP_MASK) | c->growth_gfp;
	/* R37: the reserves are for those who ask for them. */
	if (!(gfp & __GFP_MEMALLOC))
		gfp |= __GFP_NOMEMALLOC;
	/* The page allocator warns of it; the callers of grow_slab() repeat instead. */
	if (c->layout.order > 1)
		gfp &= ~__GFP_NOFAIL;
	return gfp;
}

/* A node that went offline has no memory, and must not be asked. */
static struct myslab_slab *pages_of_online_node(struct myslab_cache *c, gfp_t gfp,
						int node)
{
	if (unlikely(!node_online(node))) {
		if (gfp & __GFP_THISNODE)
			return NULL;
		node = numa_mem_id();
	}
	return pages_alloc(c, gfp, node);
}

/**
 * grow_slab() - make one slab
 * @c: cache
 * @gfp: how; with __GFP_THISNODE on @node alone
 * @node: where first
 *
 * The slab is not linked: its objects are free, and nobody else knows it yet. It is of
 * a node that the cache has what it needs of: R32.
 *
 * Context: No lock of ours held, this CPU's array not marked by the caller. Sleeps
 * where @gfp allows it.
 * Return: the slab, or NULL where memory ran out.
 */
struct myslab_slab *grow_slab(struct myslab_cache *c, gfp_t gfp, int node)
{
	myslab_index_t *off_slab = NULL;
	struct myslab_slab *slab;
	struct myslab_node *n;

	slab = pages_of_online_node(c, growth_gfp(c, gfp), node);
	if (!slab)
		return NULL;
	node = pages_node(slab);
	n = c->node[node];

	if (c->index_cache) {
		off_slab = myslab_cache_alloc_node(c->index_cache,
						   gfp & GROW_GFP_MASK &
						   ~__GFP_THISNODE, node);
		if (!off_slab) {
			pages_free(c, slab);
			return NULL;
		}
	}
	pages_claim(c, slab, node, next_colour(c, n));
	slab_init(c, slab, off_slab);
	prepare_objects(c, slab);
	checkers_slab_made(c, slab);
	return slab;
}

static void destroy_slab(struct myslab_cache *c, struct myslab_slab *slab)
{
	if (c->index_cache)
		myslab_cache_free(c->index_cache, slab_index(c, slab));
	checkers_slab_gone(c, slab);
	pages_free(c, slab);
}

/* R21: the grace period is over. The word still tells whose the slab is. */
static void destroy_slab_rcu(struct rcu_head *head)
{
	struct myslab_slab *slab = container_of(head, struct myslab_slab, rcu);

	destroy_slab(slab_cache(slab), slab);
}

/* Give back the slabs that a section under list_lock collected on @surplus: how many. */
unsigned int destroy_slabs(struct myslab_cache *c, struct list_head *surplus)
{
	struct myslab_slab *slab, *next;
	unsigned int nr = 0;

	list_for_each_entry_safe(slab, next, surplus, list) {
		nr++;
		if (c->flags & SLAB_TYPESAFE_BY_RCU)
			call_rcu(&slab->rcu, destroy_slab_rcu);
		else
			destroy_slab(c, slab);
	}
	return nr;
}
