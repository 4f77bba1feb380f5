/* SPDX-License-Identifier: GPL-2.0 */
/*
 * myslab: SLAB as a loadable module. Start here.
 *
 * What a cache is
 * ---------------
 * A cache hands out objects of one size. Its memory is slabs: blocks of 2^order
 * pages from the page allocator, each cut into `num` objects. Between a caller
 * and the slabs stand arrays of object pointers, last in first out, so that most
 * calls touch neither a lock nor a slab:
 *
 *        alloc  |  ^ free                      free, foreign node
 *               v  |                                  |
 *   cpu array  [o o o o . .]                   alien[n] [o o . .]
 *      refill ^  | flush (oldest batch)               | drain
 *             |  v                                    v
 *   node.shared [o o o o . . .]               home node's shared array
 *             ^  |
 *   node lists: partial -> full -> free        one list_lock a node
 *        grow ^  | trim
 *             page allocator                   never called under a lock
 *
 * 1. An object is in exactly one place: with a caller, in one array, or free in
 *    its slab. It moves between arrays by array_transfer() and array_transfer_oldest(),
 *    with all others there by array_copy(), and between an array and a slab by
 *    node_take_block(), node_free_block() and, of a slab that is still this CPU's alone,
 *    slab_take(). Under KASAN one that was freed rests between the caller and the array:
 *    quarantine.h.
 * 2. To its slab an object that is parked in an array is in use (R35). So for
 *    each node, under list_lock:
 *        free_objects == sum(num - active) over partial and free slabs
 *    node_validate() computes both sides.
 * 3. A slab belongs to the node that its pages came from, for life, and so do its
 *    objects. A CPU's array holds objects of one node only: its own, or the nearest
 *    where that has no memory. Objects of others, that it frees, go to an alien array of
 *    its node, in mode auto to arrays of the CPU's own (foreign.c), which drain as one.
 *
 * This CPU's array, without disabling interrupts
 * ----------------------------------------------
 * The array of a CPU is used by that CPU alone, with preemption off, between
 * setting and clearing the one-byte mark myslab_cpu.busy. An interrupt that lands
 * in between finds the mark set and goes to the node under list_lock instead; in mode
 * auto to arrays of its own first, with interrupts off (aside.c).
 *
 *  - Mark first, then look: avail, limit and the array's pointer are read after
 *    the mark is set, or an interrupt changes them between the look and the use.
 *  - list_lock first, then the mark, and the mark is cleared before the lock is
 *    released, with interrupts still off: what the section held back must not land
 *    inside the mark. On PREEMPT_RT, where list_lock sleeps and leaves interrupts
 *    on, preemption is off for the mark alone; there true hard interrupts get what
 *    the array has, and no more.
 *  - Nothing read from an array survives a growth: growth runs with no mark and
 *    no lock, may sleep and may change CPU.
 *  - No CPU touches another's array. Its pointer alone may be exchanged from
 *    elsewhere, by tune_cache(), which then waits with synchronize_rcu(): an IPI
 *    proves nothing, since the section runs with interrupts on. So the pointer is
 *    read once in a section. Its own CPU replaces it by cmpxchg (resize.c), and whoever
 *    looks at a CPU's array from elsewhere does so under RCU. A dead CPU's array is
 *    taken by the hotplug callback that runs after its death.
 *
 * A free trusts nobody
 * --------------------
 * A slab's struct page carries, in the word called `word`,
 *     cookie ^ address of the struct page ^ (id << 42 | node << 32 | colour)
 * with the cache's id, the node and the colour offset in bytes. A CPU's `key` in a
 * cache is cookie ^ (id << 42 | node << 32) for its own node, so that
 *     word ^ page ^ key
 * is the colour offset where the page is a slab of this cache on this node, differs
 * in the node's bits alone for a foreign node, and is noise anywhere else. The word
 * is read by a load that may fault (<myslab/nofault.h>): no pointer can oops. From
 * the colour offset follows whether the pointer is the start of an object.
 *
 * A free object carries mark_key ^ its address in its middle word (R3 keeps the
 * free index away from there): a second free finds it wherever the object is
 * parked. Objects with a constructor or TYPESAFE_BY_RCU keep their content while
 * free and have no mark; for them the array's top is compared, as SLAB did (R23).
 *
 * Lock order, and what is forbidden
 * ---------------------------------
 *     client.c's name_mutex > cpu_hotplug_lock > caches_mutex > alien->lock >
 *     node->list_lock;  delayed.c's lock inside all of them
 * Spinlocks are taken with interrupts off. Holding one, never allocate, call a
 * constructor or destroy a slab: off-slab metadata re-enters this allocator.
 * Surplus slabs are collected on a caller's list and destroyed unlocked.
 *
 * Who owns a field
 * ----------------
 *     I: set at create, then constant    C: this CPU only, under the busy mark
 *     N: node->list_lock                 A: alien->lock
 *     M: caches_mutex                    S: this_cpu_inc() from anywhere
 *     H: M, before the CPU is up; then C as well, with the array empty and under the
 *        list_lock of the node that it leaves, which holds it still (PREEMPT_RT)
 *     R: racy hint, READ_ONCE()/WRITE_ONCE(); being wrong costs one extra refill
 */
