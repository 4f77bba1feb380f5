/* SPDX-License-Identifier: GPL-2.0 */
/* One thread cannot race; but it can tell a lock that is held from one that is not. */
#ifndef _SIM_SPINLOCK_H
#define _SIM_SPINLOCK_H

#include <linux/types.h>
#include <sim.h>

#define SIM_LOCK_MAGIC	0x10c4ab1e

typedef struct {
	unsigned int magic;	/* set by spin_lock_init() */
	bool held;
} spinlock_t;

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->magic = SIM_LOCK_MAGIC;
	lock->held = false;
}

static inline void spin_lock(spinlock_t *lock)
{
	if (lock->magic != SIM_LOCK_MAGIC)
		sim_bug("lock: taken before it was initialised");
	if (lock->held)
		sim_bug("lock: taken twice");
	lock->held = true;
}

static inline void spin_unlock(spinlock_t *lock)
{
	if (!lock->held)
		sim_bug("lock: released and not held");
	lock->held = false;
}

#endif /* _SIM_SPINLOCK_H */
