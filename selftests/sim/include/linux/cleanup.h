/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_CLEANUP_H
#define _SIM_CLEANUP_H

#define DEFINE_FREE(name, type, free)

#endif /* _SIM_CLEANUP_H */
