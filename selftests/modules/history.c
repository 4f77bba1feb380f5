// SPDX-License-Identifier: GPL-2.0
/* What went wrong in slab allocators before, played again: the table in ../README.md. */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/sort.h>

#include <myslab/inline.h>

#include "bursts.h"
#include "suites.h"

static u32 dice;

static u32 rnd(u32 below)
{
	dice = dice * 1664525 + 1013904223;
	return (dice >> 8) % below;
}

static void shuffle(void **o, unsigned int nr)
{
	unsigned int i, k;

	for (i = nr - 1; i; i--) {
		k = rnd(i + 1);
		swap(o[i], o[k]);
	}
}

static int by_address(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

/* An object's content is its address, from end to end. */
static void fill(const struct pool *p, void **o, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		memset64(o[i], (unsigned long)o[i], p->size / 8);
}

static void expect_filled(const struct pool *p, void **o, unsigned int nr)
{
	unsigned int i, k;

	for (i = 0; i < nr; i++)
		for (k = 0; k < p->size / 8; k++)
			if (!expect_eq(((u64 *)o[i])[k], (unsigned long)o[i]))
				return;
}

/* Sorted: each slab's objects are @num starts, evenly spaced, each of them once. */
static void expect_whole_slabs(const struct pool *p, void **o, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (i % p->num)
			expect_eq(o[i] - o[i - 1], p->stride);
		else
			expect(i + p->num <= nr &&
			       slab_at(p, o[i]) == slab_at(p, o[i + p->num - 1]));
	}
}

#define PERMUTED_SLABS	3
#define ROUNDS		20

/*
 * All objects of a few slabs, of which some go back in any order: the same ones come
 * again, each of them once, and what stayed out keeps its content.
 */
static void permute(struct pool *p, void **o, void **back)
{
	unsigned int nr = PERMUTED_SLABS * p->num, round, some;

	if (!take_many(p, o, nr))
		return;
	sort(o, nr, sizeof(*o), by_address, NULL);
	expect_whole_slabs(p, o, nr);
	fill(p, o, nr);
	for (round = 0; round < ROUNDS && !test_failed(); round++) {
		shuffle(o, nr);
		/* never all of a node's: a slab that is free may go */
		some = 1 + rnd(p->num);
		memcpy(back, o, some * sizeof(*o));
		give_many(p, o, some);
		expect_filled(p, o + some, nr - some);
		if (!take_many(p, o, some)) {
			give_many(p, o + some, nr - some);
			return;
		}
		sort(o, some, sizeof(*o), by_address, NULL);
		sort(back, some, sizeof(*o), by_address, NULL);
		expect(!memcmp(o, back, some * sizeof(*o)));
		fill(p, o, some);
	}
	give_many(p, o, nr);
}

static void construct_nothing(void *obj)
{
}

/* With the free index in an object, and where the content stays, elsewhere. */
static void check_permutation(unsigned int size, unsigned int num)
{
	unsigned int i;
	struct pool p;
	void **o;

	for (i = 0; i < 2; i++) {
		if (!open_pool(&p, size, 0, 0, i ? construct_nothing : NULL, ONE_BY_ONE))
			return;
		o = pointers(2 * PERMUTED_SLABS * p.num);
		if (expect_eq(p.num, num) && expect(o)) {
			dice = size;
			permute(&p, o, o + PERMUTED_SLABS * p.num);
		}
		kvfree(o);
		expect_eq(myslab_cache_shrink(p.cache), 0);
		close_pool(&p);
	}
}

static void R3_index_of_one_object(void)
{
	check_permutation(2 * PAGE_SIZE, 1);
}

static void R3_index_of_two_objects(void)
{
	check_permutation(PAGE_SIZE / 2, 2);
}

/* As many as a byte can name are for sim: no size has more than those of 16 bytes. */
static void R3_index_of_the_most_objects(void)
{
	check_permutation(16, PAGE_SIZE / 17);
}

static void reap_all(void)
{
	expect(user_writes("/sys/kernel/debug/myslab/reap", "15"));
}

#define INDEX_CACHE	"myslab-index-16"
#define INDEX_SLABS	400

static unsigned long indices_out(void)
{
	struct info info = { 0 };

	reap_all();
	expect(look_info(INDEX_CACHE, &info));
	return info.active_objs;
}

