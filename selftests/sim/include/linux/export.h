/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_EXPORT_H
#define _SIM_EXPORT_H

/* Takes the semicolon that follows. */
#define EXPORT_SYMBOL_GPL(symbol)	struct sim_nothing

#endif /* _SIM_EXPORT_H */
