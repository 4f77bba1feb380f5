// SPDX-License-Identifier: GPL-2.0
/* What is parked and not used goes back, by turns that are asked for (R25, R26). */
#include "bursts.h"
#include "inmark.h"
#include "suites.h"

/* @turn by turn: what this CPU's array holds. */
static void expect_after_turns(struct pool *p, const unsigned int *avail, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		ask_for_turns(1);
		if (!expect_eq(look_stat(p->name, first_cpu(), "avail"), avail[i]))
			test_note("after turn %zu", i + 1);
	}
}

/*
 * Touched: the first turn leaves it. Then a fifth of the limit each time, (20 + 4) / 5,
 * and half of what is there, rounded up, once that is less.
 */
static void R25_the_array_shrinks_by_fifths(void)
{
	static const unsigned int avail[] = { 18, 14, 10, 6, 2, 1, 0, 0 };
	struct pool p;
	void *o[18];

	if (!open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 20, 10, 0 }))
		return;
	if (take_many(&p, o, 18)) {
		myslab_cache_shrink(p.cache);
		/* the pop is what touches it */
		give(&p, o[0]);
		o[0] = take(&p);
		give_many(&p, o, 18);
		expect_after_turns(&p, avail, ARRAY_SIZE(avail));
	}
	close_pool(&p);
}

/* What a reap takes are the oldest: the newest come back first as ever. */
static void R25_the_oldest_go(void)
{
	struct pool p;
	void *o[10];
	int i;

	if (!open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 10, 5, 0 }))
		return;
	if (take_many(&p, o, 10)) {
		myslab_cache_shrink(p.cache);
		give_many(&p, o, 10);
		/* the first turn only sees that it was used */
		ask_for_turns(2);
		/* (10 + 4) / 5 of them */
		expect_eq(look_stat(p.name, first_cpu(), "avail"), 8);
		for (i = 9; i >= 2; i--)
			expect_eq(which(o, 10, take(&p)), i);
		give_many(&p, o + 2, 8);
	}
	close_pool(&p);
}

/* Objects of another node, parked here, are home after as many turns as there are nodes. */
static void R25_aliens_go_home(void)
{
	int node = other_node(), i;
	struct pool p;
	void *o[3];

	if (node < 0) {
		test_skip("one node");
		return;
	}
	if (!open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 4, 2, 0 }))
		return;
	if (make_alien(&p, node)) {
		for (i = 0; i < 3; i++)
			o[i] = take_of(&p, node);
		give_many(&p, o, 3);
		expect_eq(look_node(p.name, here(), "alien of node"), node);
		ask_for_turns(nr_node_ids);
		expect_eq(look_node(p.name, here(), "alien of node"), -1);
	}
	close_pool(&p);
}

/* One of each other node's objects, parked on the first CPU. */
static bool park_aliens(struct pool *p, void **o)
{
	int node;

	for_each_node_state(node, N_MEMORY) {
		if (node == here())
			continue;
		o[node] = take_of(p, node);
		if (!o[node])
			return false;
	}
	for_each_node_state(node, N_MEMORY)
		if (node != here())
			give(p, o[node]);
	return true;
}

/* Homes whose objects this node still holds, as bits. */
static unsigned long homes_parked(struct pool *p)
{
	char *text = look_file(p->name, "nodes");
	unsigned long homes = 0;
	char *at, *end;
	unsigned int avail;
	char title[16];
	int node, read;

	snprintf(title, sizeof(title), "\nnode %d\n", here());
	at = text ? strstr(text, title) : NULL;
	if (expect(at)) {
		end = strstr(at + 1, "\nnode ");
		if (end)
			*end = '\0';
		while ((at = strstr(at, "alien of node "))) {
			at += strlen("alien of node ");
			read = sscanf(at, "%d: %u", &node, &avail);
			if (expect_eq(read, 2))
				homes |= BIT(node);
		}
	}
	kvfree(text);
	return homes;
}

/* With one CPU on this node: two would each have a node of their own in a turn. */
static bool node_has_one_cpu(void)
{
	return cpumask_weight(cpumask_of_node(here())) == 1;
}

/* Each turn sends the objects of one node home, the next node's at the next turn. */
static void expect_round_robin(struct pool *p)
{
	unsigned long before = homes_parked(p), after;
	int turn, last = -1, home;

	expect_eq(hweight_long(before), num_node_state(N_MEMORY) - 1);
	for (turn = 0; turn < num_online_nodes(); turn++) {
		ask_for_turns(1);
		after = homes_parked(p);
		expect(hweight_long(before & ~after) <= 1);
		if (before != after) {
			home = __ffs(before & ~after);
			/* ascending, going round once */
			if (last >= 0)
				expect(home > last || !(before & ~(BIT(last) - 1)));
			last = home;
		}
		before = after;
	}
	expect_eq(after, 0);
}

