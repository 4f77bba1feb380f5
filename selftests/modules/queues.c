// SPDX-License-Identifier: GPL-2.0
/* What the arrays of a cache take: queue_bytes, against the arithmetic of the rules. */
#include <linux/cpumask.h>
#include <linux/nodemask.h>

#include "bursts.h"
#include "suites.h"

#define SIZE	256

/* A head of four numbers, and pointers. */
static unsigned long array(unsigned int entries)
{
	return 4 * sizeof(int) + entries * sizeof(void *);
}

/* R8: of each pair of nodes, with a lock of its own. */
static unsigned long alien_array(void)
{
	return ALIGN(sizeof(spinlock_t), sizeof(void *)) + array(12);
}

static bool open_in_mode(struct pool *p, enum myslab_mode mode)
{
	memset(p, 0, sizeof(*p));
	p->name = "test-queues";
	p->size = SIZE;
	p->cache = myslab_cache_create_mode(mode, p->name, SIZE, 0, 0, NULL);
	return expect(p->cache);
}

/* What every CPU and every node have; one CPU has no shared array. */
static void expect_arrays(const struct pool *p, unsigned int cpu, unsigned int shared)
{
	struct queue_bytes q;

	if (!look_queue(p->name, &q))
		return;
	if (num_possible_cpus() == 1)
		shared = 0;
	expect_eq(q.cpu, num_online_cpus() * array(cpu));
	expect_eq(q.shared, shared ? num_online_nodes() * array(shared) : 0);
	expect_eq(q.all, q.cpu + q.shared + q.alien + q.aside);
}

static unsigned long alien_bytes(const struct pool *p)
{
	struct queue_bytes q;

	return look_queue(p->name, &q) ? q.alien : 0;
}

static void R6_R7_a_queue_takes_what_slab_says(void)
{
	struct pool p;

	if (!open_in_mode(&p, MYSLAB_MODE_FIXED))
		return;
	expect_arrays(&p, 120, 480);
	myslab_cache_destroy(p.cache);
}

static void R8_a_pair_of_nodes_takes_its_array(void)
{
	struct pool p;

	if (other_node() < 0) {
		test_skip("one node");
	} else if (open_in_mode(&p, MYSLAB_MODE_FIXED)) {
		expect_eq(alien_bytes(&p), 0);
		if (make_alien(&p, other_node()))
			expect_eq(alien_bytes(&p), alien_array());
		myslab_cache_destroy(p.cache);
	}
}

static void A2_A10_a_queue_is_small_at_first(void)
{
	struct pool p;

	if (!open_in_mode(&p, MYSLAB_MODE_AUTO))
		return;
	expect_arrays(&p, 30, 120);
	myslab_cache_destroy(p.cache);
}

/* Until this CPU's array has grown; false where that takes too long. */
static bool burst_until_grown(struct pool *p, void **objs, unsigned int nr)
{
	unsigned long deadline = jiffies + 60 * HZ;

	do {
		if (!burst(p, objs, nr, 10))
			return false;
		if (limit_of(p) > 30)
			return true;
		cond_resched();
	} while (time_before(jiffies, deadline));
	return expect(!"the array did not grow");
}

static void A3_A8_a_queue_follows_activity(void)
{
	const unsigned int nr = 400;
	struct queue_bytes idle, busy, reaped;
	void **o = pointers(nr);
	struct pool p;

	if (o && open_in_mode(&p, MYSLAB_MODE_AUTO)) {
		look_queue(p.name, &idle);
		if (burst_until_grown(&p, o, nr) && look_queue(p.name, &busy)) {
			expect_eq(busy.cpu, idle.cpu - array(30) +
				  array(limit_of(&p)));
			expect(num_possible_cpus() == 1 || busy.shared > idle.shared);
			ask_for_turns(4);
			expect(look_queue(p.name, &reaped));
			expect_eq(reaped.all, idle.all);
		}
		myslab_cache_destroy(p.cache);
	}
	kvfree(o);
}

static void A9_foreign_arrays_are_in_it_while_they_are_used(void)
{
	struct pool p;

	if (other_node() < 0) {
		test_skip("one node");
	} else if (open_in_mode(&p, MYSLAB_MODE_AUTO)) {
		expect_eq(alien_bytes(&p), 0);
		if (make_alien(&p, other_node()))
			expect_eq(alien_bytes(&p), array(62));
		ask_for_turns(4);
		expect_eq(alien_bytes(&p), 0);
		myslab_cache_destroy(p.cache);
	}
}

static void all_caches_add_up(void)
{
	long before = look_total("queue_bytes");
	struct queue_bytes q;
	struct pool p;

	if (!open_in_mode(&p, MYSLAB_MODE_FIXED))
		return;
	expect(before > 0);
	if (look_queue(p.name, &q))
		expect_eq(look_total("queue_bytes"), before + q.all);
	myslab_cache_destroy(p.cache);
	expect_eq(look_total("queue_bytes"), before);
}

static const struct test_case cases[] = {
	CASE(R6_R7_a_queue_takes_what_slab_says),
	CASE(R8_a_pair_of_nodes_takes_its_array),
	CASE(A2_A10_a_queue_is_small_at_first),
	CASE(A3_A8_a_queue_follows_activity),
	CASE(A9_foreign_arrays_are_in_it_while_they_are_used),
	CASE(all_caches_add_up),
};

SUITE(queues);
