// SPDX-License-Identifier: GPL-2.0
/*
 * Who holds a destroyed cache's objects (R28)? Nobody recorded who took them. What the
 * slabs know is how many are out of each node and which: the first few are named, so
 * that they can be told from each other and found again in other reports.
 */
#include <linux/bitmap.h>
#include <linux/slab.h>

#include "cache.h"
#include "holders.h"
#include "node.h"
#include "slab.h"

#define OBJECTS_NAMED	8
#define NAME_BYTES	20	/* of a hashed pointer, and a space */

struct holding {
	unsigned long out;
	unsigned int nr;
	const void *obj[OBJECTS_NAMED];
};

/*
 * Which objects of @slab are in use: those that its index does not name as free. A
 * client that wrote to an object after its free may have spoilt the index.
 */
static void note_slab(const struct myslab_cache *c, const struct myslab_slab *slab,
		      unsigned long *free, struct holding *h)
{
	const myslab_index_t *index = slab_index(c, slab);
	unsigned int i, num = c->layout.num;

	bitmap_zero(free, num);
	for (i = slab_active(slab); i < num; i++)
		if (index[i] < num)
			__set_bit(index[i], free);
	for (i = 0; i < num && h->nr < OBJECTS_NAMED; i++)
		if (!test_bit(i, free))
			h->obj[h->nr++] = slab_objects(slab) + (size_t)i * c->layout.size;
}

static void note_list(const struct myslab_cache *c, const struct list_head *list,
		      unsigned long *free, struct holding *h)
{
	const struct myslab_slab *slab;

	list_for_each_entry(slab, list, list) {
		if (h->nr == OBJECTS_NAMED)
			return;
		note_slab(c, slab, free, h);
	}
}

/* What is out of @n, under its lock; without @free none of it is named. */
static void note_node(const struct myslab_cache *c, struct myslab_node *n,
		      unsigned long *free, struct holding *h)
{
	unsigned long flags;

	h->nr = 0;
	spin_lock_irqsave(&n->list_lock, flags);
	h->out = node_objects_out(c, n);
	if (free) {
		note_list(c, &n->partial, free, h);
		note_list(c, &n->full, free, h);
	}
	spin_unlock_irqrestore(&n->list_lock, flags);
}

static void tell(const struct myslab_cache *c, int node, const struct holding *h)
{
	char names[OBJECTS_NAMED * NAME_BYTES + 1] = "";
	unsigned int i, at = 0;

	for (i = 0; i < h->nr; i++)
		at += scnprintf(names + at, sizeof(names) - at, " %p", h->obj[i]);
	pr_err("%s: node %d: %lu out%s%s%s\n", c->name, node, h->out, i ? ":" : "", names,
	       i && i < h->out ? " ..." : "");
}

/**
 * holders_report() - tell the log which objects of a cache are with callers
 * @c: cache, drained, so that what is in use is parked nowhere
 *
 * A line for each node that misses some.
 *
 * Context: Process context under caches_mutex. Takes list_lock.
 */
void holders_report(struct myslab_cache *c)
{
	unsigned long *free = bitmap_alloc(c->layout.num, GFP_KERNEL);
	struct holding h;
	int node;

	for_each_node(node) {
		if (!c->node[node])
			continue;
		note_node(c, c->node[node], free, &h);
		if (h.out)
			tell(c, node, &h);
	}
	bitmap_free(free);
}
