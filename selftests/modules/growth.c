// SPDX-License-Identifier: GPL-2.0
/*
 * R5, R14, R15, R21: how slabs come and go, seen from a constructor, which runs in
 * the middle of a growth.
 */
#include <linux/preempt.h>
#include <linux/rcupdate.h>

#include "fixture.h"
#include "suites.h"

#define CONSTRUCTED	0x436f6e73U

/* What the constructor of a case saw, and what it is to do. One case runs at a time. */
static struct {
	struct pool *p;
	unsigned int calls;
	unsigned int slept_not;		/* calls that might not have slept */
	unsigned int irqs_off;		/* calls with interrupts off */
	void (*once)(void);		/* run by the next call, once */
	void *seen[64];			/* the first objects it was given */
} saw;

static void watch(struct pool *p)
{
	memset(&saw, 0, sizeof(saw));
	saw.p = p;
}

/* Object: a word that says that it is constructed, and how often it was. */
struct thing {
	u32 state;
	u32 times;
};

static void construct(void *obj)
{
	struct thing *t = obj;
	void (*once)(void) = saw.once;

	if (saw.calls < ARRAY_SIZE(saw.seen))
		saw.seen[saw.calls] = obj;
	saw.calls++;
	saw.slept_not += preempt_count() != 0;
	saw.irqs_off += irqs_disabled();
	t->times = t->state == CONSTRUCTED ? t->times + 1 : 1;
	t->state = CONSTRUCTED;
	saw.once = NULL;
	if (once)
		once();
}

static void R5_each_object_is_constructed_once(void)
{
	unsigned int nr, i, round;
	struct pool p;
	void **o;

	watch(&p);
	if (!open_pool(&p, 200, 0, 0, construct, BY_SIZE))
		return;
	nr = 3 * p.num;
	o = pointers(nr);
	expect_eq(saw.calls, 0);
	if (!expect(o) || !take_many(&p, o, nr))
		goto out;
	/* a slab at a time, all of its objects */
	expect(saw.calls >= nr);
	expect_eq(saw.calls % p.num, 0);
	for (i = 0; i < nr; i++)
		expect_eq(((struct thing *)o[i])->state, CONSTRUCTED);
	for (i = 0; i < ARRAY_SIZE(saw.seen) && i < saw.calls; i++)
		expect_eq(which(saw.seen, i, saw.seen[i]), -1);
	/* reuse neither constructs again nor touches what the object holds */
	for (i = 0; i < nr; i++)
		((struct thing *)o[i])->times = i + 1;
	for (round = 0; round < 3; round++) {
		unsigned int calls = saw.calls;

		give(&p, o[round]);
		give(&p, o[round + 10]);
		expect_eq(which(o, nr, take(&p)), round + 10);
		expect_eq(which(o, nr, take(&p)), round);
		expect_eq(saw.calls, calls);
	}
	for (i = 0; i < nr; i++) {
		expect_eq(((struct thing *)o[i])->state, CONSTRUCTED);
		expect_eq(((struct thing *)o[i])->times, i + 1);
	}
	give_many(&p, o, nr);
out:
	kvfree(o);
	close_pool(&p);
}

static void R5_zeroing_passes_constructed_objects_by(void)
{
	struct thing *t;
	struct pool p;

	watch(&p);
	if (!open_pool(&p, 64, 0, 0, construct, BY_SIZE))
		return;
	t = myslab_cache_zalloc(p.cache, GFP_KERNEL);
	if (expect(t)) {
		expect_eq(t->state, CONSTRUCTED);
		t->times = 77;
		give(&p, t);
		expect(myslab_cache_alloc(p.cache, GFP_KERNEL | __GFP_ZERO) == t);
		expect_eq(t->state, CONSTRUCTED);
		expect_eq(t->times, 77);
		give(&p, t);
	}
	close_pool(&p);
}

static void R15_growth_holds_no_lock(void)
{
	struct pool p;
	void *obj;

	watch(&p);
	if (!open_pool(&p, 256, 0, 0, construct, BY_SIZE))
		return;
	obj = take(&p);
	expect_eq(saw.calls, p.num);
	expect_eq(saw.slept_not, 0);
	expect_eq(saw.irqs_off, 0);
	give(&p, obj);
	close_pool(&p);
}

/* With interrupts off and GFP_ATOMIC it neither sleeps nor turns them on. */
static void R15_growth_blocks_only_where_gfp_lets_it(void)
{
	unsigned long flags, switches;
	struct pool p;
	void *obj;

	watch(&p);
	if (!open_pool(&p, 256, 0, 0, construct, BY_SIZE))
		return;
	local_irq_save(flags);
	switches = current->nvcsw;
	obj = myslab_cache_alloc(p.cache, GFP_ATOMIC);
	expect_eq(current->nvcsw, switches);
	expect(irqs_disabled());
	local_irq_restore(flags);
	expect_eq(saw.calls, p.num);
	expect_eq(saw.irqs_off, p.num);
	if (expect(obj))
		give(&p, obj);
	close_pool(&p);
}

/*
 * R14 wants a growth that something overtakes. The constructor is that something:
 * it frees objects of the same cache while the new slab is nobody's yet.
 */
#define TWO	2	/* objects of 2048 bytes in a slab of a page */
static void *given[2 * TWO];
static unsigned int nr_given;
static void *taken;

