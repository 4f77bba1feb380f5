// SPDX-License-Identifier: GPL-2.0
/*
 * A client of the kernel's object caches that Kbuild compiles with kmem_compat.h: what
 * it asks the kernel for comes from here, whichever call asks, and as the kernel would
 * have given it.
 */
#include <linux/fs.h>
#include <linux/mempool.h>
#include <linux/slab.h>

#include "fixture.h"
#include "suites.h"

struct kmem_thing {
	unsigned int number;
	char text[36];
	struct rcu_head rcu;
};

/* The cache of @obj is ours, and is the one that @s says it is. */
static bool is_of(struct kmem_cache *s, const void *obj)
{
	return obj && (void *)myslab_cache_of(obj) == (void *)s;
}

static bool is_listed(const char *name)
{
	struct info info;

	return look_info(name, &info);
}

static void every_alloc_comes_from_ours(void)
{
	struct kmem_cache *s = KMEM_CACHE(kmem_thing, 0);
	struct list_lru *no_lru = NULL;
	void *obj[4] = {};
	unsigned int i;

	if (!expect(s))
		return;
	expect(is_listed("kmem_thing"));
	obj[0] = kmem_cache_alloc(s, GFP_KERNEL);
	obj[1] = kmem_cache_zalloc(s, GFP_KERNEL_ACCOUNT);
	obj[2] = kmem_cache_alloc_node(s, GFP_KERNEL, here());
	obj[3] = kmem_cache_alloc_lru(s, no_lru, GFP_KERNEL);
	for (i = 0; i < ARRAY_SIZE(obj); i++)
		expect(is_of(s, obj[i]));
	expect(!memchr_inv(obj[1], 0, sizeof(struct kmem_thing)));
	expect_eq(kmem_cache_size(s), sizeof(struct kmem_thing));
	for (i = 0; i < ARRAY_SIZE(obj); i++)
		kmem_cache_free(s, obj[i]);
	kmem_cache_destroy(s);
	expect(!is_listed("kmem_thing"));
}

/* Its type, and so what success is, differs between kernels: an int, or a bool. */
static void bulk_answers_as_the_kernel_does(void)
{
	struct kmem_cache *s = KMEM_CACHE(kmem_thing, 0);
	void *obj[30];
	const long want = __same_type(kmem_cache_alloc_bulk(s, 0, 0, obj), bool) ?
			  true : ARRAY_SIZE(obj);
	unsigned int i;
	long got;

	if (!expect(s))
		return;
	got = kmem_cache_alloc_bulk(s, GFP_KERNEL, ARRAY_SIZE(obj), obj);
	expect_eq(got, want);
	for (i = 0; got && i < ARRAY_SIZE(obj); i++)
		expect(is_of(s, obj[i]));
	if (got)
		kmem_cache_free_bulk(s, ARRAY_SIZE(obj), obj);
	kmem_cache_destroy(s);
}

static void a_name_in_use_gets_a_number(void)
{
	static const char *const listed[] = { "kmem-twin", "kmem-twin-2", "kmem-twin-3" };
	struct kmem_cache *s[3];
	unsigned int i;

	for (i = 0; i < 3; i++) {
		s[i] = kmem_cache_create("kmem-twin", 40, 0, 0, NULL);
		expect(s[i]);
		expect(is_listed(listed[i]));
	}
	kmem_cache_destroy(s[1]);
	expect(!is_listed("kmem-twin-2"));
	s[1] = kmem_cache_create("kmem-twin", 40, 0, 0, NULL);
	expect(is_listed("kmem-twin-2"));
	for (i = 0; i < 3; i++)
		kmem_cache_destroy(s[i]);
}

