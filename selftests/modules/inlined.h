/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included first by a file that compiles another one's suite once more, with the hit
 * paths inline: what holds of the calls holds of what stands in for them.
 */
#ifndef _MYSLAB_TEST_INLINED_H
#define _MYSLAB_TEST_INLINED_H

#define MYSLAB_INLINE
#include "fixture.h"

static __maybe_unused void *take_inlined(struct pool *p)
{
	void *obj = myslab_cache_alloc(p->cache, GFP_KERNEL);

	expect(obj);
	return obj;
}

static __maybe_unused void give_inlined(struct pool *p, void *obj)
{
	myslab_cache_free(p->cache, obj);
}

#define take	take_inlined
#define give	give_inlined

#undef SUITE
#define SUITE(label)							\
	struct test_suite suite_##label##_inlined = {			\
		.name = #label "_inlined",				\
		.cases = cases,						\
		.nr = ARRAY_SIZE(cases),				\
	}

#endif /* _MYSLAB_TEST_INLINED_H */
