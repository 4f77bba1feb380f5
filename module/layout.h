/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From an object's size to the shape of a slab: order, number of objects, place
 * of the free index, colours. Pure arithmetic (R1-R4).
 */
#ifndef _MYSLAB_LAYOUT_H
#define _MYSLAB_LAYOUT_H

#include <linux/bitops.h>
#include <linux/mm.h>
#include <linux/types.h>

#define MYSLAB_OBJECT_MIN	16

/* A1: larger slabs only for objects that need them. */
#define MYSLAB_FRUGAL_ORDER	3

/* R1: a byte names every object of a page of smallest ones, where pages are small. */
#if !defined(MYSLAB_INDEX_U16) && (PAGE_SIZE >> 8) <= MYSLAB_OBJECT_MIN
typedef u8 myslab_index_t;
#else
typedef u16 myslab_index_t;
#endif

/* Most objects in a slab: one value stays free to mean "none". */
#define MYSLAB_NUM_MAX	((unsigned int)(myslab_index_t)~0)

/* Where a slab's free index lives (R3), in the order in which it is tried. */
enum myslab_placement {
	MYSLAB_INDEX_IN_OBJECT,
	MYSLAB_INDEX_OFF_SLAB,
	MYSLAB_INDEX_ON_SLAB,
};

/* What decides a layout. */
struct myslab_layout_request {
	unsigned int size;		/* bytes asked for, at least 1 */
	unsigned int align;		/* a power of two, or 0 */
	bool keeps_content;		/* ctor or TYPESAFE_BY_RCU: nothing of ours in it */
	bool zeroed_when_free;		/* init_on_free: no index in an object */
	bool reclaimable;		/* R2: lowest order that holds an object */
	bool no_off_slab;		/* the caches that hold indices themselves */
	bool frugal;			/* mode auto: A1 in place of R2 and R3 */
	unsigned int line;		/* bytes of a cache line */
	unsigned int max_order;		/* R2's slab_max_order */
	unsigned int last_order;	/* largest order that is tried at all */
};

struct myslab_layout {
	unsigned int size;		/* bytes from one object to the next */
	unsigned int num;		/* objects in a slab */
	unsigned int inverse;		/* of size's odd part, modulo 2^32 */
	unsigned int shift;		/* log2 of size's power of two */
	unsigned int align;		/* bytes */
	unsigned int colour_off;	/* bytes from one colour to the next */
	unsigned int colours;		/* 0 and 1 both mean: no colouring */
	unsigned int left_over;		/* bytes of a slab that hold nothing */
	unsigned short order;
	unsigned short placement;	/* enum myslab_placement */
};

/**
 * myslab_layout_compute() - shape the slabs of a cache
 * @req: what is asked for
 * @out: filled in where the answer is 0
 *
 * Context: Any; touches nothing but its arguments.
 * Return: 0, or -E2BIG where no slab of the orders allowed holds an object.
 */
int myslab_layout_compute(const struct myslab_layout_request *req,
			  struct myslab_layout *out);

/* Offset of the word in a free object that says so: its middle, never the index (R3). */
static inline unsigned int layout_mark_offset(unsigned int size)
{
	return (size / 2) & ~7U;
}

static inline unsigned int layout_index_bytes(const struct myslab_layout *l)
{
	return l->num * sizeof(myslab_index_t);
}

static inline unsigned long layout_slab_bytes(const struct myslab_layout *l)
{
	return PAGE_SIZE << l->order;
}

/* Bytes of the object of an off-slab index: a power of two, as kmalloc's. */
static inline unsigned int layout_off_slab_bytes(unsigned int num)
{
	unsigned int bytes = num * sizeof(myslab_index_t);

	return bytes <= MYSLAB_OBJECT_MIN ? MYSLAB_OBJECT_MIN :
	       1U << fls(bytes - 1);
}

/*
 * Which object starts @offset bytes behind the first one? @offset is exactly k *
 * size where this answers k < num; any other offset answers num or more: an exact
 * division by multiplication with the inverse of the odd part, whose low bits, if
 * they were set, the rotation moves to the top.
 */
static __always_inline u32 layout_object_at(const struct myslab_layout *l, u32 offset)
{
	return ror32(offset * l->inverse, l->shift);
}

#endif /* _MYSLAB_LAYOUT_H */
