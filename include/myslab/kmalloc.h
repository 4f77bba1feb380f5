/* SPDX-License-Identifier: GPL-2.0 */
/*
 * myslab: allocation by size and free by pointer alone. The calls are their kernel
 * namesakes' but for what is said at each; see module/sizeclass.c, bypointer.c.
 * Included by <myslab/myslab.h>.
 */
#ifndef _MYSLAB_KMALLOC_H
#define _MYSLAB_KMALLOC_H

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include <myslab/hooks.h>

void *myslab_kmalloc_noprof(size_t size, gfp_t gfp)
	__assume_kmalloc_alignment __alloc_size(1);
void *myslab_kmalloc_node_noprof(size_t size, gfp_t gfp, int node)
	__assume_kmalloc_alignment __alloc_size(1);
void * __must_check myslab_krealloc_noprof(const void *p, size_t size, gfp_t gfp)
	__realloc_size(2);
char *myslab_kstrdup_noprof(const char *s, gfp_t gfp) __malloc;

void myslab_kfree(const void *p);
void myslab_kfree_sensitive(const void *p);
size_t myslab_ksize(const void *p);

/**
 * myslab_kzalloc() - as myslab_kmalloc(), zeroed
 * @size: in bytes
 * @gfp: see myslab_kmalloc()
 *
 * Context: as myslab_kmalloc().
 * Return: as myslab_kmalloc().
 */
static inline __alloc_size(1) void *myslab_kzalloc_noprof(size_t size, gfp_t gfp)
{
	return myslab_kmalloc_noprof(size, gfp | __GFP_ZERO);
}

/**
 * myslab_kmalloc_array() - allocate so many times so many bytes
 * @n: how many
 * @size: of each, in bytes
 * @gfp: see myslab_kmalloc()
 *
 * Context: as myslab_kmalloc().
 * Return: as myslab_kmalloc(); NULL where the product overflows (R34).
 */
static inline __alloc_size(1, 2) void *
myslab_kmalloc_array_noprof(size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	if (unlikely(check_mul_overflow(n, size, &bytes)))
		return NULL;
	return myslab_kmalloc_noprof(bytes, gfp);
}

/**
 * myslab_kcalloc() - as myslab_kmalloc_array(), zeroed
 * @n: how many
 * @size: of each, in bytes
 * @gfp: see myslab_kmalloc()
 *
 * Context: as myslab_kmalloc().
 * Return: as myslab_kmalloc_array().
 */
static inline __alloc_size(1, 2) void *
myslab_kcalloc_noprof(size_t n, size_t size, gfp_t gfp)
{
	return myslab_kmalloc_array_noprof(n, size, gfp | __GFP_ZERO);
}

/* `void *p __free(myslab_kfree) = myslab_kmalloc(...);` is freed at the scope's end. */
DEFINE_FREE(myslab_kfree, void *, if (!IS_ERR_OR_NULL(_T)) myslab_kfree(_T))

#endif /* _MYSLAB_KMALLOC_H */
