/* SPDX-License-Identifier: GPL-2.0 */
/* What of a cache is with callers, told to the log. */
#ifndef _MYSLAB_HOLDERS_H
#define _MYSLAB_HOLDERS_H

#include "internal.h"

void holders_report(struct myslab_cache *c);

#endif /* _MYSLAB_HOLDERS_H */
