// SPDX-License-Identifier: GPL-2.0
/* See node.h. Also built in sim/. */
#include <linux/lockdep.h>

#include "node.h"

void node_init(struct myslab_node *n)
{
	spin_lock_init(&n->list_lock);
	INIT_LIST_HEAD(&n->partial);
	INIT_LIST_HEAD(&n->full);
	INIT_LIST_HEAD(&n->free);
}

/* R12: the first partial slab, else the first free one, off its list. */
static struct myslab_slab *unlink_first(struct myslab_node *n)
{
	struct myslab_slab *slab;

	slab = list_first_entry_or_null(&n->partial, struct myslab_slab, list);
	if (!slab) {
		n->free_touched = true;
		slab = list_first_entry_or_null(&n->free, struct myslab_slab, list);
		if (!slab)
			return NULL;
		n->free_slabs--;
		n->free_low = min(n->free_low, n->free_slabs);
	}
	list_del(&slab->list);
	return slab;
}

/* R13: a slab that was taken from goes to the head of partial, or to full. */
static void relink_taken(struct myslab_cache *c, struct myslab_node *n,
			 struct myslab_slab *slab)
{
	if (slab_active(slab) == c->layout.num)
		list_add(&slab->list, &n->full);
	else
		list_add(&slab->list, &n->partial);
}

/*
 * R19: a slab that got an object back goes to the tail of partial, so that its
 * other objects have the longest time to come back too; one that is all free goes
 * to the head of free.
 */
static void relink_freed(struct myslab_node *n, struct myslab_slab *slab)
{
	if (slab_active(slab)) {
		if (busted(BUSTED_PARTIAL_HEAD))
			list_move(&slab->list, &n->partial);
		else
			list_move_tail(&slab->list, &n->partial);
		return;
	}
	if (busted(BUSTED_WRONG_LIST))
		list_move_tail(&slab->list, &n->free);
	else
		list_move(&slab->list, &n->free);
	n->free_slabs++;
}

/* Take up to @max objects out of the node's slabs (R12, R13). Answers how many. */
unsigned int node_take_block(struct myslab_cache *c, struct myslab_node *n,
			     void **to, unsigned int max)
{
	unsigned int nr = 0;

	lockdep_assert_held(&n->list_lock);
	while (nr < max) {
		struct myslab_slab *slab = unlink_first(n);

		if (!slab)
			break;
		nr += slab_take(c, slab, to + nr, max - nr);
		relink_taken(c, n, slab);
	}
	WRITE_ONCE(n->free_objects, n->free_objects - nr);
	return nr;
}

/* R12: from the newest end of the shared array. Answers how many. */
unsigned int node_shared_take(struct myslab_node *n, struct myslab_array *to,
			      unsigned int max)
{
	unsigned int nr;

	lockdep_assert_held(&n->list_lock);
	if (!n->shared)
		return 0;
	nr = array_transfer(to, n->shared, max);
	if (nr)
		array_note(n->shared);
	return nr;
}

/* One object for somebody who has no array to fill; NULL where the node has none. */
void *node_take_one(struct myslab_cache *c, struct myslab_node *n)
{
	void *obj;

	lockdep_assert_held(&n->list_lock);
	return node_take_block(c, n, &obj, 1) ? obj : NULL;
}

/*
 * Put back the first of @nr objects, and those behind it that are of the same slab: that
 * slab ends up where it would, were they put back one by one (R19). Answers how many.
 *
 * An object that no mark protected may have been freed twice and parked twice. Its slab
 * may be all free then, or gone, or be another one: then none is put back.
 */
static unsigned int put_run(struct myslab_cache *c, struct myslab_node *n,
			    void *const *objs, unsigned int nr)
{
	struct myslab_slab *slab = object_slab(c, objs[0]);

	if (unlikely(!probe_is_of_cache(slab_probe(c, objs[0], myslab_key(c->id, 0)))))
		return 0;
	nr = slab_put_block(c, slab, objs, nr);
	if (likely(nr))
		relink_freed(n, slab);
	return nr;
}

/*
 * Put @nr objects back into their slabs, in the order given, then take the slabs
 * that the node need not keep off its lists (R19, R20). What came back twice is only
 * counted. The caller destroys what it finds on @surplus once the lock is dropped.
 */
