/* SPDX-License-Identifier: GPL-2.0 */
/* Caches that were destroyed with objects out (R28). */
#ifndef _MYSLAB_LEAK_H
#define _MYSLAB_LEAK_H

#include "internal.h"

/* Objects whose memory stays behind when the module goes. M. */
extern unsigned long leak_abandoned;

void leak_adopt(struct myslab_cache *c);
void leak_put(struct myslab_cache *c, void *obj, int node);
bool leak_report_alloc(struct myslab_cache *c);

/* An allocation from a cache that is destroyed answers NULL. */
static inline bool leak_refuses_alloc(struct myslab_cache *c)
{
	return unlikely(READ_ONCE(c->leaked)) && leak_report_alloc(c);
}

#endif /* _MYSLAB_LEAK_H */
