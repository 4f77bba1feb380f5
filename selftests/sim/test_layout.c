// SPDX-License-Identifier: GPL-2.0
/* layout.c against the oracle, and what a slab's memory needs of any layout. */
#include <errno.h>
#include <stdio.h>

#include "caches.h"
#include "ktap.h"
#include "layout.h"
#include "oracle.h"

#define LARGEST		(PAGE_SIZE << LAST_ORDER)

/* For messages: what was asked for. */
static const char *ask(const struct myslab_layout_request *req)
{
	static char text[160];

	snprintf(text, sizeof(text),
		 "size %u align %u content %d zeroed %d reclaimable %d no off-slab %d line %u order up to %u",
		 req->size, req->align, req->keeps_content, req->zeroed_when_free,
		 req->reclaimable, req->no_off_slab, req->line, req->max_order);
	return text;
}

typedef void (*look_fn)(const struct myslab_layout_request *req);

/* Every combination of flags and slab_max_order. */
static void with_flags(unsigned int size, unsigned int align, look_fn look)
{
	struct myslab_layout_request req = plain_request(size, align);
	unsigned int flags;

	for (flags = 0; flags < 32; flags++) {
		req.keeps_content = flags & 1;
		req.zeroed_when_free = flags & 2;
		req.reclaimable = flags & 4;
		req.no_off_slab = flags & 8;
		req.max_order = flags >> 4;
		look(&req);
	}
}

/* Sizes and alignments at random: a pass over all of them takes seconds. */
static void at_random(look_fn look, unsigned int nr)
{
	while (nr--) {
		struct myslab_layout_request req = random_request(LARGEST);

		look(&req);
	}
}

/* All of a program's sizes; the large ones around powers of two, and some others. */
static void everywhere(look_fn look)
{
	unsigned int size, align, i;

	for (size = 1; size <= 9000; size++) {
		with_flags(size, 0, look);
		with_flags(size, 1U << rnd(13), look);
	}
	for (align = 1; align <= PAGE_SIZE; align *= 2)
		for (i = 0; i < 200; i++)
			with_flags(rnd_range(1, 9000), align, look);
	for (size = 8192; size <= LARGEST; size *= 2)
		for (i = size - 17; i <= size + 17; i++)
			with_flags(i, one_in(2) ? 0 : 1U << rnd(13), look);
	for (i = 0; i < 500; i++)
		with_flags(rnd_range(9000, LARGEST), 0, look);
	at_random(look, steps(50000));
}

static void compare(const struct myslab_layout_request *req)
{
	struct oracle_shape o;
	struct myslab_layout l;
	bool possible = oracle(req, &o);
	int err = myslab_layout_compute(req, &l);

	check(err == (possible ? 0 : -E2BIG), "%d; %s", err, ask(req));
	if (!possible)
		return;
	check(l.size == o.size, "R1: %u, %lu; %s", l.size, o.size, ask(req));
	check(l.order == o.order, "R2: %u, %lu; %s", l.order, o.order, ask(req));
	check(l.num == o.num, "R2: %u, %lu; %s", l.num, o.num, ask(req));
	check(l.placement == o.placement, "R3: %s, %s; %s", placement_name(l.placement),
	      placement_name(o.placement), ask(req));
	check(l.left_over == o.left_over, "R2: %u, %lu; %s", l.left_over, o.left_over,
	      ask(req));
	check(l.colour_off == o.colour_off, "R4: %u, %lu; %s", l.colour_off,
	      o.colour_off, ask(req));
	/* R4_colours_fit_left_over says how many there may be. */
}

static void R1_R2_R3_shape_is_the_oracles(void)
{
	everywhere(compare);
}

static void look_smallest(const struct myslab_layout_request *req)
{
	struct myslab_layout l;

	if (myslab_layout_compute(req, &l))
		return;
	check(l.size >= 16 && l.size >= req->size && l.size % 8 == 0, "%u; %s", l.size,
	      ask(req));
	check(!req->align || l.size % req->align == 0, "%u; %s", l.size, ask(req));
	check(!req->align || l.colour_off % req->align == 0, "%u; %s", l.colour_off,
	      ask(req));
	check(l.align >= 8 && l.align >= req->align, "%u; %s", l.align, ask(req));
}

