// SPDX-License-Identifier: GPL-2.0
/*
 * The exported calls: the way of an allocation and of a free.
 *
 * myslab_cache_alloc() and myslab_cache_free() are leaves: every path but the hit
 * is a tail call, so that the hit saves no register. The slow paths start anew
 * with nothing held, since what the fast path read may have changed by then.
 */
#define MYSLAB_UNHOOKED	/* pages are charged to the caller: hooks.h */
#include <linux/export.h>
#include <linux/module.h>
#include <linux/ratelimit.h>
#include <linux/sched/mm.h>

#include "alien.h"
#include "api.h"
#include "cache.h"
#include "checkers.h"
#include "cpucache.h"
#include "foreign.h"
#include "judge.h"
#include "leak.h"
#include "report.h"

static noinline void *hand_out_constructed(const struct myslab_cache *c, void *obj)
{
	pr_warn_ratelimited("%s: __GFP_ZERO ignored: its objects are constructed\n",
			    c->name);
	return obj;
}

/* As the kernel's own caches: neither a ctor's objects nor reused ones are zeroed. */
static __always_inline bool zeroes_unasked(const struct myslab_cache *c)
{
	return want_init_on_alloc(0) && !c->ctor &&
	       !(c->flags & SLAB_TYPESAFE_BY_RCU);
}

/* What every object that leaves needs. */
static __always_inline void open_object(struct myslab_cache *c, gfp_t gfp, void *obj)
{
	checkers_alloc(c, obj, gfp);
	if (likely(c->mark_offset))
		mark_used(c, obj);
}

/* With __GFP_ZERO. Here too what is left to do is a tail call. */
static noinline void *hand_out_zeroed(struct myslab_cache *c, gfp_t gfp, void *obj)
{
	open_object(c, gfp, obj);
	if (unlikely(c->ctor))
		return hand_out_constructed(c, obj);
	return memset(obj, 0, c->object_size + busted(BUSTED_ZERO));
}

noinline void *hand_out(struct myslab_cache *c, gfp_t gfp, void *obj)
{
	if (gfp & __GFP_ZERO)
		return hand_out_zeroed(c, gfp, obj);
	open_object(c, gfp, obj);
	if (zeroes_unasked(c))
		return memset(obj, 0, c->object_size);
	return obj;
}

static __always_inline void *hand_out_fast(struct myslab_cache *c, gfp_t gfp, void *obj)
{
	if (unlikely(gfp & __GFP_ZERO))
		return hand_out_zeroed(c, gfp, obj);
	if (static_branch_unlikely(&myslab_alloc_hooks))
		return hand_out(c, gfp, obj);
	open_object(c, gfp, obj);
	return obj;
}

/*
 * Pop this CPU's array into @obj if it may be used and has an object (R10). Preemption
 * is off.
 */
static __always_inline bool pop_hit(struct myslab_cpu *cpu, void **obj)
{
	struct myslab_array *a;

	if (unlikely(cpu_is_marked(cpu)))
		return false;
	if (busted(BUSTED_LOOK_FIRST)) {
		unsigned int avail = READ_ONCE(cpu->array->avail);

		cpu_relax();	/* an emulated CPU takes interrupts here */
		cpu_mark(cpu);
		a = READ_ONCE(cpu->array);
		if (avail) {
			*obj = a->entry[avail - 1];
			a->avail = avail - 1;
		}
		cpu_unmark(cpu);
		return avail;
	}
	cpu_mark(cpu);
	a = READ_ONCE(cpu->array);
	if (unlikely(!array_try_pop(a, obj))) {
		cpu_unmark(cpu);
		return false;
	}
	cpu->stats.alloc_hit++;
	cpu_unmark(cpu);
	return true;
}

/**
 * myslab_cache_alloc() - take one object from a cache
 * @cache: cache to allocate from
 * @gfp: page allocator flags, used where a new slab is needed; __GFP_ZERO zeroes
 *       the object, unless it has a constructor; __GFP_NOFAIL is kept where @gfp
 *       may block
 *
 * Source: R10-R15; the mark in place of SLAB's interrupt disabling is ours.
 *
 * Context: Any, but not under the scheduler's own locks: in mode auto an array may be
 * replaced, or asked of a worker. Sleeps only where @gfp allows it. In an NMI, and in a
 * hard interrupt of PREEMPT_RT, only what this CPU's array holds is handed out. Takes
 * list_lock of a node where the array is empty.
 * Return: the object, its size as asked at create, now the caller's; NULL where
 * memory ran out.
 */
