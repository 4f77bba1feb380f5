// SPDX-License-Identifier: GPL-2.0
/* See model_node.h. */
#include <stdlib.h>

#include "caches.h"
#include "ktap.h"
#include "model_node.h"

static const char *const list_name[] = { "partial", "full", "free" };

static struct myslab_array *array_new(unsigned int limit)
{
	struct myslab_array *a = malloc(sizeof(*a) + limit * sizeof(void *));

	check(a, "no memory");
	array_init(a, limit, (limit + 1) / 2);
	return a;
}

struct model_node *model_node_new(struct myslab_cache *c, unsigned int shared_limit)
{
	struct model_node *mn = calloc(1, sizeof(*mn));

	check(mn, "no memory");
	mn->c = c;
	mn->node = 1;
	node_init(&mn->real);
	c->node[0] = &mn->real;
	if (shared_limit)
		mn->real.shared = array_new(shared_limit);
	model_set_free_limit(mn, ULONG_MAX);
	model_node_check(mn);
	return mn;
}

static void row_insert(struct model_row *row, unsigned int at, struct model_slab *m)
{
	unsigned int i;

	check(row->nr < MODEL_SLABS, "the model has no room for another slab");
	for (i = row->nr++; i > at; i--)
		row->slab[i] = row->slab[i - 1];
	row->slab[at] = m;
}

static void row_add_head(struct model_row *row, struct model_slab *m)
{
	row_insert(row, 0, m);
}

static void row_add_tail(struct model_row *row, struct model_slab *m)
{
	row_insert(row, row->nr, m);
}

static struct model_slab *row_remove(struct model_row *row, unsigned int at)
{
	struct model_slab *m = row->slab[at];

	for (row->nr--; at < row->nr; at++)
		row->slab[at] = row->slab[at + 1];
	return m;
}

unsigned int model_slabs(const struct model_node *mn)
{
	return mn->list[PARTIAL].nr + mn->list[FULL].nr + mn->list[FREE].nr;
}

unsigned long model_free_objects(const struct model_node *mn)
{
	unsigned long objects = 0;
	unsigned int list, i;

	for (list = 0; list < MODEL_LISTS; list++)
		for (i = 0; i < mn->list[list].nr; i++)
			objects += mn->list[list].slab[i]->nr_free;
	return objects;
}

/* The list forwards and backwards, slab by slab. */
static void check_list(const struct model_node *mn, unsigned int list,
		       const struct list_head *head, const char *rules)
{
	const struct model_row *row = &mn->list[list];
	const struct list_head *at = head;
	unsigned int i;

	for (i = 0; i < row->nr; i++) {
		check(at->next->prev == at, "%s: %s list is broken behind %u slabs", rules,
		      list_name[list], i);
		at = at->next;
		check(at == &row->slab[i]->real->list,
		      "%s: %s list of %u slabs differs at slab %u from its head", rules,
		      list_name[list], row->nr, i);
	}
	check(at->next == head && head->prev == at, "%s: %s list has more than %u slabs",
	      rules, list_name[list], row->nr);
}

static void check_shared(const struct model_node *mn)
{
	const struct myslab_array *shared = mn->real.shared;
	unsigned int i;

	if (!shared)
		return;
	check(shared->avail == mn->nr_shared, "R12: %u instead of %u in shared",
	      shared->avail, mn->nr_shared);
	for (i = 0; i < mn->nr_shared; i++)
		check(shared->entry[i] == mn->shared[i], "R12: entry %u of shared", i);
	check(!array_touched(shared) == !mn->shared_touched, "R12: shared touched is %u",
	      array_touched(shared));
}

void model_node_check(const struct model_node *mn)
{
	const struct myslab_node *n = &mn->real;
	unsigned long parked = mn->nr_shared + mn->nr_out;

	check_list(mn, PARTIAL, &n->partial, "R13, R19");
	check_list(mn, FULL, &n->full, "R13");
	check_list(mn, FREE, &n->free, "R14, R19, R20");
	check_shared(mn);
	check(n->free_objects == model_free_objects(mn), "R35: %lu instead of %lu",
	      n->free_objects, model_free_objects(mn));
	check(n->free_slabs == mn->list[FREE].nr, "R20: %lu instead of %u", n->free_slabs,
	      mn->list[FREE].nr);
	check(n->total_slabs == model_slabs(mn), "R35: %lu instead of %u", n->total_slabs,
	      model_slabs(mn));
	check(n->free_touched == mn->free_touched, "R12: %d", n->free_touched);
	check(n->grown == mn->grown && n->reaped == mn->reaped, "%lu, %lu grown; %lu, %lu",
	      n->grown, mn->grown, n->reaped, mn->reaped);
	check(node_objects_out(mn->c, n) == parked, "R35: %lu instead of %lu",
	      node_objects_out(mn->c, n), parked);
	check(node_may_have(n) == (n->free_objects || mn->nr_shared), "%d",
	      node_may_have(n));

	check(!n->list_lock.held, "list_lock is left held");
	spin_lock((spinlock_t *)&n->list_lock);
	check(node_validate(mn->c, n), "R35: node_validate() objects");
	spin_unlock((spinlock_t *)&n->list_lock);
}

