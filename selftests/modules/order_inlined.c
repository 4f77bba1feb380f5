// SPDX-License-Identifier: GPL-2.0
/* The suite of order.c with the hit paths inline. */
#include "inlined.h"
#include "order.c"
