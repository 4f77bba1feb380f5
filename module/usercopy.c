// SPDX-License-Identifier: GPL-2.0
/*
 * Copies between objects and user space, within the window that a cache was given at
 * create. The kernel's hardened usercopy knows its own caches alone: for it our slabs
 * are pages like any others.
 */
#include <linux/export.h>
#include <linux/rcupdate.h>
#include <linux/uaccess.h>

#include "block.h"
#include "judge.h"
#include "report.h"

/* Do @n bytes from @offset of an object lie within the window? */
static bool within_window(const struct myslab_cache *c, unsigned int offset,
			  unsigned long n)
{
	return offset >= c->useroffset &&
	       offset - c->useroffset <= c->usersize &&
	       n <= c->usersize - (offset - c->useroffset);
}

/* Do @n bytes at @p lie within one large block, all of which its user may show? */
static bool within_block(const void *p, unsigned long n)
{
	size_t offset, bytes = block_find(p, &offset);

	return bytes && n <= bytes - offset;
}

/*
 * May @n bytes at @p be copied? Reports where not. The cache stays after RCU, since
 * an object of it is the caller's; where it is not, the report is under RCU too.
 */
static bool may_copy(const void *p, unsigned long n)
{
	const char *why = NULL;
	struct myslab_cache *c;
	unsigned int offset;
	void *obj;

	rcu_read_lock();
	c = judge_place(p, &obj, &offset);
	if (!c)
		why = within_block(p, n) ? NULL : "it is not in an object of any cache";
	else if (c->mark_offset && mark_is_free(c, obj))
		why = "the object is free";
	else if (!within_window(c, offset, n))
		why = "it is not within the cache's window";
	if (unlikely(why))
		report_refused_copy(c, p, n, why);
	rcu_read_unlock();
	return !why;
}

/**
 * myslab_copy_to_user() - copy from an object to user space
 * @to: where to, in user space
 * @from: in an object of a cache of ours
 * @n: how many bytes; 0 is a no-op
 *
 * What does not lie within the window that the object's cache was given by
 * myslab_cache_create_usercopy(), what is in no object of ours, and what is in an
 * object that is free, is refused: one rate-limited report with a stack, nothing
 * copied, counted in `errors`.
 *
 * Source: the kernel's hardened usercopy.
 *
 * Context: Process context, may fault and sleep.
 * Return: how many bytes were not copied: 0, or all @n where the copy is refused.
 */
unsigned long myslab_copy_to_user(void __user *to, const void *from, unsigned long n)
{
	if (n && !may_copy(from, n))
		return n;
	return copy_to_user(to, from, n);
}
EXPORT_SYMBOL_GPL(myslab_copy_to_user);

/**
 * myslab_copy_from_user() - copy from user space into an object
 * @to: in an object of a cache of ours
 * @from: where from, in user space
 * @n: how many bytes; 0 is a no-op
 *
 * Refused as by myslab_copy_to_user(). Where user space ends early the rest of the
 * @n bytes is zeroed, as by copy_from_user().
 *
 * Context: Process context, may fault and sleep.
 * Return: how many bytes were not copied: 0, or all @n where the copy is refused,
 * which leaves the object as it was.
 */
unsigned long myslab_copy_from_user(void *to, const void __user *from, unsigned long n)
{
	if (n && !may_copy(to, n))
		return n;
	return copy_from_user(to, from, n);
}
EXPORT_SYMBOL_GPL(myslab_copy_from_user);
