/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_TYPES_H
#define _SIM_TYPES_H

#include_next <linux/types.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include <linux/compiler.h>

#define BITS_PER_LONG	64

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef unsigned int gfp_t;
typedef unsigned int slab_flags_t;

typedef struct {
	long counter;
} atomic_long_t;

struct list_head {
	struct list_head *next, *prev;
};

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};

static inline void atomic_long_add(long i, atomic_long_t *v)
{
	v->counter += i;
}

static inline void atomic_long_sub(long i, atomic_long_t *v)
{
	v->counter -= i;
}

static inline long atomic_long_read(const atomic_long_t *v)
{
	return v->counter;
}

#endif /* _SIM_TYPES_H */
