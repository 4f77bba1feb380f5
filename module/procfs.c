// SPDX-License-Identifier: GPL-2.0
/* See procfs.h. Renders snapshots, nothing else. */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "cache.h"
#include "procfs.h"
#include "stats.h"
#include "tune.h"

#define PROC_NAME	"myslabinfo"
/* slabtop shows nothing at all where a name is longer. */
#define NAME_SHOWN	127

/* Position 0 is the header, then the caches, then the leaked ones. */
static void *info_at(loff_t pos)
{
	struct myslab_cache *c;

	if (!pos)
		return SEQ_START_TOKEN;
	list_for_each_entry(c, &caches, registered)
		if (!--pos)
			return c;
	list_for_each_entry(c, &leaked_caches, registered)
		if (!--pos)
			return c;
	return NULL;
}

static void *info_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&caches_mutex);
	return info_at(*pos);
}

static void *info_next(struct seq_file *m, void *v, loff_t *pos)
{
	return info_at(++*pos);
}

static void info_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&caches_mutex);
}

static int info_show(struct seq_file *m, void *v)
{
	struct myslab_cache *c = v;
	struct myslab_info info;
	unsigned int limit;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "slabinfo - version: 2.1\n"
			 "# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>\n");
		return 0;
	}
	stats_info(c, &info);
	limit = stats_limit(c);
	seq_printf(m, "%.*s%-*s %6lu %6lu %6u %4u %4u : tunables %4u %4u %4u : slabdata %6lu %6lu %6lu\n",
		   NAME_SHOWN - (c->leaked ? (int)strlen("(leaked)") : 0), c->name,
		   c->leaked ? 0 : max(0, 17 - (int)strlen(c->name)),
		   c->leaked ? "(leaked)" : "",
		   info.active_objs, info.num_objs, c->layout.size, c->layout.num,
		   1U << c->layout.order, limit, stats_batchcount(c, limit), c->shared,
		   info.active_slabs, info.num_slabs, info.shared_avail);
	return 0;
}

static const struct seq_operations info_ops = {
	.start = info_start,
	.next = info_next,
	.stop = info_stop,
	.show = info_show,
};

static int info_open(struct inode *inode, struct file *file)
{
	return seq_open(file, &info_ops);
}

/* R29: "name limit batchcount shared". */
static ssize_t info_write(struct file *file, const char __user *from, size_t count,
			  loff_t *pos)
{
	struct myslab_tunables t;
	char *line, *numbers;
	int err;

	if (count > MYSLAB_NAME_MAX + 64)
		return -EINVAL;
	line = memdup_user_nul(from, count);
	if (IS_ERR(line))
		return PTR_ERR(line);
	numbers = strim(line);
	strsep(&numbers, " \t");
	err = tune_parse(numbers, &t);
	if (!err)
		err = tune_by_name(strim(line), &t);
	kfree(line);
	return err ? err : count;
}

static const struct proc_ops info_proc_ops = {
	.proc_open = info_open,
	.proc_read = seq_read,
	.proc_write = info_write,
	.proc_lseek = seq_lseek,
	.proc_release = seq_release,
};

int __init procfs_init(void)
{
	if (!proc_create(PROC_NAME, 0600, NULL, &info_proc_ops) &&
	    IS_ENABLED(CONFIG_PROC_FS))
		return -ENOMEM;
	return 0;
}

void procfs_exit(void)
{
	remove_proc_entry(PROC_NAME, NULL);
}
