/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What most cases begin with: a CPU to run on, a cache with known tunables, objects
 * whose place is known. A helper that fails says so and leaves nothing behind.
 */
#ifndef _MYSLAB_TEST_FIXTURE_H
#define _MYSLAB_TEST_FIXTURE_H

#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include <myslab/myslab.h>

#include "look.h"
#include "testing.h"

/* Move this thread to @cpu and keep it there. */
void run_on(int cpu);

/* A thread that runs there, for kthread_stop() to end; NULL, and told: there is none. */
struct task_struct *thread_on(int cpu, int (*run)(void *arg), void *arg, const char *name);

/* CPUs and nodes of this machine; -1: there is none. */
int first_cpu(void);
int second_cpu_of_node(int node);	/* other than its first */
int first_cpu_of_node(int node);
int here(void);				/* the first CPU's node */
int other_node(void);			/* with memory and CPUs, not here() */

/* The node that an object's memory is of: asked of the kernel. */
static inline int node_of(const void *obj)
{
	return page_to_nid(virt_to_page(obj));
}

/* A cache under test, and what /proc/myslabinfo says of its shape. */
struct pool {
	struct myslab_cache *cache;
	const char *name;
	unsigned int size;		/* asked for */
	unsigned int stride;		/* bytes from one object to the next */
	unsigned int num;		/* objects in a slab */
	unsigned long slab_bytes;
};

/* SLAB's own tunables for what is not said. */
struct tunables {
	unsigned int limit;		/* 0: by size */
	unsigned int batchcount;	/* 0: half the limit */
	int shared;			/* -1: by size */
};

#define BY_SIZE		((struct tunables){ 0, 0, -1 })
/* The array holds one object: the one before it went to its slab. */
#define ONE_BY_ONE	((struct tunables){ 1, 1, 0 })

bool open_pool(struct pool *p, unsigned int size, unsigned int align,
	       slab_flags_t flags, void (*ctor)(void *), struct tunables t);
/* Every object is back. */
void close_pool(struct pool *p);

/* The slab that @obj lies in, as an address: slabs are naturally aligned. */
static inline unsigned long slab_at(const struct pool *p, const void *obj)
{
	return (unsigned long)obj & ~(p->slab_bytes - 1);
}

/* The object's memory is still a slab of this cache's. */
static inline bool still_there(const struct pool *p, const void *obj)
{
	return myslab_cache_of(obj) == p->cache;
}

void *take(struct pool *p);
/* Also what is no object of @p, to see it refused. */
void give(struct pool *p, void *obj);
/* In a file that is compiled so: inlined.c. */
void *alloc_inlined(struct myslab_cache *cache, gfp_t gfp);
void free_inlined(struct myslab_cache *cache, void *obj);
/* Into @objs, one after the other; false where memory ran out: then none is held. */
bool take_many(struct pool *p, void **objs, unsigned int nr);
void give_many(struct pool *p, void **objs, unsigned int nr);

/* An object of @node's memory. */
void *take_of(struct pool *p, int node);
/* Until frees on this CPU of objects of @node find an alien array, which is empty. */
bool make_alien(struct pool *p, int node);

/* @obj is number so and so of @objs; -1: none of them. */
int which(void *const *objs, unsigned int nr, const void *obj);

/* An array of pointers, all NULL; kvfree() it. */
static inline void **pointers(unsigned long nr)
{
	return kvcalloc(nr, sizeof(void *), GFP_KERNEL);
}

#endif /* _MYSLAB_TEST_FIXTURE_H */