static void R25_aliens_go_home_a_node_a_turn(void)
{
	void *o[BITS_PER_LONG];
	struct pool p;
	int node;

	if (num_node_state(N_MEMORY) < 3 || !node_has_one_cpu()) {
		test_skip("not three nodes of one CPU each");
		return;
	}
	if (!open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 4, 2, 0 }))
		return;
	for_each_node_state(node, N_MEMORY)
		if (node != here())
			make_alien(&p, node);
	if (park_aliens(&p, o))
		expect_round_robin(&p);
	close_pool(&p);
}

/* In mode auto all at once, of whichever node they are. */
static void A9_a_turn_sends_all_nodes_objects_home(void)
{
	struct pool p = { .name = "test-homes", .size = 256 };
	void *o[BITS_PER_LONG];
	int node;

	if (num_node_state(N_MEMORY) < 3) {
		test_skip("not three nodes");
		return;
	}
	p.cache = myslab_cache_create_mode(MYSLAB_MODE_AUTO, p.name, p.size, 0, 0, NULL);
	if (!expect(p.cache))
		return;
	for_each_node_state(node, N_MEMORY)
		if (node != here())
			make_alien(&p, node);
	if (park_aliens(&p, o)) {
		expect_eq(hweight_long(homes_parked(&p)), num_node_state(N_MEMORY) - 1);
		ask_for_turns(1);
		expect_eq(homes_parked(&p), 0);
	}
	myslab_cache_destroy(p.cache);
}

/* Of two other nodes by turns, as many of each as fill the array, and one more. */
static bool fill_by_turns(struct pool *p, int oldest, int other)
{
	void *o[ASIDE_MOST + 1], *own;
	unsigned int i;

	for (i = 0; i <= ASIDE_MOST; i++) {
		o[i] = take_of(p, i % 2 ? other : oldest);
		if (!o[i])
			return false;
	}
	own = take(p);
	return own && let_in(p, (struct in_mark){ .give = o, .gives = i }, &own, 1);
}

/* With one lock, and nothing of the other's. */
static void A11_all_of_the_oldests_node_goes_home(void)
{
	const long half = ASIDE_MOST / 2;
	struct pool p = { .name = "test-homes", .size = 256 };
	int oldest = other_node(), other;
	long in, others, locked;

	for_each_node_state(other, N_MEMORY)
		if (other != oldest && other != here())
			break;
	if (oldest < 0 || other >= MAX_NUMNODES) {
		test_skip("not three nodes");
		return;
	}
	if (!lands_in_mark())
		return;
	p.cache = myslab_cache_create_mode(MYSLAB_MODE_AUTO, p.name, p.size, 0, 0, NULL);
	if (!expect(p.cache))
		return;
	if (make_aside(&p, oldest)) {
		in = look_node(p.name, oldest, "alien_in");
		others = look_node(p.name, other, "alien_in");
		locked = look_stat(p.name, first_cpu(), "busy_locked");
		expect(fill_by_turns(&p, oldest, other));
		expect_eq(look_node(p.name, oldest, "alien_in"), in + half);
		expect_eq(look_node(p.name, other, "alien_in"), others);
		expect_eq(look_stat(p.name, first_cpu(), "busy_locked"), locked + 1);
		expect_eq(look_stat(p.name, first_cpu(), "aside"), half + 1);
	}
	myslab_cache_destroy(p.cache);
}

/*
 * Of 30 objects freed into an array of 6, batches of 3: what is in the shared array,
 * of 7 batches, when it is full.
 */
#define SHARED_FULL	21
#define SHARED_TUNED	((struct tunables){ 6, 3, 7 })

static bool fill_shared(struct pool *p, void **o)
{
	if (!take_many(p, o, 30))
		return false;
	myslab_cache_shrink(p->cache);
	give_many(p, o, 30);
	return expect_eq(shared_avail(p), SHARED_FULL);
}

static void expect_shared_after_turns(struct pool *p, const unsigned int *avail, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		ask_for_turns(1);
		if (!expect_eq(shared_avail(p), avail[i]))
			test_note("after turn %zu", i + 1);
	}
}

/* A fifth of 21 is 5, rounded up; half of 1 is 1. */
static void R26_the_shared_array_shrinks_by_fifths(void)
{
	static const unsigned int avail[] = { 16, 11, 6, 1, 0, 0 };
	struct pool p;
	void *o[30];

	if (!open_pool(&p, 256, 0, 0, NULL, SHARED_TUNED))
		return;
	if (fill_shared(&p, o))
		expect_shared_after_turns(&p, avail, ARRAY_SIZE(avail));
	close_pool(&p);
}

