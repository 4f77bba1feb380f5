// SPDX-License-Identifier: GPL-2.0
/*
 * What a client must not do, for a kernel with KASAN and kmemleak to report: a case
 * is one mistake, and it is a script that looks for the report. Each mistake hurts
 * nobody: what is written belongs to no one, and what leaks is given back at the end.
 */
#include "fixture.h"
#include "suites.h"

static unsigned char seen;

static noinline void touch(void *p)
{
	WRITE_ONCE(*(unsigned char *)p, 0x5a);
}

static noinline void look_at(const void *p)
{
	WRITE_ONCE(seen, READ_ONCE(*(const unsigned char *)p));
}

/* One object of @size, which is put through @mistake and then freed unless that did. */
static void with_object(unsigned int size, void (*ctor)(void *),
			void (*mistake)(struct pool *p, void *obj))
{
	struct pool p;
	void *obj;

	if (!open_pool(&p, size, 0, 0, ctor, BY_SIZE))
		return;
	obj = take(&p);
	if (obj)
		mistake(&p, obj);
	close_pool(&p);
}

static void construct(void *obj)
{
	memset(obj, 0x11, 64);
}

static void read_freed(struct pool *p, void *obj)
{
	give(p, obj);
	look_at(obj);
}

static void write_freed(struct pool *p, void *obj)
{
	give(p, obj);
	touch(obj + 24);
}

static void overflow(struct pool *p, void *obj)
{
	touch(obj + p->size);
	give(p, obj);
}

/* The whole slot's last byte, which nobody asked for. */
static void overflow_into_slack(struct pool *p, void *obj)
{
	touch(obj + p->stride - 1);
	give(p, obj);
}

static void read_never_taken(struct pool *p, void *obj)
{
	look_at(obj + p->stride);
	give(p, obj);
}

static void use_after_free_reading(void)
{
	with_object(64, NULL, read_freed);
}

static void use_after_free_writing(void)
{
	with_object(64, NULL, write_freed);
}

static void use_after_free_of_a_constructed_one(void)
{
	with_object(64, construct, read_freed);
}

static void overflow_by_one_byte(void)
{
	with_object(64, NULL, overflow);
}

static void overflow_by_one_byte_of_an_odd_size(void)
{
	with_object(61, NULL, overflow);
}

static void overflow_into_the_slack(void)
{
	with_object(40, NULL, overflow_into_slack);
}

static void overflow_into_an_object_never_taken(void)
{
	with_object(64, NULL, read_never_taken);
}

/* Memory by size: what was asked for, and not what its class or its pages have. */
static void overflow_of_size(size_t size)
{
	unsigned char *p;

	OPTIMIZER_HIDE_VAR(size);
	p = myslab_kmalloc(size, GFP_KERNEL);
	if (!expect(p))
		return;
	memset(p, 0x5a, size);
	touch(p + size);
	myslab_kfree(p);
}

static void overflow_of_61_bytes_by_size(void)
{
	overflow_of_size(61);
}

static void overflow_of_a_large_block(void)
{
	overflow_of_size(100000);
}

/* Who asks how much there is may use all of it, and what stays where it is may grow. */
static void all_of_what_ksize_says_may_be_used(void)
{
	unsigned char *p = myslab_kmalloc(61, GFP_KERNEL);

	if (!expect(p))
		return;
	OPTIMIZER_HIDE_VAR(p);	/* the compiler would go by what was asked for */
	memset(p, 0x5a, myslab_ksize(p));
	p = myslab_krealloc(p, 40, GFP_KERNEL);
	p = myslab_krealloc(p, 63, GFP_KERNEL);
	OPTIMIZER_HIDE_VAR(p);
	memset(p, 0x5a, 63);
	p = myslab_krealloc(p, 200, GFP_KERNEL);
	OPTIMIZER_HIDE_VAR(p);
	memset(p, 0x5a, 200);
	expect_eq(p[62], 0x5a);
	myslab_kfree_sensitive(p);
}

