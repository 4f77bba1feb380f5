/* SPDX-License-Identifier: GPL-2.0 */
/* What the stub headers need of the simulation itself. */
#ifndef _SIM_H
#define _SIM_H

#include <linux/compiler.h>

/*
 * Where a stub finds that the core broke a kernel's rule: a lock that is not held,
 * a page freed twice. Ends the case as failed, unless the case expects just that.
 */
void __noreturn __printf(1, 2) sim_bug(const char *fmt, ...);

#endif /* _SIM_H */
