// SPDX-License-Identifier: GPL-2.0
/*
 * A client that goes without tidying up (R28). What it does it does when it is
 * loaded, as `what` says:
 *
 *   leave   destroys a cache with an object out, and keeps the object
 *   fetch   frees that object
 *   forget  makes a cache, uses it, and never destroys it
 */
#include <linux/module.h>
#include <linux/string.h>

#include <myslab/myslab.h>

#include "keep.h"

static char *what = "";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "leave, fetch or forget");

static void construct(void *obj)
{
	memset(obj, 0x33, 128);
}

static int leave(void)
{
	struct myslab_cache *c;

	c = myslab_cache_create("left-behind", 128, 0, 0, construct);
	if (!c)
		return -ENOMEM;
	myslab_kept.cache = c;
	myslab_kept.obj = myslab_cache_alloc(c, GFP_KERNEL);
	myslab_cache_destroy(c);
	return myslab_kept.obj ? 0 : -ENOMEM;
}

/* The object is as it was, and still of its cache. */
static int fetch(void)
{
	if (!myslab_kept.obj || myslab_cache_of(myslab_kept.obj) != myslab_kept.cache ||
	    memchr_inv(myslab_kept.obj, 0x33, 128))
		return -EUCLEAN;
	myslab_cache_free(myslab_kept.cache, myslab_kept.obj);
	myslab_kept.obj = NULL;
	return 0;
}

static int forget(void)
{
	struct myslab_cache *c;
	void *obj;

	c = myslab_cache_create("forgotten", 128, 0, 0, construct);
	if (!c)
		return -ENOMEM;
	obj = myslab_cache_alloc(c, GFP_KERNEL);
	myslab_cache_free(c, obj);
	return obj ? 0 : -ENOMEM;
}

static int __init myslab_test_leave_init(void)
{
	if (!strcmp(what, "leave"))
		return leave();
	if (!strcmp(what, "fetch"))
		return fetch();
	if (!strcmp(what, "forget"))
		return forget();
	return -EINVAL;
}

static void __exit myslab_test_leave_exit(void)
{
}

module_init(myslab_test_leave_init);
module_exit(myslab_test_leave_exit);

MODULE_DESCRIPTION("A client of myslab that goes without tidying up");
MODULE_AUTHOR("The myslab developers");
MODULE_LICENSE("GPL");
