/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * myslab: the stress interface, /dev/myslab.
 *
 * A program opens the device (mode 0600), starts one run on the file, watches
 * it by poll() and read(), and learns at its end what was done, how long it
 * took and what was found wrong. A file carries one run at a time; several
 * files may run at once. Every ioctl wants CAP_SYS_ADMIN.
 *
 *   MYSLAB_IOC_RUN     starts a run, see struct myslab_stress_params
 *   MYSLAB_IOC_STATUS  copies the state of this file's run at once
 *   MYSLAB_IOC_STOP    asks the run to end; its end is seen by poll and read
 *
 * read() sleeps until there is news (about five times a second, and the end),
 * then answers one struct myslab_stress_result; once the end has been read it
 * answers 0. poll() says EPOLLIN when a read would not sleep, EPOLLHUP beside
 * it once the run has ended. A run ends when its work is done, when its time is
 * up, by MYSLAB_IOC_STOP, by closing the file, or, if started with
 * MYSLAB_STRESS_WAIT, by a signal. It gives back all it holds in each case.
 *
 * Versions: a structure only ever grows at its end, and its size travels in the
 * ioctl's number. A caller's shorter structure is read as if zeros followed; a
 * longer one is taken as long as what the kernel does not know is zero. A
 * result is cut or padded with zeros to the caller's size. No size below the
 * first version's (_VER0) is taken. All fields that a run does not use, reserved
 * ones included, must be zero. The layout is the same for 32-bit callers.
 *
 * Errors of MYSLAB_IOC_RUN:
 *   EPERM   no CAP_SYS_ADMIN        EBUSY   this file's run has not ended yet
 *   EFAULT  a bad pointer           EINTR   a signal ended a WAITing run
 *   EINVAL  a structure too short, an unknown value or flag, a field set that
 *           this run does not use, a CPU or node that is not online
 *   E2BIG   too much: set bytes after the structure that the kernel knows, more
 *           than one of the caps below, or threads * objects * size over
 *           MYSLAB_STRESS_MAX_BYTES (or over what can be counted)
 *   ENOMEM  no memory to start      EUSERS  too many CTOR runs at once
 *   EOPNOTSUPP  MYSLAB_STRESS_HARDIRQ where interrupts are threads (PREEMPT_RT);
 *	     MYSLAB_BENCH_INLINE on a kernel where MYSLAB_INLINE changes nothing
 */
#ifndef _UAPI_MYSLAB_H
#define _UAPI_MYSLAB_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* What serves the allocations; the same code drives either. */
#define MYSLAB_STRESS_MYSLAB		0
#define MYSLAB_STRESS_KMEM		1

/*
 * One operation is an allocation together with the free that ends it.
 *
 * HOT		allocate one, free it
 * BURST	allocate @objects, free them all in @order
 * CHURN	keep @objects live; free one at random, allocate one
 * PRODCONS	a producer allocates, a consumer on another CPU frees; @threads
 *		counts such pairs, the ring between the two holds @objects
 * MIXED	several caches at once, of the sizes in @sizes, at random
 * CTOR		CHURN over a cache with a constructor
 * FILL		allocate @bytes (of node @node, if one is named), hold them all,
 *		then free: provokes the fallback to other nodes
 * BENCH	time one case (@bench), @ops repetitions of it, for each of @sizes;
 *		one thread, results in struct myslab_stress_bench and _cost
 */
#define MYSLAB_STRESS_HOT		0
#define MYSLAB_STRESS_BURST		1
#define MYSLAB_STRESS_CHURN		2
#define MYSLAB_STRESS_PRODCONS		3
#define MYSLAB_STRESS_MIXED		4
#define MYSLAB_STRESS_CTOR		5
#define MYSLAB_STRESS_FILL		6
#define MYSLAB_STRESS_BENCH		7