static void R1_objects_are_16_bytes_and_aligned(void)
{
	everywhere(look_smallest);
}

static void look_num(const struct myslab_layout_request *req)
{
	const unsigned int most = sizeof(myslab_index_t) == 1 ? 255 : 65535;
	struct myslab_layout l;

	if (!myslab_layout_compute(req, &l))
		check(l.num >= 1 && l.num <= most, "%u; %s", l.num, ask(req));
}

static void R1_index_can_name_every_object(void)
{
	struct myslab_layout_request req = plain_request(16, 0);
	struct myslab_layout l;

	everywhere(look_num);
	/* 256 of them fit a page, which a byte cannot count: on slab there are fewer. */
	check(!myslab_layout_compute(&req, &l), "16 bytes");
	check(l.num == PAGE_SIZE / (16 + sizeof(myslab_index_t)), "%u", l.num);
}

static void expect_shape(unsigned int size, unsigned int num, unsigned int order)
{
	struct myslab_layout_request req = plain_request(size, 0);
	struct myslab_layout l;

	check(!myslab_layout_compute(&req, &l), "%u bytes", size);
	check(l.num == num && l.order == order, "%u bytes: %u objects, order %u", size,
	      l.num, l.order);
}

/* What /proc/slabinfo showed for these on 4 KiB pages. */
static void R2_well_known_caches_are_as_on_linux(void)
{
	if (sizeof(myslab_index_t) == 1) {
		expect_shape(32, 124, 0);
		expect_shape(64, 63, 0);	/* 64 there: R3, the mark */
		expect_shape(96, 42, 0);
	}
	expect_shape(128, 32, 0);
	expect_shape(192, 21, 0);
	expect_shape(256, 16, 0);
	expect_shape(512, 8, 0);
	expect_shape(1024, 4, 0);
	expect_shape(2048, 2, 0);
	expect_shape(4096, 1, 0);
	expect_shape(8192, 1, 1);
	expect_shape(16384, 1, 2);
	expect_shape(4 << 20, 1, 10);
}

static void look_reclaimable(const struct myslab_layout_request *req)
{
	struct myslab_layout l;
	unsigned int order = 0;

	if (!req->reclaimable || myslab_layout_compute(req, &l))
		return;
	while (PAGE_SIZE << order < l.size)
		order++;
	/* An index on slab may need the next order, and one off slab prefers fewer. */
	check(l.order == order || (l.placement == MYSLAB_INDEX_ON_SLAB &&
				   PAGE_SIZE << order < l.size + sizeof(myslab_index_t)),
	      "%u; %s", l.order, ask(req));
}

static void R2_reclaimable_takes_lowest_order(void)
{
	everywhere(look_reclaimable);
}

static void R2_too_large_is_refused(void)
{
	struct myslab_layout_request req = plain_request(LARGEST, 0);
	struct myslab_layout l;

	check(!myslab_layout_compute(&req, &l), "the largest");
	req.size++;
	check(myslab_layout_compute(&req, &l) == -E2BIG, "one byte more");
	req.last_order = 0;
	req.size = PAGE_SIZE + 1;
	check(myslab_layout_compute(&req, &l) == -E2BIG, "more than the last order");
	req.size = PAGE_SIZE;
	check(!myslab_layout_compute(&req, &l), "a page");
	req.keeps_content = true;
	req.no_off_slab = true;
	check(myslab_layout_compute(&req, &l) == -E2BIG, "no room for the index");
}

static void look_in_object(const struct myslab_layout_request *req)
{
	unsigned int mark;
	struct myslab_layout l;

	if (myslab_layout_compute(req, &l))
		return;
	mark = layout_mark_offset(l.size);
	check(mark % 8 == 0 && mark >= 8 && mark + 8 <= l.size, "%u; %s", mark,
	      ask(req));
	if (l.placement != MYSLAB_INDEX_IN_OBJECT)
		return;
	check(!req->keeps_content && !req->zeroed_when_free, "%s", ask(req));
	check(layout_index_bytes(&l) <= mark, "%u, %u; %s", layout_index_bytes(&l), mark,
	      ask(req));
}

