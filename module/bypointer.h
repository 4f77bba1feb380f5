/* SPDX-License-Identifier: GPL-2.0 */
/* What a pointer says of itself, for calls that are given nothing else. */
#ifndef _MYSLAB_BYPOINTER_H
#define _MYSLAB_BYPOINTER_H

#include <linux/types.h>

size_t bypointer_size(const void *p, const char *call);

#endif /* _MYSLAB_BYPOINTER_H */
