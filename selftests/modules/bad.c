// SPDX-License-Identifier: GPL-2.0
/* See bad.h. */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/poison.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "bad.h"
#include "testing.h"

static unsigned long module_data[16] = { 1 };
static const char module_text[] = "read-only data of a module";
static DEFINE_PER_CPU(unsigned long, percpu_data);

/* Held while the list is in use. */
static struct page *one_page, *eight_pages;
static void *small, *large, *virtual;
static struct kmem_cache *kmem;
static void *kmem_obj;

static struct bad list[64];
static size_t nr_bad;

static void add(const char *what, void *p)
{
	if (expect(nr_bad < ARRAY_SIZE(list)))
		list[nr_bad++] = (struct bad){ what, p };
}

static void add_numbers(void)
{
	static const struct {
		const char *what;
		unsigned long value;
	} numbers[] = {
		{ "1", 1 },
		{ "8", 8 },
		{ "ZERO_SIZE_PTR", (unsigned long)ZERO_SIZE_PTR },
		{ "the first page", 0x100 },
		{ "a user address", 0x400000 },
		{ "the end of user addresses", 0x7ffffffff000UL },
		{ "non-canonical, lowest", 0x800000000000UL },
		{ "non-canonical, middle", 0x8000000000000000UL },
		{ "non-canonical, highest", 0xffff7ffffffffff8UL },
		{ "list poison", 0xdead000000000100UL },
		{ "vsyscall page", 0xffffffffff600000UL },
		{ "the last page", -PAGE_SIZE },
		{ "the last word", -8UL },
		{ "the last byte", -1UL },
		{ "poisoned memory", 0x6b6b6b6b6b6b6b6bUL },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		add(numbers[i].what, (void *)numbers[i].value);
	add("ERR_PTR(-ENOMEM)", ERR_PTR(-ENOMEM));
	add("ERR_PTR(-MAX_ERRNO)", ERR_PTR(-MAX_ERRNO));
	add("this process's own stack in user space",
	    current->mm ? (void *)current->mm->start_stack : (void *)0x1000);
}

/* The direct map's edges and holes. */
static void add_direct_map(void)
{
	add("the start of the direct map", (void *)PAGE_OFFSET);
	add("before the direct map", (void *)(PAGE_OFFSET - 8));
	add("first word after memory", high_memory);
	add("a page after memory", high_memory + PAGE_SIZE);
	add("a GiB after memory", high_memory + (1UL << 30));
	add("32 TiB into the direct map", (void *)(PAGE_OFFSET + (1UL << 45)));
	add("the last page of the direct map",
	    (void *)(PAGE_OFFSET + (1UL << MAX_PHYSMEM_BITS) - PAGE_SIZE));
	add("after the direct map", (void *)(PAGE_OFFSET + (1UL << MAX_PHYSMEM_BITS)));
	add("the hole below 4 GiB", __va(0xfee00000UL));
	add("BIOS memory", __va(0xf0000UL));
	add("a struct page", one_page);
	add("the start of all struct pages", vmemmap);
	add("before all struct pages", (void *)vmemmap - 8);
}

static void add_kernel(void)
{
	add("kernel text", schedule);
	add("kernel data", (void *)&jiffies);
	add("kernel data, another", system_wq);
	add("the zero page", page_address(ZERO_PAGE(0)));
	add("module data", module_data);
	add("module data, inside", module_data + 3);
	add("module text", add_kernel);
	add("module read-only data", (void *)module_text);
	add("per-CPU data", raw_cpu_ptr(&percpu_data));
	add("the stack", __builtin_frame_address(0));
	add("the stack's other end", task_stack_page(current));
	add("this task", current);
	add("vmalloc", virtual);
	add("vmalloc, second page", virtual + PAGE_SIZE);
	add("vmalloc start", (void *)VMALLOC_START);
}

static void add_owned(void)
{
	add("a page", page_address(one_page));
	add("inside a page", page_address(one_page) + 64);
	add("a compound page", page_address(eight_pages));
	add("a tail page", page_address(eight_pages) + 3 * PAGE_SIZE);
	add("kmalloc, small", small);
	add("kmalloc, large", large);
	add("kmem_cache", kmem_obj);
}

/* The word before private, which kernels call by different names. */
static void set_page_index(struct page *page, unsigned long val)
{
	*(unsigned long *)((char *)page + offsetof(struct page, private) - sizeof(val)) = val;
}

/* Pages that look, by every word that may be chosen, as much as they can like ours. */
static void fill_pages(void)
{
	memset(page_address(one_page), 0, PAGE_SIZE);
	set_page_private(one_page, -1UL);
	set_page_index(one_page, -1UL);
}

const struct bad *bad_pointers(size_t *nr)
{
	one_page = alloc_page(GFP_KERNEL);
	eight_pages = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);
	small = kmalloc(64, GFP_KERNEL);
	large = kmalloc(64 << 10, GFP_KERNEL);
	virtual = vmalloc(2 * PAGE_SIZE);
	kmem = kmem_cache_create("myslab-test-bad", 256, 0, 0, NULL);
	kmem_obj = kmem ? kmem_cache_alloc(kmem, GFP_KERNEL) : NULL;
	nr_bad = 0;
	*nr = 0;
	if (!expect(one_page && eight_pages && small && large && virtual && kmem_obj))
		return NULL;
	fill_pages();
	add_numbers();
	add_direct_map();
	add_kernel();
	add_owned();
	*nr = nr_bad;
	return list;
}

void bad_release(void)
{
	if (one_page) {
		set_page_index(one_page, 0);
		set_page_private(one_page, 0);
		__free_page(one_page);
	}
	if (eight_pages)
		__free_pages(eight_pages, 3);
	kfree(small);
	kfree(large);
	vfree(virtual);
	if (kmem_obj)
		kmem_cache_free(kmem, kmem_obj);
	kmem_cache_destroy(kmem);
	one_page = NULL;
	eight_pages = NULL;
}
