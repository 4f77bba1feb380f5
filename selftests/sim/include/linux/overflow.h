/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_OVERFLOW_H
#define _SIM_OVERFLOW_H

#define check_sub_overflow(a, b, to)	__builtin_sub_overflow(a, b, to)
#define check_mul_overflow(a, b, to)	__builtin_mul_overflow(a, b, to)

#endif /* _SIM_OVERFLOW_H */
