/* SPDX-License-Identifier: GPL-2.0 */
/* __GFP_ATOMIC, which lets a request dig deeper into the reserves, went in 6.4. */
#ifndef _MYSLAB_COMPAT_GFP_H
#define _MYSLAB_COMPAT_GFP_H

#include <linux/gfp.h>

#ifdef __GFP_ATOMIC
#define MYSLAB_GFP_ATOMIC_BIT	__GFP_ATOMIC
#else
#define MYSLAB_GFP_ATOMIC_BIT	0
#endif

#endif /* _MYSLAB_COMPAT_GFP_H */
