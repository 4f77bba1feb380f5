/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that runs out at a place of the test's choice. */
#ifndef _MYSLAB_TEST_FAULT_H
#define _MYSLAB_TEST_FAULT_H

#include <linux/types.h>

/*
 * Of the arrays that the allocator makes from now on, for whichever cache, CPU or
 * node, the @nth is not to be had; those after it are. False where the kernel has no
 * probes.
 */
bool fail_array(int nth);
/* No more of that; answers whether one failed. */
bool an_array_failed(void);

#endif /* _MYSLAB_TEST_FAULT_H */
