// SPDX-License-Identifier: GPL-2.0
/* See numbers.h. */
#include <linux/cache.h>
#include <linux/cpumask.h>
#include <linux/log2.h>
#include <linux/mm.h>

#include "numbers.h"

/* R1: what the free index can name, and its bytes an object. */
static unsigned int most_objects(void)
{
	return PAGE_SIZE / 256 <= 16 ? 255 : 65535;
}

static unsigned int index_bytes(unsigned int num)
{
	return most_objects() == 255 ? num : 2 * num;
}

/* R2: slabs stay at order 0 where there is no more than 32 MiB. */
static unsigned int good_enough_order(void)
{
	return totalram_pages() * (PAGE_SIZE >> 10) > 32 << 10;
}

/* R2 for one place of the index; false where there is no such slab. */
static bool find_order(bool index_inside, bool reclaim, struct numbers *n)
{
	unsigned int per_object = n->stride + (index_inside ? index_bytes(1) : 0);
	unsigned int order;

	n->num = 0;
	for (order = 0; PAGE_SIZE << order <= KMALLOC_MAX_SIZE; order++) {
		unsigned long slab = PAGE_SIZE << order;

		if (slab < per_object)
			continue;
		if (slab / per_object > most_objects())
			break;
		n->order = order;
		n->num = slab / per_object;
		n->left = slab - (unsigned long)n->num * per_object;
		if (reclaim || order >= good_enough_order() || slab >= 8UL * n->left)
			break;
	}
	return n->num;
}

/* R3: the first place that fits. */
static bool find_place(bool keeps_content, bool reclaim, struct numbers *n)
{
	unsigned int middle = n->stride / 2 / 8 * 8;

	n->place = IN_OBJECT;
	if (!keeps_content && !want_init_on_free() &&
	    find_order(false, reclaim, n) && index_bytes(n->num) <= middle)
		return true;
	n->place = OFF_SLAB;
	if (find_order(false, reclaim, n) &&
	    max(16UL, roundup_pow_of_two(index_bytes(n->num))) * 2 <= n->stride &&
	    n->left < index_bytes(n->num))
		return true;
	n->place = ON_SLAB;
	return find_order(true, reclaim, n);
}

/* R6 and R7. */
static void find_tunables(struct numbers *n)
{
	unsigned int size = n->stride;

	n->limit = 120;
	if (size > 256)
		n->limit = 54;
	if (size > 1024)
		n->limit = 24;
	if (size > PAGE_SIZE)
		n->limit = 8;
	if (size > 128 << 10)
		n->limit = 1;
	n->batchcount = n->limit - n->limit / 2;
	n->shared = size > PAGE_SIZE || num_possible_cpus() == 1 ? 0 : 8;
}

bool rule_numbers(unsigned int size, unsigned int align, slab_flags_t flags,
		  bool has_ctor, struct numbers *n)
{
	unsigned int least = 8;

	memset(n, 0, sizeof(*n));
	if (flags & SLAB_HWCACHE_ALIGN) {
		/* as many as fit share a line */
		for (least = cache_line_size(); least >= 2 * size; least /= 2)
			;
	}
	align = max3(align, least, 8U);
	n->stride = round_up(max(size, 16U), 8);
	n->stride = roundup(n->stride, align);
	if (!find_place(has_ctor || flags & SLAB_TYPESAFE_BY_RCU,
			flags & SLAB_RECLAIM_ACCOUNT, n))
		return false;
	/* R4 */
	n->colour_off = max_t(unsigned int, cache_line_size(), align);
	n->colours = max(1U, n->left / n->colour_off);
	find_tunables(n);
	return true;
}
