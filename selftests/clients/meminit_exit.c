// SPDX-License-Identifier: GPL-2.0
/* lib/test_meminit.c has no end, and would stay loaded, and this module with it. */
#include <linux/module.h>

static void __exit meminit_exit(void)
{
}
module_exit(meminit_exit);
