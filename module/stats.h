/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters as snapshots: what the files in /proc and debugfs show is taken here,
 * under the locks it needs, and rendered there.
 */
#ifndef _MYSLAB_STATS_H
#define _MYSLAB_STATS_H

#include "internal.h"

/* A node's part of a cache, all of it read in one section under list_lock. */
struct myslab_node_snapshot {
	unsigned long partial;		/* slabs; the full ones too if !checked */
	unsigned long full;
	unsigned long free;
	unsigned long objects_free;
	unsigned long objects_out;	/* with callers or parked in arrays (R35) */
	unsigned long free_limit;
	unsigned int shared_avail;
	unsigned int shared_limit;
	unsigned long grown;
	unsigned long reaped;
	unsigned long alien_in;
	unsigned long lent;
	unsigned long doubled;
	bool checked;			/* few enough slabs to walk their lists */
	bool consistent;		/* node_validate(), if checked */
};

/*
 * Bytes of a cache's arrays with their heads, as they were asked for: what stands
 * between a caller and the slabs, whatever is in it. Of a leaked cache, whose arrays
 * were closed, the least that an array has.
 */
struct myslab_queue_bytes {
	unsigned long cpu;
	unsigned long shared;
	unsigned long alien;		/* of pairs of nodes, in mode auto of CPUs (A9) */
	unsigned long aside;
};

static inline unsigned long stats_queue_sum(const struct myslab_queue_bytes *q)
{
	return q->cpu + q->shared + q->alien + q->aside;
}

/* All caches, the ones that are gone included, since the module was loaded. */
struct myslab_totals {
	struct myslab_cpu_stats cpu;
	unsigned long grown;
	unsigned long reaped;
	unsigned long alien_in;
	unsigned long lent;
	unsigned long queue_bytes;	/* of those that are there */
};

/* The numbers of one slabinfo line (R36). */
struct myslab_info {
	unsigned long active_objs;
	unsigned long num_objs;
	unsigned long active_slabs;
	unsigned long num_slabs;
	unsigned long shared_avail;
};

/* One slab's fill. */
struct myslab_slab_snapshot {
	unsigned short list;		/* index into stats_list_name[] */
	unsigned short active;
	unsigned int colour;		/* bytes */
};

extern const char *const stats_list_name[];

bool stats_node(struct myslab_cache *c, int node, struct myslab_node_snapshot *snap);
unsigned int stats_alien(struct myslab_cache *c, int node, int home);
void stats_info(struct myslab_cache *c, struct myslab_info *info);
size_t stats_slabs(struct myslab_cache *c, int node,
		   struct myslab_slab_snapshot *snap, size_t max);
unsigned int stats_cpu_avail(struct myslab_cache *c, int cpu);
unsigned int stats_cpu_limit(struct myslab_cache *c, int cpu);
unsigned int stats_limit(struct myslab_cache *c);
unsigned int stats_batchcount(const struct myslab_cache *c, unsigned int limit);
void stats_queue(struct myslab_cache *c, struct myslab_queue_bytes *q);
void stats_sum_cpus(struct myslab_cache *c, struct myslab_cpu_stats *sum);
void stats_retire(struct myslab_cache *c);
void stats_totals(struct myslab_totals *totals);

#endif /* _MYSLAB_STATS_H */
