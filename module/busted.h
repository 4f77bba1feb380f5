/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Deliberate faults, one for each build: `make BUSTED=n`. The same tests that pass
 * over the real module run over these, and each fault must fail in the test that
 * selftests/busted.list names for it; a fault that no test finds is a hole in the
 * tests. In the real module every busted() is a constant false.
 */
#ifndef _MYSLAB_BUSTED_H
#define _MYSLAB_BUSTED_H

enum {
	BUSTED_NONE,
	BUSTED_LOST,		/* a flush forgets one object */
	BUSTED_DOUBLED,		/* a refill hands one object out twice */
	BUSTED_LOOK_FIRST,	/* the array is looked at before it is marked */
	BUSTED_WRONG_LIST,	/* an emptied slab goes to the tail of free */
	BUSTED_MISSED_DRAIN,	/* shrink forgets the alien arrays */
	BUSTED_COLOUR,		/* one colour more than the left-over holds */
	BUSTED_LEAK_DESTROY,	/* destroy forgets one free slab of each cache */
	BUSTED_LEAK_PAGES,	/* four pages lost at each load, not counted */
	BUSTED_TRUST,		/* a second free is believed */
	BUSTED_FOREIGN,		/* a foreign object goes to this CPU's array */
	BUSTED_CTOR,		/* a slab's last object is not constructed */
	BUSTED_ZERO,		/* __GFP_ZERO zeroes a byte too many */
	BUSTED_IRQS_ON,		/* a drain takes list_lock with interrupts on */
	BUSTED_SLEEPY_FREE,	/* a free makes the alien array that it misses */
	BUSTED_LOST_ARRAYS,	/* a cache's arrays outlive it */
	BUSTED_PARTIAL_HEAD,	/* a freed-to slab goes to the head of partial */
	BUSTED_HALF_COPIED,	/* an array that grows loses its oldest entry */
	BUSTED_FOREIGN_KEPT,	/* shrink forgets a CPU's foreign arrays */
	BUSTED_TUNE_AT_ONCE,	/* tuning waits for no CPU that uses its array */
	BUSTED_DEAD_KEEPS,	/* a dead CPU keeps what its array held */
	BUSTED_REAP_ALL,	/* the reaper takes all that an array holds */
	BUSTED_RETIRE_AT_ONCE,	/* a replaced array is freed under who looks at it */
};

/*
 * Which one is a constant of busted.c, so that the builds differ in that file alone and
 * each is made in the time of a link.
 */
#ifdef MYSLAB_BUSTED
extern const unsigned int myslab_busted;
#define busted(fault)	(myslab_busted == (fault))
#else
#define busted(fault)	((fault) == BUSTED_NONE)
#endif

#endif /* _MYSLAB_BUSTED_H */
