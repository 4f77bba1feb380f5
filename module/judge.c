// SPDX-License-Identifier: GPL-2.0
/* See judge.h. */
#include <linux/export.h>
#include <linux/rcupdate.h>

#include "cache.h"
#include "judge.h"

/*
 * The cache that owns the slab that @p points into, or NULL. @p may be any value.
 * The word of a page that is not ours is noise: an id that happens to be in use is
 * not believed before the node, the order and the colour agree as well. Nor is an
 * address that reaches our pages past the direct map, as the kernel image's does.
 * Under RCU; outside of it the answer may be used for as long as the caller knows an
 * object of that cache to be live.
 */
struct myslab_cache *judge_owner(const void *p)
{
	struct myslab_cache *c;
	struct myslab_slab *slab;
	unsigned int id;

	if (!pages_find(p, &id, &slab))
		return NULL;
	c = cache_by_id(id);
	if (!c || slab_node(slab) != pages_node(slab) ||
	    slab_colour(slab) > c->layout.left_over ||
	    (unsigned long)slab_base(slab) != ((unsigned long)p & c->slab_base))
		return NULL;
	return c;
}

/*
 * The cache of the object that @p points to or into, that object, and the bytes from
 * its start to @p; or NULL. Otherwise as judge_owner().
 */
struct myslab_cache *judge_place(const void *p, void **obj, unsigned int *offset)
{
	struct myslab_cache *c = judge_owner(p);
	u32 at;

	if (!c)
		return NULL;
	at = ((unsigned long)p & ~c->slab_base) - slab_colour(object_slab(c, p));
	if (at / c->layout.size >= c->layout.num)
		return NULL;
	*offset = at % c->layout.size;
	*obj = (void *)p - *offset;
	return c;
}

static bool judge_has_owner(const void *p)
{
	bool has;

	rcu_read_lock();
	has = judge_owner(p);
	rcu_read_unlock();
	return has;
}

/*
 * The node that @diff, of a probe with the key of node 0, tells of; NUMA_NO_NODE: of none.
 * Noise may look like a node's: the node must be one that @c has something of.
 */
static int node_of(const struct myslab_cache *c, unsigned long diff)
{
	unsigned long node = diff >> MYSLAB_NODE_SHIFT;

	if (!probe_is_of_cache(diff) || node >= nr_node_ids || !c->node[node])
		return NUMA_NO_NODE;
	return node;
}

/**
 * judge_home() - say which node an object belongs to that is parked
 * @c: cache
 * @obj: was judged when it was parked
 *
 * Without a mark (R23) it may have been freed a second time elsewhere, and its slab be
 * gone since: so the page is asked anew, and its word believed in nothing.
 *
 * Context: Any. Takes no lock, never faults.
 * Return: the node, or NUMA_NO_NODE where no slab of @c is there any more.
 */
int judge_home(const struct myslab_cache *c, const void *obj)
{
	return node_of(c, slab_probe(c, obj, myslab_key(c->id, 0)));
}

/**
 * judge_object() - say what a pointer is that was given to free as one of @c
 * @c: cache
 * @obj: any value at all
 * @node: where the verdict is VERDICT_OURS: the object's node
 *
 * Context: Any. Takes no lock, never faults.
 * Return: the verdict; nothing is changed.
 */
enum myslab_verdict judge_object(const struct myslab_cache *c, void *obj, int *node)
{
	unsigned long diff = slab_probe(c, obj, myslab_key(c->id, 0));
	int home = node_of(c, diff);

	if (home == NUMA_NO_NODE)
		return judge_has_owner(obj) ? VERDICT_OTHER_CACHE : VERDICT_NOT_OURS;
	if (slab_number_at(c, obj, diff) >= c->layout.num)
		return VERDICT_INSIDE;
	if (c->mark_offset && mark_is_free(c, obj))
		return VERDICT_FREE;
	*node = home;
	return VERDICT_OURS;
}

/**
 * myslab_cache_of() - find the cache that an object is of
 * @obj: any pointer
 *
 * For whoever has an object and no cache. A pointer to the inside of an object, or
 * to memory that is not an object of ours, answers NULL; whether the object is free
 * is not asked.
 *
 * Context: Any. Takes no lock; no value of @obj faults.
 * Return: the cache, to be used for as long as @obj is the caller's; or NULL.
 */
struct myslab_cache *myslab_cache_of(const void *obj)
{
	struct myslab_cache *c;

	rcu_read_lock();
	c = judge_owner(obj);
	if (c && slab_number_at(c, obj, slab_colour(object_slab(c, obj))) >= c->layout.num)
		c = NULL;
	rcu_read_unlock();
	return c;
}
EXPORT_SYMBOL_GPL(myslab_cache_of);
