/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_LOCKDEP_H
#define _SIM_LOCKDEP_H

#include <linux/spinlock.h>

#define lockdep_assert_held(lock) do {					\
	if (!(lock)->held)						\
		sim_bug("lock: %s wants it held", __func__);		\
} while (0)

#endif /* _SIM_LOCKDEP_H */