/* A refill from it is what touches it: the turn after that leaves it as it is. */
static void R26_a_shared_array_of_use_is_spared_once(void)
{
	static const unsigned int avail[] = { 18, 13, 8, 3, 1, 0 };
	struct pool p;
	void *o[30];
	unsigned int i;

	if (!open_pool(&p, 256, 0, 0, NULL, SHARED_TUNED))
		return;
	if (fill_shared(&p, o)) {
		for (i = 0; shared_avail(&p) == SHARED_FULL && i < 30; i++)
			o[i] = take(&p);
		expect_eq(shared_avail(&p), SHARED_FULL - 3);
		expect_shared_after_turns(&p, avail, ARRAY_SIZE(avail));
		give_many(&p, o, i);
	}
	close_pool(&p);
}

/*
 * Seven slabs emptied one after the other through an array whose batch divides them,
 * then one object of an eighth, so that the array holds that one alone.
 */
#define FREE_SLABS	7
#define FREE_BATCH	56
#define FREE_TUNED	((struct tunables){ FREE_BATCH, FREE_BATCH, 0 })

struct freed {
	struct pool p;
	void *o[(FREE_SLABS + 1) * 16];
	unsigned int each;		/* slabs that go in a turn */
};

static bool open_freed(struct freed *f)
{
	unsigned int limit;

	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		test_skip("a batch is at most 16 objects here");
		return false;
	}
	if (!open_pool(&f->p, 256, 0, 0, NULL, FREE_TUNED))
		return false;
	if (!expect_eq(f->p.num, 16) || !take_many(&f->p, f->o, ARRAY_SIZE(f->o))) {
		close_pool(&f->p);
		return false;
	}
	myslab_cache_shrink(f->p.cache);
	give_many(&f->p, f->o, FREE_SLABS * 16 + 1);
	expect_eq(look_stat(f->p.name, first_cpu(), "avail"), 1);
	/* R9, and the fifth of it, rounded up to slabs */
	limit = (1 + cpumask_weight(cpumask_of_node(here()))) * FREE_BATCH + 16;
	f->each = DIV_ROUND_UP(limit, 5 * 16);
	return true;
}

static void close_freed(struct freed *f, unsigned int given)
{
	give_many(&f->p, f->o + given, ARRAY_SIZE(f->o) - given);
	close_pool(&f->p);
}

/* @from to FREE_SLABS, in the order in which they were emptied: which are still there? */
static void expect_slabs_from(struct freed *f, unsigned int from)
{
	unsigned int i;

	for (i = 0; i < FREE_SLABS; i++)
		if (!expect_eq(still_there(&f->p, f->o[i * 16]), i >= from))
			test_note("slab %u of those from %u", i, from);
}

static void R26_free_slabs_go_from_the_tail(void)
{
	struct freed *f = kzalloc(sizeof(*f), GFP_KERNEL);
	unsigned int turn;

	if (expect(f) && open_freed(f)) {
		expect_slabs_from(f, 0);
		for (turn = 1; turn <= FREE_SLABS; turn++) {
			ask_for_turns(1);
			expect_slabs_from(f, min(turn * f->each, 0U + FREE_SLABS));
		}
		close_freed(f, FREE_SLABS * 16 + 1);
	}
	kfree(f);
}

/* With nothing partial, a refill takes from the free slabs that were emptied last. */
static void R26_a_free_slab_that_was_needed_spares_them_once(void)
{
	struct freed *f = kzalloc(sizeof(*f), GFP_KERNEL);
	void *o[2];

	if (expect(f) && open_freed(f) && take_many(&f->p, o, 2)) {
		ask_for_turns(1);
		expect_slabs_from(f, 0);
		ask_for_turns(1);
		expect_slabs_from(f, f->each);
		give_many(&f->p, o, 2);
		close_freed(f, FREE_SLABS * 16 + 1);
	}
	kfree(f);
}

static const struct test_case cases[] = {
	CASE(R25_the_array_shrinks_by_fifths),
	CASE(R25_the_oldest_go),
	CASE(R25_aliens_go_home),
	CASE(R25_aliens_go_home_a_node_a_turn),
	CASE(A9_a_turn_sends_all_nodes_objects_home),
	CASE(A11_all_of_the_oldests_node_goes_home),
	CASE(R26_the_shared_array_shrinks_by_fifths),
	CASE(R26_a_shared_array_of_use_is_spared_once),
	CASE(R26_free_slabs_go_from_the_tail),
	CASE(R26_a_free_slab_that_was_needed_spares_them_once),
};

SUITE(reap);
