// SPDX-License-Identifier: GPL-2.0
/* See tune.h. */
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "autosize.h"
#include "cache.h"
#include "grow.h"
#include "node.h"
#include "tune.h"

/* Of a CPU's. On PREEMPT_RT a flush moves few at a time, and so more often all others. */
#ifdef CONFIG_PREEMPT_RT
#define LIMIT_MOST	4096U
#else
#define LIMIT_MOST	TUNE_ENTRIES_MAX
#endif

/* New arrays before the exchange, the replaced ones after it. */
struct array_set {
	struct myslab_array **cpu;	/* by CPU id */
	struct myslab_array **shared;	/* by node id */
};

static void set_free(struct array_set *set)
{
	int i;

	if (set->cpu)
		for_each_possible_cpu(i)
			kvfree(set->cpu[i]);
	if (set->shared)
		for_each_node(i)
			kvfree(set->shared[i]);
	kfree(set->cpu);
	kfree(set->shared);
}

static bool set_fill(struct myslab_cache *c, const struct myslab_tunables *t,
		     struct array_set *set)
{
	unsigned int batch = t->batchcount, entries;
	int i;

	for_each_possible_cpu(i) {
		const struct myslab_cpu *cpu = per_cpu_ptr(c->cpu, i);

		if (!cpu->array)
			continue;
		set->cpu[i] = t->limit_most ? cache_first_array(t->limit, cpu->node) :
			      cache_alloc_array(t->limit, t->batchcount, cpu->node);
		if (!set->cpu[i])
			return false;
	}
	if (!t->shared)
		return true;
	if (t->limit_most)
		batch = auto_batch(auto_limit_first(t->limit));
	entries = t->limit_most ? auto_shared(t->shared, batch, t->limit_most) :
		  t->shared * batch;
	for_each_node(i) {
		if (!c->node[i])
			continue;
		set->shared[i] = cache_alloc_array(entries, batch, i);
		if (!set->shared[i])
			return false;
	}
	return true;
}

static int set_alloc(struct myslab_cache *c, const struct myslab_tunables *t,
		     struct array_set *set)
{
	set->cpu = kcalloc(nr_cpu_ids, sizeof(*set->cpu), GFP_KERNEL);
	set->shared = kcalloc(nr_node_ids, sizeof(*set->shared), GFP_KERNEL);
	if (set->cpu && set->shared && set_fill(c, t, set))
		return 0;
	set_free(set);
	return -ENOMEM;
}

/* Put the new arrays in place; @set holds the replaced ones then, which may be in use. */
static void set_exchange(struct myslab_cache *c, struct array_set *set)
{
	unsigned long flags;
	int i;

	for_each_possible_cpu(i) {
		struct myslab_cpu *cpu = per_cpu_ptr(c->cpu, i);

		if (set->cpu[i])
			set->cpu[i] = xchg(&cpu->array, set->cpu[i]);
	}
	for_each_node(i) {
		struct myslab_node *n = c->node[i];

		if (!n)
			continue;
		spin_lock_irqsave(&n->list_lock, flags);
		set->shared[i] = xchg(&n->shared, set->shared[i]);
		spin_unlock_irqrestore(&n->list_lock, flags);
		cache_set_free_limit(c, i, 0);
	}
}

/*
 * The entries of an array that nobody uses any more go to their slabs, the oldest
 * first, in sections of bounded length.
 */
static void empty_array(struct myslab_cache *c, struct myslab_array *a, int node)
{
	struct myslab_node *n = c->node[node];
	unsigned int i, nr;

	for (i = 0; a && i < a->avail; i += nr) {
		unsigned long flags;
		LIST_HEAD(surplus);

		nr = min(a->avail - i, NODE_AT_ONCE);
		spin_lock_irqsave(&n->list_lock, flags);
		node_free_block(c, n, a->entry + i, nr, &surplus);
		spin_unlock_irqrestore(&n->list_lock, flags);
		destroy_slabs(c, &surplus);
		cond_resched();
	}
}

static void set_empty(struct myslab_cache *c, struct array_set *set)
{
	int i;

	for_each_possible_cpu(i)
		empty_array(c, set->cpu[i], per_cpu_ptr(c->cpu, i)->node);
	for_each_node(i)
		empty_array(c, set->shared[i], i);
}

