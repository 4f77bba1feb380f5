/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_PREEMPT_H
#define _SIM_PREEMPT_H

#include <linux/types.h>

static inline bool in_nmi(void)
{
	return false;
}

#endif /* _SIM_PREEMPT_H */
