/* SPDX-License-Identifier: GPL-2.0 */
/*
 * debugfs myslab/: `pages`, `totals` and `reap`, and for each cache a directory with
 * `stats`, `nodes`, `slabs` and `tunables`. Whoever reads or writes a file of a cache
 * keeps it: debugfs waits for them at removal, under caches_mutex, which readers therefore
 * never take, and which a writer to `tunables` only tries.
 */
#ifndef _MYSLAB_DEBUGFS_H
#define _MYSLAB_DEBUGFS_H

#include "internal.h"

void debugfs_init(void);
void debugfs_exit(void);
void debugfs_add_cache(struct myslab_cache *c);
void debugfs_remove_cache(struct myslab_cache *c);
void debugfs_rename_leaked(struct myslab_cache *c);

#endif /* _MYSLAB_DEBUGFS_H */