static void lock(struct model_node *mn)
{
	spin_lock(&mn->real.list_lock);
}

static void unlock(struct model_node *mn)
{
	spin_unlock(&mn->real.list_lock);
}

/* R13: to full where nothing is left, else to the head of partial. */
static void relink_taken(struct model_node *mn, struct model_slab *m)
{
	row_add_head(&mn->list[m->nr_free ? PARTIAL : FULL], m);
}

struct model_slab *model_grow(struct model_node *mn, unsigned int taken)
{
	struct model_slab *m = model_slab_new(mn->c, mn->node);

	lock(mn);
	mn->nr_out += model_slab_take(m, mn->out + mn->nr_out, taken);
	node_link(mn->c, &mn->real, m->real);
	unlock(mn);
	mn->grown++;
	if (taken)
		relink_taken(mn, m);
	else
		row_add_tail(&mn->list[FREE], m);
	model_node_check(mn);
	return m;
}

/* R12: who serves next. Takes it off its list. */
static struct model_slab *next_to_serve(struct model_node *mn)
{
	if (mn->list[PARTIAL].nr)
		return row_remove(&mn->list[PARTIAL], 0);
	mn->free_touched = true;
	return mn->list[FREE].nr ? row_remove(&mn->list[FREE], 0) : NULL;
}

/* The core took @nr objects, these, when asked for @max: the model gives them, too. */
static void serve(struct model_node *mn, void *const *objs, unsigned int nr,
		  unsigned int max)
{
	unsigned int done = 0;

	check(nr == min_t(unsigned long, max, model_free_objects(mn)), "R12: %u of %lu",
	      nr, model_free_objects(mn));
	while (done < max) {
		struct model_slab *m = next_to_serve(mn);
		unsigned int part;

		if (!m)
			break;
		part = min(m->nr_free, max - done);
		check(model_slab_has(m, objs[done]),
		      "R12, R13: object %u of %u is of another slab than the first", done, nr);
		model_taken(m, objs + done, part);
		relink_taken(mn, m);
		done += part;
	}
	check(done == nr, "R12: %u, %u", done, nr);
}

unsigned int model_take_block(struct model_node *mn, unsigned int max)
{
	void **to = mn->out + mn->nr_out;
	unsigned int nr;

	check(mn->nr_out + max <= MODEL_OBJECTS, "the model has no room for %u", max);
	lock(mn);
	nr = node_take_block(mn->c, &mn->real, to, max);
	unlock(mn);
	serve(mn, to, nr, max);
	mn->nr_out += nr;
	model_node_check(mn);
	return nr;
}

void *model_take_one(struct model_node *mn)
{
	void *obj;

	lock(mn);
	obj = node_take_one(mn->c, &mn->real);
	unlock(mn);
	serve(mn, &obj, obj ? 1 : 0, 1);
	if (obj)
		mn->out[mn->nr_out++] = obj;
	model_node_check(mn);
	return obj;
}

/* The slab of @obj, off the list that it is on. */
static struct model_slab *unlink_slab_of(struct model_node *mn, const void *obj)
{
	unsigned int list, i;

	for (list = 0; list < MODEL_LISTS; list++)
		for (i = 0; i < mn->list[list].nr; i++)
			if (model_slab_has(mn->list[list].slab[i], obj))
				return row_remove(&mn->list[list], i);
	check(false, "the test frees what is of no slab");
}

/* R19: to the tail of partial; with no object in use to the head of free. */
static void give_back(struct model_node *mn, void *obj)
{
	struct model_slab *m = unlink_slab_of(mn, obj);

	model_put(m, obj);
	if (model_active(m))
		row_add_tail(&mn->list[PARTIAL], m);
	else
		row_add_head(&mn->list[FREE], m);
}

