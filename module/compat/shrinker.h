/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Since 6.7 a shrinker is allocated by the kernel; until then its owner embeds it.
 * shrinker_alloc() is a function, which the preprocessor cannot see, so the version
 * decides.
 */
#ifndef _MYSLAB_COMPAT_SHRINKER_H
#define _MYSLAB_COMPAT_SHRINKER_H

#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)

static inline struct shrinker *shrinker_alloc(unsigned int flags, const char *name)
{
	struct shrinker *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (s)
		s->flags = flags;
	return s;
}

static inline int myslab_shrinker_register(struct shrinker *s, const char *name)
{
	return register_shrinker(s, "%s", name);
}

static inline void shrinker_free(struct shrinker *s)
{
	unregister_shrinker(s);
	kfree(s);
}

#else

static inline int myslab_shrinker_register(struct shrinker *s, const char *name)
{
	shrinker_register(s);
	return 0;
}

#endif
#endif /* _MYSLAB_COMPAT_SHRINKER_H */