/* Slabs with an index elsewhere come and go, and free those indices as they go. */
static void index_comes_and_goes(slab_flags_t flags, void (*ctor)(void *))
{
	unsigned int nr = 2 * INDEX_SLABS;
	void **o = pointers(nr);
	unsigned long before;
	struct info info;
	struct pool p;
	char *nodes;

	before = indices_out();
	if (!expect(o) || !open_pool(&p, 2048, 0, flags, ctor, ONE_BY_ONE))
		goto out;
	nodes = look_file(p.name, "nodes");
	expect(nodes && strstr(nodes, "index off slab"));
	kvfree(nodes);
	if (take_many(&p, o, nr)) {
		expect(look_info(INDEX_CACHE, &info) &&
		       info.active_objs >= before + INDEX_SLABS);
		/* past its limit the node gives up a slab at every second free */
		give_many(&p, o, nr);
		expect_eq(myslab_cache_shrink(p.cache), 0);
		/* of RCU's, indices are still on their way */
		if (!(flags & SLAB_TYPESAFE_BY_RCU) && expect(look_info(INDEX_CACHE, &info)))
			expect_eq(info.num_slabs, info.active_slabs);
	}
	close_pool(&p);
	expect_eq(indices_out(), before);
out:
	kvfree(o);
}

/*
 * The index cache's own arrays hold one object meanwhile, so that a slab that goes
 * makes slabs of that cache go too: a free inside the end of a free.
 */
static void R20_slabs_that_go_free_their_index(void)
{
	char old[64];
	struct info info;

	if (!expect(look_info(INDEX_CACHE, &info)))
		return;
	snprintf(old, sizeof(old), INDEX_CACHE " %u %u %u", info.limit, info.batchcount,
		 info.shared);
	expect(user_writes("/proc/myslabinfo", INDEX_CACHE " 1 1 0"));
	index_comes_and_goes(0, construct_nothing);
	/* from an RCU callback */
	index_comes_and_goes(SLAB_TYPESAFE_BY_RCU, NULL);
	expect(user_writes("/proc/myslabinfo", old));
	index_comes_and_goes(0, construct_nothing);
}

/*
 * Each side puts its node's objects in its box and frees what it finds in the other's,
 * until both have freed so many.
 */
#define BOX		16
#define CROSSINGS	5000
#define MOST_STEPS	50000000

static struct crossing {
	struct pool *p;
	int node;
	void *box[BOX];
	unsigned int wrong, far;
	struct crossing *other;
	struct completion done;
} crossings[2];

static void receive(struct crossing *x, void **from)
{
	void *obj = xchg(from, NULL);

	if (!obj)
		return;
	x->wrong += *(void **)obj != obj;
	WRITE_ONCE(x->far, x->far + (node_of(obj) != x->node));
	*(void **)obj = NULL;
	give(x->p, obj);
}

static int cross(void *arg)
{
	struct crossing *x = arg;
	unsigned int i;

	for (i = 0; i < MOST_STEPS && (READ_ONCE(x->far) < CROSSINGS ||
				       READ_ONCE(x->other->far) < CROSSINGS); i++) {
		void *obj = myslab_cache_alloc(x->p->cache, GFP_KERNEL);

		if (obj)
			*(void **)obj = obj;
		obj = xchg(&x->box[i % BOX], obj);
		if (obj)
			give(x->p, obj);
		receive(x, &x->other->box[(i * 7) % BOX]);
		cond_resched();
	}
	complete(&x->done);
	return 0;
}

static void start_crossing(struct crossing *x, int node)
{
	struct task_struct *thread;

	x->node = node;
	thread = kthread_create_on_node(cross, x, node, "myslab-cross/%d", node);
	if (!expect(!IS_ERR(thread))) {
		complete(&x->done);
		return;
	}
	kthread_bind(thread, first_cpu_of_node(node));
	wake_up_process(thread);
}

static void run_crossings(struct pool *p)
{
	unsigned int i, k;

	memset(crossings, 0, sizeof(crossings));
	for (i = 0; i < 2; i++) {
		crossings[i].p = p;
		crossings[i].other = &crossings[1 - i];
		init_completion(&crossings[i].done);
	}
	start_crossing(&crossings[0], here());
	start_crossing(&crossings[1], other_node());
	for (i = 0; i < 2; i++)
		wait_for_completion(&crossings[i].done);
	for (i = 0; i < 2; i++) {
		expect_eq(crossings[i].wrong, 0);
		expect(crossings[i].far >= CROSSINGS);
		for (k = 0; k < BOX; k++)
			if (crossings[i].box[k])
				give(p, crossings[i].box[k]);
	}
}

static void R17_two_nodes_free_each_others_objects(void)
{
	struct pool p;

	if (other_node() < 0) {
		test_skip("one node");
		return;
	}
	if (!open_pool(&p, 128, 0, 0, NULL, (struct tunables){ 5, 3, 1 }))
		return;
	if (make_alien(&p, other_node())) {
		run_crossings(&p);
		expect(look_stat(p.name, ALL_CPUS, "alien_drain") > 0);
		expect_eq(look_stat(p.name, ALL_CPUS, "errors"), 0);
		expect_eq(myslab_cache_shrink(p.cache), 0);
	}
	close_pool(&p);
}

/* Where the next constructor goes to; -1: it stays. */
static int moves_to = -1;

