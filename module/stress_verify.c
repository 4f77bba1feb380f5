// SPDX-License-Identifier: GPL-2.0
/*
 * Marking objects, and judging them.
 *
 * A live object is filled, word by word, from its mark:
 *
 *   word 0      tag (owner, sequence) << 16 | check << 1 | live
 *   word i      base + i * STRESS_STEP; bytes past the last word likewise
 *
 * where base mixes the tag, the object's address, the run's key and whether
 * the object is live or free, and check is its low 15 bits. The first word so
 * says whose object this is and vouches for its own place: the same word
 * found anywhere else does not read as a mark. That it is live it says in a bit
 * of its own, so that a mark left by a free never reads as an owner's. From it
 * all other bytes follow, so comparing them checks every byte without a sum to
 * be stored.
 *
 * That is what tells one fault from another. A live mark in an object just
 * handed out, or somebody else's in one's own: it has two owners. A mark that
 * fits the middle of an object: two overlap. Anything else: somebody wrote
 * where he should not. A freed object is given a mark that says free; where the
 * allocator must not touch free objects (constructor, TYPESAFE_BY_RCU) all of
 * it is checked when it comes back.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": stress: " fmt

#include <linux/mm.h>
#include <linux/string.h>
#include <linux/topology.h>
#include "stress_run.h"

#define STRESS_STEP		0x9E3779B97F4A7C15ULL
#define STRESS_BUILT		0xC0FFEE5EEDULL
#define STRESS_CHECK_BITS	16
#define STRESS_SEQUENCE_BITS	36

enum stress_life { STRESS_FREED, STRESS_LIVE };

static inline u32 stress_tag_owner(u64 tag)
{
	return tag >> STRESS_SEQUENCE_BITS;
}

static inline u64 stress_tag_sequence(u64 tag)
{
	return tag & (BIT_ULL(STRESS_SEQUENCE_BITS) - 1);
}

static inline u64 stress_base(u64 key, const void *obj, u64 tag, enum stress_life life)
{
	return stress_mix((tag << 1 | life) ^ (uintptr_t)obj * STRESS_STEP ^ key);
}

static inline u64 stress_first(u64 base, u64 tag, enum stress_life life)
{
	u64 check = (base << 1) & (BIT(STRESS_CHECK_BITS) - 1);

	return tag << STRESS_CHECK_BITS | check | life;
}

/* Write the pattern; light: first and last word only. */
static void stress_fill(void *obj, unsigned int size, bool light, u64 first, u64 base)
{
	unsigned int i = 1, words = size / sizeof(u64);
	u64 *word = obj;

	word[0] = first;
	if (light)
		i = max(words - 1, 1U);
	for (; i < words; i++)
		word[i] = base + i * STRESS_STEP;
	if (!light && size % sizeof(u64)) {
		base += words * STRESS_STEP;
		memcpy(word + words, &base, size % sizeof(u64));
	}
}

/* Compare with the pattern: true, or the place and words that differ. */
static bool stress_same(const void *obj, unsigned int size, bool light,
			u64 first, u64 base, struct myslab_stress_fault *diff)
{
	unsigned int i = 0, words = size / sizeof(u64), rest = size % sizeof(u64);
	const u64 *word = obj;
	u64 want = first, found = 0;

	while (i < words && READ_ONCE(word[i]) == want) {
		i = light && !i ? max(words - 1, 1U) : i + 1;
		want = base + i * STRESS_STEP;
	}
	if (i < words) {
		found = word[i];
	} else {
		if (light || !rest || !memcmp(word + words, &want, rest))
			return true;
		memcpy(&found, word + words, rest);
		want &= BIT_ULL(rest * BITS_PER_BYTE) - 1;
	}
	diff->offset = i * sizeof(u64);
	diff->want = want;
	diff->found = found;
	return false;
}

static u64 stress_built_base(u64 key, const void *obj)
{
	return stress_base(key, obj, STRESS_BUILT, STRESS_FREED);
}

/* The constructed state: every constructor's, and of every object freed. */
void stress_build(void *obj, unsigned int size, u64 key)
{
	u64 base = stress_built_base(key, obj);

	stress_fill(obj, size, false, base, base);
}

