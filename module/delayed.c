// SPDX-License-Identifier: GPL-2.0
/*
 * Frees that wait for a grace period, many for one.
 *
 *     myslab_kfree_rcu()        this CPU's pages of pointers, or its chain of them
 *                                    | gather: a worker, some ticks later
 *                               batch, for which one grace period runs
 *                                    | release: a worker
 *                               myslab_kfree() of each
 *
 * A CPU has one batch on its way; what comes meanwhile waits for the next. Pages are
 * taken from a small stock that gather fills: whoever frees may hold a raw spinlock
 * and cannot allocate. Where the stock is empty, an object with an rcu_head of its
 * own is chained by that; one without has its caller allocate a page, or else sleep
 * for a grace period of its own.
 *
 * Invariant, under lock: where pointers wait and no batch is on its way, gather is
 * queued or running.
 */
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/kmemleak.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include "bypointer.h"
#include "chain.h"
#include "delayed.h"
#include "internal.h"
#include "report.h"

/* How long pointers are gathered before their grace period begins, in jiffies. */
#define GATHER_DELAY	max(HZ / 50, 1)
/* Pages in the stock of a CPU that frees; of one that does not: 1. */
#define STOCK_MAX	5

struct pointer_page {
	struct pointer_page *next;
	unsigned long nr;
	void *pointer[];
};

#define PAGE_POINTERS \
	((PAGE_SIZE - sizeof(struct pointer_page)) / sizeof(void *))

/* Pointers that wait. */
struct waiting {
	struct pointer_page *pages;	/* the first has room, the others are full */
	struct free_link *chain;	/* those that found no room in them */
};

struct delayed_cpu {
	raw_spinlock_t lock;		/* innermost; guards what follows */
	struct waiting waiting;
	struct pointer_page *stock;
	unsigned int stocked;
	bool on_its_way;		/* the batch is */
	unsigned long queued;		/* pointers, ever */
	unsigned long batch_until;	/* queued, when the batch was made */
	unsigned long freed;		/* batch_until of the last that ended */
	struct delayed_totals totals;
	struct delayed_work gather;
	struct rcu_work release;
	struct waiting batch;		/* release's alone while on_its_way */
};

static DEFINE_PER_CPU(struct delayed_cpu, delayed_cpus);

static struct pointer_page *page_get(gfp_t gfp)
{
	struct pointer_page *page = (void *)__get_free_page(gfp | __GFP_NOWARN);

	if (page) {
		page->next = NULL;
		page->nr = 0;
	}
	return page;
}

static void pages_put(struct pointer_page *page)
{
	while (page) {
		struct pointer_page *next = page->next;

		free_page((unsigned long)page);
		page = next;
	}
}

/* Move up to @max pages from *@from to the stock. The lock is held. */
static void stock_pages(struct delayed_cpu *d, struct pointer_page **from,
			unsigned int max)
{
	while (*from && d->stocked < max) {
		struct pointer_page *page = *from;

		*from = page->next;
		page->next = d->stock;
		page->nr = 0;
		d->stock = page;
		d->stocked++;
	}
}

/* As stock_pages(), and what the stock has above @max goes to *@from instead. */
static void keep_pages(struct delayed_cpu *d, struct pointer_page **from,
		       unsigned int max)
{
	stock_pages(d, from, max);
	while (d->stocked > max) {
		struct pointer_page *page = d->stock;

		d->stock = page->next;
		d->stocked--;
		page->next = *from;
		*from = page;
	}
}

/* Room for one pointer, from the stock if need be. The lock is held. */
static struct pointer_page *page_with_room(struct delayed_cpu *d)
{
	struct pointer_page *page = d->waiting.pages;

	if (page && page->nr < PAGE_POINTERS)
		return page;
	page = d->stock;
	if (!page)
		return NULL;
	d->stock = page->next;
	d->stocked--;
	page->next = d->waiting.pages;
	d->waiting.pages = page;
	return page;
}

/*
 * Let @p wait on this CPU. With neither room nor a @link within it false is answered, and
 * nothing has changed. The timer of a delayed work is all that is armed under the lock.
 */
