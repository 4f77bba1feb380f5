// SPDX-License-Identifier: GPL-2.0
/* See chain.h. */
#include <linux/kernel.h>
#include <linux/sched.h>

#include "bypointer.h"
#include "chain.h"
#include "judge.h"
#include "report.h"

void chain_add_head(struct free_chain *chain, struct rcu_head *head, void *p)
{
	head->func = (rcu_callback_t)p;
	head->next = chain->heads;
	chain->heads = head;
}

void chain_add_word(struct free_chain *chain, struct callback_word *word)
{
	word->next = (unsigned long)chain->words;
	chain->words = word;
}

/* In a head's func or a word, beside the pointer: it was come by. */
#define SEEN	1UL

static void report_second(const void *p)
{
	rcu_read_lock();
	report_refused_call(judge_owner(p), "delayed free", p, VERDICT_FREE);
	rcu_read_unlock();
}

/*
 * The heads of a chain, each once, before any of them is free: one that was queued
 * twice made the chain a loop. There, and where a pointer is refused, it has come to its
 * end, and the others on it are lost, as the report of it says.
 */
static struct rcu_head *unchain(struct rcu_head *head)
{
	struct rcu_head *once = NULL;

	while (head) {
		unsigned long p = (unsigned long)head->func;
		struct rcu_head *next = head->next;

		if (p & SEEN) {
			report_second((void *)(p & ~SEEN));
			break;
		}
		if (!bypointer_size((void *)p, "delayed free"))
			break;
		head->func = (rcu_callback_t)(p | SEEN);
		head->next = once;
		once = head;
		head = next;
		cond_resched();
	}
	return once;
}

static void free_chained(struct rcu_head *head)
{
	head = unchain(head);
	while (head) {
		unsigned long p = (unsigned long)head->func & ~SEEN;

		head = head->next;
		myslab_kfree((void *)p);
		cond_resched();
	}
}

/* The object that @word lies in; NULL: none. */
static void *object_around(const struct callback_word *word)
{
	struct myslab_cache *c;
	unsigned int offset;
	void *obj;

	rcu_read_lock();
	c = judge_place(word, &obj, &offset);
	rcu_read_unlock();
	return c ? obj : NULL;
}

/* As unchain(), of words: who is lost where one was queued twice is the same. */
static struct callback_word *unchain_words(struct callback_word *word)
{
	struct callback_word *once = NULL;

	while (word) {
		unsigned long next = word->next;
		void *p = object_around(word);

		if (next & SEEN) {
			report_second(p);
			break;
		}
		if (!bypointer_size(p, "delayed free"))
			break;
		word->next = (unsigned long)once | SEEN;
		once = word;
		word = (struct callback_word *)next;
		cond_resched();
	}
	return once;
}

static void free_words(struct callback_word *word)
{
	word = unchain_words(word);
	while (word) {
		void *p = object_around(word);

		word = (struct callback_word *)(word->next & ~SEEN);
		myslab_kfree(p);
		cond_resched();
	}
}

/* May sleep. Nobody else has the chain any more. */
void chain_free(struct free_chain *chain)
{
	free_chained(chain->heads);
	free_words(chain->words);
}
