/* SPDX-License-Identifier: GPL-2.0 */
/* What outlives a client of the allocator: see keep.c. */
#ifndef _MYSLAB_TEST_KEEP_H
#define _MYSLAB_TEST_KEEP_H

struct myslab_cache;

struct kept {
	struct myslab_cache *cache;
	void *obj;
};

extern struct kept myslab_kept;

#endif /* _MYSLAB_TEST_KEEP_H */