static bool queue_pointer(struct free_link *link, void *p)
{
	struct delayed_cpu *d = raw_cpu_ptr(&delayed_cpus);
	struct pointer_page *page;
	unsigned long flags;
	bool queued;

	raw_spin_lock_irqsave(&d->lock, flags);
	page = page_with_room(d);
	queued = page || link;
	if (page)
		page->pointer[page->nr++] = p;
	else if (link)
		chain_add(&d->waiting.chain, link);
	if (queued) {
		d->totals.paged += !!page;
		d->totals.chained += !page;
		d->queued++;
		if (!d->on_its_way)
			queue_delayed_work(myslab_wq, &d->gather, GATHER_DELAY);
	}
	raw_spin_unlock_irqrestore(&d->lock, flags);
	return queued;
}

static bool something_waits(const struct waiting *w)
{
	return w->pages || w->chain;
}

/* Fill the stock without sleeping: drains wait for works of this queue. */
static void fill_stock(struct delayed_cpu *d)
{
	unsigned int target = READ_ONCE(d->waiting.chain) ? STOCK_MAX : 1;
	struct pointer_page *page;

	while (READ_ONCE(d->stocked) < target) {
		page = page_get(GFP_NOWAIT);
		if (!page)
			return;
		raw_spin_lock_irq(&d->lock);
		stock_pages(d, &page, STOCK_MAX);
		raw_spin_unlock_irq(&d->lock);
		pages_put(page);
	}
}

/* Begin the grace period of all that waits. */
static void gather(struct work_struct *work)
{
	struct delayed_cpu *d = container_of(to_delayed_work(work), struct delayed_cpu,
					     gather);
	bool begin;

	fill_stock(d);
	raw_spin_lock_irq(&d->lock);
	begin = !d->on_its_way && something_waits(&d->waiting);
	if (begin) {
		d->on_its_way = true;
		d->batch = d->waiting;
		d->batch_until = d->queued;
		memset(&d->waiting, 0, sizeof(d->waiting));
		d->totals.batches++;
	}
	raw_spin_unlock_irq(&d->lock);
	if (begin)
		queue_rcu_work(myslab_wq, &d->release);
}

static void free_paged(const struct pointer_page *page)
{
	unsigned long i;

	for (; page; page = page->next) {
		for (i = 0; i < page->nr; i++) {
			myslab_kfree(page->pointer[i]);
			cond_resched();
		}
	}
}

/* The batch's grace period is over. */
static void release(struct work_struct *work)
{
	struct delayed_cpu *d = container_of(to_rcu_work(work), struct delayed_cpu,
					     release);
	struct pointer_page *pages = d->batch.pages;

	free_paged(pages);
	chain_free(d->batch.chain);
	raw_spin_lock_irq(&d->lock);
	keep_pages(d, &pages, pages && pages->next ? STOCK_MAX : 1);
	d->on_its_way = false;
	/* pairs with whoever waits, and then looks at where they are */
	smp_store_release(&d->freed, d->batch_until);
	if (something_waits(&d->waiting))
		queue_delayed_work(myslab_wq, &d->gather, 1);
	raw_spin_unlock_irq(&d->lock);
	pages_put(pages);
}

/*
 * Is @p something that may be freed? Judged when it is queued too: a chain goes
 * through its memory, and the caller is on the stack that a report shows.
 */
static bool is_refused(const void *p)
{
	return !bypointer_size(p, "delayed free");
}

/* Of a chained head all that is known of @p is that it lies there. */
static bool lies_elsewhere(const void *head, const void *p)
{
	if (chain_start((void *)head) == p)
		return false;
	report_refused_call(NULL, "delayed free by a head", head, VERDICT_NOT_OURS);
	return true;
}

/**
 * myslab_kfree_call_rcu() - free after a grace period; use myslab_kfree_rcu()
 * @head: within what @p points to; not initialised; its first word is written to, by
 *        this alone
 * @p: see myslab_kfree()
 *
 * What is refused by myslab_kfree() is refused here, and again when its grace period
 * is over, which is when a second free is seen, as far as myslab_kfree() sees it.
 *
 * Context: Any but NMI, raw spinlocks and interrupts off included. Never sleeps, never
 * allocates.
 */
void myslab_kfree_call_rcu(struct rcu_head *head, void *p)
{
	if (ZERO_OR_NULL_PTR(p) || is_refused(p) || lies_elsewhere(head, p))
		return;
	kmemleak_ignore(p);	/* it does not look where it waits */
	queue_pointer((struct free_link *)head, p);
}
EXPORT_SYMBOL_GPL(myslab_kfree_call_rcu);

