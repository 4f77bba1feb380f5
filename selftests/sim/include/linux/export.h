/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_LINUX_EXPORT_H
#define _SIM_LINUX_EXPORT_H

#define EXPORT_SYMBOL_GPL(symbol)	struct sim_nothing

#endif /* _SIM_LINUX_EXPORT_H */
