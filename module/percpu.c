// SPDX-License-Identifier: GPL-2.0
/* See percpu.h. */
#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#include "percpu.h"

/* Caches to an allocation. */
#define BLOCK_AREAS	8U

struct myslab_percpu_block {
	struct list_head open;		/* on open_blocks where an area is free */
	void __percpu *areas;
	unsigned long used;		/* a bit for each area */
};

/* Under blocks_mutex, which is innermost of the mutexes: the blocks with a free area. */
static LIST_HEAD(open_blocks);
static DEFINE_MUTEX(blocks_mutex);

static size_t area_bytes(void)
{
	return ALIGN(struct_size((struct myslab_cpu *)NULL, foreign, nr_node_ids),
		     __alignof__(struct myslab_cpu));
}

/* The kernel allocates no more than that at once. */
static unsigned int block_areas(void)
{
	return clamp_t(size_t, PCPU_MIN_UNIT_SIZE / area_bytes(), 1, BLOCK_AREAS);
}

static unsigned long full(void)
{
	return GENMASK(block_areas() - 1, 0);
}

static struct myslab_percpu_block *make_block(void)
{
	struct myslab_percpu_block *b = kzalloc(sizeof(*b), GFP_KERNEL);

	if (!b)
		return NULL;
	b->areas = __alloc_percpu(block_areas() * area_bytes(),
				  __alignof__(struct myslab_cpu));
	if (!b->areas) {
		kfree(b);
		return NULL;
	}
	list_add(&b->open, &open_blocks);
	return b;
}

static void unmake_block(struct myslab_percpu_block *b)
{
	list_del(&b->open);
	free_percpu(b->areas);
	kfree(b);
}

/**
 * percpu_alloc() - give a cache what it has for each CPU, zeroed
 * @c: cache that nobody uses yet
 *
 * Context: Process context under caches_mutex; sleeps.
 * Return: 0, or -ENOMEM.
 */
int percpu_alloc(struct myslab_cache *c)
{
	struct myslab_percpu_block *b;
	unsigned int area;
	int cpu;

	mutex_lock(&blocks_mutex);
	b = list_first_entry_or_null(&open_blocks, struct myslab_percpu_block, open);
	if (!b)
		b = make_block();
	if (b) {
		area = ffz(b->used);
		b->used |= BIT(area);
		if (b->used == full())
			list_del_init(&b->open);
	}
	mutex_unlock(&blocks_mutex);
	if (!b)
		return -ENOMEM;
	c->cpu_block = b;
	c->cpu = (struct myslab_cpu __percpu *)(b->areas + area * area_bytes());
	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(c->cpu, cpu), 0, area_bytes());
	return 0;
}

/**
 * percpu_free() - take from a cache what it had for each CPU
 * @c: cache that nobody uses any more; one that had nothing is left as it is
 *
 * Context: Process context; sleeps.
 */
void percpu_free(struct myslab_cache *c)
{
	struct myslab_percpu_block *b = c->cpu_block;
	unsigned int area;

	if (!b)
		return;
	area = ((__force unsigned long)c->cpu - (__force unsigned long)b->areas) /
	       area_bytes();
	mutex_lock(&blocks_mutex);
	if (b->used == full())
		list_add(&b->open, &open_blocks);
	b->used &= ~BIT(area);
	if (!b->used)
		unmake_block(b);
	mutex_unlock(&blocks_mutex);
}
