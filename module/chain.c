// SPDX-License-Identifier: GPL-2.0
/* See chain.h. */
#include <linux/kernel.h>
#include <linux/sched.h>

#include "block.h"
#include "bypointer.h"
#include "chain.h"
#include "judge.h"
#include "report.h"

/* In a link, beside the address: it was come by. */
#define SEEN	1UL

void *chain_start(struct free_link *link)
{
	unsigned int offset;
	size_t into = 0;
	void *obj;
	bool found;

	rcu_read_lock();
	found = judge_place(link, &obj, &offset);
	rcu_read_unlock();
	if (found)
		return obj;
	block_find(link, &into);
	return (void *)link - into;
}

static void report_second(const void *p)
{
	rcu_read_lock();
	report_refused_call(judge_owner(p), "delayed free", p, VERDICT_FREE);
	rcu_read_unlock();
}

/*
 * The links of a chain, each once, before anything of it is free: one that was queued
 * twice made the chain a loop. There, and where a pointer is refused, it has come to its
 * end, and the others on it are lost, as the report of it says.
 */
static struct free_link *unchain(struct free_link *link)
{
	struct free_link *once = NULL;

	while (link) {
		unsigned long next = link->next;
		void *p = chain_start(link);

		if (next & SEEN) {
			report_second(p);
			break;
		}
		if (!bypointer_size(p, "delayed free")) {
			if (next)
				pr_err("delayed free: what waited behind it is lost\n");
			break;
		}
		link->next = (unsigned long)once | SEEN;
		once = link;
		link = (struct free_link *)next;
		cond_resched();
	}
	return once;
}

void chain_free(struct free_link *link)
{
	link = unchain(link);
	while (link) {
		void *p = chain_start(link);

		link = (struct free_link *)(link->next & ~SEEN);
		myslab_kfree(p);
		cond_resched();
	}
}
