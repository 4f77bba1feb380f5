// SPDX-License-Identifier: GPL-2.0
/* See memory.h; what a kernel has of it is in include/linux/mm.h and gfp.h. */
#include <errno.h>
#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/uaccess.h>

#include "ktap.h"
#include "memory.h"
#include "pages.h"

#define FIRST_PAGE	SIM_HOLE_PAGES
#define LAST_PAGE	(FIRST_PAGE + SIM_NODES * SIM_NODE_PAGES)	/* behind it */
#define LARGEST_BLOCK	(4UL << 20)
#define GUARD_BYTES	LARGEST_BLOCK
#define JUNK		0x5a5a

#define NO_ASAN		__attribute__((no_sanitize("address")))

/* What the page allocator remembers of each page. */
static struct page_state {
	unsigned int head;	/* page number of the block's first page; 0: free */
	unsigned int order;
} state[LAST_PAGE];

unsigned long sim_page_offset;
struct page *sim_vmemmap;
void *high_memory;
long sim_reclaimable[SIM_NODES];

/* Address space with a guard on both sides, the usable part aligned as a largest block. */
static void *map_guarded(size_t bytes)
{
	size_t room = bytes + 3 * GUARD_BYTES;
	void *at = mmap(NULL, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			-1, 0);
	unsigned long start;

	if (at == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	start = ((unsigned long)at + GUARD_BYTES + LARGEST_BLOCK - 1) & ~(LARGEST_BLOCK - 1);
	return (void *)start;
}

static void make_usable(void *start, size_t bytes)
{
	if (mprotect(start, bytes, PROT_READ | PROT_WRITE)) {
		perror("mprotect");
		exit(1);
	}
	memory_close(start, bytes);
}

void memory_init(void)
{
	void *map = map_guarded(LAST_PAGE * PAGE_SIZE);

	sim_page_offset = (unsigned long)map;
	high_memory = map + LAST_PAGE * PAGE_SIZE;
	make_usable(map + FIRST_PAGE * PAGE_SIZE, (LAST_PAGE - FIRST_PAGE) * PAGE_SIZE);

	sim_vmemmap = map_guarded(LAST_PAGE * sizeof(struct page));
	make_usable(sim_vmemmap, LAST_PAGE * sizeof(struct page));

	pages_init();
	/* In a kernel it is the address of a struct page that has this bit set. */
	myslab_cookie |= BIT(63);
}

void *memory_start(void)
{
	return (void *)(PAGE_OFFSET + FIRST_PAGE * PAGE_SIZE);
}

void *memory_end(void)
{
	return high_memory;
}

void memory_open(const void *start, size_t bytes)
{
	ASAN_UNPOISON_MEMORY_REGION(start, bytes);
}

void memory_close(const void *start, size_t bytes)
{
	ASAN_POISON_MEMORY_REGION(start, bytes);
}

/* No two neighbours alike, so that content that moved is found as well. */
static u8 byte_at(size_t i, u32 tag)
{
	u32 x = (i / 8 + tag) * 0x9e3779b1;

	return x >> (i % 8 * 3);
}

NO_ASAN void memory_fill(void *start, size_t bytes, u32 tag)
{
	u8 *p = start;
	size_t i;

	for (i = 0; i < bytes; i++)
		p[i] = byte_at(i, tag);
}

NO_ASAN size_t memory_differs(const void *start, size_t from, size_t to, u32 tag)
{
	const u8 *p = start;

	while (from < to && p[from] == byte_at(from, tag))
		from++;
	return from < to ? from : to;
}

static unsigned long page_number(const struct page *page)
{
	if (page < sim_vmemmap || page >= sim_vmemmap + LAST_PAGE ||
	    ((unsigned long)page - (unsigned long)sim_vmemmap) % sizeof(*page))
		sim_bug("mm: not a struct page");
	return page - sim_vmemmap;
}

struct page *virt_to_page(const void *virt)
{
	return sim_vmemmap + (((unsigned long)virt - PAGE_OFFSET) >> PAGE_SHIFT);
}

void *page_address(const struct page *page)
{
	return (void *)(PAGE_OFFSET + (page_number(page) << PAGE_SHIFT));
}

int page_to_nid(const struct page *page)
{
	return (page_number(page) - FIRST_PAGE) / SIM_NODE_PAGES;
}

bool virt_addr_valid(const void *virt)
{
	return virt >= memory_start() && virt < memory_end();
}

struct page *virt_to_head_page(const void *virt)
{
	struct page *page = virt_to_page(virt);
	unsigned int head = state[page_number(page)].head;

	return head ? sim_vmemmap + head : page;
}

/*
 * The load that may fault: it does in the hole, whose struct pages are not mapped,
 * and answers for a struct page that is closed. Nothing else may be looked at.
 */
NO_ASAN long copy_from_kernel_nofault(void *to, const void *from, size_t bytes)
{
	const u8 *p = from;
	u8 *q = to;

	if (p < (u8 *)sim_vmemmap || p + bytes > (u8 *)(sim_vmemmap + LAST_PAGE))
		sim_bug("mm: a look at what is not in the memory map");
	if (p < (u8 *)(sim_vmemmap + FIRST_PAGE))
		return -EFAULT;
	while (bytes--)
		*q++ = *p++;
	return 0;
}

u64 get_random_u64(void)
{
	return rnd64();
}

static bool block_is_free(unsigned long first, unsigned long pages)
{
	unsigned long i;

	for (i = first; i < first + pages; i++)
		if (state[i].head)
			return false;
	return true;
}

/* The words of a head page that are its owner's: lru, index and private. */
static void open_head(struct page *page)
{
	memory_open(&page->lru, sizeof(page->lru));
	memory_open(&page->index, 2 * sizeof(page->index));
	page->index = rnd64();
	page->private = rnd64();
}

/* From anywhere in the node, aligned to its size, with junk in memory and words. */
struct page *alloc_pages_node(int node, gfp_t gfp, unsigned int order)
{
	unsigned long pages = 1UL << order;
	unsigned long blocks = SIM_NODE_PAGES >> order;
	unsigned long start = rnd(blocks), i, j;

	if (node < 0 || node >= SIM_NODES)
		sim_bug("mm: pages of node %d", node);
	if (order && !(gfp & __GFP_COMP))
		sim_bug("mm: a slab of order %u that is not compound", order);
	for (i = 0; i < blocks; i++) {
		unsigned long first = FIRST_PAGE + node * SIM_NODE_PAGES +
				      (start + i) % blocks * pages;

		if (!block_is_free(first, pages))
			continue;
		for (j = first; j < first + pages; j++)
			state[j] = (struct page_state){ .head = first, .order = order };
		open_head(sim_vmemmap + first);
		memory_fill(page_address(sim_vmemmap + first), pages * PAGE_SIZE, JUNK);
		return sim_vmemmap + first;
	}
	return NULL;
}

void __free_pages(struct page *page, unsigned int order)
{
	unsigned long first = page_number(page), i;

	if (state[first].head != first)
		sim_bug("mm: free of pages that are free, or not at a block's start");
	if (state[first].order != order)
		sim_bug("mm: a block of order %u freed as %u", state[first].order, order);
	for (i = first; i < first + (1UL << order); i++)
		state[i] = (struct page_state){ 0 };
	memory_close(page, sizeof(*page));
	memory_close(page_address(page), PAGE_SIZE << order);
}
