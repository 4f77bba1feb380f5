/* SPDX-License-Identifier: GPL-2.0 */
/*
 * This CPU's array when it is empty or full: refill, flush, drain. Also what stands
 * in for it where it may not be used, because an interrupt landed inside the mark.
 */
#ifndef _MYSLAB_CPUCACHE_H
#define _MYSLAB_CPUCACHE_H

#include <linux/minmax.h>
#include <linux/preempt.h>

#include "internal.h"
#include "pages.h"

/*
 * Did this land inside a section? Preemption is off. Read plainly: what could change
 * the mark of this CPU meanwhile is an interrupt, which leaves it as it was.
 */
static __always_inline bool cpu_is_marked(const struct myslab_cpu *cpu)
{
	barrier();
	return cpu->busy;
}

/* Set the mark. Everything of the array is read after it. Preemption is off. */
static __always_inline void cpu_mark(struct myslab_cpu *cpu)
{
	WRITE_ONCE(cpu->busy, 1);
	barrier();
}

static __always_inline void cpu_unmark(struct myslab_cpu *cpu)
{
	barrier();
	WRITE_ONCE(cpu->busy, 0);
}

/*
 * Stay on this CPU, to use its part of a cache by way of list_lock, which sleeps on
 * PREEMPT_RT. What is looked at without the lock stays too: as preemption off is,
 * this is a section that synchronize_rcu() waits for.
 */
static inline void cpu_pin(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		migrate_disable();
		rcu_read_lock();
	} else {
		preempt_disable();
	}
}

static inline void cpu_unpin(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		rcu_read_unlock();
		migrate_enable();
	} else {
		preempt_enable();
	}
}

/* Entries that move under the mark with preemption off, where list_lock sleeps. */
#define RT_AT_ONCE	16U

/*
 * Objects moved into or out of an array in one section, of @nr that may be. list_lock
 * comes first, then the mark: on PREEMPT_RT preemption is off only for the move itself,
 * and that is short. Differs from SLAB R11, R18 there: a batch of more than 16 is 16.
 */
static inline unsigned int move_at_once(unsigned int nr)
{
	return IS_ENABLED(CONFIG_PREEMPT_RT) ? min(nr, RT_AT_ONCE) : nr;
}

/*
 * A true hard interrupt where list_lock sleeps: like an NMI anywhere it gets what the
 * array has, and nothing that takes a lock.
 */
static inline bool cpu_is_in_hardirq_of_rt(void)
{
	return IS_ENABLED(CONFIG_PREEMPT_RT) && in_hardirq();
}

/* May no lock be taken here, ours or the page allocator's? */
static inline bool cpu_gets_no_lock(void)
{
	return in_nmi() || cpu_is_in_hardirq_of_rt();
}

/* What became of an object that cpucache_put() was given. */
enum cpucache_put {
	PUT_DONE,
	PUT_ELSEWHERE,	/* this CPU is of another node: nothing was done */
	PUT_TWICE,	/* it is the array's newest entry: nothing was done */
};

bool cpucache_holds(const struct myslab_cpu *cpu);
void *cpucache_take(struct myslab_cache *c, int node);
void *cpucache_adopt(struct myslab_cache *c, struct myslab_slab *slab);
enum cpucache_put cpucache_put(struct myslab_cache *c, void *obj, int node);
void cpucache_reap(struct myslab_cache *c, struct myslab_cpu *cpu);
void cpucache_give_back(struct myslab_cache *c, struct myslab_cpu *cpu, unsigned int nr);
void cpucache_drain(struct myslab_cache *c, struct myslab_cpu *cpu);
void cpucache_move(struct myslab_cache *c, struct myslab_cpu *cpu, int node);

#endif /* _MYSLAB_CPUCACHE_H */
