// SPDX-License-Identifier: GPL-2.0
/* The suite of refuse.c with the hit paths inline. */
#include "inlined.h"
#include "refuse.c"
