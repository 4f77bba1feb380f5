/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_SLAB_H
#define _SIM_SLAB_H

#include <linux/types.h>

#define SLAB_RECLAIM_ACCOUNT	0x20000u

#endif /* _SIM_SLAB_H */
