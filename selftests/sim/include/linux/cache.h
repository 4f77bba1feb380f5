/* SPDX-License-Identifier: GPL-2.0 */
/* Nothing of it is used by what is simulated. */
#ifndef _SIM_CACHE_H
#define _SIM_CACHE_H

#include <linux/types.h>

#endif /* _SIM_CACHE_H */
