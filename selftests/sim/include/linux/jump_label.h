/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_JUMP_LABEL_H
#define _SIM_JUMP_LABEL_H

#include <linux/types.h>

#define DECLARE_STATIC_KEY_FALSE(name)	extern bool name

#endif /* _SIM_JUMP_LABEL_H */