static const char *const stress_fault_names[MYSLAB_STRESS_NR_ERRORS] = {
	[MYSLAB_STRESS_E_DOUBLED]	= "object has two owners",
	[MYSLAB_STRESS_E_OVERLAP]	= "object overlaps another",
	[MYSLAB_STRESS_E_CORRUPT]	= "object changed under its owner",
	[MYSLAB_STRESS_E_FREE_MODIFIED]	= "object changed while free",
	[MYSLAB_STRESS_E_NOT_ZERO]	= "zeroed object is not zero",
	[MYSLAB_STRESS_E_NOT_BUILT]	= "object was not constructed",
	[MYSLAB_STRESS_E_MISALIGNED]	= "object is misaligned",
	[MYSLAB_STRESS_E_BAD_POINTER]	= "object is no memory",
	[MYSLAB_STRESS_E_LEFTOVER]	= "cache holds objects after all were freed",
};

/*
 * Count a fault; the run's first ones are kept for the report and logged. The
 * kind is stored last: a reader takes an entry for filled once it has one.
 */
void stress_fault(struct stress_actor *a, const struct stress_cache *c,
		  const struct myslab_stress_fault *what, const void *obj)
{
	struct stress_run *run = a->run;
	struct myslab_stress_fault *kept;
	int i = atomic_fetch_inc(&run->nr_faults);

	a->count.errors[what->kind]++;
	if (i < 0 || i >= MYSLAB_STRESS_NR_FAULTS) {
		atomic_dec(&run->nr_faults);
		return;
	}
	kept = &run->faults[i];
	*kept = *what;
	kept->kind = 0;
	kept->size = c->size;
	kept->cpu = raw_smp_processor_id();
	/* Pairs with stress_report_faults(): the rest is written. */
	smp_store_release(&kept->kind, what->kind);

	pr_err("run %u (%s), cache %s: %s: %p+%u of %u, owner %u #%llu, other %u #%llu, want %016llx found %016llx\n",
	       run->id, run->backend->name, c->name, stress_fault_names[what->kind],
	       obj, what->offset, c->size, what->owner, what->sequence,
	       what->other, what->other_sequence, what->want, what->found);
}

static void stress_fault_of(struct stress_actor *a, const struct stress_slot *slot,
			    u32 kind, struct myslab_stress_fault *f)
{
	f->kind = kind;
	f->owner = stress_tag_owner(slot->tag);
	f->sequence = stress_tag_sequence(slot->tag);
	if (!f->other_sequence) {
		f->other = f->owner;
		f->other_sequence = f->sequence;
	}
	stress_fault(a, slot->cache, f, slot->obj);
}

static u64 stress_last_sequence(const struct stress_run *run, u32 owner)
{
	if (owner < run->nr_threads)
		return READ_ONCE(run->threads[owner]->actor.sequence);
	owner -= run->nr_threads;
	if (owner < run->nr_irqs)
		return READ_ONCE(run->irqs[owner]->actor.sequence);
	return 0;
}

/* Is @word a mark of this run that belongs at @at? Of any small number, one in 2^15 is. */
static bool stress_is_mark(const struct stress_run *run, const void *at, u64 word,
			   enum stress_life life)
{
	u64 tag = word >> STRESS_CHECK_BITS;

	if (word != stress_first(stress_base(run->key, at, tag, life), tag, life))
		return false;
	return stress_tag_sequence(tag) &&
	       stress_tag_sequence(tag) <= stress_last_sequence(run, stress_tag_owner(tag));
}

static void stress_other(struct myslab_stress_fault *f, u64 word)
{
	f->other = stress_tag_owner(word >> STRESS_CHECK_BITS);
	f->other_sequence = stress_tag_sequence(word >> STRESS_CHECK_BITS);
}

/*
 * Does somebody own what was just handed out? Pages come with anything in them, so that
 * one word is not believed: the last one must fit it.
 */
static bool stress_is_owned(const struct stress_run *run, const struct stress_slot *slot,
			    u64 word, struct myslab_stress_fault *f)
{
	u64 base = stress_base(run->key, slot->obj, word >> STRESS_CHECK_BITS, STRESS_LIVE);

	return stress_is_mark(run, slot->obj, word, STRESS_LIVE) &&
	       stress_same(slot->obj, slot->cache->size, true, word, base, f);
}