/**
 * tune_cache() - change the sizes of a cache's arrays
 * @c: cache
 * @t: the new sizes, checked by tune_parse()
 *
 * What is written stays: a cache of mode auto follows what is asked of it again once
 * "auto" is written (A5).
 *
 * Every array is replaced (R30). A CPU may be using its old one, with interrupts on,
 * so that only a grace period tells that it is done: an IPI would land inside.
 *
 * Context: Process context under cpus_read_lock and caches_mutex; sleeps.
 * Return: 0; -ENOMEM with nothing changed; -EINVAL for "auto" in mode fixed.
 */
int tune_cache(struct myslab_cache *c, const struct myslab_tunables *t)
{
	struct myslab_tunables defaults;
	struct array_set set;
	int err;

	lockdep_assert_held(&caches_mutex);
	if (t->is_auto) {
		if (!c->is_auto) {
			pr_err_ratelimited("tuning refused: %s is of mode fixed\n", c->name);
			return -EINVAL;
		}
		cache_default_tunables(c, &defaults);
		t = &defaults;
	}
	err = set_alloc(c, t, &set);
	if (err)
		return err;
	/* Before the arrays: see resize_grow(). */
	WRITE_ONCE(c->limit_most, t->limit_most);
	WRITE_ONCE(c->limit, t->limit);
	WRITE_ONCE(c->batchcount, t->batchcount);
	WRITE_ONCE(c->shared, t->shared);
	set_exchange(c, &set);
	if (!busted(BUSTED_TUNE_AT_ONCE))
		synchronize_rcu();
	set_empty(c, &set);
	if (c->is_auto)
		drain_excess(c);
	set_free(&set);
	return 0;
}

/* The next number of @text, decimal and without a sign; false: there is none. */
static bool next_number(char **text, unsigned int *number)
{
	char *word;

	*text = *text ? skip_spaces(*text) : NULL;
	word = strsep(text, " \t");
	return word && *word != '+' && !kstrtouint(word, 10, number);
}

/* R29, and that an array can be had at all. */
static bool numbers_are_sound(const struct myslab_tunables *t)
{
	return t->limit >= 1 && t->limit <= LIMIT_MOST &&
	       t->batchcount >= 1 && t->batchcount <= t->limit &&
	       t->shared <= TUNE_ENTRIES_MAX / t->batchcount;
}

/**
 * tune_parse() - read "limit batchcount shared", or "auto"
 * @text: that and nothing else, or NULL; taken apart
 * @t: filled in where the answer is 0
 *
 * R29: limit >= 1, 1 <= batchcount <= limit, shared >= 0. One line in the log says
 * what is wrong.
 *
 * Return: 0, or -EINVAL.
 */
int tune_parse(char *text, struct myslab_tunables *t)
{
	memset(t, 0, sizeof(*t));
	text = text ? strim(text) : NULL;
	if (text && !strcmp(text, "auto")) {
		t->is_auto = true;
		return 0;
	}
	if (!next_number(&text, &t->limit) || !next_number(&text, &t->batchcount) ||
	    !next_number(&text, &t->shared) || (text && *skip_spaces(text))) {
		pr_err_ratelimited("tuning refused: not three numbers: limit batchcount shared\n");
		return -EINVAL;
	}
	if (!numbers_are_sound(t)) {
		pr_err_ratelimited("tuning refused: %u %u %u: not limit 1 to %u, batchcount 1 to limit, batchcount * shared 0 to %u\n",
				   t->limit, t->batchcount, t->shared, LIMIT_MOST,
				   TUNE_ENTRIES_MAX);
		return -EINVAL;
	}
	return 0;
}

/* As tune_cache() for the cache called @name; -ENOENT and a line where there is none. */
int tune_by_name(const char *name, const struct myslab_tunables *t)
{
	struct myslab_cache *c;
	int err = -ENOENT;

	cpus_read_lock();
	mutex_lock(&caches_mutex);
	c = cache_by_name(name);
	if (c)
		err = tune_cache(c, t);
	else
		pr_err_ratelimited("tuning refused: there is no cache %s\n", name);
	mutex_unlock(&caches_mutex);
	cpus_read_unlock();
	return err;
}
