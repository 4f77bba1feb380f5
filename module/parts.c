// SPDX-License-Identifier: GPL-2.0
/*
 * What a cache consists of beside its slabs: how large its arrays are at first (R6-R8,
 * A2), and its parts for each CPU and each node.
 */
#include <linux/cpumask.h>
#include <linux/kmemleak.h>
#include <linux/mm.h>

#include "alien.h"
#include "aside.h"
#include "autosize.h"
#include "cache.h"
#include "foreign.h"
#include "node.h"
#include "params.h"
#include "percpu.h"
#include "reap.h"
#include "resize.h"
#include "tune.h"

/* R6. */
static unsigned int default_limit(unsigned int size)
{
	if (size > 131072)
		return 1;
	if (size > PAGE_SIZE)
		return 8;
	if (size > 1024)
		return 24;
	if (size > 256)
		return 54;
	return 120;
}

/* R6, R7; and A3 in mode auto. */
void cache_default_tunables(const struct myslab_cache *c, struct myslab_tunables *t)
{
	unsigned int size = c->layout.size;

	t->limit = default_limit(size);
	t->batchcount = auto_batch(t->limit);
	t->shared = size <= PAGE_SIZE && num_possible_cpus() > 1 ? 8 : 0;
	t->limit_most = 0;
	if (c->is_auto)
		t->limit_most = auto_limit_most(size, t->limit,
						totalram_pages() << PAGE_SHIFT,
						num_possible_cpus());
}

/* R6-R8, where the module's parameters do not say otherwise: they pin the sizes. */
void cache_set_tunables(struct myslab_cache *c)
{
	unsigned int limit = READ_ONCE(param_limit);
	unsigned int batchcount = READ_ONCE(param_batchcount);
	int shared = READ_ONCE(param_shared);
	struct myslab_tunables t;

	cache_default_tunables(c, &t);
	c->limit = limit ? limit : t.limit;
	c->batchcount = batchcount ? min(batchcount, c->limit) : auto_batch(c->limit);
	c->shared = min(shared >= 0 ? (unsigned int)shared : t.shared,
			TUNE_ENTRIES_MAX / c->batchcount);
	c->limit_most = limit || batchcount ? 0 : t.limit_most;
	if (param_noaliencache || nr_node_ids == 1)
		return;
	if (c->is_auto)
		c->alien_limit = min_t(unsigned int, c->limit, FOREIGN_LIMIT);
	else
		c->alien_limit = c->limit > 1 ? 12 : c->limit;
}

static void set_cpu_node(struct myslab_cache *c, int cpu)
{
	struct myslab_cpu *mine = per_cpu_ptr(c->cpu, cpu);

	mine->node = cache_cpu_node(c, cpu);
	mine->key = myslab_key(c->id, mine->node);
}

/*
 * What an entry held stays behind when it moves on, and is no reference to anything.
 * Never inlined: a test makes it fail by a probe.
 */
noinline struct myslab_array *cache_alloc_array(unsigned int limit,
						unsigned int batchcount, int node)
{
	struct myslab_array *a;

	a = kvmalloc_node(array_bytes(limit), GFP_KERNEL, node);
	if (!a)
		return NULL;
	kmemleak_no_scan(a);
	array_init(a, limit, batchcount);
	return a;
}

/* A2, where SLAB's limit would be @slabs. */
struct myslab_array *cache_first_array(unsigned int slabs, int node)
{
	unsigned int limit = auto_limit_first(slabs);

	return cache_alloc_array(limit, auto_batch(limit), node);
}

/*
 * R31: a CPU has its array before it allocates. It is not up; an array that it left
 * behind is empty, so that its node may be another one than last time.
 */
int cache_add_cpu(struct myslab_cache *c, int cpu)
{
	struct myslab_cpu *mine = per_cpu_ptr(c->cpu, cpu);
	struct myslab_array *a;

	set_cpu_node(c, cpu);
	if (mine->array)
		return 0;
	a = resize_follows(c) ? cache_first_array(c->limit, mine->node) :
	    cache_alloc_array(c->limit, c->batchcount, mine->node);
	if (!a)
		return -ENOMEM;
	/* Pairs with the address dependency of who looks at its counts under RCU. */
	smp_store_release(&mine->array, a);
	return 0;
}

static void release_node(struct myslab_node *n)
{
	alien_release(n);
	kvfree(n->shared);
	kfree(n);
}

/* R7; A10. */
static struct myslab_array *shared_array(const struct myslab_cache *c, int node)
{
	unsigned int batch = cache_batch_in_force(c, node);

	return cache_alloc_array(resize_follows(c) ? resize_wanted_shared(c, batch) :
				 c->shared * batch, batch, node);
}

static struct myslab_node *make_node(struct myslab_cache *c, int node)
{
	struct myslab_node *n = kzalloc_node(sizeof(*n), GFP_KERNEL, node);

	if (!n)
		return NULL;
	node_init(n);
	n->free_limit = cache_free_limit(c, node, 0);
	n->next_reap = reap_stagger(c);
	n->alien = kcalloc_node(nr_node_ids, sizeof(*n->alien), GFP_KERNEL, node);
	if (c->shared)
		n->shared = shared_array(c, node);
	if (n->alien && (n->shared || !c->shared))
		return n;
	release_node(n);
	return NULL;
}

/**
 * cache_add_node() - give a cache what it needs to use a node's memory (R32)
 * @c: cache
 * @node: its node id; an online node
 *
 * Whoever finds the pointer, with no lock, finds all that is behind it.
 *
 * Context: Process context under caches_mutex; sleeps.
 * Return: 0, also where it was there; or -ENOMEM with nothing changed.
 */
int cache_add_node(struct myslab_cache *c, int node)
{
	struct myslab_node *n;

	if (c->node[node])
		return 0;
	n = make_node(c, node);
	if (!n)
		return -ENOMEM;
	/* Pairs with the address dependency of every look at it. */
	smp_store_release(&c->node[node], n);
	return 0;
}

/* All that is online. With an error, what there is by then is for cache_free_parts(). */
int cache_add_parts(struct myslab_cache *c)
{
	int node, cpu, err;

	for_each_online_node(node) {
		err = cache_add_node(c, node);
		if (err)
			return err;
	}
	err = percpu_alloc(c);
	if (err)
		return err;
	for_each_possible_cpu(cpu)
		set_cpu_node(c, cpu);
	for_each_online_cpu(cpu) {
		err = cache_add_cpu(c, cpu);
		if (err)
			return err;
	}
	return 0;
}

/* Free what a cache consists of but its descriptor. It has no slab and no user. */
void cache_free_parts(struct myslab_cache *c)
{
	int node, cpu;

	if (c->cpu && !busted(BUSTED_LOST_ARRAYS))
		for_each_possible_cpu(cpu) {
			kvfree(per_cpu_ptr(c->cpu, cpu)->array);
			foreign_release(per_cpu_ptr(c->cpu, cpu));
			aside_release(per_cpu_ptr(c->cpu, cpu));
		}
	percpu_free(c);
	for_each_node(node)
		if (c->node[node])
			release_node(c->node[node]);
}
