// SPDX-License-Identifier: GPL-2.0
/*
 * Mode auto on CPUs that are isolated, and so have no turns (R24): what their arrays are then
 * (A3, A8, A9). turns.c says how turns are waited for.
 */
#include <linux/jiffies.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/ptrace.h>

#include "suites.h"
#include "turns.h"

#define PARKED		2

static bool open_as_auto(struct pool *p)
{
	*p = (struct pool){ .name = "test-isolated", .size = 256 };
	p->cache = myslab_cache_create_mode(MYSLAB_MODE_AUTO, p->name, p->size, 0, 0, NULL);
	return expect(p->cache);
}

/* In mode auto, of an object of the first CPU's node, as of debugfs `nodes`. */
static int far_node;

static bool nothing_is_parked_far(struct pool *p)
{
	char key[32];

	snprintf(key, sizeof(key), "alien of node %d:", here());
	return seldom() && look_node(p->name, far_node, key) < 0;
}

/* Of a node without memory the objects are another's, which may be the first CPU's. */
static bool is_elsewhere(int cpu)
{
	return cpu_to_node(cpu) != here() && node_state(cpu_to_node(cpu), N_MEMORY);
}

static int isolated_elsewhere(void)
{
	int cpu;

	for_each_online_cpu(cpu)
		if (is_isolated(cpu) && is_elsewhere(cpu))
			return cpu;
	return -1;
}

static void park_far(struct pool *p)
{
	void *o[PARKED];
	unsigned int i, nr;

	if (!make_alien(p, here()))
		return;
	for (nr = 0; nr < PARKED; nr++) {
		o[nr] = take_of(p, here());
		if (!o[nr])
			break;
	}
	for (i = 0; i < nr; i++)
		give(p, o[i]);
	expect(look_stat(p->name, raw_smp_processor_id(), "alien_put") > nr);
}

static void A9_a_cpu_without_turns_keeps_nothing_foreign(void)
{
	int cpu = isolated_elsewhere();
	struct pool p;

	if (cpu < 0) {
		test_skip("no CPU of another node is isolated");
		return;
	}
	far_node = cpu_to_node(cpu);
	if (!open_as_auto(&p))
		return;
	run_on(cpu);
	park_far(&p);
	run_on(first_cpu());
	busy_until(nothing_is_parked_far, &p);
	myslab_cache_destroy(p.cache);
}

/* Of the last CPU, made by test_reap.sh where the kernel tells who is in it. */
#define PARTITION	"/tmp/cgroup/isolated/cpuset.cpus.partition"

static bool last_cpu_holds_nothing(struct pool *p)
{
	return seldom() && !look_stat(p->name, cpumask_last(cpu_online_mask), "avail");
}

/* Who was isolated before has turns again when others had theirs: what it parks goes. */
static bool has_turns(struct pool *p, int cpu)
{
	struct task_struct *spinner;
	void *obj;
	bool has;

	run_on(cpu);
	obj = take(p);
	if (obj)
		give(p, obj);
	run_on(first_cpu());
	spinner = thread_on(cpu, spin, NULL, "myslab-spin");
	has = busy_until(last_cpu_holds_nothing, p);
	if (spinner)
		kthread_stop(spinner);
	return has;
}

/* Its last turn is over: what it had for others' objects is gone. */
static bool last_cpu_gave_up(struct pool *p)
{
	struct queue_bytes q;

	return seldom() && look_queue(p->name, &q) && q.alien == 0;
}

static void A9_a_cpu_isolated_meanwhile_keeps_nothing_foreign(void)
{
	int cpu = cpumask_last(cpu_online_mask);
	struct task_struct *spinner;
	struct pool p;

	far_node = cpu_to_node(cpu);
	if (!is_elsewhere(cpu) || !user_writes(PARTITION, "member")) {
		test_skip("no CPU of another node can be isolated");
		return;
	}
	if (!open_as_auto(&p))
		return;
	has_turns(&p, cpu);
	run_on(cpu);
	park_far(&p);
	run_on(first_cpu());
	spinner = thread_on(cpu, spin, NULL, "myslab-spin");
	expect(user_writes(PARTITION, "isolated") && is_isolated(cpu));
	busy_until(last_cpu_gave_up, &p);
	if (spinner)
		kthread_stop(spinner);
	run_on(cpu);
	park_far(&p);
	run_on(first_cpu());
	/* others empty what it uses now */
	busy_until(nothing_is_parked_far, &p);
	expect(user_writes(PARTITION, "member"));
	myslab_cache_destroy(p.cache);
}