/* A page for this CPU's stock. It may have become another CPU's, or be used already. */
static bool bring_page(void)
{
	struct pointer_page *page = page_get(GFP_KERNEL | __GFP_NORETRY | __GFP_NOMEMALLOC);
	struct delayed_cpu *d = raw_cpu_ptr(&delayed_cpus);

	if (!page)
		return false;
	raw_spin_lock_irq(&d->lock);
	stock_pages(d, &page, STOCK_MAX);
	raw_spin_unlock_irq(&d->lock);
	pages_put(page);
	return true;
}

/**
 * myslab_kfree_rcu_mightsleep() - free after a grace period what has no rcu_head
 * @p: see myslab_kfree()
 *
 * Batched as by myslab_kfree_rcu() where a page for its pointer can be had, else the
 * caller sleeps until the grace period is over.
 *
 * Context: Process context, may sleep, not within an RCU read-side section.
 */
void myslab_kfree_rcu_mightsleep(void *p)
{
	struct delayed_cpu *d;

	might_sleep();
	if (ZERO_OR_NULL_PTR(p) || is_refused(p))
		return;
	kmemleak_ignore(p);
	do {
		if (queue_pointer(NULL, p))
			return;
	} while (bring_page());
	d = raw_cpu_ptr(&delayed_cpus);
	raw_spin_lock_irq(&d->lock);
	d->totals.waited++;
	raw_spin_unlock_irq(&d->lock);
	synchronize_rcu();
	myslab_kfree(p);
}
EXPORT_SYMBOL_GPL(myslab_kfree_rcu_mightsleep);

/* Pointers of @d up to the @until'th are freed. Two rounds at most: see the invariant. */
static void wait_for_freed(struct delayed_cpu *d, unsigned long until)
{
	while ((long)(smp_load_acquire(&d->freed) - until) < 0) {
		flush_delayed_work(&d->gather);
		flush_rcu_work(&d->release);
	}
}

/**
 * myslab_kfree_rcu_barrier() - wait for the frees that wait for a grace period
 *
 * What myslab_kfree_rcu() and myslab_kfree_rcu_mightsleep() were given before is free
 * afterwards. Where nothing waits this takes no time. myslab_cache_destroy() begins
 * with it (R28).
 *
 * Source: the kernel's kvfree_rcu_barrier().
 *
 * Context: Process context, sleeps; no lock that a caller of reclaim may hold.
 */
void myslab_kfree_rcu_barrier(void)
{
	struct delayed_cpu *d;
	int cpu;

	might_sleep();
	for_each_possible_cpu(cpu) {
		d = per_cpu_ptr(&delayed_cpus, cpu);
		if (READ_ONCE(d->queued) != smp_load_acquire(&d->freed))
			mod_delayed_work(myslab_wq, &d->gather, 1);
	}
	for_each_possible_cpu(cpu) {
		d = per_cpu_ptr(&delayed_cpus, cpu);
		wait_for_freed(d, READ_ONCE(d->queued));
	}
}
EXPORT_SYMBOL_GPL(myslab_kfree_rcu_barrier);

void delayed_sum(struct delayed_totals *totals)
{
	int cpu;

	memset(totals, 0, sizeof(*totals));
	for_each_possible_cpu(cpu) {
		const struct delayed_totals *t = &per_cpu_ptr(&delayed_cpus, cpu)->totals;

		totals->paged += READ_ONCE(t->paged);
		totals->chained += READ_ONCE(t->chained);
		totals->waited += READ_ONCE(t->waited);
		totals->batches += READ_ONCE(t->batches);
	}
}

void __init delayed_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct delayed_cpu *d = per_cpu_ptr(&delayed_cpus, cpu);

		raw_spin_lock_init(&d->lock);
		INIT_DELAYED_WORK(&d->gather, gather);
		INIT_RCU_WORK(&d->release, release);
	}
}

/* Nobody frees any more. */
void delayed_exit(void)
{
	int cpu;

	myslab_kfree_rcu_barrier();
	for_each_possible_cpu(cpu) {
		struct delayed_cpu *d = per_cpu_ptr(&delayed_cpus, cpu);

		cancel_delayed_work_sync(&d->gather);
		flush_rcu_work(&d->release);
		pages_put(d->stock);
	}
}