static void construct_and_move(void *obj)
{
	if (moves_to >= 0)
		run_on(moves_to);
	moves_to = -1;
}

/* A growth that begins on the first CPU of the first node and ends on @cpu. */
static void grow_from_here_to(int cpu)
{
	bool same_node = cpu_to_node(cpu) == here();
	struct pool p;
	void *obj;

	if (!open_pool(&p, 128, 0, 0, construct_and_move, (struct tunables){ 12, 6, 1 }))
		return;
	run_on(first_cpu());
	moves_to = cpu;
	obj = take(&p);
	expect_eq(raw_smp_processor_id(), cpu);
	if (obj) {
		expect_eq(node_of(obj), here());
		expect_eq(look_stat(p.name, first_cpu(), "avail"), 0);
		/* that CPU's array has objects of its own node alone */
		expect_eq(look_stat(p.name, cpu, "avail"), same_node ? 5 : 0);
		expect_eq(look_node(p.name, here(), "objects: out"), same_node ? 6 : 1);
		give(&p, obj);
	}
	expect_eq(myslab_cache_shrink(p.cache), 0);
	run_on(first_cpu());
	close_pool(&p);
}

static void R15_a_growth_ends_on_another_cpu(void)
{
	if (second_cpu_of_node(here()) < 0) {
		test_skip("one CPU on the node");
		return;
	}
	grow_from_here_to(second_cpu_of_node(here()));
}

static void R15_a_growth_ends_on_another_node(void)
{
	if (other_node() < 0) {
		test_skip("one node");
		return;
	}
	grow_from_here_to(first_cpu_of_node(other_node()));
}

/* Who looks at a CPU's array from another CPU, as the module does: under RCU. */
static struct looker {
	struct myslab_inline_cpu *cpu;
	struct myslab_inline_array *array;	/* that is looked at; NULL: none yet */
	bool may_go;
} looker;

static int look_at_array(void *unused)
{
	struct looker *l = &looker;
	struct myslab_inline_array *array;

	rcu_read_lock();
	array = READ_ONCE(l->cpu->array);
	smp_store_release(&l->array, array);	/* pairs with replace_under_looker() */
	while (!READ_ONCE(l->may_go)) {
		READ_ONCE(array->avail);	/* KASAN tells if it was freed */
		cpu_relax();
	}
	rcu_read_unlock();
	/* kthread_stop() is to find it */
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

/*
 * Bursts here, while a thread on @second looks at this CPU's array: until that is
 * replaced, or the thread held RCU for as long as is fair. Answers whether it was.
 */
static bool replace_under_looker(struct pool *p, void **o, int second)
{
	const struct myslab_inline_cache *c = (void *)p->cache;
	struct task_struct *thread;
	unsigned long deadline;
	bool replaced = false;

	memset(&looker, 0, sizeof(looker));
	looker.cpu = per_cpu_ptr(c->cpu, first_cpu());
	thread = thread_on(second, look_at_array, NULL, "myslab-look");
	if (!thread)
		return false;
	while (!smp_load_acquire(&looker.array))	/* pairs with look_at_array() */
		schedule_timeout_uninterruptible(1);
	deadline = jiffies + 3 * HZ;
	while (!replaced && time_before(jiffies, deadline) && burst(p, o, BURST, 1))
		replaced = READ_ONCE(looker.cpu->array) != looker.array;
	/* what is freed without waiting is so by now, and looked at once more */
	if (replaced)
		schedule_timeout_uninterruptible(HZ / 10);
	WRITE_ONCE(looker.may_go, true);
	kthread_stop(thread);
	return replaced;
}

static void A3_an_array_is_replaced_while_one_looks(void)
{
	int second = cpumask_next(first_cpu(), cpu_online_mask);
	struct pool p = { .name = "test-looked-at", .size = 256 };
	unsigned long deadline = jiffies + 60 * HZ;
	void **o = pointers(BURST);

	if (second >= nr_cpu_ids) {
		test_skip("one CPU");
		goto free;
	}
	p.cache = myslab_cache_create_mode(MYSLAB_MODE_AUTO, p.name, p.size, 0, 0, NULL);
	if (expect(o) && expect(p.cache))
		while (!replace_under_looker(&p, o, second) &&
		       expect(time_before(jiffies, deadline)))
			cond_resched();
	myslab_cache_destroy(p.cache);
free:
	kvfree(o);
}

static const struct test_case cases[] = {
	CASE(R3_index_of_one_object),
	CASE(R3_index_of_two_objects),
	CASE(R3_index_of_the_most_objects),
	CASE(R20_slabs_that_go_free_their_index),
	CASE(R17_two_nodes_free_each_others_objects),
	CASE(R15_a_growth_ends_on_another_cpu),
	CASE(R15_a_growth_ends_on_another_node),
	CASE(A3_an_array_is_replaced_while_one_looks),
};

SUITE(history);
