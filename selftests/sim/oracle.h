/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shape of a slab by the text of R1 to R4, worked out the long way: every order
 * is looked at, every candidate kept, and then one chosen. Nothing of layout.c.
 */
#ifndef _SIM_ORACLE_H
#define _SIM_ORACLE_H

#include "layout.h"

struct oracle_shape {
	unsigned long size, num, order, left_over, colour_off, colours;
	enum myslab_placement placement;
};

/* False: no slab holds an object. */
bool oracle(const struct myslab_layout_request *req, struct oracle_shape *out);

#endif /* _SIM_ORACLE_H */
