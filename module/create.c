// SPDX-License-Identifier: GPL-2.0
/* Caches are made and released here; what they consist of is parts.c. */
#include <linux/cpu.h>
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/random.h>

#include "alien.h"
#include "cache.h"
#include "checkers.h"
#include "compat/slab_flags.h"
#include "debugfs.h"
#include "params.h"
#include "release.h"

/* R2: slabs stay small where memory is. */
#define SMALL_MACHINE_PAGES	((32UL << 20) >> PAGE_SHIFT)

/* Descriptors come from here; it comes from kmalloc. */
static struct myslab_cache *descriptor_cache;

/* Off-slab free indices, by log2 of their bytes; the largest index has 255 bytes. */
#define INDEX_CACHE_FIRST	4
#define INDEX_CACHES		(MYSLAB_NUM_MAX > 255 ? 14 : 5)
static struct myslab_cache *index_caches[INDEX_CACHES];

static struct myslab_cache *index_cache_for(unsigned int num)
{
	return index_caches[ilog2(layout_off_slab_bytes(num)) - INDEX_CACHE_FIRST];
}

/* As the kernel: small objects share a cache line, no object straddles one. */
static unsigned int wanted_align(unsigned int size, unsigned int align,
				 slab_flags_t flags)
{
	if (flags & SLAB_HWCACHE_ALIGN) {
		unsigned int line = cache_line_size();

		while (size <= line / 2)
			line /= 2;
		align = max(align, line);
	}
	return max_t(unsigned int, align, ARCH_SLAB_MINALIGN);
}

static int compute_layout(struct myslab_cache *c, unsigned int align)
{
	const struct myslab_layout_request req = {
		.size = c->object_size + checkers_redzone(c->object_size),
		.align = wanted_align(c->object_size, align, c->flags),
		.keeps_content = c->ctor || (c->flags & SLAB_TYPESAFE_BY_RCU),
		.zeroed_when_free = want_init_on_free(),
		.reclaimable = c->flags & SLAB_RECLAIM_ACCOUNT,
		.no_off_slab = c->flags & SLAB_NOLEAKTRACE,
		.line = cache_line_size(),
		.max_order = totalram_pages() > SMALL_MACHINE_PAGES ? 1 : 0,
		.last_order = KMALLOC_MAX_ORDER,
		.frugal = c->is_auto && !(c->flags & SLAB_RECLAIM_ACCOUNT),
	};
	int err = myslab_layout_compute(&req, &c->layout);

	if (err)
		return err;
	c->slab_base = -layout_slab_bytes(&c->layout);
	if (!req.keeps_content)
		c->mark_offset = layout_mark_offset(c->layout.size);
	if (c->layout.placement == MYSLAB_INDEX_OFF_SLAB)
		c->index_cache = index_cache_for(c->layout.num);
	return 0;
}

static gfp_t zone_gfp(slab_flags_t flags)
{
	gfp_t gfp = 0;

	if (flags & SLAB_CACHE_DMA)
		gfp |= GFP_DMA;
	if (flags & SLAB_CACHE_DMA32)
		gfp |= GFP_DMA32;
	if (flags & SLAB_RECLAIM_ACCOUNT)
		gfp |= __GFP_RECLAIMABLE;
	if (flags & SLAB_ACCOUNT)
		gfp |= __GFP_ACCOUNT;
	return gfp;
}

/* Free a cache, or what there is of one: nobody can come by it. */
void cache_free(struct myslab_cache *c)
{
	cache_free_parts(c);
	/* The first one comes from kmalloc, whether it was finished or not. */
	if (!descriptor_cache || c == descriptor_cache)
		kfree(c);
	else
		myslab_cache_free(descriptor_cache, c);
}

/* One line that says what is wrong with what create was asked for; 0: nothing is. */
static int check_name(const char *name)
{
	const char *p;

	if (!name || !*name) {
		pr_err("cache refused: it has no name\n");
		return -EINVAL;
	}
	if (strnlen(name, MYSLAB_NAME_MAX + 1) > MYSLAB_NAME_MAX) {
		pr_err("cache refused: name longer than %d bytes: %32pE...\n",
		       MYSLAB_NAME_MAX, name);
		return -ENAMETOOLONG;
	}
	for (p = name; *p; p++) {
		if (!isascii(*p) || !isgraph(*p)) {
			pr_err("cache \"%*pE\" refused: a name is printable and has no space\n",
			       (int)strlen(name), name);
			return -EINVAL;
		}
	}
	return 0;
}

/* What a caller of create asks for. */
struct request {
	const char *name;
	unsigned int size, align;
	slab_flags_t flags;
	unsigned int useroffset, usersize;
	void (*ctor)(void *object);
	enum myslab_mode mode;
};

/* The window is empty or within the object. */
static int check_window(const struct request *r)
{
	if (r->usersize <= r->size && r->useroffset <= r->size - r->usersize &&
	    (r->usersize || !r->useroffset))
		return 0;
	pr_err("%s refused: user copies of %u bytes at %u do not fit into %u bytes\n",
	       r->name, r->usersize, r->useroffset, r->size);
	return -EINVAL;
}

