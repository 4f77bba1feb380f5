// SPDX-License-Identifier: GPL-2.0
/* The suite of twice.c with the hit paths inline. */
#include "inlined.h"
#include "twice.c"
