/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the allocator shows of itself, read as a user would read it: /proc/myslabinfo,
 * debugfs myslab/ and its module parameters.
 */
#ifndef _MYSLAB_TEST_LOOK_H
#define _MYSLAB_TEST_LOOK_H

#include <linux/types.h>

struct file;

/* One line of /proc/myslabinfo. */
struct info {
	unsigned long active_objs, num_objs;
	unsigned int objsize, objperslab, pagesperslab;
	unsigned int limit, batchcount, shared;
	unsigned long active_slabs, num_slabs, sharedavail;
};

/* False where the file has no line of that name. Complains where it cannot be read. */
bool look_info(const char *name, struct info *info);

/* A file of debugfs myslab/<cache>/, or myslab/<file> with no cache; kvfree() it. */
char *look_file(const char *cache, const char *file);

/*
 * For a thread of the kernel's own to read: where its root is nullfs it finds no file by its
 * name. filp_close() what was opened, kvfree() each reading.
 */
struct file *look_open(const char *cache, const char *file);
char *look_again(struct file *file);

/* A column of a cache's `stats`, of one CPU or of all. */
#define ALL_CPUS	(-1)
long look_stat(const char *cache, int cpu, const char *column);

/*
 * Everything that `stats` and `nodes` say of a cache but the refused frees, which
 * are added up in @errors, and the bytes of its arrays; kvfree() the text.
 */
char *look_state(const char *cache, long *errors);

/* What `nodes` says after @key on its line for a node; -1: nothing. */
long look_node(const char *cache, int node, const char *key);

/* What the arrays of a cache take, as `nodes` has it. Complains where it says nothing. */
struct queue_bytes {
	unsigned long all, cpu, shared, alien, aside;
};

bool look_queue(const char *cache, struct queue_bytes *q);

/*
 * Pages that the module holds as slabs, by its own word, less those of caches' own
 * descriptors: these come back some time after their caches are destroyed.
 */
long look_pages(void);

/* A line of debugfs myslab/totals; -1: there is none of that name. */
long look_total(const char *name);

/* A file of one number, such as a module parameter; -1: it cannot be read. */
long look_number(const char *path);

/* `echo text >path` by a process of root's; false where it failed. */
bool user_writes(const char *path, const char *text);

/* The same by this thread, for a file that is none of debugfs; 0 or an error. */
int write_here(const char *path, const char *text);

/* Write a parameter of the module, as a user does in /sys; 0 or an error. */
int try_parameter(const char *name, int value);
bool set_parameter(const char *name, int value);

#endif /* _MYSLAB_TEST_LOOK_H */