#ifndef _MYSLAB_INTERNAL_H
#define _MYSLAB_INTERNAL_H

#include <linux/cache.h>
#include <linux/jump_label.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/nodemask.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <myslab/myslab.h>

#include "array.h"
#include "busted.h"
#include "layout.h"
#include "quarantine.h"

#if BITS_PER_LONG != 64
#error "myslab: 64-bit kernels only: an object's page carries a 64-bit ownership word"
#endif

#undef pr_fmt
#define pr_fmt(fmt) "myslab: " fmt

/* Calls a CPU made in one cache; each a plain or this_cpu increment. */
struct myslab_cpu_stats {
	unsigned long alloc_hit;	/* C: popped from the array */
	unsigned long free_hit;		/* C: pushed on the array */
	unsigned long alloc_miss;	/* S: allocations that found it empty */
	unsigned long free_miss;	/* S: frees that found it full */
	unsigned long refill;		/* S: batches moved into the array */
	unsigned long flush;		/* S: batches moved out of it */
	unsigned long busy_alloc;	/* S: found the mark set */
	unsigned long busy_free;	/* S: found the mark set */
	unsigned long busy_locked;	/* S: list_lock taken by these; a growth is one more */
	unsigned long node_alloc;	/* S: bypassed the array for a node (R16) */
	unsigned long alien_put;	/* S: foreign objects put in an alien array */
	unsigned long alien_direct;	/* S: foreign objects sent straight home */
	unsigned long alien_drain;	/* S: full alien arrays drained */
	unsigned long fallback;		/* S: served by another node (R15) */
	unsigned long failed;		/* S: allocations that found no memory */
	unsigned long resized;		/* S: arrays replaced by larger or smaller ones */
	unsigned long errors;		/* S: frees refused */
};

/* What one CPU has of one cache. */
struct myslab_cpu {
	u8 busy;			/* the mark: see above */
	u8 pressure;			/* C: resize.h */
	u8 waited;			/* R: it had to wait for list_lock since */
	u8 idle;			/* R: reaper's turns that found it idle (A8) */
	u8 aside_idle[2];		/* reaper's turns; by it alone */
	unsigned short node;		/* H: the node with memory that is nearest to it */
	unsigned int pressed_at;	/* C: jiffies */
	unsigned int short_at;		/* C: jiffies; no memory for a larger array; 0: none */
	/* C; the pointer: M by xchg, or under the mark by cmpxchg; looked at under RCU */
	struct myslab_array *array;
	unsigned long key;		/* H: the ownership word less the page */
	struct myslab_cpu_stats stats;
	unsigned long seen_hits;	/* stats.alloc_hit at the last turn; the reaper's alone */
	struct myslab_array *aside[2];	/* with interrupts off; made by a worker: aside.h */
	struct myslab_quarantine quarantine;	/* C, with interrupts off */
	/* By home node, nr_node_ids of them; in mode auto: foreign.h. C, but made by a worker. */
	struct myslab_array *foreign[];
};

/* Foreign objects on their way home: one for each pair of nodes (R8). */
struct myslab_alien {
	spinlock_t lock;		/* inside caches_mutex, outside list_lock */
	struct myslab_array array;	/* A */
};