/* The kernel takes any string. */
static void any_name_will_do(void)
{
	static const char blank[] = "kmem two words\n";
	char name[200];
	struct kmem_cache *s[4];
	unsigned int i;

	memset(name, 'k', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	s[0] = kmem_cache_create(blank, 40, 0, 0, NULL);
	s[1] = kmem_cache_create(name, 40, 0, 0, NULL);
	s[2] = kmem_cache_create(name, 40, 0, 0, NULL);
	s[3] = kmem_cache_create("", 40, 0, 0, NULL);
	expect(is_listed("kmem_two_words_"));
	expect(is_listed("unnamed"));
	for (i = 0; i < ARRAY_SIZE(s); i++) {
		expect(s[i]);
		kmem_cache_destroy(s[i]);
	}
}

static void odd_align_is_rounded_up(void)
{
	struct kmem_cache *s = kmem_cache_create("kmem-align", 24, 24, 0, NULL);
	void *obj[9];
	unsigned int i;

	if (!expect(s))
		return;
	for (i = 0; i < ARRAY_SIZE(obj); i++) {
		obj[i] = kmem_cache_alloc(s, GFP_KERNEL);
		expect(IS_ALIGNED((unsigned long)obj[i], 32));
	}
	for (i = 0; i < ARRAY_SIZE(obj); i++)
		kmem_cache_free(s, obj[i]);
	kmem_cache_destroy(s);
}

/*
 * The highest bit is no flag that a client may give, in any kernel so far. We would take
 * SLAB_ACCOUNT: whether it is dropped is seen in what is charged, see take_bulky().
 */
static void unknown_flags_are_dropped(void)
{
	const slab_flags_t odd = (__force slab_flags_t)0x80000000U;
	struct kmem_cache *s;

	s = kmem_cache_create("kmem-flags", 40, 0, odd | SLAB_ACCOUNT | SLAB_CACHE_DMA |
			      SLAB_CACHE_DMA32, NULL);
	expect(s);
	kmem_cache_destroy(s);
}

static unsigned int built;

static void build(void *obj)
{
	struct kmem_thing *thing = obj;

	thing->number = ++built;
}

static void ctor_and_window_are_passed_on(void)
{
	struct kmem_thing *thing;
	struct kmem_cache *s;

	built = 0;
	s = kmem_cache_create_usercopy("kmem-window", sizeof(*thing), 0, 0,
				       offsetof(struct kmem_thing, text),
				       sizeof(thing->text), build);
	if (!expect(s))
		return;
	thing = kmem_cache_alloc(s, GFP_KERNEL);
	if (expect(is_of(s, thing)))
		expect(thing->number >= 1 && thing->number <= built);
	/* no user is there: a copy within the window fails too, but is not refused */
	expect_eq(myslab_copy_to_user(NULL, thing->text, 8), 8);
	expect_eq(look_stat("kmem-window", ALL_CPUS, "errors"), 0);
	expect_eq(myslab_copy_to_user(NULL, &thing->number, 4), 4);
	expect_eq(look_stat("kmem-window", ALL_CPUS, "errors"), 1);
	kmem_cache_free(s, thing);
	kmem_cache_destroy(s);

	s = KMEM_CACHE_USERCOPY(kmem_thing, 0, text);
	expect(s && is_listed("kmem_thing"));
	kmem_cache_destroy(s);

	/* the kernel says that it is none, and goes on without */
	s = kmem_cache_create_usercopy("kmem-window", 40, 0, 0, 8, 40, NULL);
	expect(s);
	kmem_cache_destroy(s);
}

#ifdef kmem_cache_create
static void create_takes_a_struct(void)
{
	struct kmem_cache_args args = { .align = 64, .ctor = build };
	struct kmem_thing *thing;
	struct kmem_cache *s;

	built = 0;
	s = kmem_cache_create("kmem-args", sizeof(*thing), &args, 0);
	if (!expect(s))
		return;
	thing = kmem_cache_alloc(s, GFP_KERNEL);
	if (expect(is_of(s, thing))) {
		expect(thing->number >= 1 && thing->number <= built);
		expect(IS_ALIGNED((unsigned long)thing, 64));
		expect(kmem_cache_charge(thing, GFP_KERNEL));
	}
	kmem_cache_free(s, thing);
	kmem_cache_destroy(s);

	s = kmem_cache_create("kmem-none", 40, NULL, 0);
	expect(s && is_listed("kmem-none"));
	kmem_cache_destroy(s);
}
#endif

/* A header's macro asks a cache that the kernel made. */
static void the_kernels_own_caches_stay_its_own(void)
{
	char *name = __getname();

	if (!expect(name))
		return;
	expect(!myslab_cache_of(name));
	memset(name, 'n', PATH_MAX);
	__putname(name);
}

static void kfree_and_its_kind_take_both(void)
{
	struct kmem_cache *s = KMEM_CACHE(kmem_thing, 0);
	void *mixed[2];
	void *obj;

	if (!expect(s))
		return;
	obj = kmem_cache_alloc(s, GFP_KERNEL);
	kfree(obj);
	mixed[0] = kmem_cache_alloc(s, GFP_KERNEL);
	expect(mixed[0] == obj);
	mixed[1] = kmalloc(100, GFP_KERNEL);
	expect(!myslab_cache_of(mixed[1]));
	kfree_bulk(2, mixed);
	kfree(kmalloc(100, GFP_KERNEL));
	kfree(NULL);
	obj = kmem_cache_alloc(s, GFP_KERNEL);
	kvfree(obj);
	expect(kmem_cache_alloc(s, GFP_KERNEL) == obj);
	memset(obj, 's', sizeof(struct kmem_thing));
	kfree_sensitive(obj);
	kvfree(kvmalloc(100, GFP_KERNEL));
	kfree_sensitive(kmalloc(100, GFP_KERNEL));
	obj = kmem_cache_alloc(s, GFP_KERNEL);
	kvfree_sensitive(obj, 8);
	kvfree_sensitive(kvmalloc(100, GFP_KERNEL), 100);
	expect_eq(look_stat("kmem_thing", ALL_CPUS, "errors"), 0);
	kfree(obj);		/* is refused, and does not reach the kernel */
	expect_eq(look_stat("kmem_thing", ALL_CPUS, "errors"), 1);
	kmem_cache_destroy(s);
}

/* More than the pages hold that wait for pointers: the others wait by their heads. */
#define DELAYED	5000

static struct kmem_thing **take_things(struct kmem_cache *s)
{
	struct kmem_thing **things = kvcalloc(DELAYED, sizeof(*things), GFP_KERNEL);
	unsigned int i;

	for (i = 0; expect(things) && i < DELAYED; i++) {
		things[i] = kmem_cache_alloc(s, GFP_KERNEL);
		if (expect(is_of(s, things[i])))
			memset(&things[i]->rcu, 0x5a, sizeof(things[i]->rcu));
	}
	return things;
}

static void expect_all_back(struct kmem_cache *s, long errors)
{
	struct info info;

	myslab_kfree_rcu_barrier();
	expect_eq(look_stat("kmem_thing", ALL_CPUS, "errors"), errors);
	expect(!kmem_cache_shrink(s));
	expect(look_info("kmem_thing", &info));
	expect_eq(info.active_objs, 0);
}

static void kfree_rcu_takes_both(void)
{
	struct kmem_cache *s = KMEM_CACHE(kmem_thing, 0);
	long chained = look_total("rcu_chained");
	struct kmem_thing **things, *thing;
	unsigned int i;

	if (!expect(s))
		return;
	things = take_things(s);
	if (!test_failed()) {
		preempt_disable();	/* or there would be more pages */
		for (i = 0; i < DELAYED; i++)
			kfree_rcu(things[i], rcu);
		preempt_enable();
		expect(look_total("rcu_chained") > chained);
	}
	thing = kmalloc(sizeof(*thing), GFP_KERNEL);
	kfree_rcu(thing, rcu);
	rcu_barrier();
	expect_all_back(s, 0);
	kmem_cache_destroy(s);
	kvfree(things);
}

/* Up to the first that waits by its head, and that one twice: how many. */
static unsigned int free_and_chain_one_twice(struct kmem_thing **things)
{
	unsigned int i;

	preempt_disable();
	for (i = 0; i < DELAYED; i++) {
		struct kmem_thing *thing = things[i];

		kfree_rcu(thing, rcu);
		if (!memchr_inv(&thing->rcu, 0x5a, sizeof(thing->rcu)))
			continue;
		kfree_rcu(thing, rcu);
		i++;
		break;
	}
	preempt_enable();
	return i;
}

/* The loop that it makes has an end. */
static void a_second_kfree_rcu_is_refused(void)
{
	struct kmem_cache *s = KMEM_CACHE(kmem_thing, 0);
	struct kmem_thing **things;
	unsigned int nr;

	if (!expect(s))
		return;
	things = take_things(s);
	if (!test_failed()) {
		nr = free_and_chain_one_twice(things);
		expect(nr < DELAYED);
		for (; nr < DELAYED; nr++)
			kmem_cache_free(s, things[nr]);
		expect_all_back(s, 1);
	}
	kmem_cache_destroy(s);
	kvfree(things);
}

static void a_mempool_over_a_cache_is_ours(void)
{
	struct kmem_cache *s = KMEM_CACHE(kmem_thing, 0);
	mempool_t *pool;
	void *obj;

	if (!expect(s))
		return;
	pool = mempool_create_slab_pool(4, s);
	if (expect(pool)) {
		obj = mempool_alloc(pool, GFP_KERNEL);
		expect(is_of(s, obj));
		mempool_free(obj, pool);
		mempool_destroy(pool);
	}
	kmem_cache_destroy(s);
}

static void R27_shrink_answers_whether_slabs_remain(void)
{
	struct kmem_cache *s = KMEM_CACHE(kmem_thing, 0);
	void *obj;

	if (!expect(s))
		return;
	obj = kmem_cache_alloc(s, GFP_KERNEL);
	expect(kmem_cache_shrink(s));
	kmem_cache_free(s, obj);
	expect_eq(kmem_cache_shrink(s), 0);
	kmem_cache_destroy(s);
	kmem_cache_destroy(NULL);
}

/*
 * Eight MiB, charged to this function where the kernel profiles allocations, and to no
 * memory cgroup. Each call takes a quarter, which would show there by itself.
 */
#define BULKY_OBJECTS	512
static struct kmem_cache *bulky;
static void *bulky_objects[BULKY_OBJECTS];

static noinline void take_bulky(slab_flags_t flags, gfp_t gfp)
{
	const unsigned int quarter = BULKY_OBJECTS / 4;
	struct list_lru *no_lru = NULL;
	unsigned int i;

	bulky = kmem_cache_create("kmem-bulky", 16 << 10, 0, flags, NULL);
	if (!expect(bulky))
		return;
	for (i = 0; i < quarter; i++)
		bulky_objects[i] = kmem_cache_alloc(bulky, gfp);
	for (; i < 2 * quarter; i++)
		bulky_objects[i] = kmem_cache_alloc_node(bulky, gfp, here());
	for (; i < 3 * quarter; i++)
		bulky_objects[i] = kmem_cache_alloc_lru(bulky, no_lru, gfp);
	expect(kmem_cache_alloc_bulk(bulky, gfp, quarter, bulky_objects + i));
	for (i = 0; i < BULKY_OBJECTS; i++)
		expect(bulky_objects[i]);
}

void kmem_take_bulky(void)
{
	take_bulky(0, GFP_KERNEL);
}

void kmem_take_bulky_accounted_cache(void)
{
	take_bulky(SLAB_ACCOUNT, GFP_KERNEL);
}

void kmem_take_bulky_accounted_calls(void)
{
	take_bulky(0, GFP_KERNEL_ACCOUNT);
}

void kmem_give_bulky(void)
{
	kmem_cache_free_bulk(bulky, BULKY_OBJECTS, bulky_objects);
	kmem_cache_destroy(bulky);
}

static const struct test_case cases[] = {
	CASE(every_alloc_comes_from_ours),
	CASE(bulk_answers_as_the_kernel_does),
	CASE(a_name_in_use_gets_a_number),
	CASE(any_name_will_do),
	CASE(odd_align_is_rounded_up),
	CASE(unknown_flags_are_dropped),
	CASE(ctor_and_window_are_passed_on),
#ifdef kmem_cache_create
	CASE(create_takes_a_struct),
#endif
	CASE(the_kernels_own_caches_stay_its_own),
	CASE(kfree_and_its_kind_take_both),
	CASE(kfree_rcu_takes_both),
	CASE(a_second_kfree_rcu_is_refused),
	CASE(a_mempool_over_a_cache_is_ours),
	CASE(R27_shrink_answers_whether_slabs_remain),
};

SUITE(kmem);
