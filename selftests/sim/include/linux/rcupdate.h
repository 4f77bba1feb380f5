/* SPDX-License-Identifier: GPL-2.0 */
/* There is one thread. */
#ifndef _SIM_RCUPDATE_H
#define _SIM_RCUPDATE_H

#include <linux/types.h>

static inline void rcu_read_lock(void) { }
static inline void rcu_read_unlock(void) { }

#endif /* _SIM_RCUPDATE_H */