/*
 * myslab_stress_params.bench: what BENCH times. A repetition runs the case as
 * often as makes it long enough; the least repetition counts, net of the same
 * code around an allocator that does nothing.
 *
 * PAIR		@objects times: allocate one, free it
 * BURST	allocate @objects, free them in @order; with MYSLAB_STRESS_BULK by
 *		the bulk calls, @batch objects each
 * CHURN	@objects live; free one at random, allocate one
 * REMOTE	BURST whose frees are done on the first of @consumer_cpus
 * SLOWEST	BURST with each call timed by itself: of each position in the burst
 *		the least repetition, then the greatest of all positions; and of each
 *		repetition its greatest, then the median of all repetitions
 * CREATE	create a cache, destroy it; time in which the caller sleeps is not
 *		counted
 * PAGES	allocate @objects; free 7 of 8 at random and shrink; free the rest and
 *		shrink: pages in use after each step. Once, not repeated
 * INLINE	PAIR by the hit paths that MYSLAB_INLINE compiles into a client; of the
 *		kernel's caches, which have none, PAIR itself
 * CACHES	create @objects caches and then destroy them all: pages that idle ones take;
 *		then create as many, each destroyed before the next, and wait until what is
 *		done later for that is done: for who traces instructions. Once, not repeated
 */
#define MYSLAB_BENCH_PAIR		0
#define MYSLAB_BENCH_BURST		1
#define MYSLAB_BENCH_CHURN		2
#define MYSLAB_BENCH_REMOTE		3
#define MYSLAB_BENCH_SLOWEST		4
#define MYSLAB_BENCH_CREATE		5
#define MYSLAB_BENCH_PAGES		6
#define MYSLAB_BENCH_INLINE		7
#define MYSLAB_BENCH_CACHES		8

/*
 * Where instructions are traced (selftests/bench/plugin.c), these mark the timed
 * parts: a NOP of 7 bytes, 0f 1f 80, whose displacement is one of them. BEGIN and
 * END enclose a timed part on one CPU; RESET precedes and REPORT follows all the
 * repetitions of one size, without the first, which warms up.
 */
#define MYSLAB_BENCH_MARK_BEGIN		0x6d790001
#define MYSLAB_BENCH_MARK_END		0x6d790002
#define MYSLAB_BENCH_MARK_RESET		0x6d790003
#define MYSLAB_BENCH_MARK_REPORT	0x6d790004

/* myslab_stress_params.order, for BURST */
#define MYSLAB_STRESS_LIFO		0
#define MYSLAB_STRESS_FIFO		1
#define MYSLAB_STRESS_RANDOM		2

/* myslab_stress_params.flags */
#define MYSLAB_STRESS_VERIFY	(1ULL << 0)	/* mark and check each object */
#define MYSLAB_STRESS_LIGHT	(1ULL << 1)	/* only its first and last word */
#define MYSLAB_STRESS_BULK	(1ULL << 2)	/* the bulk calls, @batch a call */
#define MYSLAB_STRESS_ZERO	(1ULL << 3)	/* ask for zeroed objects */
#define MYSLAB_STRESS_ATOMIC	(1ULL << 4)	/* GFP_ATOMIC, not GFP_KERNEL */
#define MYSLAB_STRESS_HARDIRQ	(1ULL << 5)	/* a timer interrupt allocates too */
#define MYSLAB_STRESS_WAIT	(1ULL << 6)	/* the ioctl sleeps until the end */
#define MYSLAB_STRESS_NODE	(1ULL << 7)	/* allocate on node @node */
#define MYSLAB_STRESS_ALTERNATE	(1ULL << 8)	/* on each online node in turn */

/* myslab_stress_params.slab_flags: SLAB_* of the caches that a run creates */
#define MYSLAB_STRESS_HWCACHE_ALIGN	(1U << 0)
#define MYSLAB_STRESS_TYPESAFE_BY_RCU	(1U << 1)
#define MYSLAB_STRESS_RECLAIM_ACCOUNT	(1U << 2)
#define MYSLAB_STRESS_ACCOUNT		(1U << 3)