/* The tail of free must be on @surplus; it is taken from both and destroyed. */
static void detach_tail(struct model_node *mn, struct list_head *surplus)
{
	struct model_slab *m = row_remove(&mn->list[FREE], mn->list[FREE].nr - 1);
	struct list_head *at;

	for (at = surplus->next; at != surplus; at = at->next)
		if (at == &m->real->list)
			break;
	check(at != surplus, "R20: what was detached is not the tail of free");
	list_del(at);
	model_slab_delete(m);
	mn->reaped++;
}

void model_free_block(struct model_node *mn, unsigned int nr)
{
	void **objs = mn->out + mn->nr_out - nr;
	LIST_HEAD(surplus);
	unsigned int i;

	check(nr <= mn->nr_out, "the test frees more than is out");
	for (i = 0; i < nr; i++)
		give_back(mn, objs[i]);
	lock(mn);
	node_free_block(mn->c, &mn->real, objs, nr, &surplus);
	unlock(mn);
	mn->nr_out -= nr;
	while (model_free_objects(mn) > mn->free_limit && mn->list[FREE].nr)
		detach_tail(mn, &surplus);
	check(list_empty(&surplus), "R20: more was detached than free_limit asks for");
	model_node_check(mn);
}

unsigned int model_detach(struct model_node *mn, unsigned int max)
{
	unsigned int should = min(max, mn->list[FREE].nr), nr, i;
	LIST_HEAD(surplus);

	lock(mn);
	nr = node_detach_free(mn->c, &mn->real, max, &surplus);
	unlock(mn);
	check(nr == should, "R20: %u instead of %u", nr, should);
	for (i = 0; i < nr; i++)
		detach_tail(mn, &surplus);
	check(list_empty(&surplus), "R20: more was detached than it says");
	model_node_check(mn);
	return nr;
}

unsigned int model_shared_take(struct model_node *mn, unsigned int room, unsigned int max)
{
	struct myslab_array *to = array_new(room);
	unsigned int should = min3(room, max, mn->nr_shared), nr, i;

	lock(mn);
	nr = node_shared_take(&mn->real, to, max);
	unlock(mn);
	check(nr == should && to->avail == nr, "R12: %u instead of %u", nr, should);
	mn->nr_shared -= nr;
	for (i = 0; i < nr; i++) {
		check(to->entry[i] == mn->shared[mn->nr_shared + i],
		      "R12: entry %u is not of the newest end", i);
		mn->out[mn->nr_out++] = to->entry[i];
	}
	mn->shared_touched |= nr > 0;
	free(to);
	model_node_check(mn);
	return nr;
}

void model_shared_put(struct model_node *mn, unsigned int nr)
{
	while (nr-- && mn->nr_out && mn->real.shared && !array_full(mn->real.shared)) {
		void *obj = mn->out[--mn->nr_out];

		array_push(mn->real.shared, obj);
		mn->shared[mn->nr_shared++] = obj;
	}
	model_node_check(mn);
}

void model_set_free_limit(struct model_node *mn, unsigned long free_limit)
{
	mn->free_limit = free_limit;
	mn->real.free_limit = free_limit;
}

void model_bring_last(struct model_node *mn, void *obj)
{
	unsigned int i;

	for (i = 0; i < mn->nr_out && mn->out[i] != obj; i++)
		;
	check(i < mn->nr_out, "the test wants an object that is not out");
	mn->out[i] = mn->out[mn->nr_out - 1];
	mn->out[mn->nr_out - 1] = obj;
}

void model_shuffle(struct model_node *mn)
{
	unsigned int i;

	for (i = 0; i < mn->nr_out; i++)
		model_bring_last(mn, mn->out[rnd(i + 1)]);
}

void model_node_delete(struct model_node *mn)
{
	if (mn->nr_shared)
		model_shared_take(mn, mn->nr_shared, mn->nr_shared);
	model_free_block(mn, mn->nr_out);
	model_detach(mn, UINT_MAX);
	check(!model_slabs(mn) && !atomic_long_read(&myslab_pages_held), "something is left");
	free(mn->real.shared);
	free(mn);
}

void model_node_drop(struct model_node *mn)
{
	unsigned int list, i;

	for (list = 0; list < MODEL_LISTS; list++)
		for (i = 0; i < mn->list[list].nr; i++)
			model_slab_drop(mn->list[list].slab[i]);
	free(mn->real.shared);
	free(mn);
}

struct model_node *node_of(unsigned int least, unsigned int most)
{
	return model_node_new(cache_random(least, most), 0);
}

void finish(struct model_node *mn)
{
	struct myslab_cache *c = mn->c;

	model_node_drop(mn);
	cache_delete(c);
}
