// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that are given a pointer and nothing else (R33): from the pointer follows
 * the page, from the page the cache or the large block, and what is neither is
 * refused. They serve the objects of every cache, not those of myslab_kmalloc()
 * alone.
 */
#define MYSLAB_UNHOOKED	/* pages are charged to the caller: hooks.h */
#include <linux/export.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "block.h"
#include "bypointer.h"
#include "checkers.h"
#include "cpucache.h"
#include "judge.h"
#include "report.h"

/* Under RCU. */
static enum myslab_verdict judge_pointer(const void *p, struct myslab_cache **cache,
					 size_t *bytes)
{
	unsigned int offset;
	size_t into;
	void *obj;

	*cache = judge_owner(p);
	if (!*cache) {
		*bytes = block_find(p, &into);
		if (!*bytes)
			return VERDICT_NOT_OURS;
		return into ? VERDICT_INSIDE : VERDICT_OURS;
	}
	if (!judge_place(p, &obj, &offset) || offset)
		return VERDICT_INSIDE;
	if ((*cache)->mark_offset && mark_is_free(*cache, obj))
		return VERDICT_FREE;
	*bytes = (*cache)->object_size;
	return VERDICT_OURS;
}

/*
 * Usable bytes of @p; 0 where it is not the start of something that is in use, which
 * is reported as a refused @call. The caller owns what is in use, so it stays.
 */
size_t bypointer_size(const void *p, const char *call)
{
	enum myslab_verdict verdict;
	struct myslab_cache *c;
	size_t bytes = 0;

	rcu_read_lock();
	verdict = judge_pointer(p, &c, &bytes);
	if (unlikely(verdict != VERDICT_OURS)) {
		report_refused_call(c, call, p, verdict);
		bytes = 0;
	}
	rcu_read_unlock();
	if (bytes)
		checkers_untrim(p, bytes);
	return bytes;
}

/**
 * myslab_kfree() - free what is known by its address alone
 * @p: an object of any cache of ours, or what myslab_kmalloc() answered; NULL and
 *     ZERO_SIZE_PTR are no-ops
 *
 * Anything else, memory of the kernel's own kmalloc() included, is refused as by
 * myslab_cache_free(); where no cache of ours owns it, `errors` of all caches
 * together counts it.
 *
 * Source: R33.
 *
 * Context: as myslab_cache_free(); a block of more than 8 KiB is refused where an
 * object is that does not fit into this CPU's array.
 */
void myslab_kfree(const void *p)
{
	struct myslab_cache *c;

	if (unlikely(ZERO_OR_NULL_PTR(p)))
		return;
	rcu_read_lock();	/* a stray pointer's cache may be about to go */
	c = judge_owner(p);
	if (likely(c))
		myslab_cache_free(c, (void *)p);
	else if (unlikely(cpu_gets_no_lock()))
		report_refused_call(NULL, "free", p, judge_context());
	else if (unlikely(!block_free(p)))
		bypointer_size(p, "free");
	rcu_read_unlock();
}
EXPORT_SYMBOL_GPL(myslab_kfree);

/**
 * myslab_ksize() - how many bytes of an allocation may be used
 * @p: see myslab_kfree()
 *
 * Source: R34.
 *
 * Context: Any.
 * Return: bytes: of its size class, of its pages, or the size that its cache was
 * created with; 0 for NULL, ZERO_SIZE_PTR, and what is refused as by myslab_kfree().
 */
size_t myslab_ksize(const void *p)
{
	if (unlikely(ZERO_OR_NULL_PTR(p)))
		return 0;
	return bypointer_size(p, "size");
}
EXPORT_SYMBOL_GPL(myslab_ksize);

/**
 * myslab_kfree_sensitive() - zero, then free
 * @p: see myslab_kfree(); all of its usable bytes are zeroed
 *
 * Context: as myslab_kfree().
 */
void myslab_kfree_sensitive(const void *p)
{
	size_t bytes;

	if (unlikely(ZERO_OR_NULL_PTR(p)))
		return;
	bytes = bypointer_size(p, "free");
	if (!bytes)
		return;
	memzero_explicit((void *)p, bytes);
	myslab_kfree(p);
}
EXPORT_SYMBOL_GPL(myslab_kfree_sensitive);

/**
 * myslab_krealloc() - change the size of an allocation
 * @p: see myslab_kfree(); NULL and ZERO_SIZE_PTR: as myslab_kmalloc()
 * @size: wanted, in bytes; 0: as myslab_kfree(), and ZERO_SIZE_PTR is answered
 * @gfp: see myslab_kmalloc(). With __GFP_ZERO at every call, the first included,
 *       what an allocation gains is zero
 *
 * As krealloc(), it stays where it is if @size is within its usable bytes.
 *
 * Source: R34.
 *
 * Context: as myslab_kmalloc() and myslab_kfree().
 * Return: the allocation, which may have moved with its content; NULL, with @p as it
 * was, where memory ran out or @p is refused.
 */
void *myslab_krealloc(const void *p, size_t size, gfp_t gfp)
{
	size_t bytes;
	void *new;

	if (unlikely(!size)) {
		myslab_kfree(p);
		return ZERO_SIZE_PTR;
	}
	if (unlikely(ZERO_OR_NULL_PTR(p)))
		return myslab_kmalloc(size, gfp);
	bytes = bypointer_size(p, "realloc");
	if (!bytes)
		return NULL;
	if (size <= bytes) {
		if (want_init_on_alloc(gfp))
			memset((void *)p + size, 0, bytes - size);
		checkers_trim(p, size, bytes);
		return (void *)p;
	}
	new = myslab_kmalloc(size, gfp);
	if (new) {
		memcpy(new, p, bytes);
		myslab_kfree(p);
	}
	return new;
}
EXPORT_SYMBOL_GPL(myslab_krealloc);

/**
 * myslab_kstrdup() - allocate a copy of a string
 * @s: the string; NULL gives NULL
 * @gfp: see myslab_kmalloc()
 *
 * Context: as myslab_kmalloc().
 * Return: the copy, to be freed by myslab_kfree(); NULL where memory ran out.
 */
char *myslab_kstrdup(const char *s, gfp_t gfp)
{
	size_t bytes;
	char *copy;

	if (!s)
		return NULL;
	bytes = strlen(s) + 1;
	copy = myslab_kmalloc(bytes, gfp);
	if (copy) {
		memcpy(copy, s, bytes);
		copy[bytes - 1] = '\0';	/* @s may have changed since */
	}
	return copy;
}
EXPORT_SYMBOL_GPL(myslab_kstrdup);
