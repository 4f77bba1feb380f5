// SPDX-License-Identifier: GPL-2.0
/*
 * Copies between objects and user space: the window that a cache was created with
 * holds, byte by byte, in every object; what is refused is counted once and moves
 * nothing. The user is the process that runs the case, with memory of its own.
 */
#include <linux/mman.h>
#include <linux/uaccess.h>

#include "bad.h"
#include "fixture.h"
#include "suites.h"

#define USER_BYTES	PAGE_SIZE
/* What user memory and objects hold before a copy. */
#define OF_USER		0x75
#define OF_OBJECT	0x6f

/* A cache with a window, an object of it, and memory of the user's. */
struct place {
	struct myslab_cache *cache;
	unsigned int size, useroffset, usersize;
	u8 *obj;
	void __user *user;	/* USER_BYTES, and as many behind them */
	u8 *seen;		/* what the user has */
};

static void close_place(struct place *p)
{
	if (p->obj)
		myslab_cache_free(p->cache, p->obj);
	myslab_cache_destroy(p->cache);
	kfree(p->seen);
	if (p->user)
		vm_munmap((unsigned long)p->user, 2 * USER_BYTES);
}

static bool open_place(struct place *p, unsigned int size, unsigned int useroffset,
		       unsigned int usersize)
{
	unsigned long at;

	*p = (struct place){ .size = size, .useroffset = useroffset, .usersize = usersize };
	at = vm_mmap(NULL, 0, 2 * USER_BYTES, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (!expect(!IS_ERR_VALUE(at)))
		return false;
	p->user = (void __user *)at;
	p->seen = kmalloc(USER_BYTES, GFP_KERNEL);
	p->cache = myslab_cache_create_usercopy("test-usercopy", size, 0, 0, useroffset,
						usersize, NULL);
	if (p->cache)
		p->obj = myslab_cache_alloc(p->cache, GFP_KERNEL);
	if (expect(p->obj && p->seen))
		return true;
	close_place(p);
	return false;
}

static long errors(void)
{
	return look_stat("test-usercopy", ALL_CPUS, "errors");
}

static void reset(struct place *p)
{
	memset(p->obj, OF_OBJECT, p->size);
	memset(p->seen, OF_USER, USER_BYTES);
	expect(!copy_to_user(p->user, p->seen, USER_BYTES));
}

/* The first @nr bytes of @at hold @first, the others to @end @rest. */
static bool holds(const u8 *at, unsigned long nr, u8 first, unsigned long end, u8 rest)
{
	return !memchr_inv(at, first, nr) && !memchr_inv(at + nr, rest, end - nr);
}

/* @n bytes at @offset of the object, both ways, are copied or all refused. */
static void expect_copies(struct place *p, unsigned int offset, unsigned long n,
			  bool allowed)
{
	unsigned long moved = allowed ? n : 0;

	reset(p);
	expect_eq(myslab_copy_to_user(p->user, p->obj + offset, n), n - moved);
	expect(!copy_from_user(p->seen, p->user, USER_BYTES));
	expect(holds(p->seen, moved, OF_OBJECT, USER_BYTES, OF_USER));
	expect(holds(p->obj, p->size, OF_OBJECT, p->size, 0));

	reset(p);
	expect_eq(myslab_copy_from_user(p->obj + offset, p->user, n), n - moved);
	expect(holds(p->obj, offset, OF_OBJECT, offset, 0));
	expect(holds(p->obj + offset, moved, OF_USER, p->size - offset, OF_OBJECT));
	if (test_failed())
		test_note("%lu bytes at %u, window of %u at %u", n, offset, p->usersize,
			  p->useroffset);
}

/* Every place and length, told by looking at each byte. */
static void copies_stay_within(unsigned int size, unsigned int useroffset,
			       unsigned int usersize)
{
	unsigned int offset, n, end = useroffset + usersize;
	long refused = 0, before;
	struct place p;

	if (!open_place(&p, size, useroffset, usersize))
		return;
	before = errors();
	for (offset = 0; offset < size && !test_failed(); offset++) {
		for (n = 1; n <= size - offset; n++) {
			bool allowed = offset >= useroffset && offset + n <= end;

			expect_copies(&p, offset, n, allowed);
			refused += allowed ? 0 : 2;
		}
	}
	expect_eq(errors() - before, refused);
	close_place(&p);
}

static void the_window_is_copied_and_nothing_else(void)
{
	copies_stay_within(24, 8, 7);
}

static void a_window_may_be_the_whole_object(void)
{
	copies_stay_within(24, 0, 24);
}

static void a_window_may_end_with_the_object(void)
{
	copies_stay_within(24, 23, 1);
}

static void without_a_window_nothing_is_copied(void)
{
	copies_stay_within(24, 0, 0);
}

/* Lengths that reach out of the object, and such as wrap around. */
static void no_copy_leaves_its_object(void)
{
	static const unsigned long lengths[] = {
		25, 32, 33, 64, PAGE_SIZE, INT_MAX, UINT_MAX, 1UL << 32, (1UL << 32) + 8,
		LONG_MAX, -24UL, -1UL,
	};
	struct place p;
	long before;
	size_t i;

	if (!open_place(&p, 24, 0, 24))
		return;
	reset(&p);
	before = errors();
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		expect_eq(myslab_copy_to_user(p.user, p.obj, lengths[i]), lengths[i]);
		expect_eq(myslab_copy_from_user(p.obj, p.user, lengths[i]), lengths[i]);
	}
	expect_eq(errors() - before, 2 * ARRAY_SIZE(lengths));
	expect(holds(p.obj, 24, OF_OBJECT, 24, 0));
	close_place(&p);
}