static int check_flags(const char *name, slab_flags_t flags)
{
	if ((flags & SLAB_CACHE_DMA) && (flags & SLAB_CACHE_DMA32)) {
		pr_err("%s refused: SLAB_CACHE_DMA and SLAB_CACHE_DMA32 exclude each other\n",
		       name);
		return -EINVAL;
	}
	if (flags & ~MYSLAB_FLAGS_PERMITTED) {
		pr_err("%s refused: unknown flags %#lx\n", name,
		       (__force unsigned long)(flags & ~MYSLAB_FLAGS_PERMITTED));
		return -EINVAL;
	}
	return 0;
}

static int check_request(const struct request *r)
{
	int err = check_name(r->name);

	if (err)
		return err;
	if (r->mode > MYSLAB_MODE_FIXED) {
		pr_err("%s refused: there is no mode %u\n", r->name, r->mode);
		return -EINVAL;
	}
	if (!r->size || r->size > KMALLOC_MAX_SIZE) {
		pr_err("%s refused: object size %u is not 1 to %lu\n", r->name, r->size,
		       KMALLOC_MAX_SIZE);
		return -EINVAL;
	}
	if (r->align & (r->align - 1)) {
		pr_err("%s refused: align %u is not a power of two\n", r->name, r->align);
		return -EINVAL;
	}
	err = check_flags(r->name, r->flags);
	return err ? err : check_window(r);
}

/* Name it, give it an id, and its parts. Under cpus_read_lock and caches_mutex. */
static int cache_setup(struct myslab_cache *c, const char *name)
{
	int err;

	if (cache_by_name(name)) {
		pr_err("%s refused: there is a cache of that name\n", name);
		return -EEXIST;
	}
	strscpy(c->name, name, sizeof(c->name));
	c->name_hash = cache_name_hash(c->name);
	err = cache_register(c);
	if (err)
		return err;
	err = cache_add_parts(c);
	if (err) {
		cache_forget_id(c);
		return err;
	}
	list_add_tail(&c->registered, &caches);
	debugfs_add_cache(c);
	return 0;
}

static struct myslab_cache *descriptor_alloc(void)
{
	if (descriptor_cache)
		return myslab_cache_zalloc(descriptor_cache, GFP_KERNEL);
	return kzalloc(struct_size(descriptor_cache, node, nr_node_ids), GFP_KERNEL);
}

static bool is_auto(enum myslab_mode mode)
{
	if (mode == MYSLAB_MODE_DEFAULT)
		mode = READ_ONCE(param_mode);
	return mode == MYSLAB_MODE_AUTO;
}

static struct myslab_cache *create(const struct request *r)
{
	struct myslab_cache *c;
	int err;

	err = check_request(r);
	if (err)
		return ERR_PTR(err);
	c = descriptor_alloc();
	if (!c) {
		pr_err("%s refused: no memory for its descriptor\n", r->name);
		return ERR_PTR(-ENOMEM);
	}
	c->is_auto = is_auto(r->mode);
	c->object_size = r->size;
	c->flags = r->flags & MYSLAB_FLAGS_KEPT;
	c->growth_gfp = zone_gfp(r->flags);
	c->useroffset = r->useroffset;
	c->usersize = r->usersize;
	c->ctor = r->ctor;
	c->mark_key = get_random_u64();
	c->self = cache_self(c);
	INIT_WORK(&c->alien_work, alien_work);

	err = compute_layout(c, r->align);
	if (err) {
		pr_err("%s refused: no slab holds an object of %u bytes aligned to %u\n",
		       r->name, r->size, r->align);
	} else {
		cache_set_tunables(c);
		cpus_read_lock();
		mutex_lock(&caches_mutex);
		err = cache_setup(c, r->name);
		mutex_unlock(&caches_mutex);
		cpus_read_unlock();
	}
	if (!err)
		return c;
	if (err == -ENOMEM || err == -ENOSPC)
		pr_err("%s refused: no memory, or no id, for the cache\n", r->name);
	cache_free(c);
	return ERR_PTR(err);
}

static struct myslab_cache *create_or_panic(const struct request *r)
{
	struct myslab_cache *c;

	might_sleep();
	c = create(r);
	if (!IS_ERR(c))
		return c;
	if (r->flags & SLAB_PANIC)
		panic("myslab: cannot create cache %s: error %ld\n",
		      r->name ? r->name : "(null)", PTR_ERR(c));
	return NULL;
}

/**
 * myslab_cache_create() - make a cache
 * @name: 1 to MYSLAB_NAME_MAX printable bytes without a space, and no other cache's
 *        name; copied
 * @size: of an object, in bytes, 1 to KMALLOC_MAX_SIZE
 * @align: of an object, in bytes, a power of two; 0: of a pointer
 * @flags: the kernel's SLAB_* flags; those that are accepted and do nothing here
 *         stand in the README
 * @ctor: run once for each object when its slab is made (R5), with nothing locked;
 *        an object must be in that state again when it is freed; or NULL
 *
 * No byte of its objects may be copied to or from user space by myslab_copy_to_user()
 * and myslab_copy_from_user(): see myslab_cache_create_usercopy().
 *
 * Source: R1-R9. The module parameters limit, batchcount and shared take the place
 * of R6 and R7 where they are set.
 *
 * Context: Process context, may sleep. Takes cpu_hotplug_lock and caches_mutex.
 * Return: the cache; NULL, and one line in the log, where the request is not one or
 * memory ran out. With SLAB_PANIC the machine panics instead.
 */
