/* SPDX-License-Identifier: GPL-2.0 */
/* Doubly linked rings. A deleted entry points nowhere, and taking it off again is found. */
#ifndef _SIM_LIST_H
#define _SIM_LIST_H

#include <linux/kernel.h>
#include <linux/types.h>
#include <sim.h>

#define LIST_POISON	((struct list_head *)0xdead4ead0)

#define LIST_HEAD(name)	struct list_head name = { &(name), &(name) }

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

static inline void sim_list_insert(struct list_head *entry, struct list_head *prev,
				   struct list_head *next)
{
	if (next->prev != prev || prev->next != next)
		sim_bug("list: broken where an entry is added");
	next->prev = entry;
	entry->next = next;
	entry->prev = prev;
	prev->next = entry;
}

static inline void list_add(struct list_head *entry, struct list_head *head)
{
	sim_list_insert(entry, head, head->next);
}

static inline void list_add_tail(struct list_head *entry, struct list_head *head)
{
	sim_list_insert(entry, head->prev, head);
}

static inline void list_del(struct list_head *entry)
{
	if (entry->next == LIST_POISON)
		sim_bug("list: an entry is deleted twice");
	if (entry->prev->next != entry || entry->next->prev != entry)
		sim_bug("list: an entry is deleted that its neighbours do not know");
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
	entry->next = LIST_POISON;
	entry->prev = LIST_POISON;
}

static inline void list_move(struct list_head *entry, struct list_head *head)
{
	list_del(entry);
	list_add(entry, head);
}

static inline void list_move_tail(struct list_head *entry, struct list_head *head)
{
	list_del(entry);
	list_add_tail(entry, head);
}

static inline bool list_empty(const struct list_head *head)
{
	return READ_ONCE(head->next) == head;
}

#define list_entry(ptr, type, member)	container_of(ptr, type, member)

#define list_first_entry_or_null(head, type, member) ({		\
	struct list_head *_head = (head);			\
	list_empty(_head) ? NULL :				\
		list_entry(_head->next, type, member); })

#define list_for_each_entry(pos, head, member)			\
	for (pos = list_entry((head)->next, typeof(*pos), member);	\
	     &pos->member != (head);				\
	     pos = list_entry(pos->member.next, typeof(*pos), member))

#endif /* _SIM_LIST_H */
