/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mode auto: what an interrupt uses that landed inside the mark: small arrays of its
 * CPU's, used with interrupts off, so that not each such object takes list_lock (A11).
 * One has objects of the CPU's own node, which are handed out again; one has objects of
 * other nodes, of whichever, on their way home. Not on PREEMPT_RT, where nobody who may
 * take a lock lands there.
 */
#ifndef _MYSLAB_ASIDE_H
#define _MYSLAB_ASIDE_H

#include "cpucache.h"

/* A11: objects in each; with the head that is 256 bytes. */
#define ASIDE_LIMIT	30

enum aside {
	ASIDE_OWN,
	ASIDE_FOREIGN,
	ASIDES
};

static_assert(ARRAY_SIZE(((struct myslab_cpu *)0)->aside) == ASIDES);

void aside_ask(struct myslab_cache *c, struct myslab_cpu *cpu, enum aside which);
void *aside_take(struct myslab_cpu *cpu);
enum cpucache_put aside_put(struct myslab_cpu *cpu, enum aside which, void *obj);
enum cpucache_put aside_put_foreign(struct myslab_cache *c, struct myslab_cpu *cpu,
				    void *obj, int home, struct list_head *surplus);
void *aside_refill(struct myslab_cache *c, struct myslab_node *n, struct myslab_cpu *cpu);
void aside_flush(struct myslab_cache *c, struct myslab_node *n, struct myslab_cpu *cpu,
		 void *obj, struct list_head *surplus);
void aside_reap(struct myslab_cache *c, struct myslab_cpu *cpu);
void aside_quit(struct myslab_cache *c, struct myslab_cpu *cpu);
void aside_drain(struct myslab_cache *c, struct myslab_cpu *cpu);
unsigned int aside_avail(const struct myslab_cpu *cpu);
unsigned int aside_limit(const struct myslab_cpu *cpu);
unsigned long aside_bytes(const struct myslab_cpu *cpu);
void aside_forget(struct myslab_cpu *cpu);
void aside_release(struct myslab_cpu *cpu);

#endif /* _MYSLAB_ASIDE_H */
