/* SPDX-License-Identifier: GPL-2.0 */
/*
 * debugfs myslab/: `pages`, and for each cache a directory with `stats`, `nodes` and
 * `slabs`. A file's reader keeps its cache: debugfs waits for it at removal, under
 * caches_mutex, which the readers therefore never take.
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
