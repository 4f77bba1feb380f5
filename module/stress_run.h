/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stress device inside.
 *
 *   stress.c           the file: open, ioctl, read, poll, close
 *   stress_param.c     what was asked for -> a plan, or an errno
 *   stress_run.c       one run: caches, threads, its end; one thread leads it
 *   stress_report.c    what it says of itself
 *   stress_work.c      the workloads
 *   stress_irq.c       the timer that allocates in hard interrupt
 *   stress_verify.c    marking and judging objects
 *   stress_bench.c     what is timed: cases and repetitions
 *   stress_loops.c     the timed loops; stress_inline.c: with MYSLAB_INLINE
 *   stress_pages.c     the pages that a load takes
 *   stress_backend.c   myslab and the kernel's kmem_cache behind one table
 *
 *     file --> run --> leader thread --> worker threads, timers
 *                                          | take, give
 *                              verify <-- actor --> backend
 *
 * An *actor* is whoever allocates and frees: a worker thread, or a timer's
 * interrupt on one CPU. Everything in it is written by its own context alone
 * and read by others only as a figure, torn or stale at worst, until the
 * leader has seen all actors stop.
 *
 * A fault found in an object never leads to another use of a pointer that
 * cannot be trusted: such an object is abandoned, that is counted and left.
 */
#ifndef _MYSLAB_STRESS_RUN_H
#define _MYSLAB_STRESS_RUN_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/kref.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <uapi/myslab.h>

/* Objects that a timer holds over several ticks, so that they age. */
#define STRESS_IRQ_HELD		8

struct stress_run;

/* One allocator. The caches are opaque: each backend knows its own kind. */
struct stress_backend {
	const char *name;
	void *(*create)(const char *name, unsigned int size, unsigned int align,
			slab_flags_t flags, void (*ctor)(void *));
	void (*destroy)(void *cache);
	int (*shrink)(void *cache);
	void *(*alloc)(void *cache, gfp_t gfp);
	void *(*zalloc)(void *cache, gfp_t gfp);
	void *(*alloc_node)(void *cache, gfp_t gfp, int node);
	void (*free)(void *cache, void *obj);
	bool (*alloc_bulk)(void *cache, gfp_t gfp, size_t n, void **objs);
	void (*free_bulk)(void *cache, size_t n, void **objs);
};

/* One cache of a run; constant while actors are at work. */
struct stress_cache {
	void *cache;
	unsigned int size;
	unsigned int align;	/* what each object must be aligned to */
	bool built;		/* has a constructor */
	bool inert;		/* the allocator must not write to a free object */
	bool light;		/* first and last word only */
	u64 key;		/* of this run: marks of another one mean nothing */
	char name[32];
};

/* An object in somebody's hands; tag says whose and which, 0: empty. */
struct stress_slot {
	void *obj;
	struct stress_cache *cache;
	u64 tag;
};

/* The operations done are the frees of threads. */
struct stress_count {
	u64 allocs;
	u64 frees;
	u64 failed;
	u64 remote;
	u64 abandoned;
	u64 peak_objects;
	u64 peak_bytes;
	u64 errors[MYSLAB_STRESS_NR_ERRORS];
};

struct stress_actor {
	struct stress_run *run;
	u32 id;
	gfp_t gfp;
	u64 sequence;
	u64 random;
	int node;		/* last one asked for, when alternating */
	struct stress_count count;
	void *bulk[MYSLAB_STRESS_MAX_BATCH];
};

/* Between a producer and its consumer: one writer for each end. */
struct stress_ring {
	struct stress_slot *slots;
	unsigned int mask;
	bool closed;		/* the producer has put its last */
	wait_queue_head_t wait;
	unsigned int head ____cacheline_aligned_in_smp;	/* the producer's */
	unsigned int tail ____cacheline_aligned_in_smp;	/* the consumer's */
};

struct stress_thread {
	struct stress_actor actor;
	struct task_struct *task;
	unsigned int cpu;
	long credit;		/* work left until the next breath */
	u64 quota;		/* objects to allocate */
	u64 began;		/* ns */
	u64 ended;
	unsigned int nr_slots;
	struct stress_slot *slots;	/* held objects; PRODCONS: in its hands */
	struct stress_ring *ring;
	bool consumes;
};

struct stress_irq {
	struct stress_actor actor;
	struct hrtimer timer;
	unsigned int cpu;
	unsigned int next;
	u64 ticks;
	bool started;
	struct stress_slot slots[STRESS_IRQ_HELD];
};