struct myslab_cache *myslab_cache_create(const char *name, unsigned int size,
					 unsigned int align, slab_flags_t flags,
					 void (*ctor)(void *))
{
	return myslab_cache_create_usercopy(name, size, align, flags, 0, 0, ctor);
}
EXPORT_SYMBOL_GPL(myslab_cache_create);

/**
 * myslab_cache_create_usercopy() - make a cache with a window for user space
 * @name: see myslab_cache_create()
 * @size: see myslab_cache_create()
 * @align: see myslab_cache_create()
 * @flags: see myslab_cache_create()
 * @useroffset: first byte of an object that may be copied to or from user space
 * @usersize: how many bytes from there may be; 0: none, and @useroffset is 0 too
 * @ctor: see myslab_cache_create()
 *
 * The kernel's own checks of user copies know only its own caches. The window holds
 * for myslab_copy_to_user() and myslab_copy_from_user().
 *
 * Context: as myslab_cache_create().
 * Return: as myslab_cache_create(); a window that does not lie within the object is
 * refused like any other bad request.
 */
struct myslab_cache *
myslab_cache_create_usercopy(const char *name, unsigned int size, unsigned int align,
			     slab_flags_t flags, unsigned int useroffset,
			     unsigned int usersize, void (*ctor)(void *))
{
	const struct request r = {
		.name = name,
		.size = size,
		.align = align,
		.flags = flags,
		.useroffset = useroffset,
		.usersize = usersize,
		.ctor = ctor,
	};

	return create_or_panic(&r);
}
EXPORT_SYMBOL_GPL(myslab_cache_create_usercopy);

/**
 * myslab_cache_create_mode() - make a cache whose mode is its client's choice
 * @mode: MYSLAB_MODE_AUTO, MYSLAB_MODE_FIXED, or MYSLAB_MODE_DEFAULT for what the
 *        module's parameter says
 * @name: see myslab_cache_create()
 * @size: see myslab_cache_create()
 * @align: see myslab_cache_create()
 * @flags: see myslab_cache_create()
 * @ctor: see myslab_cache_create()
 *
 * Fixed follows R1-R37. Auto differs where A1 and the rules behind it say so.
 *
 * Context: as myslab_cache_create().
 * Return: as myslab_cache_create().
 */
struct myslab_cache *myslab_cache_create_mode(enum myslab_mode mode, const char *name,
					      unsigned int size, unsigned int align,
					      slab_flags_t flags, void (*ctor)(void *))
{
	const struct request r = {
		.name = name,
		.size = size,
		.align = align,
		.flags = flags,
		.ctor = ctor,
		.mode = mode,
	};

	return create_or_panic(&r);
}
EXPORT_SYMBOL_GPL(myslab_cache_create_mode);

/* The caches that caches are made of. */
int __init create_init(void)
{
	const struct request descriptor = {
		.name = "myslab-cache",
		.size = struct_size(descriptor_cache, node, nr_node_ids),
		.flags = SLAB_HWCACHE_ALIGN | SLAB_TYPESAFE_BY_RCU | SLAB_NOLEAKTRACE,
		.mode = MYSLAB_MODE_FIXED,
	};
	struct myslab_cache *c;
	unsigned int i;

	release_init();
	c = create(&descriptor);
	if (IS_ERR(c))
		return PTR_ERR(c);
	/*
	 * It kept the index on the slab. A cache's parts are found through its descriptor
	 * alone, so that kmemleak has to know descriptors.
	 */
	c->flags &= ~SLAB_NOLEAKTRACE;
	descriptor_cache = c;
	for (i = 0; i < INDEX_CACHES; i++) {
		char name[32];
		const struct request index = {
			.name = name,
			.size = 1U << (INDEX_CACHE_FIRST + i),
			.align = 16,
			.flags = SLAB_NOLEAKTRACE,
			.mode = MYSLAB_MODE_FIXED,
		};

		snprintf(name, sizeof(name), "myslab-index-%u", index.size);
		c = create(&index);
		if (IS_ERR(c)) {
			create_exit();
			return PTR_ERR(c);
		}
		index_caches[i] = c;
	}
	return 0;
}

/* One of the caches that caches are made of? */
bool create_is_own(const struct myslab_cache *c)
{
	unsigned int i;

	for (i = 0; i < INDEX_CACHES; i++)
		if (c == index_caches[i])
			return true;
	return c == descriptor_cache;
}

/*
 * Ours go last, and the one that the others' descriptors are from when they are back
 * in it.
 */
void create_exit(void)
{
	unsigned int i;

	for (i = 0; i < INDEX_CACHES; i++)
		myslab_cache_destroy(index_caches[i]);
	release_wait();
	myslab_cache_destroy(descriptor_cache);
	release_wait();
}