void *myslab_cache_alloc(struct myslab_cache *cache, gfp_t gfp)
{
	void *obj;

	check_may_sleep(gfp);
	preempt_disable();
	if (likely(pop_hit(this_cpu_ptr(cache->cpu), &obj))) {
		preempt_enable();
		return hand_out_fast(cache, gfp, obj);
	}
	preempt_enable();
	return alloc_slow(cache, gfp);
}
EXPORT_SYMBOL_GPL(myslab_cache_alloc);

/**
 * myslab_cache_zalloc() - take one object and zero it
 * @cache: cache to allocate from; one with a constructor gives it constructed
 * @gfp: see myslab_cache_alloc()
 *
 * Context: as myslab_cache_alloc().
 * Return: as myslab_cache_alloc().
 */
void *myslab_cache_zalloc(struct myslab_cache *cache, gfp_t gfp)
{
	return myslab_cache_alloc(cache, gfp | __GFP_ZERO);
}
EXPORT_SYMBOL_GPL(myslab_cache_zalloc);

/* A node that is there but cannot serve: as the kernel, from anywhere else. */
static void *alloc_instead(struct myslab_cache *c, gfp_t gfp)
{
	return gfp & __GFP_THISNODE ? NULL : myslab_cache_alloc(c, gfp);
}

/**
 * myslab_cache_alloc_node() - take one object from a given node
 * @cache: cache to allocate from
 * @gfp: see myslab_cache_alloc(); with __GFP_THISNODE from @node or not at all
 * @node: node id, or NUMA_NO_NODE for whichever is near
 *
 * A node other than the CPU's own is served past the arrays (R16). One that is
 * offline or has no memory is served from elsewhere, as by the kernel's caches.
 *
 * Context: as myslab_cache_alloc().
 * Return: the object; NULL where memory ran out, or where @node cannot be a node,
 * which one line in the log says.
 */
void *myslab_cache_alloc_node(struct myslab_cache *cache, gfp_t gfp, int node)
{
	struct myslab_cpu *cpu;
	bool hit = false;
	void *obj;

	if (node == NUMA_NO_NODE)
		return myslab_cache_alloc(cache, gfp);
	if (unlikely(node < 0 || node >= MAX_NUMNODES)) {
		pr_err_ratelimited("%s: allocation refused: there is no node %d\n",
				   cache->name, node);
		return NULL;
	}
	if (node >= nr_node_ids || !cache->node[node] || !node_state(node, N_MEMORY))
		return alloc_instead(cache, gfp);

	check_may_sleep(gfp);
	preempt_disable();
	cpu = this_cpu_ptr(cache->cpu);
	if (cpu->node == node)
		hit = pop_hit(cpu, &obj);
	preempt_enable();
	if (!hit)
		obj = alloc_of_node(cache, gfp, node);
	return obj ? hand_out(cache, gfp, obj) : NULL;
}
EXPORT_SYMBOL_GPL(myslab_cache_alloc_node);

/* @obj is judged. Zero it where the kernel zeroes what is freed, and mark it. */
static void mark_freed(struct myslab_cache *c, void *obj)
{
	if (!c->mark_offset)
		return;
	if (want_init_on_free()) {
		checkers_untrim(obj, c->object_size);
		memset(obj, 0, c->object_size);
	}
	mark_free(c, obj);
}

/* Back to this CPU's array or towards its home. False: a second free of a top entry. */
static bool park(struct myslab_cache *c, void *obj, int node)
{
	if (unlikely(READ_ONCE(c->leaked))) {
		leak_put(c, obj, node);
		return true;
	}
	switch (cpucache_put(c, obj, node)) {
	case PUT_DONE:
		return true;
	case PUT_TWICE:
		return false;
	default:
		return alien_put(c, obj, node);
	}
}

/* Under KASAN: true where *@obj rests first, and no other is to be parked for it. */
static bool rest(struct myslab_cache *c, void **obj, int *node)
{
	void *rested;

	if (!quarantine_wanted() || READ_ONCE(c->leaked))
		return false;
	rested = quarantine_swap(c, *obj, node);
	if (!rested)
		return true;
	*obj = rested;
	return false;
}

