// SPDX-License-Identifier: GPL-2.0
/*
 * The timed loops once more, compiled as a client's file is that asks for the hit paths:
 * the same text, another myslab_cache_alloc() and _free().
 */
#define MYSLAB_INLINE
#include "stress_loops.c"

/* Here both are macros, where the header has the paths on this kernel. */
#ifdef myslab_cache_free
const bool bench_has_inline = true;
#else
const bool bench_has_inline;
#endif
