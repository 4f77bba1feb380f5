// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps an object for myslab_test_leave while that is not loaded. It knows nothing
 * of the allocator and so does not pin it.
 */
#include <linux/export.h>
#include <linux/module.h>

#include "keep.h"

struct kept myslab_kept;
EXPORT_SYMBOL_GPL(myslab_kept);

MODULE_DESCRIPTION("Keeps an object for a client of myslab that went");
MODULE_AUTHOR("The myslab developers");
MODULE_LICENSE("GPL");