/* Every free but the hit. */
noinline void free_slow(struct myslab_cache *c, void *obj)
{
	enum myslab_verdict verdict;
	bool parked;
	int node;

	if (!obj)
		return;
	if (unlikely(cpu_gets_no_lock()))
		verdict = judge_context();
	else
		verdict = judge_object(c, obj, &node);
	if (verdict == VERDICT_OURS && quarantine_holds(c, obj))
		verdict = VERDICT_FREE;
	if (likely(verdict == VERDICT_OURS)) {
		mark_freed(c, obj);
		checkers_free(c, obj);
		rcu_read_lock();	/* leak_adopt() waits for who saw it live */
		parked = rest(c, &obj, &node) || park(c, obj, node);
		rcu_read_unlock();
		if (likely(parked))
			return;
		verdict = VERDICT_FREE;
	}
	report_refused_call(c, "free", obj, verdict);
}

/*
 * Push @obj, which lies in a slab of @c of @colour on this CPU's node, on this CPU's
 * array if it is judged sound and there is room. False says nothing yet and has changed
 * nothing. Preemption is off.
 */
static __always_inline bool push_hit(struct myslab_cache *c, struct myslab_cpu *cpu,
				     void *obj, u32 colour, const struct myslab_mark mark)
{
	struct myslab_array *a;

	if (!judge_is_object(c, obj, colour, mark) || unlikely(cpu_is_marked(cpu)))
		return false;
	cpu_mark(cpu);
	a = READ_ONCE(cpu->array);
	if (unlikely(!array_try_push(a, obj))) {
		cpu_unmark(cpu);
		return false;
	}
	if (likely(mark.offset))
		mark_set(mark, obj);
	checkers_free(c, obj);
	cpu->stats.free_hit++;
	cpu_unmark(cpu);
	return true;
}

/*
 * A9: the second most frequent case, out of the way of the first: @diff, of a probe with
 * this CPU's key, says that @obj lies in a slab of @c. Preemption is off, until here.
 */
static noinline void free_foreign(struct myslab_cache *c, void *obj, unsigned long diff)
{
	if (likely(foreign_push(c, this_cpu_ptr(c->cpu), obj, diff))) {
		preempt_enable();
		return;
	}
	preempt_enable();
	free_slow(c, obj);
}

static __always_inline void free_marked_as(struct myslab_cache *c, void *obj,
					   const struct myslab_mark mark)
{
	struct myslab_cpu *cpu;
	unsigned long diff;

	preempt_disable();
	if (static_branch_unlikely(&myslab_free_hooks))
		goto slow;
	cpu = this_cpu_ptr(c->cpu);
	diff = slab_probe(c, obj, cpu->key);
	if (unlikely(diff > MYSLAB_COLOUR_MAX)) {
		if (diff >> MYSLAB_ID_SHIFT)
			goto slow;
		free_foreign(c, obj, diff);
		return;
	}
	if (likely(push_hit(c, cpu, obj, diff, mark))) {
		preempt_enable();
		return;
	}
slow:
	preempt_enable();
	free_slow(c, obj);
}

/* Of its own, so that the others need not ask twice whether there is a mark. */
static noinline void free_unmarked(struct myslab_cache *c, void *obj)
{
	free_marked_as(c, obj, (struct myslab_mark){ });
}

/**
 * myslab_cache_free() - give an object back to its cache
 * @cache: the cache that it was allocated from
 * @obj: the object; NULL is a no-op
 *
 * A pointer that is not an object of @cache, or an object that is free, is refused:
 * one rate-limited report with a stack, nothing changed, counted in `errors`.
 *
 * Source: R17-R23; what is refused beyond R23 is ours.
 *
 * Context: Any, but not under the scheduler's own locks: a foreign object may have
 * a worker make its array, and in mode auto one may be replaced. In an NMI, and in a
 * hard interrupt of PREEMPT_RT, an object that this CPU's array cannot take is lost, and
 * a report says so. Takes list_lock of a node where the array is full; for a foreign
 * object an alien lock, or in mode auto list_lock of its home where its array is full.
 */
void myslab_cache_free(struct myslab_cache *cache, void *obj)
{
	const struct myslab_mark mark = mark_for(cache, obj);

	if (likely(mark.offset))
		free_marked_as(cache, obj, mark);
	else
		free_unmarked(cache, obj);
}
EXPORT_SYMBOL_GPL(myslab_cache_free);

/**
 * myslab_cache_size() - how many bytes an object has
 * @cache: cache
 *
 * Context: Any.
 * Return: the size given at create, in bytes.
 */
unsigned int myslab_cache_size(struct myslab_cache *cache)
{
	return cache->object_size;
}
EXPORT_SYMBOL_GPL(myslab_cache_size);
