/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The word of struct page that belongs to the page's owner is called index until
 * 6.15; later it is the folio's, with a name that the preprocessor cannot see.
 */
#ifndef _MYSLAB_COMPAT_PAGE_H
#define _MYSLAB_COMPAT_PAGE_H

#include <linux/mm_types.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define MYSLAB_PAGE_INDEX	__folio_index
#else
#define MYSLAB_PAGE_INDEX	index
#endif

#endif /* _MYSLAB_COMPAT_PAGE_H */
