/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The last step of a cache: its memory goes after a grace period, for a call that was
 * given a stray pointer may have come by it before (judge_owner()). One work frees all that
 * have waited long enough: a worker wakes once a grace period, not once a cache.
 */
#ifndef _MYSLAB_RELEASE_H
#define _MYSLAB_RELEASE_H

struct myslab_cache;

void release_init(void);
void release_cache(struct myslab_cache *c);
void release_wait(void);

#endif /* _MYSLAB_RELEASE_H */
