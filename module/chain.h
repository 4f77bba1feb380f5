/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects that wait for a grace period and are chained by themselves, since there was
 * no room elsewhere for their addresses. It knows no lock: delayed.c has it.
 */
#ifndef _MYSLAB_CHAIN_H
#define _MYSLAB_CHAIN_H

#include <linux/compiler.h>
#include <linux/types.h>

/* All that a kernel's kvfree_rcu_head has: the address of the next, and a bit. */
struct callback_word {
	unsigned long next;
};

struct free_chain {
	struct rcu_head *heads;		/* by next; func is the pointer */
	struct callback_word *words;	/* each within the object that is to be freed */
};

/* Also a racy look. */
static inline bool chain_is_empty(const struct free_chain *chain)
{
	return !READ_ONCE(chain->heads) && !READ_ONCE(chain->words);
}

void chain_add_head(struct free_chain *chain, struct rcu_head *head, void *p);
void chain_add_word(struct free_chain *chain, struct callback_word *word);
void chain_free(struct free_chain *chain);

#endif /* _MYSLAB_CHAIN_H */
