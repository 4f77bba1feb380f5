/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_STDDEF_H
#define _SIM_STDDEF_H

#define sizeof_field(type, member) sizeof(((type *)0)->member)

#endif /* _SIM_STDDEF_H */