/* Look for a live object that starts before @obj and whose pattern is here. */
static bool stress_find_before(const struct stress_run *run, const void *obj,
			       unsigned int reach, struct myslab_stress_fault *f)
{
	unsigned int d;

	for (d = sizeof(u64); d < reach; d += sizeof(u64)) {
		const void *at = obj - d;
		u64 word, base;

		if (!virt_addr_valid(at))
			return false;
		word = READ_ONCE(*(const u64 *)at);
		if (!stress_is_mark(run, at, word, STRESS_LIVE))
			continue;
		base = stress_base(run->key, at, word >> STRESS_CHECK_BITS, STRESS_LIVE);
		if (f->found != base + (d + f->offset) / sizeof(u64) * STRESS_STEP)
			continue;
		stress_other(f, word);
		return true;
	}
	return false;
}

/* An owner found his object changed: by whom? Returns the kind of fault. */
static u32 stress_judge(const struct stress_run *run, const struct stress_slot *slot,
			struct myslab_stress_fault *f)
{
	const void *at = slot->obj + f->offset;
	bool mark = stress_is_mark(run, at, f->found, STRESS_LIVE) ||
		    stress_is_mark(run, at, f->found, STRESS_FREED);

	if (mark) {
		stress_other(f, f->found);
		return f->offset ? MYSLAB_STRESS_E_OVERLAP : MYSLAB_STRESS_E_DOUBLED;
	}
	if (stress_find_before(run, slot->obj, run->largest, f))
		return MYSLAB_STRESS_E_OVERLAP;
	return MYSLAB_STRESS_E_CORRUPT;
}

static void stress_abandon(struct stress_actor *a, struct stress_slot *slot)
{
	a->count.abandoned++;
	slot->obj = NULL;
}

/* Is it memory at all, and where it was asked to be? */
static bool stress_check_place(struct stress_actor *a, struct stress_slot *slot)
{
	struct stress_cache *c = slot->cache;
	unsigned long addr = (unsigned long)slot->obj;
	struct myslab_stress_fault f = {};

	if (!virt_addr_valid(slot->obj) || !virt_addr_valid(slot->obj + c->size - 1)) {
		stress_fault_of(a, slot, MYSLAB_STRESS_E_BAD_POINTER, &f);
		stress_abandon(a, slot);
		return false;
	}
	if (IS_ALIGNED(addr, c->align))
		return true;
	f.found = addr & (c->align - 1);
	stress_fault_of(a, slot, MYSLAB_STRESS_E_MISALIGNED, &f);
	if (IS_ALIGNED(addr, sizeof(void *)))
		return true;
	a->run->backend->free(c->cache, slot->obj);
	a->count.frees++;
	slot->obj = NULL;
	return false;
}

/* What a free object must have kept, where the allocator has to keep it. */
static void stress_check_inert(struct stress_actor *a, struct stress_slot *slot)
{
	struct stress_cache *c = slot->cache;
	struct myslab_stress_fault f = {};
	u64 word = READ_ONCE(*(u64 *)slot->obj), base, tag;

	if (c->built) {
		base = stress_built_base(c->key, slot->obj);
		if (stress_same(slot->obj, c->size, c->light, base, base, &f))
			return;
		/* All but the first word right: built once, changed since. */
		if (f.offset || (c->size >= 2 * sizeof(u64) &&
				 ((u64 *)slot->obj)[1] == base + STRESS_STEP))
			stress_fault_of(a, slot, MYSLAB_STRESS_E_FREE_MODIFIED, &f);
		else
			stress_fault_of(a, slot, MYSLAB_STRESS_E_NOT_BUILT, &f);
		return;
	}
	/* A new page carries no mark; and what is asked zeroed has lost it. */
	tag = word >> STRESS_CHECK_BITS;
	if (!stress_is_mark(a->run, slot->obj, word, STRESS_FREED))
		return;
	base = stress_base(c->key, slot->obj, tag, STRESS_FREED);
	if (stress_same(slot->obj, c->size, c->light, word, base, &f))
		return;
	stress_other(&f, word);
	stress_fault_of(a, slot, MYSLAB_STRESS_E_FREE_MODIFIED, &f);
}