/* Caps */
#define MYSLAB_STRESS_MAX_THREADS	256	/* both sides of PRODCONS */
#define MYSLAB_STRESS_MAX_OBJECTS	(1U << 20)	/* of a thread */
#define MYSLAB_STRESS_MAX_TOTAL		(1U << 22)	/* of all threads */
#define MYSLAB_STRESS_MAX_BYTES		(1ULL << 32)
#define MYSLAB_STRESS_MAX_SECONDS	3600
#define MYSLAB_STRESS_MAX_OPS		(1ULL << 40)
#define MYSLAB_STRESS_MAX_BATCH		64
#define MYSLAB_STRESS_MAX_SIZE		65536
#define MYSLAB_STRESS_MIN_SIZE		8
#define MYSLAB_STRESS_MAX_ALIGN		4096
#define MYSLAB_STRESS_MAX_IRQ_US	1000000
#define MYSLAB_STRESS_MIN_IRQ_US	20
#define MYSLAB_STRESS_MAX_PAIRS		100000	/* of one BENCH repetition of PAIR, INLINE */
#define MYSLAB_STRESS_MIN_REPS		20
#define MYSLAB_STRESS_MAX_REPS		1000
#define MYSLAB_STRESS_NR_SIZES		8
#define MYSLAB_STRESS_CPU_WORDS		16	/* CPUs 0 to 1023 */

/**
 * struct myslab_stress_params - what to run; 0 takes the default of a field
 * @backend: MYSLAB_STRESS_MYSLAB or MYSLAB_STRESS_KMEM
 * @workload: MYSLAB_STRESS_HOT ... MYSLAB_STRESS_BENCH
 * @flags: MYSLAB_STRESS_VERIFY ... MYSLAB_STRESS_ALTERNATE
 * @seed: of the random choices, which depend on it and the thread alone
 * @ops: operations of all threads together; BENCH: repetitions (default 20);
 *       0 elsewhere means until @seconds are over
 * @bytes: FILL: how much to allocate
 * @seconds: time limit (default MYSLAB_STRESS_MAX_SECONDS)
 * @threads: threads, PRODCONS: pairs of threads (default: one a chosen CPU)
 * @objects: working set of a thread (default 256); BENCH: see MYSLAB_BENCH_PAIR ...
 *	     (default 1000; others than PAIR, INLINE 1024)
 * @size: of an object (default 256); 0 for MIXED and BENCH, which read @sizes
 * @align: of an object, a power of two or 0
 * @slab_flags: MYSLAB_STRESS_HWCACHE_ALIGN ...
 * @order: BURST, BENCH of BURST, REMOTE, SLOWEST: order of the frees
 * @batch: with MYSLAB_STRESS_BULK: objects a call (default 16)
 * @node: with MYSLAB_STRESS_NODE: node to allocate on
 * @hardirq_us: with MYSLAB_STRESS_HARDIRQ: mean time between ticks (default 250)
 * @reserved: 0
 * @sizes: MIXED and BENCH: object sizes, ended by 0 (default: eight of 16 to 4096)
 * @cpus: CPUs of the threads, dealt in turn (default: all online ones; FILL:
 *        those of @node), of PRODCONS' producers
 * @consumer_cpus: PRODCONS: those of the consumers (default: for each producer
 *        the CPU half a round further in @cpus); BENCH of REMOTE: must be given
 * @bench: BENCH: MYSLAB_BENCH_PAIR ...
 * @reserved2: 0
 */
struct myslab_stress_params {
	__u32 backend;
	__u32 workload;
	__aligned_u64 flags;
	__aligned_u64 seed;
	__aligned_u64 ops;
	__aligned_u64 bytes;
	__u32 seconds;
	__u32 threads;
	__u32 objects;
	__u32 size;
	__u32 align;
	__u32 slab_flags;
	__u32 order;
	__u32 batch;
	__u32 node;
	__u32 hardirq_us;
	__u32 reserved[2];
	__u32 sizes[MYSLAB_STRESS_NR_SIZES];
	__aligned_u64 cpus[MYSLAB_STRESS_CPU_WORDS];
	__aligned_u64 consumer_cpus[MYSLAB_STRESS_CPU_WORDS];
	__u32 bench;
	__u32 reserved2;
};

#define MYSLAB_STRESS_PARAMS_VER0	376
#define MYSLAB_STRESS_PARAMS_VER1	384	/* bench */

/* myslab_stress_result.state */
#define MYSLAB_STRESS_RUNNING		1
#define MYSLAB_STRESS_ENDED		2

/* myslab_stress_result.stop: why it ended */
#define MYSLAB_STRESS_BY_WORK		1	/* all operations done */
#define MYSLAB_STRESS_BY_TIME		2
#define MYSLAB_STRESS_BY_CALL		3	/* MYSLAB_IOC_STOP */
#define MYSLAB_STRESS_BY_SIGNAL		4
#define MYSLAB_STRESS_BY_CLOSE		5
#define MYSLAB_STRESS_BY_MEMORY		6	/* FILL: too little left for others */