/* What a file's readers and pollers wait for. It outlives the file's runs. */
struct stress_news {
	wait_queue_head_t wait;
	atomic_t count;
	int seen;
	int state;		/* 0, MYSLAB_STRESS_RUNNING, MYSLAB_STRESS_ENDED */
};

/* Parameters with all defaults filled in. */
struct stress_plan {
	struct myslab_stress_params p;
	slab_flags_t slab_flags;
	unsigned int nr_threads;	/* both sides of PRODCONS */
	unsigned int nr_caches;
	struct cpumask cpus;
	struct cpumask consumer_cpus;	/* empty: half a round further */
};

struct stress_run {
	struct kref ref;
	unsigned int id;
	struct stress_plan plan;
	const struct stress_backend *backend;
	struct stress_news *news;
	u64 key;
	unsigned long deadline;		/* jiffies */
	u64 began;			/* ns */

	unsigned int nr_caches;
	unsigned int nr_threads;
	unsigned int nr_irqs;
	unsigned int largest;		/* object size of all caches */
	struct stress_cache caches[MYSLAB_STRESS_NR_SIZES];
	struct stress_thread **threads;
	struct stress_irq **irqs;
	int ctor_slot;			/* < 0: none */
	struct task_struct *leader;

	int stop;			/* MYSLAB_STRESS_BY_*, set once */
	struct completion done;		/* all is given back */
	atomic_t active;		/* threads at work */
	wait_queue_head_t quiet;	/* the leader waits for active == 0 */

	unsigned int tsc_step;
	u64 ctor_calls;
	atomic_t nr_faults;
	struct myslab_stress_fault faults[MYSLAB_STRESS_NR_FAULTS];
	unsigned int nr_bench;
	struct myslab_stress_bench bench[MYSLAB_STRESS_NR_SIZES];
	struct myslab_stress_cost costs[MYSLAB_STRESS_NR_SIZES];
};

/* stress_backend.c */
const struct stress_backend *stress_backend(unsigned int number);
int stress_ctor_get(unsigned int size, u64 key);
void stress_ctor_put(int slot);
void (*stress_ctor(int slot))(void *obj);
u64 stress_ctor_calls(int slot);

/* stress_param.c */
int stress_plan(struct stress_plan *plan, const struct myslab_stress_params *params);
unsigned int stress_nth_cpu(const struct cpumask *mask, unsigned int n);

/* stress_run.c */
struct stress_run *stress_run_start(const struct myslab_stress_params *params,
				    struct stress_news *news);
void stress_run_stop(struct stress_run *run, int why);
void stress_run_reap(struct stress_run *run);
void stress_run_put(struct stress_run *run);

/* stress_report.c */
void stress_run_report(struct stress_run *run, struct myslab_stress_result *res);

/* stress_work.c */
void stress_work(struct stress_thread *t);
bool stress_breathe(struct stress_thread *t, unsigned int cost);
unsigned int stress_take(struct stress_actor *a, struct stress_cache *c,
			 struct stress_slot *slots, unsigned int n);
void stress_give(struct stress_actor *a, struct stress_slot *slots, unsigned int n);

/* stress_irq.c */
void stress_irq_start(struct stress_irq *irq);
void stress_irq_stop(struct stress_irq *irq);

/* stress_bench.c */
void stress_bench(struct stress_thread *t);
u64 stress_bench_pairs(const struct myslab_stress_params *p);

/* stress_verify.c */
void stress_build(void *obj, unsigned int size, u64 key);
bool stress_adopt(struct stress_actor *a, struct stress_slot *slot, int node);
bool stress_release(struct stress_actor *a, struct stress_slot *slot);
void stress_fault(struct stress_actor *a, const struct stress_cache *c,
		  const struct myslab_stress_fault *what, const void *obj);

/* xorshift64*: cheap, and the same on every kernel and backend. */
static inline u32 stress_random(u64 *state)
{
	u64 x = *state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return (x * 0x2545F4914F6CDD1DULL) >> 32;
}

/* A number below @limit; the bias of the multiplication does not matter here. */
static inline u32 stress_below(u64 *state, u32 limit)
{
	return ((u64)stress_random(state) * limit) >> 32;
}

/* Spreads all bits of @x over all bits of the result. */
static inline u64 stress_mix(u64 x)
{
	x ^= x >> 32;
	x *= 0xD6E8FEB86659FD93ULL;
	x ^= x >> 29;
	return x;
}

static inline bool stress_flag(const struct stress_run *run, u64 flag)
{
	return run->plan.p.flags & flag;
}

#endif /* _MYSLAB_STRESS_RUN_H */
