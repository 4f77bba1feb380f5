/* SPDX-License-Identifier: GPL-2.0 */
/* Pointers that are no object of any cache of ours, one of each kind there is. */
#ifndef _MYSLAB_TEST_BAD_H
#define _MYSLAB_TEST_BAD_H

#include <linux/types.h>

struct bad {
	const char *what;
	void *p;
};

/* The list and its length. What it needed is held until bad_release(). */
const struct bad *bad_pointers(size_t *nr);
void bad_release(void);

#endif /* _MYSLAB_TEST_BAD_H */
