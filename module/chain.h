/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What waits for a grace period and is chained by itself, since there was no room
 * elsewhere for its address: by a word that lies in it, of an rcu_head or of a kernel's
 * kvfree_rcu_head, which is no larger. It knows no lock: delayed.c has it.
 */
#ifndef _MYSLAB_CHAIN_H
#define _MYSLAB_CHAIN_H

struct free_link {
	unsigned long next;	/* its address, and a bit while the chain is freed */
};

static inline void chain_add(struct free_link **chain, struct free_link *link)
{
	link->next = (unsigned long)*chain;
	*chain = link;
}

/* Where that begins which @link lies in; @link itself where it lies in nothing of ours. */
void *chain_start(struct free_link *link);
/* May sleep. Nobody else has the chain any more. */
void chain_free(struct free_link *link);

#endif /* _MYSLAB_CHAIN_H */
