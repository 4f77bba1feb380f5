// SPDX-License-Identifier: GPL-2.0
/*
 * How a driver uses the allocator, in the order of its life: a cache with a window
 * for user space, a mempool over it so that writing never fails, memory by size. A
 * character device /dev/myslab-sample keeps the last lines written to it and reads
 * them back, the newest first; a line goes back once no reader can be at it.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/uaccess.h>

#include <myslab/mempool.h>
#include <myslab/myslab.h>

#define LINE_MAX	64
#define LINES_KEPT	4

struct line {
	struct list_head list;		/* written under lines_mutex, read under RCU */
	struct rcu_head rcu;
	unsigned int len;
	char text[LINE_MAX];		/* all that user space ever sees */
};

static struct myslab_cache *line_cache;
static mempool_t *line_pool;
static LIST_HEAD(lines);
static unsigned int nr_lines;
static DEFINE_MUTEX(lines_mutex);

/* By way of the pool, whose reserve may want it. */
static void free_line(struct rcu_head *rcu)
{
	mempool_free(container_of(rcu, struct line, rcu), line_pool);
}

/* Readers may be at it: it goes after a grace period. */
static void drop_oldest(void)
{
	struct line *line = list_last_entry(&lines, struct line, list);

	list_del_rcu(&line->list);
	nr_lines--;
	call_rcu(&line->rcu, free_line);
}

static ssize_t sample_write(struct file *file, const char __user *from, size_t len,
			    loff_t *pos)
{
	struct line *line;

	if (!len || len > LINE_MAX)
		return -EINVAL;
	line = mempool_alloc(line_pool, GFP_KERNEL);	/* sleeps, never fails */
	line->len = len;
	if (myslab_copy_from_user(line->text, from, len)) {
		mempool_free(line, line_pool);
		return -EFAULT;
	}
	mutex_lock(&lines_mutex);
	list_add_rcu(&line->list, &lines);
	if (++nr_lines > LINES_KEPT)
		drop_oldest();
	mutex_unlock(&lines_mutex);
	return len;
}

/* Readers take no lock: a copy by size, which the end of its scope frees. */
static ssize_t sample_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	char *text __free(myslab_kfree) = myslab_kmalloc(LINES_KEPT * LINE_MAX, GFP_KERNEL);
	struct line *line;
	size_t used = 0;

	if (!text)
		return -ENOMEM;
	rcu_read_lock();
	list_for_each_entry_rcu(line, &lines, list) {
		if (used + line->len > LINES_KEPT * LINE_MAX)
			break;
		memcpy(text + used, line->text, line->len);
		used += line->len;
	}
	rcu_read_unlock();
	if (*pos >= used)
		return 0;
	len = min_t(size_t, len, used - *pos);
	if (myslab_copy_to_user(to, text + *pos, len))
		return -EFAULT;
	*pos += len;
	return len;
}

static const struct file_operations sample_fops = {
	.owner = THIS_MODULE,
	.read = sample_read,
	.write = sample_write,
};

static struct miscdevice sample_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "myslab-sample",
	.fops = &sample_fops,
	.mode = 0600,
};

static int __init sample_init(void)
{
	int err = -ENOMEM;

	line_cache = MYSLAB_CACHE_USERCOPY(line, SLAB_HWCACHE_ALIGN, text);
	if (!line_cache)
		return -ENOMEM;
	line_pool = mempool_create(2, myslab_mempool_alloc, myslab_mempool_free,
				   line_cache);
	if (line_pool)
		err = misc_register(&sample_device);
	if (err) {
		mempool_destroy(line_pool);
		myslab_cache_destroy(line_cache);
	}
	return err;
}

static void __exit sample_exit(void)
{
	misc_deregister(&sample_device);
	while (nr_lines)
		drop_oldest();
	rcu_barrier();
	mempool_destroy(line_pool);
	myslab_cache_destroy(line_cache);
}

module_init(sample_init);
module_exit(sample_exit);

MODULE_DESCRIPTION("How a driver uses myslab");
MODULE_AUTHOR("The myslab developers");
MODULE_LICENSE("GPL");
