/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The registry: every cache that there is, by list and by id. Making and unmaking
 * them is create.c, parts.c and destroy.c.
 */
#ifndef _MYSLAB_CACHE_H
#define _MYSLAB_CACHE_H

#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/stringhash.h>

#include "internal.h"
#include "pages.h"

/* Order: see internal.h. Guards both lists and every field marked M. */
extern struct mutex caches_mutex;
extern struct list_head caches;		/* in use, the oldest first */
extern struct list_head leaked_caches;	/* destroyed with objects out (R28) */

static inline unsigned int cache_name_hash(const char *name)
{
	return full_name_hash(NULL, name, strlen(name));
}

struct myslab_cache *cache_by_id(unsigned int id);
struct myslab_cache *cache_by_name(const char *name);
bool cache_is_live(const struct myslab_cache *cache);
bool cache_is_leaked(const struct myslab_cache *cache);
int cache_register(struct myslab_cache *c);
void cache_forget_id(struct myslab_cache *c);

/* The cache of a slab that is ours. The caller knows that the cache stays. */
static inline struct myslab_cache *slab_cache(const struct myslab_slab *slab)
{
	unsigned long x = slab->word ^ (unsigned long)slab ^ myslab_cookie;
	struct myslab_cache *c;

	rcu_read_lock();
	c = cache_by_id(x >> MYSLAB_ID_SHIFT);
	rcu_read_unlock();
	return c;
}

/* What c->self holds: no descriptor of the kernel's own caches has that word there. */
static __always_inline unsigned long cache_self(const struct myslab_cache *c)
{
	return myslab_cookie ^ (unsigned long)c;
}

/* Objects of @c that are with callers or in arrays. */
unsigned long cache_objects_out(struct myslab_cache *c);
unsigned long cache_slabs(struct myslab_cache *c);
unsigned long cache_free_limit(const struct myslab_cache *c, int node,
			       unsigned int coming);
void cache_set_free_limit(struct myslab_cache *c, int node, unsigned int coming);
unsigned int cache_batch_in_force(const struct myslab_cache *c, int node);
int cache_nearest_node(int node, const nodemask_t *among);
int cache_cpu_node(const struct myslab_cache *c, int cpu);

struct myslab_array *cache_alloc_array(unsigned int limit, unsigned int batchcount,
				       int node);
struct myslab_array *cache_first_array(unsigned int slabs, int node);
struct myslab_tunables;
void cache_set_tunables(struct myslab_cache *c);
void cache_default_tunables(const struct myslab_cache *c, struct myslab_tunables *t);
int cache_add_cpu(struct myslab_cache *c, int cpu);
int cache_add_node(struct myslab_cache *c, int node);
int cache_add_parts(struct myslab_cache *c);
void cache_free_parts(struct myslab_cache *c);
void cache_free(struct myslab_cache *c);

int create_init(void);
void create_exit(void);
bool create_is_own(const struct myslab_cache *c);

/* What a drain is for. */
enum drain_reason {
	DRAIN_SHRINK,	/* R27; and arrays are to be as at first (A8) */
	DRAIN_DESTROY,	/* the cache goes: what there is */
	DRAIN_LEAKED,	/* it stays: every array, and nothing is parked from then on */
};

bool drain_in_place(struct myslab_cache *c, int cpu, enum drain_reason why);
void drain_shared_of(struct myslab_cache *c, struct myslab_node *n, unsigned int max);
unsigned int drain_free_of(struct myslab_cache *c, struct myslab_node *n,
			   unsigned int max);
void drain_excess_of(struct myslab_cache *c, struct myslab_node *n);
void drain_excess(struct myslab_cache *c);
unsigned int drain_free_slabs(struct myslab_cache *c);
void drain_everything(struct myslab_cache *c, enum drain_reason why);
void cache_shrink_all(void);
void drain_deserted(struct myslab_cache *c, int node);

int hotplug_init(void);
void hotplug_exit(void);

#endif /* _MYSLAB_CACHE_H */