static void stress_check_zero(struct stress_actor *a, struct stress_slot *slot)
{
	const u8 *bad = memchr_inv(slot->obj, 0, slot->cache->size);
	struct myslab_stress_fault f = {};

	if (!bad)
		return;
	f.offset = bad - (const u8 *)slot->obj;
	f.found = *bad;
	stress_fault_of(a, slot, MYSLAB_STRESS_E_NOT_ZERO, &f);
}

static void stress_count_node(struct stress_actor *a, const void *obj, int node)
{
	if (node == NUMA_NO_NODE)
		node = numa_mem_id();
	if (page_to_nid(virt_to_page(obj)) != node)
		a->count.remote++;
}

/**
 * stress_adopt() - take an object just allocated into one's hands
 * @a: whose hands
 * @slot: with object and cache set
 * @node: that was asked for, or NUMA_NO_NODE
 *
 * Checks what can be known of a fresh object, and marks it. An object that
 * somebody else holds is left to him, unmarked: one fault is then one report.
 *
 * Return: true if the caller now holds it; false if the slot is empty again.
 */
bool stress_adopt(struct stress_actor *a, struct stress_slot *slot, int node)
{
	struct stress_cache *c = slot->cache;
	struct myslab_stress_fault f = {};
	u64 word, base;

	slot->tag = (u64)a->id << STRESS_SEQUENCE_BITS | (a->sequence + 1);
	WRITE_ONCE(a->sequence, a->sequence + 1);
	if (!stress_flag(a->run, MYSLAB_STRESS_VERIFY))
		return true;
	if (!stress_check_place(a, slot))
		return false;
	word = READ_ONCE(*(u64 *)slot->obj);
	if (stress_is_owned(a->run, slot, word, &f)) {
		f.found = word;
		stress_other(&f, word);
		stress_fault_of(a, slot, MYSLAB_STRESS_E_DOUBLED, &f);
		stress_abandon(a, slot);
		return false;
	}
	if (stress_flag(a->run, MYSLAB_STRESS_ZERO))
		stress_check_zero(a, slot);
	else if (c->inert)
		stress_check_inert(a, slot);
	stress_count_node(a, slot->obj, node);

	base = stress_base(c->key, slot->obj, slot->tag, STRESS_LIVE);
	stress_fill(slot->obj, c->size, c->light,
		    stress_first(base, slot->tag, STRESS_LIVE), base);
	return true;
}

/**
 * stress_release() - check an object before it is freed
 * @a: who frees it
 * @slot: that holds it, whoever allocated it
 *
 * Return: true if it may be freed; false if it has another owner who will do
 * that: the slot is empty then.
 */
bool stress_release(struct stress_actor *a, struct stress_slot *slot)
{
	struct stress_cache *c = slot->cache;
	struct myslab_stress_fault f = {};
	u64 base;
	u32 kind;

	if (!stress_flag(a->run, MYSLAB_STRESS_VERIFY))
		return true;
	base = stress_base(c->key, slot->obj, slot->tag, STRESS_LIVE);
	if (!stress_same(slot->obj, c->size, c->light,
			 stress_first(base, slot->tag, STRESS_LIVE), base, &f)) {
		kind = stress_judge(a->run, slot, &f);
		stress_fault_of(a, slot, kind, &f);
		if (kind == MYSLAB_STRESS_E_DOUBLED) {
			stress_abandon(a, slot);
			return false;
		}
	}
	if (c->built) {
		base = stress_built_base(c->key, slot->obj);
		stress_fill(slot->obj, c->size, c->light, base, base);
		return true;
	}
	base = stress_base(c->key, slot->obj, slot->tag, STRESS_FREED);
	/*
	 * The last word too: over the first one's low bits the allocator may write an index,
	 * and one in 2^15 of those makes a live mark of it, which a live last word would fit.
	 */
	stress_fill(slot->obj, c->size, c->light || !c->inert,
		    stress_first(base, slot->tag, STRESS_FREED), base);
	return true;
}
