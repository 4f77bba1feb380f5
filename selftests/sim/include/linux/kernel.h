/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_KERNEL_H
#define _SIM_KERNEL_H

#include <linux/minmax.h>
#include <linux/types.h>

#define ALIGN(x, a)	(((x) + (typeof(x))(a) - 1) & ~((typeof(x))(a) - 1))

#define container_of(ptr, type, member) \
	((type *)((void *)(ptr) - offsetof(type, member)))

#endif /* _SIM_KERNEL_H */
