/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_RANDOM_H
#define _SIM_RANDOM_H

#include <linux/types.h>

u64 get_random_u64(void);

#endif /* _SIM_RANDOM_H */
