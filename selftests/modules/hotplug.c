// SPDX-License-Identifier: GPL-2.0
/* CPUs that go and come (R31); limits.c has what becomes of free limits (R9). */
#include <linux/cpu.h>

#include "fault.h"
#include "fixture.h"
#include "suites.h"

#define SMALL	((struct tunables){ 10, 5, 2 })

static long parked_of(const struct pool *p, int cpu)
{
	return look_stat(p->name, cpu, "avail");
}

static long out_of(const struct pool *p, int node)
{
	return look_node(p->name, node, "objects: out");
}

/* A CPU that is not the first and can be taken down; -1: none. It is up again. */
static int spare_cpu(void)
{
	int cpu = cpumask_last(cpu_online_mask);

	if (cpu == first_cpu() || remove_cpu(cpu)) {
		test_skip("no CPU can be taken down");
		return -1;
	}
	expect_eq(add_cpu(cpu), 0);
	return cpu;
}

/* On @cpu, so that its array is full, and the node's shared one too. */
static void park_on(struct pool *p, int cpu)
{
	void *o[30];

	run_on(cpu);
	if (take_many(p, o, ARRAY_SIZE(o)))
		give_many(p, o, ARRAY_SIZE(o));
	run_on(first_cpu());
	expect(parked_of(p, cpu) > 0);
}

static void R31_what_a_cpu_leaves_goes_to_its_slabs(void)
{
	int cpu = spare_cpu();
	struct pool p;
	long parked;
	void *obj;
	int node;

	if (cpu < 0 || !open_pool(&p, 256, 0, 0, NULL, (struct tunables){ 10, 5, 0 }))
		return;
	park_on(&p, cpu);
	run_on(cpu);
	obj = take(&p);
	run_on(first_cpu());
	parked = parked_of(&p, cpu);
	node = node_of(obj);
	expect_eq(out_of(&p, node), parked + 1);
	expect_eq(remove_cpu(cpu), 0);
	expect_eq(parked_of(&p, cpu), 0);
	expect_eq(out_of(&p, node), 1);
	give(&p, obj);
	expect_eq(add_cpu(cpu), 0);
	/* its array is the same, and it is of use */
	park_on(&p, cpu);
	expect_eq(myslab_cache_shrink(p.cache), 0);
	close_pool(&p);
}

/* Objects of this node wait in @node's alien array, and its shared array has some. */
static bool park_on_node(struct pool *p, int node)
{
	void *o[3];
	int i;

	park_on(p, first_cpu_of_node(node));
	run_on(first_cpu_of_node(node));
	for (i = 0; i < 3; i++)
		o[i] = take_of(p, here());
	give_many(p, o, 3);
	run_on(first_cpu());
	return expect(look_node(p->name, node, "shared:") > 0) &&
	       expect_eq(look_node(p->name, node, "alien of node"), here());
}

/* Down with all CPUs of @node; answers how many, in @cpus. */
static unsigned int remove_cpus_of(int node, int *cpus, unsigned int max,
				   const struct pool *p)
{
	unsigned int nr;

	for (nr = 0; nr < max; nr++) {
		cpus[nr] = first_cpu_of_node(node);
		if (cpus[nr] < 0)
			break;
		if (!expect(look_node(p->name, node, "shared:") > 0) ||
		    !expect_eq(look_node(p->name, node, "alien of node"), here()) ||
		    !expect_eq(remove_cpu(cpus[nr]), 0))
			break;
	}
	return nr;
}

static void R31_the_last_cpu_of_a_node_empties_its_arrays(void)
{
	int node = other_node(), cpus[8];
	struct pool p;
	unsigned int nr;

	if (node < 0 || cpumask_weight(cpumask_of_node(node)) >= ARRAY_SIZE(cpus)) {
		test_skip("no second node, or too many CPUs on it");
		return;
	}
	if (!open_pool(&p, 256, 0, 0, NULL, SMALL))
		return;
	run_on(first_cpu_of_node(node));
	if (!make_alien(&p, here()) || !park_on_node(&p, node))
		goto out;
	nr = remove_cpus_of(node, cpus, ARRAY_SIZE(cpus), &p);
	if (expect(first_cpu_of_node(node) < 0)) {
		expect_eq(look_node(p.name, node, "shared:"), 0);
		expect_eq(look_node(p.name, node, "alien of node"), -1);
		expect_eq(out_of(&p, node), 0);
		expect_eq(look_node(p.name, here(), "shared:"), out_of(&p, here()));
	}
	while (nr)
		expect_eq(add_cpu(cpus[--nr]), 0);
	park_on_node(&p, node);
out:
	run_on(first_cpu());
	expect_eq(myslab_cache_shrink(p.cache), 0);
	close_pool(&p);
}

#define POOLS	5

/* @nth of the arrays that the CPU wants is not to be had: it stays down. */
static void check_without_memory(struct pool *p, int cpu, int nth)
{
	long limits[POOLS];
	int i, err;

	for (i = 0; i < POOLS; i++)
		limits[i] = look_node(p[i].name, here(), "free_limit");
	if (!fail_array(nth)) {
		test_skip("the kernel has no probes");
		expect_eq(add_cpu(cpu), 0);
		return;
	}
	err = add_cpu(cpu);
	expect(an_array_failed());
	expect_eq(err, -ENOMEM);
	expect(!cpu_online(cpu));
	for (i = 0; i < POOLS; i++)
		expect_eq(look_node(p[i].name, here(), "free_limit"), limits[i]);
}

static void R31_a_cpu_without_memory_for_its_arrays_stays_down(void)
{
	int cpu = second_cpu_of_node(here()), i, nr;
	struct pool p[POOLS];
	void *o[POOLS];

	if (cpu < 0 || remove_cpu(cpu)) {
		test_skip("the node's second CPU cannot be taken down");
		return;
	}
	/* made while it is down, so that it has no array in them */
	for (nr = 0; nr < POOLS; nr++)
		if (!open_pool(&p[nr], 256, 0, 0, NULL, SMALL))
			break;
	for (i = 0; i < nr; i++)
		o[i] = take(&p[i]);
	if (nr == POOLS) {
		check_without_memory(p, cpu, 1);
		check_without_memory(p, cpu, 2);
	}
	if (!cpu_online(cpu))
		expect_eq(add_cpu(cpu), 0);
	for (i = 0; i < nr; i++) {
		if (cpu_online(cpu))
			park_on(&p[i], cpu);
		give(&p[i], o[i]);
		expect_eq(myslab_cache_shrink(p[i].cache), 0);
		close_pool(&p[i]);
	}
}

static const struct test_case cases[] = {
	CASE(R31_what_a_cpu_leaves_goes_to_its_slabs),
	CASE(R31_the_last_cpu_of_a_node_empties_its_arrays),
	CASE(R31_a_cpu_without_memory_for_its_arrays_stays_down),
};

SUITE(hotplug);
