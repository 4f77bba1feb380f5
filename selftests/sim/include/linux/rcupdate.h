/* SPDX-License-Identifier: GPL-2.0 */
/* Nothing of it is used by what is simulated. */
#ifndef _SIM_RCUPDATE_H
#define _SIM_RCUPDATE_H

#include <linux/types.h>

#endif /* _SIM_RCUPDATE_H */
