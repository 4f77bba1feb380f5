/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mode auto: other nodes' objects on their way home, in arrays that are a CPU's own: one
 * for each foreign node, used like the CPU's array of its own node's objects, under the
 * mark with no lock, and with list_lock of the home node where it is full (A9).
 */
#ifndef _MYSLAB_FOREIGN_H
#define _MYSLAB_FOREIGN_H

#include "checkers.h"
#include "cpucache.h"
#include "judge.h"

/* A9: objects in each; with the head that is 512 bytes. */
#define FOREIGN_LIMIT	62

/* In the place of an array that a worker is to make. */
#define FOREIGN_ASKED	((struct myslab_array *)1UL)

/* The array at such a place; NULL: none. In a section of its user's, or under RCU. */
static __always_inline struct myslab_array *foreign_at(struct myslab_array *const *place)
{
	struct myslab_array *a = READ_ONCE(*place);

	return likely(a > FOREIGN_ASKED) ? a : NULL;
}

/* Objects in it; from any CPU. */
static inline unsigned int foreign_avail_at(struct myslab_array *const *place)
{
	const struct myslab_array *a;
	unsigned int avail;

	rcu_read_lock();
	a = foreign_at(place);
	avail = a ? READ_ONCE(a->avail) : 0;
	rcu_read_unlock();
	return avail;
}

/* This CPU's array for objects of @home; NULL: none. Under the mark, or under RCU. */
static __always_inline struct myslab_array *foreign_of(const struct myslab_cpu *cpu, int home)
{
	return foreign_at(&cpu->foreign[home]);
}

/*
 * Push @obj where it is another node's, sound, and there is room for it. @diff: of a
 * probe of it with this CPU's key, which says that it lies in a slab of @c. False says
 * nothing yet and has changed nothing. Preemption is off.
 */
static __always_inline bool foreign_push(struct myslab_cache *c, struct myslab_cpu *cpu,
					 void *obj, unsigned long diff)
{
	const struct myslab_mark mark = mark_for(c, obj);
	unsigned int home = cpu->node ^ (diff >> MYSLAB_NODE_SHIFT);
	struct myslab_array *a;

	if ((u32)diff > MYSLAB_COLOUR_MAX || unlikely(home >= nr_node_ids) ||
	    !judge_is_object(c, obj, diff, mark) || unlikely(cpu_is_marked(cpu)))
		return false;
	cpu_mark(cpu);
	a = foreign_of(cpu, home);
	if (!a || unlikely(array_full(a)) || unlikely(array_top_is(a, obj))) {
		cpu_unmark(cpu);
		return false;
	}
	array_push(a, obj);
	if (likely(mark.offset))
		mark_set(mark, obj);
	checkers_free(c, obj);
	this_cpu_inc(c->cpu->stats.alien_put);
	cpu_unmark(cpu);
	return true;
}

bool foreign_put(struct myslab_cache *c, void *obj, int home);
void foreign_make(struct myslab_cache *c);
void foreign_reap(struct myslab_cache *c, struct myslab_cpu *cpu);
void foreign_drain(struct myslab_cache *c, struct myslab_cpu *cpu);
void foreign_quit(struct myslab_cache *c, struct myslab_cpu *cpu);
void foreign_close(struct myslab_cpu *cpu);
void foreign_forget(struct myslab_cpu *cpu);
void foreign_release(struct myslab_cpu *cpu);
unsigned int foreign_parked(struct myslab_cache *c, int cpu, int home);
unsigned long foreign_bytes(const struct myslab_cpu *cpu);
bool foreign_holds(const struct myslab_cpu *cpu);

#endif /* _MYSLAB_FOREIGN_H */