#define LARGE_BURST	1000
#define SLABS_LIMIT	120	/* R6, of 256 bytes */

/* The limit of this CPU's array after bursts that ask for a larger one. */
static long grown_limit(struct pool *p, void **o)
{
	unsigned int i;

	for (i = 0; i < 100; i++) {
		if (!take_many(p, o, LARGE_BURST))
			break;
		give_many(p, o, LARGE_BURST);
	}
	return look_stat(p->name, raw_smp_processor_id(), "limit");
}

static void A3_a_cpu_without_turns_grows_no_further(void)
{
	void **o = pointers(LARGE_BURST);
	int cpu = isolated_elsewhere();
	struct pool p;

	if (cpu < 0) {
		test_skip("no CPU of another node is isolated");
	} else if (expect(o) && open_as_auto(&p)) {
		run_on(cpu);
		expect_eq(grown_limit(&p, o), SLABS_LIMIT);
		run_on(first_cpu());
		expect(grown_limit(&p, o) > SLABS_LIMIT);
		myslab_cache_destroy(p.cache);
	}
	kvfree(o);
}

/* Nobody disturbs it for nothing; with something in its array it is asked. */
static void A8_shrink_leaves_an_empty_array_of_a_cpu_without_turns(void)
{
	void **o = pointers(LARGE_BURST);
	int cpu = isolated_elsewhere();
	struct pool p;
	long nr;

	if (cpu < 0) {
		test_skip("no CPU of another node is isolated");
	} else if (expect(o) && open_as_auto(&p)) {
		run_on(cpu);
		expect_eq(grown_limit(&p, o), SLABS_LIMIT);
		nr = look_stat(p.name, cpu, "avail");
		if (expect(nr > 0 && nr <= SLABS_LIMIT) && take_many(&p, o, nr)) {
			run_on(first_cpu());
			expect_eq(look_stat(p.name, cpu, "avail"), 0);
			expect_eq(myslab_cache_shrink(p.cache), 1);
			expect_eq(look_stat(p.name, cpu, "limit"), SLABS_LIMIT);
			run_on(cpu);
			give_many(&p, o, nr);
			run_on(first_cpu());
			expect_eq(myslab_cache_shrink(p.cache), 0);
			expect_eq(look_stat(p.name, cpu, "limit"), 30);
		}
		run_on(first_cpu());
		myslab_cache_destroy(p.cache);
	}
	kvfree(o);
}

static bool last_cpu_has_a_small_array(struct pool *p)
{
	return seldom() &&
	       look_stat(p->name, cpumask_last(cpu_online_mask), "limit") <= SLABS_LIMIT;
}

/*
 * A CPU that is isolated, is not, and is again before its turns began has no last turn the
 * second time: so it must not have grown in between.
 */
static void isolate_twice(struct pool *p, int cpu, void **o)
{
	run_on(cpu);
	expect(grown_limit(p, o) > SLABS_LIMIT);
	expect(user_writes(PARTITION, "isolated") && is_isolated(cpu));
	run_on(first_cpu());
	expect(busy_until(last_cpu_has_a_small_array, p));
	run_on(cpu);
	expect(user_writes(PARTITION, "member") && !is_isolated(cpu));
	grown_limit(p, o);
	expect(user_writes(PARTITION, "isolated") && is_isolated(cpu));
	run_on(first_cpu());
	expect(busy_until(last_cpu_has_a_small_array, p));
	expect(user_writes(PARTITION, "member"));
}

