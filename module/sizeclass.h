/* SPDX-License-Identifier: GPL-2.0 */
/* The caches that myslab_kmalloc() allocates from. */
#ifndef _MYSLAB_SIZECLASS_H
#define _MYSLAB_SIZECLASS_H

int sizeclass_init(void);
void sizeclass_exit(void);

#endif /* _MYSLAB_SIZECLASS_H */