/* What one node has of one cache. */
struct myslab_node {
	spinlock_t list_lock;		/* innermost */
	struct list_head partial;	/* N: some objects in use */
	struct list_head full;		/* N: all in use */
	struct list_head free;		/* N: none in use */
	unsigned long total_slabs;	/* N */
	unsigned long free_slabs;	/* N: length of the free list */
	unsigned long free_objects;	/* N, read as R: see invariant 2 */
	unsigned long free_limit;	/* N: R9 */
	/* N: NULL with shared = 0; looked at under RCU too */
	struct myslab_array *shared;
	unsigned int colour_next;	/* R: R4 */
	bool free_touched;		/* N: R12 */
	unsigned long free_low;		/* N: least free_slabs since the last reap: A7 */
	unsigned long next_reap;	/* R: in jiffies (R26) */

	unsigned long grown;		/* N: slabs linked */
	unsigned long reaped;		/* N: slabs taken off to be destroyed */
	unsigned long alien_in;		/* N: objects that came home */
	unsigned long lent;		/* N: objects given to other nodes (R15) */
	unsigned long doubled;		/* N: objects that came back twice */

	/* Indexed by home node: alien_of(). Made by alien_work() alone. */
	struct myslab_alien **alien;
	nodemask_t alien_wanted;	/* set_bit: homes that asked for an array */
};

/* What a caller's handle points to. The first lines are those the hit path reads. */
struct myslab_cache {
	struct myslab_cpu __percpu *cpu;	/* I */
	unsigned long slab_base;	/* I: mask of the bits that a slab's address has */
	unsigned long mark_key;		/* I: see "A free trusts nobody" */
	unsigned int mark_offset;	/* I: of the free mark; 0: no mark */
	struct myslab_layout layout;	/* I */
	unsigned int object_size;	/* I: bytes the caller asked for */
	void (*ctor)(void *object);	/* I */
	slab_flags_t flags;		/* I: as asked for, less what is masked */
	gfp_t growth_gfp;		/* I: or'ed to the caller's at growth */
	unsigned int useroffset;	/* I: bytes; what user space may see: usercopy.c */
	unsigned int usersize;		/* I: bytes */
	unsigned long self;		/* I: see cache_self() */
	bool leaked;			/* R: destroyed with objects out (R28) */
	bool is_auto;			/* I: mode auto (A1...), not fixed */

	unsigned int limit_most;	/* M, read as R: A3; 0: sizes are as written */
	unsigned int limit;		/* M: R6 */
	unsigned int batchcount;	/* M: R6 */
	unsigned int shared;		/* M: R7 */
	unsigned int alien_limit;	/* I: R8; 0: no alien arrays */

	struct myslab_cache *index_cache;	/* I: of off-slab free indices */
	struct list_head registered;	/* M: on caches or on leaked_caches */
	unsigned int id;		/* I: in the ownership word */
	char name[MYSLAB_NAME_MAX + 1];	/* I */
	unsigned int name_hash;		/* I: so that few names are compared at create */
	struct dentry *debugfs;		/* M, and who destroys it, alone by then */
	struct work_struct alien_work;	/* makes the alien arrays asked for */
	struct llist_node released;	/* and what it waits for then: release.c */
	unsigned long grace_period;
	struct myslab_percpu_block *cpu_block;	/* I: that cpu is of */
	/* By node id, nr_node_ids of them. M: each is set once, with its node (R32). */
	struct myslab_node *node[];
};

/* On where every allocation, or every free, has more to do than to move a pointer. */
DECLARE_STATIC_KEY_FALSE(myslab_alloc_hooks);
DECLARE_STATIC_KEY_FALSE(myslab_free_hooks);

/*
 * Drains run on the first, which reclaim may wait for, and so what neither waits for
 * caches_mutex nor allocates but as it can do without; the rest runs on the second, or a
 * drain that the mutex's holder waits for could wait for it.
 */
extern struct workqueue_struct *myslab_wq;
extern struct workqueue_struct *myslab_slow_wq;

#endif /* _MYSLAB_INTERNAL_H */
