// SPDX-License-Identifier: GPL-2.0
/* node.c: what a node counts, and that node_validate() sees what is wrong with it (R35). */
#include "caches.h"
#include "ktap.h"
#include "model_node.h"

static void R35_objects_in_shared_count_as_in_use(void)
{
	struct model_node *mn = model_node_new(cache_random(20, 60), 16);
	unsigned int num = mn->c->layout.num;

	model_grow(mn, 16);
	model_shared_put(mn, 16);
	check(mn->real.free_objects == num - 16, "%lu", mn->real.free_objects);
	check(node_objects_out(mn->c, &mn->real) == 16, "%lu",
	      node_objects_out(mn->c, &mn->real));
	check(node_may_have(&mn->real), "shared has some");
	model_take_block(mn, num);
	check(!mn->real.free_objects && node_may_have(&mn->real), "shared still has some");
	model_shared_take(mn, 16, 16);
	check(!node_may_have(&mn->real), "nothing anywhere");
	finish(mn);
}

/* A node with slabs on all three lists, two each. */
static struct model_node *node_with_all_lists(void)
{
	struct model_node *mn = node_of(4, 60);
	unsigned int i;

	for (i = 0; i < 2; i++) {
		model_grow(mn, 0);
		model_grow(mn, 2);
		model_grow(mn, mn->c->layout.num);
	}
	return mn;
}

static bool validates(struct model_node *mn)
{
	bool good;

	spin_lock(&mn->real.list_lock);
	good = node_validate(mn->c, &mn->real);
	spin_unlock(&mn->real.list_lock);
	return good;
}

static void check_counter_matters(struct model_node *mn, unsigned long *counter)
{
	*counter += 1;
	check(!validates(mn), "one too many");
	*counter -= 2;
	check(!validates(mn), "one too few");
	*counter += 1;
	check(validates(mn), "put right again");
}

static void R35_validate_sees_a_wrong_counter(void)
{
	struct model_node *mn = node_with_all_lists();

	check(validates(mn), "nothing is wrong");
	check_counter_matters(mn, &mn->real.free_objects);
	check_counter_matters(mn, &mn->real.free_slabs);
	check_counter_matters(mn, &mn->real.total_slabs);
	finish(mn);
}

static void R35_validate_sees_a_slab_on_the_wrong_list(void)
{
	struct model_node *mn = node_with_all_lists();
	struct list_head *head[] = { &mn->real.partial, &mn->real.full, &mn->real.free };
	unsigned int from, to;

	for (from = 0; from < MODEL_LISTS; from++)
		for (to = 0; to < MODEL_LISTS; to++) {
			struct list_head *slab = head[from]->next;
			/* Counters that agree with the lists do not hide it. */
			long moved = (to == FREE) - (from == FREE);

			if (from == to)
				continue;
			list_move(slab, head[to]);
			check(!validates(mn), "%u to %u", from, to);
			mn->real.free_slabs += moved;
			check(!validates(mn), "%u to %u, counted", from, to);
			mn->real.free_slabs -= moved;
			list_move(slab, head[from]);
			check(validates(mn), "back again");
		}
	finish(mn);
}

static void R35_validate_sees_a_lost_slab(void)
{
	struct model_node *mn = node_with_all_lists();
	struct list_head *head[] = { &mn->real.partial, &mn->real.full, &mn->real.free };
	unsigned int list;

	for (list = 0; list < MODEL_LISTS; list++) {
		struct list_head *slab = head[list]->next;

		list_del(slab);
		check(!validates(mn), "%u", list);
		list_add(slab, head[list]);
		check(validates(mn), "back again");
	}
	finish(mn);
}

static void R35_validate_sees_a_wrong_count_of_a_slab(void)
{
	struct model_node *mn = node_with_all_lists();
	unsigned int list, i;

	for (list = 0; list < MODEL_LISTS; list++)
		for (i = 0; i < mn->list[list].nr; i++) {
			struct myslab_slab *slab = mn->list[list].slab[i]->real;
			unsigned int active = slab_active(slab);

			slab_set_active(slab, active ? active - 1 : 1);
			check(!validates(mn), "%u, slab %u", list, i);
			slab_set_active(slab, active + 1);
			check(!validates(mn), "%u, slab %u", list, i);
			slab_set_active(slab, active);
			check(validates(mn), "back again");
		}
	finish(mn);
}

/* The calls that want list_lock, each made without it. */
struct unlocked {
	struct model_node *mn;
	unsigned int which;
	struct myslab_slab *slab;	/* not linked */
};

#define LOCKED_CALLS	7

static void call_unlocked(void *data)
{
	struct unlocked *u = data;
	struct myslab_cache *c = u->mn->c;
	struct myslab_node *n = &u->mn->real;
	struct myslab_array empty = { 0 };
	void *obj = NULL;
	LIST_HEAD(surplus);

	switch (u->which) {
	case 0:
		node_take_block(c, n, &obj, 1);
		break;
	case 1:
		node_free_block(c, n, &obj, 0, &surplus);
		break;
	case 2:
		node_shared_take(n, &empty, 0);
		break;
	case 3:
		node_take_one(c, n);
		break;
	case 4:
		node_link(c, n, u->slab);
		break;
	case 5:
		node_detach_free(c, n, 0, &surplus);
		break;
	case 6:
		node_validate(c, n);
		break;
	}
}

static void every_call_wants_list_lock(void)
{
	struct unlocked u = { .mn = node_with_all_lists() };
	struct model_slab *m = model_slab_new(u.mn->c, 0);

	u.slab = m->real;
	for (u.which = 0; u.which < LOCKED_CALLS; u.which++)
		check(ends_in_bug(call_unlocked, &u), "call %u", u.which);
	model_slab_delete(m);
	finish(u.mn);
}

int main(int argc, char **argv)
{
	static const struct test_case cases[] = {
		CASE(R35_objects_in_shared_count_as_in_use),
		CASE(R35_validate_sees_a_wrong_counter),
		CASE(R35_validate_sees_a_slab_on_the_wrong_list),
		CASE(R35_validate_sees_a_lost_slab),
		CASE(R35_validate_sees_a_wrong_count_of_a_slab),
		CASE(every_call_wants_list_lock),
	};

	return ktap_main(argc, argv, cases, ARRAY_SIZE(cases));
}