/* Index of myslab_stress_result.errors, and myslab_stress_fault.kind */
#define MYSLAB_STRESS_E_DOUBLED		1	/* one object, two owners */
#define MYSLAB_STRESS_E_OVERLAP		2	/* two objects share bytes */
#define MYSLAB_STRESS_E_CORRUPT		3	/* changed under its owner */
#define MYSLAB_STRESS_E_FREE_MODIFIED	4	/* changed while it was free */
#define MYSLAB_STRESS_E_NOT_ZERO	5	/* zeroed one asked for */
#define MYSLAB_STRESS_E_NOT_BUILT	6	/* never saw its constructor */
#define MYSLAB_STRESS_E_MISALIGNED	7
#define MYSLAB_STRESS_E_BAD_POINTER	8	/* not even memory */
#define MYSLAB_STRESS_E_LEFTOVER	9	/* all freed, yet a cache holds objects */
#define MYSLAB_STRESS_NR_ERRORS		16

#define MYSLAB_STRESS_NR_FAULTS		8
#define MYSLAB_STRESS_NR_REPORTED	64	/* threads reported one by one */

/**
 * struct myslab_stress_fault - one of the first things found wrong
 * @kind: MYSLAB_STRESS_E_*
 * @size: object size of the cache
 * @owner: who held the object, or had just got it: a thread's number, or the
 *	   number of threads and more: the timer of an interrupt
 * @other: DOUBLED, OVERLAP: the other one; else @owner
 * @sequence: which object of @owner's
 * @other_sequence: which object of @other's
 * @offset: first wrong byte's word, from the start of the object
 * @cpu: where it was found
 * @want: expected there
 * @found: found there
 */
struct myslab_stress_fault {
	__u32 kind;
	__u32 size;
	__u32 owner;
	__u32 other;
	__aligned_u64 sequence;
	__aligned_u64 other_sequence;
	__u32 offset;
	__u32 cpu;
	__aligned_u64 want;
	__aligned_u64 found;
};

/**
 * struct myslab_stress_bench - BENCH: one size
 * @size: of an object
 * @reps: repetitions done
 * @pairs: allocate-and-free pairs in each
 * @cycles_per_op_x1000: TSC ticks of a pair * 1000: the least repetition less
 *		@empty_x1000
 * @empty_x1000: the same of the loop around an allocator that does nothing
 */
struct myslab_stress_bench {
	__u32 size;
	__u32 reps;
	__aligned_u64 pairs;
	__aligned_u64 cycles_per_op_x1000;
	__aligned_u64 empty_x1000;
};

/**
 * struct myslab_stress_cost - BENCH: what else is known of one size
 * @alloc_x1000: the allocations' part of cycles_per_op_x1000; 0 for PAIR, CHURN;
 *		 SLOWEST: ticks * 1000 of the dearest allocation of a repetition, the
 *		 median of all repetitions
 * @free_x1000: the frees' part; SLOWEST: as above, of frees
 * @elapsed_x1000: CREATE: ticks that passed, sleep included, of the least repetition
 * @slowest_alloc: SLOWEST: ticks of the dearest allocation, each position at its least
 * @slowest_free: SLOWEST: ticks of the dearest free, so
 * @slowest_alloc_at: its position in the burst
 * @slowest_free_at: its position in the burst
 * @pages: PAGES: free pages fewer than before the first allocation (pages on the CPUs'
 *	   lists count as free), after each step; CACHES: [0] with all of them there, [1]
 *	   with all gone
 * @pages_own: PAGES: of these, what the allocator itself counts as slabs
 * @objects: PAGES: held after each step
 * @report: number of the MARK_REPORT that ended this size, from 1 since the module
 *	    was loaded; 0: none
 */
struct myslab_stress_cost {
	__aligned_u64 alloc_x1000;
	__aligned_u64 free_x1000;
	__aligned_u64 elapsed_x1000;
	__aligned_u64 slowest_alloc;
	__aligned_u64 slowest_free;
	__u32 slowest_alloc_at;
	__u32 slowest_free_at;
	__aligned_s64 pages[3];
	__aligned_s64 pages_own[3];
	__aligned_u64 objects[3];
	__aligned_u64 report;
};

