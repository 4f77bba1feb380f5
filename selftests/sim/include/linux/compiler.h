/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_COMPILER_H
#define _SIM_COMPILER_H

#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, val)	(*(volatile typeof(x) *)&(x) = (val))
#define barrier()		__asm__ __volatile__("" : : : "memory")
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)

#ifndef __always_inline
#define __always_inline		inline __attribute__((__always_inline__))
#endif
#define OPTIMIZER_HIDE_VAR(var)	__asm__("" : "+r" (var))
#define __no_kasan_or_inline	__always_inline
#define __must_check		__attribute__((warn_unused_result))
#define __noreturn		__attribute__((__noreturn__))
#define __printf(a, b)		__attribute__((__format__(printf, a, b)))
#define __malloc		__attribute__((malloc))
#define __assume_slab_alignment
#define __assume_kmalloc_alignment
#define __alloc_size(...)
#define __realloc_size(n)
#define __percpu
#define __force
#define __user
#define __init
#define __ro_after_init

#undef static_assert
#define static_assert(expr)	_Static_assert(expr, #expr)

#endif /* _SIM_COMPILER_H */
