/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_MINMAX_H
#define _SIM_MINMAX_H

/* As the kernel's: each argument once, and of one type. */
#define sim_compare(x, y, op) ({		\
	typeof(x) _x = (x);			\
	typeof(y) _y = (y);			\
	(void)(&_x == &_y);			\
	_x op _y ? _x : _y; })

#define min(x, y)		sim_compare(x, y, <)
#define max(x, y)		sim_compare(x, y, >)
#define min_t(type, x, y)	min((type)(x), (type)(y))
#define max_t(type, x, y)	max((type)(x), (type)(y))

#define min3(x, y, z) ({			\
	typeof(x) _min = min(x, y);		\
	min(_min, z); })

#endif /* _SIM_MINMAX_H */
