// SPDX-License-Identifier: GPL-2.0
/*
 * R9, R20: how much a node keeps free and which slabs go, judged by whether the
 * addresses of objects are still of the cache; also when CPUs go and come.
 */
#include <linux/cpu.h>

#include "fixture.h"
#include "suites.h"

/* What a node may keep free, by R9. */
static unsigned int rule_free_limit(int node, unsigned int batchcount, unsigned int num)
{
	return (1 + cpumask_weight(cpumask_of_node(node))) * batchcount + num;
}

/*
 * What R9, R18-R20 say becomes of a node's slabs, worked out object by object: a
 * model of the array, of each slab's free objects, and of the list of free slabs,
 * whose tail is the slab that was emptied first.
 */
#define MODEL_SLABS	16

struct model {
	unsigned int num, free_limit, free, clock, nr;
	struct model_slab {
		unsigned long at;
		unsigned int free;
		unsigned int emptied;	/* when; 0: it is in use */
		bool gone;
	} slab[MODEL_SLABS];
};

static struct model_slab *model_slab(struct model *m, unsigned long at)
{
	unsigned int i;

	for (i = 0; i < m->nr; i++)
		if (m->slab[i].at == at)
			return &m->slab[i];
	if (m->nr == MODEL_SLABS)
		return NULL;
	m->slab[m->nr].at = at;
	return &m->slab[m->nr++];
}

static void model_trim(struct model *m)
{
	while (m->free > m->free_limit) {
		struct model_slab *tail = NULL;
		unsigned int i;

		for (i = 0; i < m->nr; i++)
			if (m->slab[i].emptied && !m->slab[i].gone &&
			    (!tail || m->slab[i].emptied < tail->emptied))
				tail = &m->slab[i];
		if (!tail)
			return;
		tail->gone = true;
		m->free -= m->num;
	}
}

/* The oldest of @objs leave the array, @batch at a time. */
static void model_free(struct model *m, const struct pool *p, void **objs,
		       unsigned int nr, struct tunables t)
{
	unsigned int in_array = 0, oldest = 0, i, k;

	for (i = 0; i < nr; i++) {
		if (in_array == t.limit) {
			for (k = 0; k < t.batchcount; k++) {
				struct model_slab *s = model_slab(m, slab_at(p, objs[oldest++]));

				m->free++;
				if (++s->free == m->num)
					s->emptied = ++m->clock;
			}
			in_array -= t.batchcount;
			model_trim(m);
		}
		in_array++;
	}
}

/*
 * Free @slabs slabs' objects, each @step-th in turn, and see which slabs are there
 * after it. Answers how many were given back.
 */
static unsigned int check_against_model(struct pool *p, void **o, void **order,
					unsigned int slabs, unsigned int step,
					struct tunables t)
{
	struct model m = { .num = p->num };
	unsigned int nr = slabs * p->num, i, k, at = 0, gone = 0;

	if (!take_many(p, o, nr))
		return 0;
	myslab_cache_shrink(p->cache);
	m.free_limit = rule_free_limit(here(), t.batchcount, p->num);
	for (k = 0; k < step; k++)
		for (i = k; i < nr; i += step)
			order[at++] = o[i];
	for (i = 0; i < nr; i++)
		if (!expect(model_slab(&m, slab_at(p, o[i]))))
			return 0;
	model_free(&m, p, order, nr, t);
	give_many(p, order, nr);
	for (i = 0; i < nr; i++)
		if (!expect_eq(still_there(p, o[i]), !model_slab(&m, slab_at(p, o[i]))->gone))
			test_note("object %u, step %u", i, step);
	for (i = 0; i < m.nr; i++)
		gone += m.slab[i].gone;
	return gone;
}

static void check_free_limit(unsigned int size, struct tunables t)
{
	unsigned int step, most, gone;
	struct pool p;
	void **o;

	if (!open_pool(&p, size, 0, 0, NULL, t))
		return;
	most = MODEL_SLABS * p.num;
	o = pointers(2 * most);
	if (!expect(o))
		goto out;
	for (step = 1; step <= p.num + 1 && !test_failed(); step++) {
		gone = check_against_model(&p, o, o + most, MODEL_SLABS, step, t);
		/* in other orders what is parked may keep every slab */
		if (step == 1)
			expect(gone);
	}
out:
	kvfree(o);
	close_pool(&p);
}

static void R9_free_limit_of_a_node(void)
{
	if (cpumask_weight(cpumask_of_node(here())) > 8) {
		test_skip("so many CPUs let the node keep all that this case frees");
		return;
	}
	check_free_limit(2048, (struct tunables){ 1, 1, 0 });
	check_free_limit(1024, (struct tunables){ 4, 2, 0 });
	check_free_limit(1024, (struct tunables){ 7, 4, 0 });
	check_free_limit(256, (struct tunables){ 16, 8, 0 });
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))	/* where 16 move at most */
		check_free_limit(128, (struct tunables){ 60, 30, 0 });
}

/*
 * The object that goes over the limit costs the node the slab that was emptied first.
 * Nothing is free in @p and its array is empty, before and after.
 */
static void check_the_limit(struct pool *p)
{
	unsigned int limit = rule_free_limit(here(), 1, p->num), nr, i;
	void **o;

	nr = round_up(limit + 2, 2);
	o = pointers(nr);
	if (expect(o) && expect_eq(p->num, 2) && take_many(p, o, nr)) {
		/* one more than those that went to their slabs, since one is parked */
		give_many(p, o, limit + 1);
		for (i = 0; i < nr; i++)
			expect(still_there(p, o[i]));
		give(p, o[limit + 1]);
		for (i = 0; i < nr; i++)
			expect_eq(still_there(p, o[i]), i >= 2);
		if (nr > limit + 2)
			give(p, o[limit + 2]);
	}
	kvfree(o);
	expect_eq(myslab_cache_shrink(p->cache), 0);
}

static void R20_the_tail_of_free_is_destroyed(void)
{
	struct pool p;

	if (!open_pool(&p, 2048, 0, 0, NULL, ONE_BY_ONE))
		return;
	check_the_limit(&p);
	close_pool(&p);
}

/* A CPU that goes takes its batch off the limit, one that comes adds it. */
static void R9_free_limit_follows_the_cpus(void)
{
	int cpu = second_cpu_of_node(here());
	unsigned int online;
	struct pool p;
	void *parked;

	if (cpu < 0) {
		test_skip("one CPU on the node");
		return;
	}
	if (!open_pool(&p, 2048, 0, 0, NULL, ONE_BY_ONE))
		return;
	/* it leaves an object behind in its array */
	run_on(cpu);
	parked = take(&p);
	give(&p, parked);
	run_on(first_cpu());
	online = cpumask_weight(cpumask_of_node(here()));
	if (remove_cpu(cpu)) {
		test_skip("the node's second CPU cannot be taken down");
		goto out;
	}
	expect_eq(cpumask_weight(cpumask_of_node(here())), online - 1);
	expect_eq(myslab_cache_shrink(p.cache), 0);
	expect(!still_there(&p, parked));
	check_the_limit(&p);
	expect_eq(add_cpu(cpu), 0);
	check_the_limit(&p);
	/* it has its array again */
	run_on(cpu);
	parked = take(&p);
	give(&p, parked);
	expect_eq(which(&parked, 1, take(&p)), 0);
	give(&p, parked);
	run_on(first_cpu());
out:
	close_pool(&p);
}

static const struct test_case cases[] = {
	CASE(R20_the_tail_of_free_is_destroyed),
	CASE(R9_free_limit_of_a_node),
	CASE(R9_free_limit_follows_the_cpus),
};

SUITE(limits);