static void A3_a_cpu_isolated_again_at_once_keeps_no_large_array(void)
{
	int cpu = cpumask_last(cpu_online_mask);
	void **o = pointers(LARGE_BURST);
	struct task_struct *spinner;
	struct pool p;

	if (cpu == first_cpu() || !user_writes(PARTITION, "member")) {
		test_skip("no CPU can be isolated");
	} else if (expect(o) && open_as_auto(&p)) {
		has_turns(&p, cpu);
		spinner = thread_on(cpu, spin, NULL, "myslab-spin");
		isolate_twice(&p, cpu, o);
		if (spinner)
			kthread_stop(spinner);
		myslab_cache_destroy(p.cache);
	}
	kvfree(o);
}

#ifdef CONFIG_KPROBES

/*
 * A CPU's own load: bursts; and, in its last turn, the frees that it gets in between the
 * drain of the array and the small one that is to replace it, too many for that one. Where
 * kernels are not preempted they are made by a probe, once.
 */
#define LATE		40

static struct load {
	struct pool *p;
	void *burst[LARGE_BURST];
	void *late[LATE];
	unsigned int nr;	/* of these, to come */
} load;

static int free_late(struct kprobe *probe, struct pt_regs *regs)
{
	struct myslab_cache *cache = load.p->cache;

	if (regs_get_kernel_argument(regs, 0) != (unsigned long)cache)
		return 0;
	while (load.nr)
		myslab_cache_free(cache, load.late[--load.nr]);
	return 0;
}

static int burst_for_ever(void *unused)
{
	struct myslab_cache *cache = load.p->cache;
	unsigned int i, nr;

	while (!kthread_should_stop()) {
		for (nr = 0; nr < LARGE_BURST; nr++) {
			load.burst[nr] = myslab_cache_alloc(cache, GFP_KERNEL);
			if (!load.burst[nr])
				break;
		}
		for (i = 0; i < nr; i++)
			myslab_cache_free(cache, load.burst[i]);
		cond_resched();
	}
	return 0;
}

static bool last_turn_met_the_load(struct pool *p)
{
	return !READ_ONCE(load.nr);
}

/* Isolated while it works. Its last turn meets the load, and yet another is its last. */
static void isolate_at_work(struct pool *p, int cpu)
{
	struct kprobe probe = {
		.symbol_name = "myslab:resize_to_first",
		.pre_handler = free_late,
	};
	struct task_struct *thread;

	if (!expect(!register_kprobe(&probe)))
		return;
	thread = thread_on(cpu, burst_for_ever, NULL, "myslab-burst");
	expect(user_writes(PARTITION, "isolated") && is_isolated(cpu));
	if (!busy_until(last_turn_met_the_load, p))
		test_note("it had no last turn");
	else if (!busy_until(last_cpu_has_a_small_array, p))
		test_note("no turn came after the one that met the load");
	if (thread)
		kthread_stop(thread);
	unregister_kprobe(&probe);
	expect(user_writes(PARTITION, "member"));
}

static void A3_a_cpu_isolated_at_work_keeps_no_large_array(void)
{
	int cpu = cpumask_last(cpu_online_mask);
	struct pool p;

	if (cpu == first_cpu() || !user_writes(PARTITION, "member")) {
		test_skip("no CPU can be isolated");
		return;
	}
	if (!open_as_auto(&p))
		return;
	load.p = &p;
	has_turns(&p, cpu);
	run_on(cpu);
	expect(grown_limit(&p, load.burst) > SLABS_LIMIT);
	if (take_many(&p, load.late, LATE)) {
		load.nr = LATE;
		run_on(first_cpu());
		isolate_at_work(&p, cpu);
		run_on(cpu);
		give_many(&p, load.late, load.nr);
	}
	run_on(first_cpu());
	myslab_cache_destroy(p.cache);
}

#else

static void A3_a_cpu_isolated_at_work_keeps_no_large_array(void)
{
	test_skip("no probes in this kernel");
}

#endif

static const struct test_case cases[] = {
	CASE(A3_a_cpu_without_turns_grows_no_further),
	CASE(A8_shrink_leaves_an_empty_array_of_a_cpu_without_turns),
	CASE(A9_a_cpu_without_turns_keeps_nothing_foreign),
	CASE(A9_a_cpu_isolated_meanwhile_keeps_nothing_foreign),
	CASE(A3_a_cpu_isolated_again_at_once_keeps_no_large_array),
	CASE(A3_a_cpu_isolated_at_work_keeps_no_large_array),
};

SUITE(isolated);