/**
 * struct myslab_stress_thread - one thread
 * @cpu: that it is bound to
 * @node: of that CPU
 * @allocs: allocations that it did
 * @frees: frees that it did
 */
struct myslab_stress_thread {
	__u32 cpu;
	__u32 node;
	__aligned_u64 allocs;
	__aligned_u64 frees;
};

/**
 * struct myslab_stress_result - progress, and in the end the result, of a run
 * @state: MYSLAB_STRESS_RUNNING or MYSLAB_STRESS_ENDED
 * @stop: MYSLAB_STRESS_BY_*, 0 while nothing stops it
 * @backend: as asked
 * @workload: as asked
 * @flags: as asked
 * @seed: as asked
 * @ops_wanted: operations to do, 0: no such limit
 * @ops_done: done so far
 * @ns: wall time of the threads' work so far
 * @allocs: objects allocated, interrupts included
 * @frees: objects freed, interrupts included
 * @failed: allocations answered NULL (no error: memory may run out)
 * @irq_allocs: those of @allocs that interrupts did
 * @irq_frees: those of @frees that interrupts did
 * @irq_failed: those of @failed that interrupts met
 * @irq_ticks: timer interrupts
 * @ctor_calls: CTOR: objects constructed
 * @remote: verified objects from another node than the one asked for, or than
 *	    the CPU's where none was named
 * @peak_objects: most objects held at a time (sum over the threads' maxima)
 * @peak_bytes: bytes in them
 * @abandoned: objects that a fault forbids to free
 * @errors_total: sum of @errors
 * @errors: by kind, MYSLAB_STRESS_E_*
 * @nr_threads: threads that ran
 * @nr_faults: filled entries of @faults
 * @nr_bench: filled entries of @bench
 * @nr_irqs: timers that ran
 * @tsc_khz: the kernel's idea of the TSC, 0 where there is none
 * @tsc_step: BENCH: least difference of two readings in a row
 * @faults: the first faults
 * @bench: BENCH: one for each size
 * @threads: the first threads; producer and consumer of a pair are neighbours
 * @costs: BENCH: as many entries as @bench
 */
struct myslab_stress_result {
	__u32 state;
	__u32 stop;
	__u32 backend;
	__u32 workload;
	__aligned_u64 flags;
	__aligned_u64 seed;
	__aligned_u64 ops_wanted;
	__aligned_u64 ops_done;
	__aligned_u64 ns;
	__aligned_u64 allocs;
	__aligned_u64 frees;
	__aligned_u64 failed;
	__aligned_u64 irq_allocs;
	__aligned_u64 irq_frees;
	__aligned_u64 irq_failed;
	__aligned_u64 irq_ticks;
	__aligned_u64 ctor_calls;
	__aligned_u64 remote;
	__aligned_u64 peak_objects;
	__aligned_u64 peak_bytes;
	__aligned_u64 abandoned;
	__aligned_u64 errors_total;
	__aligned_u64 errors[MYSLAB_STRESS_NR_ERRORS];
	__u32 nr_threads;
	__u32 nr_faults;
	__u32 nr_bench;
	__u32 nr_irqs;
	__u32 tsc_khz;
	__u32 tsc_step;
	struct myslab_stress_fault faults[MYSLAB_STRESS_NR_FAULTS];
	struct myslab_stress_bench bench[MYSLAB_STRESS_NR_SIZES];
	struct myslab_stress_thread threads[MYSLAB_STRESS_NR_REPORTED];
	struct myslab_stress_cost costs[MYSLAB_STRESS_NR_SIZES];
};

#define MYSLAB_STRESS_RESULT_VER0	2552
#define MYSLAB_STRESS_RESULT_VER1	3576	/* costs */

#define MYSLAB_IOC_MAGIC	'Y'
#define MYSLAB_IOC_RUN		_IOW(MYSLAB_IOC_MAGIC, 1, struct myslab_stress_params)
#define MYSLAB_IOC_STATUS	_IOR(MYSLAB_IOC_MAGIC, 2, struct myslab_stress_result)
#define MYSLAB_IOC_STOP		_IO(MYSLAB_IOC_MAGIC, 3)

#endif /* _UAPI_MYSLAB_H */