static void R3_index_in_object_spares_the_mark(void)
{
	everywhere(look_in_object);
}

#ifndef MYSLAB_INDEX_U16
static void R3_64_to_88_bytes_go_elsewhere(void)
{
	unsigned int size;

	for (size = 56; size <= 104; size += 8) {
		struct myslab_layout_request req = plain_request(size, 0);
		struct myslab_layout l;

		check(!myslab_layout_compute(&req, &l), "%u", size);
		check((l.placement == MYSLAB_INDEX_IN_OBJECT) == (size > 88), "%u: %s",
		      size, placement_name(l.placement));
	}
}
#endif

static void look_off_slab(const struct myslab_layout_request *req)
{
	struct myslab_layout l;
	unsigned int bytes;

	if (myslab_layout_compute(req, &l) || l.placement != MYSLAB_INDEX_OFF_SLAB)
		return;
	bytes = layout_off_slab_bytes(l.num);
	check(!req->no_off_slab, "%s", ask(req));
	check(bytes >= layout_index_bytes(&l), "%u; %s", bytes, ask(req));
	check(bytes >= 16 && !(bytes & (bytes - 1)), "%u; %s", bytes, ask(req));
	check(bytes <= l.size / 2, "%u; %s", bytes, ask(req));
	check(l.left_over < layout_index_bytes(&l), "%u; %s", l.left_over,
	      ask(req));
}

static void R3_index_off_slab_is_at_most_half_an_object(void)
{
	everywhere(look_off_slab);
}

static void look_room(const struct myslab_layout_request *req)
{
	struct myslab_layout l;
	unsigned long used;

	if (myslab_layout_compute(req, &l))
		return;
	used = (unsigned long)l.num * l.size;
	if (l.placement == MYSLAB_INDEX_ON_SLAB)
		used += layout_index_bytes(&l);
	check(used + l.left_over == layout_slab_bytes(&l), "%lu; %s", used,
	      ask(req));
	/* The colours are 0 to colours - 1, and no colour is one. */
	if (l.colours)
		used += (unsigned long)(l.colours - 1) * l.colour_off;
	check(used <= layout_slab_bytes(&l), "R4: %u colours of %u, %u left over; %s",
	      l.colours, l.colour_off, l.left_over, ask(req));
}

static void R3_index_on_slab_lies_behind_the_objects(void)
{
	unsigned int size;

	everywhere(look_room);
	/* Where there are no colours to be wrong about, too. */
	for (size = 8; size <= 64; size += 8)
		with_flags(size, 0, look_room);
}

static void look_colours(const struct myslab_layout_request *req)
{
	struct myslab_layout l;

	if (myslab_layout_compute(req, &l))
		return;
	check(l.colour_off == max(req->line, l.align), "%u; %s", l.colour_off,
	      ask(req));
	check((unsigned long)l.colours * l.colour_off <= l.left_over,
	      "%u colours of %u in %u; %s", l.colours, l.colour_off, l.left_over,
	      ask(req));
	check((l.colours + 1UL) * l.colour_off > l.left_over,
	      "%u colours of %u in %u; %s", l.colours, l.colour_off, l.left_over,
	      ask(req));
}

static void R4_colours_fit_left_over(void)
{
	everywhere(look_colours);
}

static void division_is_exact(const struct myslab_layout *l)
{
	u32 bytes = layout_slab_bytes(l), offset, next = 0, number = 0;

	for (offset = 0; offset < bytes; offset++) {
		u32 answer = layout_object_at(l, offset);

		if (offset == next && number < l->num) {
			check(answer == number, "%u at %u of size %u", answer, offset,
			      l->size);
			next += l->size;
			number++;
		} else {
			check(answer >= l->num, "%u at %u of size %u", answer, offset,
			      l->size);
		}
	}
	/* Before the first object, where the colour is. */
	for (offset = 1; offset <= bytes; offset++)
		check(layout_object_at(l, -offset) >= l->num, "at -%u of size %u", offset,
		      l->size);
}

