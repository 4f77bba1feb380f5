// SPDX-License-Identifier: GPL-2.0
/* The fault of this build: BUSTED=n. */
#include "busted.h"

const unsigned int myslab_busted = MYSLAB_BUSTED_FAULT;