/* Of slabs with colours, with indices on and off them, of several pages. */
static void every_object_has_its_window(void)
{
	static const unsigned int sizes[] = { 40, 64, 700, 1024, 3000, 5000 };
	struct myslab_cache *c;
	void *o[40];
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(sizes); k++) {
		struct place p;

		if (!open_place(&p, sizes[k], 16, 8))
			return;
		c = p.cache;
		if (expect(myslab_cache_alloc_bulk(c, GFP_KERNEL, ARRAY_SIZE(o), o))) {
			for (i = 0; i < ARRAY_SIZE(o); i++) {
				expect(!myslab_copy_to_user(p.user, o[i] + 16, 8));
				expect(!myslab_copy_from_user(o[i] + 20, p.user, 4));
				expect_eq(myslab_copy_to_user(p.user, o[i] + 15, 8), 8);
				expect_eq(myslab_copy_from_user(o[i] + 17, p.user, 8), 8);
			}
			myslab_cache_free_bulk(c, ARRAY_SIZE(o), o);
		}
		close_place(&p);
	}
}

static void nothing_is_copied_with_no_bytes(void)
{
	struct place p;
	long before;

	if (!open_place(&p, 24, 8, 8))
		return;
	before = errors();
	expect_eq(myslab_copy_to_user(p.user, p.obj, 0), 0);
	expect_eq(myslab_copy_from_user(NULL, p.user, 0), 0);
	expect_eq(errors() - before, 0);
	close_place(&p);
}

/* Its window is in memory that may be anybody's by now. */
static void a_free_object_is_refused(void)
{
	struct place p;
	long before;
	u8 *obj;

	if (!open_place(&p, 64, 0, 64))
		return;
	obj = p.obj;
	reset(&p);
	before = errors();
	myslab_cache_free(p.cache, obj);
	p.obj = NULL;
	expect_eq(myslab_copy_to_user(p.user, obj, 8), 8);
	expect_eq(myslab_copy_from_user(obj, p.user, 8), 8);
	expect_eq(errors() - before, 2);
	expect(!copy_from_user(p.seen, p.user, USER_BYTES));
	expect(holds(p.seen, USER_BYTES, OF_USER, USER_BYTES, 0));
	close_place(&p);
}

/* Refused where they are no caches' of ours, and counted for all. */
static void what_is_not_ours_is_refused(void)
{
	const struct bad *bad;
	struct place p;
	long before;
	size_t nr, i;

	if (!open_place(&p, 64, 0, 64))
		return;
	bad = bad_pointers(&nr);
	before = look_total("errors");
	for (i = 0; i < nr; i++) {
		expect_eq(myslab_copy_to_user(p.user, bad[i].p, 8), 8);
		expect_eq(myslab_copy_from_user(bad[i].p, p.user, 8), 8);
		if (test_failed()) {
			test_note("%s", bad[i].what);
			break;
		}
	}
	expect(nr && look_total("errors") - before == 2 * nr);
	expect_eq(errors(), 0);
	bad_release();
	close_place(&p);
}

/* As from copy_from_user(): what user space has not is told, and zeroed. */
static void user_space_may_end_early(void)
{
	void __user *last;
	struct place p;

	if (!open_place(&p, 64, 0, 64))
		return;
	reset(&p);
	last = p.user + USER_BYTES - 16;
	if (expect(!vm_munmap((unsigned long)p.user + USER_BYTES, USER_BYTES))) {
		expect_eq(myslab_copy_to_user(last, p.obj, 64), 48);
		memset(p.obj, 0xff, 64);
		expect_eq(myslab_copy_from_user(p.obj, last, 64), 48);
		expect(holds(p.obj, 16, OF_OBJECT, 64, 0));
	}
	close_place(&p);
}

static void a_struct_has_the_window_of_its_field(void)
{
	struct shown {
		unsigned long secret, open[2], hidden;
	} *s;
	struct myslab_cache *c = MYSLAB_CACHE_USERCOPY(shown, 0, open);
	struct place p;

	if (expect(c) && open_place(&p, 64, 0, 0)) {
		s = myslab_cache_alloc(c, GFP_KERNEL);
		if (expect(s)) {
			expect_eq(myslab_copy_to_user(p.user, s->open, 16), 0);
			expect_eq(myslab_copy_to_user(p.user, &s->secret, 16), 16);
			expect_eq(myslab_copy_to_user(p.user, &s->open[1], 16), 16);
		}
		myslab_cache_free(c, s);
		close_place(&p);
	}
	myslab_cache_destroy(c);
}

static const struct test_case cases[] = {
	CASE(the_window_is_copied_and_nothing_else),
	CASE(a_window_may_be_the_whole_object),
	CASE(a_window_may_end_with_the_object),
	CASE(without_a_window_nothing_is_copied),
	CASE(no_copy_leaves_its_object),
	CASE(every_object_has_its_window),
	CASE(nothing_is_copied_with_no_bytes),
	CASE(a_free_object_is_refused),
	CASE(what_is_not_ours_is_refused),
	CASE(user_space_may_end_early),
	CASE(a_struct_has_the_window_of_its_field),
};

SUITE(usercopy);