static void R33_only_starts_of_objects_divide(void)
{
	unsigned int size;
	struct myslab_layout l;

	for (size = 8; size <= 9000; size += 8) {
		struct myslab_layout_request req = plain_request(size, 0);

		check(!myslab_layout_compute(&req, &l), "%u", size);
		division_is_exact(&l);
	}
	for (size = 16384; size <= LARGEST; size *= 4) {
		struct myslab_layout_request req = plain_request(size - 8 * rnd(3), 0);

		check(!myslab_layout_compute(&req, &l), "%u", size);
		division_is_exact(&l);
	}
}

/* A1: bytes that hold no object where @num of them are in a slab of @order; -1: cannot be. */
static long frugal_waste(const struct myslab_layout_request *req, unsigned long size,
			 unsigned int order, enum myslab_placement placement,
			 unsigned long num)
{
	unsigned long index = num * sizeof(myslab_index_t), own = 16;
	unsigned long used = num * size;

	if (placement == MYSLAB_INDEX_ON_SLAB)
		used += index;
	if (used > PAGE_SIZE << order || num > MYSLAB_NUM_MAX)
		return -1;
	if (placement == MYSLAB_INDEX_IN_OBJECT &&
	    (req->keeps_content || req->zeroed_when_free || index > size / 2 / 8 * 8))
		return -1;
	if (placement == MYSLAB_INDEX_OFF_SLAB && req->no_off_slab)
		return -1;
	while (own < index)
		own *= 2;
	return (PAGE_SIZE << order) - num * size +
	       (placement == MYSLAB_INDEX_OFF_SLAB ? own : 0);
}

/* The least of all placements and numbers of objects; -1: none. */
static long least_waste(const struct myslab_layout_request *req, unsigned long size,
			unsigned int order)
{
	long least = -1;
	int placement;

	for (placement = 0; placement <= MYSLAB_INDEX_ON_SLAB; placement++) {
		unsigned long num = (PAGE_SIZE << order) / size;

		for (; num; num--) {
			long waste = frugal_waste(req, size, order, placement, num);

			if (waste >= 0 && (least < 0 || waste < least))
				least = waste;
			if (waste >= 0)
				break;
		}
	}
	return least;
}

static void look_frugal(const struct myslab_layout_request *plain)
{
	struct myslab_layout_request req = *plain;
	struct myslab_layout l;
	unsigned int order;
	long waste;

	req.frugal = true;
	if (myslab_layout_compute(&req, &l)) {
		for (order = 0; order <= req.last_order; order++)
			check(least_waste(&req, ALIGN(ALIGN(req.size, 8),
						      req.align ?: 8), order) < 0,
			      "refused, yet order %u does; %s", order, ask(&req));
		return;
	}
	waste = frugal_waste(&req, l.size, l.order, l.placement, l.num);
	check(waste >= 0, "%u in order %u cannot be; %s", l.num, l.order, ask(&req));
	check(waste == least_waste(&req, l.size, l.order), "%ld; %s", waste, ask(&req));
	for (order = 0; order <= 3; order++) {
		long other = least_waste(&req, l.size, order);

		if (other < 0)
			continue;
		check(order >= l.order || other * 32 > (long)(PAGE_SIZE << order),
		      "order %u would have done, not %u; %s", order, l.order, ask(&req));
		check(waste * 32 <= (long)(PAGE_SIZE << l.order) ||
		      waste << order <= other << l.order,
		      "order %u wastes less than %u; %s", order, l.order, ask(&req));
	}
	check(l.order <= 3 || PAGE_SIZE << (l.order - 1) < l.size + sizeof(myslab_index_t),
	      "order %u; %s", l.order, ask(&req));
}

static void A1_lowest_order_that_wastes_little(void)
{
	everywhere(look_frugal);
}