/* Of a cache whose array holds one object: what a CPU holds back, and some slabs more. */
#define RESTING		32

/*
 * An object of @node's, constructed, is freed here, where it rests, and there: which is
 * believed, since it has no mark. Its slab goes while it rests.
 */
static bool lose_slab_of_resting(struct pool *p, int node, void **o, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		o[i] = take_of(p, node);
	give(p, o[0]);
	run_on(first_cpu_of_node(node));
	give_many(p, o, nr);
	run_on(first_cpu());
	return expect(!still_there(p, o[0]));
}

/* It is found to be gone as it leaves for others to rest, or for its slab. */
static void lose_slab_and_wake(bool by_others)
{
	void *here_too[RESTING];
	int node = other_node();
	unsigned int nr;
	struct pool p;
	void **o;

	if (!open_pool(&p, 256, 0, 0, construct, ONE_BY_ONE))
		return;
	nr = RESTING + 5 * p.num;
	o = pointers(nr);
	if (expect(o) && lose_slab_of_resting(&p, node, o, nr)) {
		if (by_others && take_many(&p, here_too, RESTING)) {
			give_many(&p, here_too, RESTING);
			expect_eq(look_node(p.name, here(), "doubled"), 1);
		}
		expect_eq(myslab_cache_shrink(p.cache), 0);
		expect_eq(look_node(p.name, here(), "doubled"), 1);
		expect_eq(look_node(p.name, node, "doubled"), 0);
	}
	kvfree(o);
	close_pool(&p);
}

static void freed_again_elsewhere_while_it_rests(void)
{
	if (other_node() < 0) {
		test_skip("one node");
		return;
	}
	lose_slab_and_wake(false);
	if (!test_failed())
		lose_slab_and_wake(true);
}

/*
 * Objects that nothing points to any more, and one that something does. Of a block's
 * bytes an old word anywhere may happen to be the address of one, hence some blocks.
 */
#define LEAKED		10
#define LEAKED_BLOCKS	12
#define LEAKED_SIZE	9000	/* the smallest blocks are as large */
static struct pool leaky;
static unsigned long hidden[LEAKED];	/* not as pointers: inverted */
static unsigned long hidden_blocks[LEAKED_BLOCKS];
static void *kept;

static noinline void leak(void)
{
	unsigned int i;

	for (i = 0; i < LEAKED_BLOCKS; i++)
		hidden_blocks[i] = ~(unsigned long)myslab_kzalloc(LEAKED_SIZE, GFP_KERNEL);
	for (i = 0; i < LEAKED; i++)
		hidden[i] = ~(unsigned long)take(&leaky);
}

static void leaked_objects(void)
{
	if (!open_pool(&leaky, 200, 0, 0, NULL, BY_SIZE))
		return;
	kept = take(&leaky);
	leak();
}

/* After kmemleak has said what it has to say. */
static void leaked_objects_come_back(void)
{
	unsigned int i;

	if (!leaky.cache)
		return;
	for (i = 0; i < LEAKED; i++)
		if (~hidden[i])
			give(&leaky, (void *)~hidden[i]);
	for (i = 0; i < LEAKED_BLOCKS; i++)
		myslab_kfree((void *)~hidden_blocks[i]);
	give(&leaky, kept);
	kept = NULL;
	close_pool(&leaky);
}

static const struct test_case cases[] = {
	CASE(use_after_free_reading),
	CASE(use_after_free_writing),
	CASE(use_after_free_of_a_constructed_one),
	CASE(overflow_by_one_byte),
	CASE(overflow_by_one_byte_of_an_odd_size),
	CASE(overflow_into_the_slack),
	CASE(overflow_into_an_object_never_taken),
	CASE(overflow_of_61_bytes_by_size),
	CASE(overflow_of_a_large_block),
	CASE(all_of_what_ksize_says_may_be_used),
	CASE(freed_again_elsewhere_while_it_rests),
	CASE(leaked_objects),
	CASE(leaked_objects_come_back),
};

SUITE(mistakes);
