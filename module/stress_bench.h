/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The timed parts of the bench. Each allocator and each gfp has loops of its own,
 * which call it as a client does: directly, with constant flags. The same loops
 * around an allocator that does nothing are what the loops themselves cost.
 */
#ifndef _MYSLAB_STRESS_BENCH_H
#define _MYSLAB_STRESS_BENCH_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <uapi/myslab.h>

/* What a loop works on. Only the thread that runs it touches it. */
struct bench_pass {
	void *cache;
	void **objs;
	u32 *least;		/* by position, ticks of a call: of take_each, give_each */
	u32 slowest;		/* of their last time, the call that took most */
	unsigned int objects;
	unsigned int got;	/* of objs, allocated */
	unsigned int batch;
	unsigned int order;	/* MYSLAB_STRESS_LIFO ... */
	u64 random;
};

/*
 * Each answers the ticks that it took. Those that allocate answer 0 where memory ran
 * out; objs[0] to objs[got - 1] are then allocated.
 */
struct bench_loops {
	u64 (*pair)(struct bench_pass *p);
	u64 (*take)(struct bench_pass *p);
	u64 (*give)(struct bench_pass *p);
	u64 (*take_bulk)(struct bench_pass *p);
	u64 (*give_bulk)(struct bench_pass *p);
	u64 (*churn)(struct bench_pass *p);
	u64 (*take_each)(struct bench_pass *p);
	u64 (*give_each)(struct bench_pass *p);
	/* @p->objects caches of so many bytes made and destroyed, one by one; false: failed */
	bool (*create)(struct bench_pass *p, const char *name, unsigned int size);
};

enum bench_gfp { BENCH_KERNEL, BENCH_ATOMIC, BENCH_ZEROED, BENCH_GFPS };

extern const struct bench_loops bench_myslab[BENCH_GFPS];
extern const struct bench_loops bench_inlined[BENCH_GFPS];
extern const struct bench_loops bench_kmem[BENCH_GFPS];
extern const struct bench_loops bench_none[BENCH_GFPS];

/* False: bench_inlined is as bench_myslab. */
extern const bool bench_has_inline;

/* What the tracing plugin sees and the CPU does not: see the uapi header. */
static __always_inline void bench_mark(const unsigned int what)
{
#ifdef CONFIG_X86_64
	asm volatile(".byte 0x0f, 0x1f, 0x80\n\t.long %c0" : : "i" (what) : "memory");
#endif
}

/* Steps of a repetition of CHURN. */
#define STRESS_CHURN_STEPS	2048

/* Cases that are not repeated. */
static inline bool bench_is_once(u32 bench)
{
	return bench == MYSLAB_BENCH_PAGES || bench == MYSLAB_BENCH_CACHES;
}

static inline bool bench_is_pair(u32 bench)
{
	return bench == MYSLAB_BENCH_PAIR || bench == MYSLAB_BENCH_INLINE;
}

struct stress_thread;
struct stress_cache;

/* stress_bench.c */
void bench_shuffle(struct bench_pass *p);

/* stress_pages.c */
bool bench_caches(struct stress_thread *t, struct stress_cache *c, struct bench_pass *p,
		  struct myslab_stress_cost *cost);
bool bench_pages(struct stress_thread *t, struct stress_cache *c, struct bench_pass *p,
		 struct myslab_stress_cost *cost);

#endif /* _MYSLAB_STRESS_BENCH_H */
