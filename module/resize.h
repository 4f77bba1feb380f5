/* SPDX-License-Identifier: GPL-2.0 */
/* Mode auto: a CPU's array grows and shrinks, on its own CPU (A2-A4, A8); A10. */
#ifndef _MYSLAB_RESIZE_H
#define _MYSLAB_RESIZE_H

#include <linux/jiffies.h>

#include "internal.h"
#include "params.h"

/* A3: refills and flushes in time, a lock that had to be waited for counted as two. */
#define RESIZE_PRESSURE	4

/* A8: so many of the reaper's turns found it idle before it shrinks. */
#define RESIZE_IDLE	4

/* This CPU's array was refilled or flushed. Under the mark. */
static inline void resize_note(struct myslab_cpu *cpu)
{
	unsigned int now = jiffies;

	if (now - cpu->pressed_at >= READ_ONCE(param_grow_ticks))
		cpu->pressure = 0;
	cpu->pressed_at = now;
	if (cpu->pressure < RESIZE_PRESSURE)
		cpu->pressure += 1 + cpu->waited;
	cpu->waited = 0;
	cpu->idle = 0;
}

/* A3: between two attempts, where there is no memory for a larger array; in jiffies. */
#define RESIZE_RETRY	HZ

static inline bool resize_follows(const struct myslab_cache *c)
{
	return READ_ONCE(c->limit_most);
}

void resize_grow(struct myslab_cache *c, struct myslab_cpu *cpu);

/* Grow this CPU's array where that is called for. The CPU is pinned, nothing is held. */
static inline void resize_check(struct myslab_cache *c, struct myslab_cpu *cpu)
{
	if (unlikely(READ_ONCE(cpu->pressure) >= RESIZE_PRESSURE) && resize_follows(c))
		resize_grow(c, cpu);
}

bool resize_has_grown(const struct myslab_cache *c, const struct myslab_cpu *cpu);
bool resize_needs_turns(const struct myslab_cache *c, const struct myslab_cpu *cpu);
void resize_to_first(struct myslab_cache *c, struct myslab_cpu *cpu);
unsigned int resize_wanted_shared(const struct myslab_cache *c, unsigned int batch);
void resize_settle(struct myslab_cache *c, int node);
void resize_shrink(struct myslab_cache *c, struct myslab_cpu *cpu);
void resize_forget(struct myslab_cache *c, struct myslab_cpu *cpu);
void resize_retire(struct myslab_array *a);

#endif /* _MYSLAB_RESIZE_H */