/* What is within a page, in thousandths of what the objects alone would take. */
static void A1_sizes_of_programs_waste_little(void)
{
	static const unsigned int sizes[] = {
		24, 32, 40, 48, 64, 72, 80, 88, 96, 128, 192, 256, 320, 384, 512, 576, 640,
		700, 768, 1024, 1400, 1536, 2048, 4096, 8192,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct myslab_layout_request req = plain_request(sizes[i], 0);
		struct myslab_layout l;

		req.frugal = true;
		check(!myslab_layout_compute(&req, &l), "%u", sizes[i]);
		check(layout_slab_bytes(&l) * 1000 / l.num <= sizes[i] * 1085UL,
		      "%u bytes: %u in order %u", sizes[i], l.num, l.order);
	}
}

#ifndef MYSLAB_INDEX_U16

/*
 * The kernel's own (calculate_order() of 6.12 and 7.3, where the fewest objects of a slab
 * are wanted: one CPU): the lowest order of at most 3 whose slab holds eight objects or
 * fills 32 KiB, and wastes a sixteenth of it at most; an eighth, a quarter, a half.
 */
static unsigned long slub_pages(unsigned int size, unsigned long objects)
{
	unsigned int wanted = 8, most = (PAGE_SIZE << 3) / size, order, part;

	if (wanted > most)
		wanted = most;
	for (part = 16; part > 1; part /= 2) {
		for (order = 0; PAGE_SIZE << order < (unsigned long)wanted * size;)
			order++;
		for (; order <= 3; order++) {
			unsigned long slab = PAGE_SIZE << order, num = slab / size;

			if (slab % size <= slab / part)
				return (objects + num - 1) / num << order;
		}
	}
	check(false, "%u bytes fit nowhere", size);
	return 1;
}

static unsigned long our_pages(unsigned int size, unsigned long objects)
{
	struct myslab_layout_request req = plain_request(size, 0);
	unsigned long slabs, index = 0;
	struct myslab_layout l;

	req.frugal = true;
	check(!myslab_layout_compute(&req, &l), "%u", size);
	slabs = (objects + l.num - 1) / l.num;
	if (l.placement == MYSLAB_INDEX_OFF_SLAB)
		index = slabs * layout_off_slab_bytes(l.num);
	return (slabs << l.order) + (index + PAGE_SIZE - 1) / PAGE_SIZE;
}

/* Of every size in steps of eight, since both round up to that. */
static void A1_no_size_takes_many_more_pages_than_the_kernels(void)
{
	const unsigned long objects = 100000;
	unsigned int size;

	for (size = 16; size <= 8192; size += 8) {
		unsigned long ours = our_pages(size, objects);
		unsigned long theirs = slub_pages(size, objects);

		check(ours * 100 <= theirs * (size == 16 ? 109 : 106),
		      "%u bytes: %lu pages, the kernel's %lu", size, ours, theirs);
	}
}

#endif

int main(int argc, char **argv)
{
	static const struct test_case cases[] = {
		CASE(R1_objects_are_16_bytes_and_aligned),
		CASE(R1_index_can_name_every_object),
		CASE(R1_R2_R3_shape_is_the_oracles),
		CASE(R2_well_known_caches_are_as_on_linux),
		CASE(R2_reclaimable_takes_lowest_order),
		CASE(R2_too_large_is_refused),
		CASE(R3_index_in_object_spares_the_mark),
#ifndef MYSLAB_INDEX_U16
		CASE(R3_64_to_88_bytes_go_elsewhere),
#endif
		CASE(R3_index_off_slab_is_at_most_half_an_object),
		CASE(R3_index_on_slab_lies_behind_the_objects),
		CASE(R4_colours_fit_left_over),
		CASE(R33_only_starts_of_objects_divide),
		CASE(A1_lowest_order_that_wastes_little),
		CASE(A1_sizes_of_programs_waste_little),
#ifndef MYSLAB_INDEX_U16
		CASE(A1_no_size_takes_many_more_pages_than_the_kernels),
#endif
	};

	return ktap_main(argc, argv, cases, ARRAY_SIZE(cases));
}