static void give_what_is_given(void)
{
	give_many(saw.p, given, nr_given);
}

/* A slab is emptied and one object is parked, so that the growth was for nothing. */
static void R14_a_slab_nobody_used_goes_to_the_tail_of_free(void)
{
	void *o[TWO], *fresh[TWO];
	struct pool p;

	watch(&p);
	if (!open_pool(&p, 2048, 0, 0, construct, ONE_BY_ONE))
		return;
	nr_given = TWO + 1;
	if (!expect_eq(p.num, TWO) || !take_many(&p, given, 2 * TWO))
		goto out;
	saw.once = give_what_is_given;
	saw.calls = 0;
	/* the parked object serves; free: the emptied slab, then the new one */
	expect_eq(which(given, nr_given, take(&p)), TWO);
	expect_eq(saw.calls, TWO);
	if (take_many(&p, o, TWO) && take_many(&p, fresh, TWO)) {
		expect_eq(slab_at(&p, o[0]) == slab_at(&p, given[0]), 1);
		expect_eq(slab_at(&p, o[1]) == slab_at(&p, given[0]), 1);
		expect(which(saw.seen, TWO, fresh[0]) >= 0);
		expect(which(saw.seen, TWO, fresh[1]) >= 0);
		/* no growth for these: the new slab was there */
		expect_eq(saw.calls, TWO);
		give_many(&p, fresh, TWO);
		give_many(&p, o, TWO);
	}
	give_many(&p, given + TWO, TWO);
out:
	close_pool(&p);
}

static void give_and_take_one(void)
{
	give_many(saw.p, given, nr_given);
	taken = take(saw.p);
}

/*
 * Meanwhile another slab becomes partial, and the array is empty: the object is the
 * new slab's still, since it leaves before the slab is linked.
 */
static void R14_objects_leave_a_new_slab_before_it_is_linked(void)
{
	struct pool p;
	void **o, *obj;

	watch(&p);
	if (!open_pool(&p, 256, 0, 0, construct, ONE_BY_ONE))
		return;
	nr_given = 2;
	o = pointers(p.num);
	/* a whole slab, so that the next object is a growth */
	if (!expect(o) || !take_many(&p, o, p.num))
		goto out;
	given[0] = o[0];
	given[1] = o[1];
	saw.once = give_and_take_one;
	saw.calls = 0;
	obj = take(&p);
	expect_eq(saw.calls, p.num);
	expect_eq(which(o, p.num, taken), 1);
	/* o[0] is free in its slab, and was not chosen */
	expect_eq(slab_at(&p, obj) == slab_at(&p, o[0]), 0);
	expect(which(saw.seen, min(saw.calls, 64U), obj) >= 0);
	give(&p, obj);
	give_many(&p, o + 1, p.num - 1);
out:
	kvfree(o);
	close_pool(&p);
}

/*
 * Free more than the node may keep inside a read section: the slabs leave the lists,
 * their memory stays what it was until the section ends.
 */
static void R21_typesafe_memory_stays_for_a_grace_period(void)
{
	unsigned int nr, i, kept = 0, gone = 0;
	struct pool p;
	void **o;

	watch(&p);
	if (!open_pool(&p, 1024, 0, SLAB_TYPESAFE_BY_RCU, construct, ONE_BY_ONE))
		return;
	nr = p.num * (4 + 2 * num_online_cpus());
	o = pointers(nr);
	if (!expect(o) || !take_many(&p, o, nr))
		goto out;
	rcu_read_lock();
	give_many(&p, o, nr);
	for (i = 0; i < nr; i++)
		if (still_there(&p, o[i]) &&
		    ((struct thing *)o[i])->state == CONSTRUCTED)
			kept++;
	rcu_read_unlock();
	expect_eq(kept, nr);
	expect(look_node(p.name, here(), "reaped") > 0);
	rcu_barrier();
	for (i = 0; i < nr; i++)
		gone += !still_there(&p, o[i]);
	expect_eq(gone, look_node(p.name, here(), "reaped") * p.num);
	expect(gone);
out:
	kvfree(o);
	close_pool(&p);
}

/* Its objects may be reused at once, inside the section too, and keep their content. */
static void R21_typesafe_objects_are_reused_at_once(void)
{
	struct thing *t;
	struct pool p;

	watch(&p);
	if (!open_pool(&p, 64, 0, SLAB_TYPESAFE_BY_RCU, NULL, BY_SIZE))
		return;
	t = take(&p);
	if (expect(t)) {
		t->state = 12345;
		rcu_read_lock();
		give(&p, t);
		expect_eq(t->state, 12345);
		expect(myslab_cache_alloc(p.cache, GFP_ATOMIC) == (void *)t);
		expect_eq(t->state, 12345);
		rcu_read_unlock();
		give(&p, t);
	}
	close_pool(&p);
}

static const struct test_case cases[] = {
	CASE(R5_each_object_is_constructed_once),
	CASE(R5_zeroing_passes_constructed_objects_by),
	CASE(R14_a_slab_nobody_used_goes_to_the_tail_of_free),
	CASE(R14_objects_leave_a_new_slab_before_it_is_linked),
	CASE(R15_growth_holds_no_lock),
	CASE(R15_growth_blocks_only_where_gfp_lets_it),
	CASE(R21_typesafe_memory_stays_for_a_grace_period),
	CASE(R21_typesafe_objects_are_reused_at_once),
};

SUITE(growth);
