/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Under KASAN a freed object rests before it is parked, so that who still uses it
 * meets poison and not the next owner: first in, first out, for each CPU and cache,
 * as many as the parameter `quarantine` says. To its slab such an object is in use,
 * as if it were parked (R35); whatever empties the CPU's array empties this as well:
 * shrink, pressure, a CPU's death. The reaper and tune leave it alone.
 *
 * Elsewhere nothing rests, and struct myslab_quarantine is empty.
 */
#ifndef _MYSLAB_QUARANTINE_H
#define _MYSLAB_QUARANTINE_H

#include <linux/types.h>

struct myslab_cache;
struct myslab_cpu;

#ifdef CONFIG_KASAN_GENERIC

#define QUARANTINE_MAX	32

/* Of this CPU with interrupts off, or of a dead CPU. */
struct myslab_quarantine {
	unsigned int nr;
	unsigned int oldest;
	void *entry[QUARANTINE_MAX];
};

extern unsigned int param_quarantine;

static inline bool quarantine_wanted(void)
{
	return param_quarantine;
}

bool quarantine_holds(struct myslab_cache *c, const void *obj);
void *quarantine_swap(struct myslab_cache *c, void *obj, int *node);
unsigned int quarantine_count(const struct myslab_cpu *cpu);
void quarantine_drain(struct myslab_cache *c, struct myslab_cpu *cpu);

#else

struct myslab_quarantine { };

static inline bool quarantine_wanted(void)
{
	return false;
}

static inline bool quarantine_holds(struct myslab_cache *c, const void *obj)
{
	return false;
}

static inline void *quarantine_swap(struct myslab_cache *c, void *obj, int *node)
{
	return obj;
}

static inline unsigned int quarantine_count(const struct myslab_cpu *cpu)
{
	return 0;
}

static inline void quarantine_drain(struct myslab_cache *c, struct myslab_cpu *cpu) { }

#endif

#endif /* _MYSLAB_QUARANTINE_H */