void node_free_block(struct myslab_cache *c, struct myslab_node *n,
		     void *const *objs, unsigned int nr, struct list_head *surplus)
{
	void *const *end = objs + nr;
	unsigned int back = 0;

	lockdep_assert_held(&n->list_lock);
	while (objs < end) {
		unsigned int run = put_run(c, n, objs, end - objs);

		if (unlikely(!run)) {
			n->doubled++;
			objs++;
		}
		objs += run;
		back += run;
	}
	WRITE_ONCE(n->free_objects, n->free_objects + back);
	node_trim(c, n, max(nr, NODE_TRIM), surplus);
}

/* R20: up to @max of the slabs that the node need not keep, onto @surplus. How many? */
unsigned int node_trim(struct myslab_cache *c, struct myslab_node *n, unsigned int max,
		       struct list_head *surplus)
{
	unsigned int nr = 0;

	lockdep_assert_held(&n->list_lock);
	while (nr < max && n->free_objects > n->free_limit &&
	       node_detach_free(c, n, 1, surplus))
		nr++;
	return nr;
}

/*
 * Up to @max of the oldest entries of the shared array to their slabs, in a section of
 * bounded length. Answers how many.
 */
unsigned int node_shared_drain(struct myslab_cache *c, struct myslab_node *n,
			       unsigned int max, struct list_head *surplus)
{
	unsigned int nr = n->shared ? min3(max, n->shared->avail, NODE_AT_ONCE) : 0;

	if (nr) {
		node_free_block(c, n, n->shared->entry, nr, surplus);
		array_drop_oldest(n->shared, nr);
	}
	return nr;
}

/* Take up to @max slabs off the tail of free, onto @surplus. Answers how many. */
unsigned int node_detach_free(struct myslab_cache *c, struct myslab_node *n,
			      unsigned int max, struct list_head *surplus)
{
	unsigned int nr = 0;

	lockdep_assert_held(&n->list_lock);
	while (nr < max && !list_empty(&n->free)) {
		list_move(n->free.prev, surplus);
		n->free_slabs--;
		n->total_slabs--;
		n->reaped++;
		WRITE_ONCE(n->free_objects, n->free_objects - c->layout.num);
		nr++;
	}
	n->free_low = min(n->free_low, n->free_slabs);
	return nr;
}

/* R14: a new slab joins the lists after objects were handed out of it, or none. */
void node_link(struct myslab_cache *c, struct myslab_node *n, struct myslab_slab *slab)
{
	lockdep_assert_held(&n->list_lock);
	n->total_slabs++;
	n->grown++;
	if (slab_active(slab)) {
		relink_taken(c, n, slab);
	} else {
		list_add_tail(&slab->list, &n->free);
		n->free_slabs++;
	}
	WRITE_ONCE(n->free_objects,
		   n->free_objects + c->layout.num - slab_active(slab));
}

/* Objects that are with callers or in arrays: in use, as far as slabs know (R35). */
unsigned long node_objects_out(const struct myslab_cache *c,
			       const struct myslab_node *n)
{
	return n->total_slabs * c->layout.num - n->free_objects;
}

/* One list: counts its slabs and their free objects; false for a slab that is on the wrong one. */
static bool count_list(const struct myslab_cache *c, const struct list_head *list,
		       unsigned int least, unsigned int most,
		       unsigned long *slabs, unsigned long *objects)
{
	const struct myslab_slab *slab;

	list_for_each_entry(slab, list, list) {
		unsigned int active = slab_active(slab);

		if (active < least || active > most)
			return false;
		*slabs += 1;
		*objects += c->layout.num - active;
	}
	return true;
}

/* Invariant 2 of internal.h, computed from the slabs themselves. */
bool node_validate(const struct myslab_cache *c, const struct myslab_node *n)
{
	unsigned long slabs = 0, objects = 0, free_slabs = 0;
	unsigned int num = c->layout.num;

	lockdep_assert_held(&n->list_lock);
	return count_list(c, &n->free, 0, 0, &free_slabs, &objects) &&
	       count_list(c, &n->partial, 1, num - 1, &slabs, &objects) &&
	       count_list(c, &n->full, num, num, &slabs, &objects) &&
	       free_slabs == n->free_slabs &&
	       slabs + free_slabs == n->total_slabs &&
	       objects == n->free_objects;
}
