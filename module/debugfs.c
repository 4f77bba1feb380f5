// SPDX-License-Identifier: GPL-2.0
/* See debugfs.h. Renders snapshots, nothing else. */
#include <linux/cpu.h>
#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "aside.h"
#include "cache.h"
#include "debugfs.h"
#include "delayed.h"
#include "pages.h"
#include "reap.h"
#include "resize.h"
#include "stats.h"
#include "tune.h"

#define PAGES_FILE	"pages"
#define REAP_FILE	"reap"
#define SHRINK_FILE	"shrink"
#define TOTALS_FILE	"totals"

static struct dentry *root;

#define COLUMN(field)	{ #field, offsetof(struct myslab_cpu_stats, field) }

struct column {
	const char *name;
	size_t offset;
};

/* The columns of `stats`, in the order of struct myslab_cpu_stats. */
static const struct column cpu_columns[] = {
	COLUMN(alloc_hit), COLUMN(free_hit), COLUMN(alloc_miss), COLUMN(free_miss),
	COLUMN(refill), COLUMN(flush), COLUMN(busy_alloc), COLUMN(busy_free),
	COLUMN(busy_locked), COLUMN(node_alloc), COLUMN(alien_put), COLUMN(alien_direct),
	COLUMN(alien_drain), COLUMN(fallback), COLUMN(failed), COLUMN(resized),
	COLUMN(errors),
};

static_assert(ARRAY_SIZE(cpu_columns) * sizeof(unsigned long) ==
	      sizeof(struct myslab_cpu_stats));

/* What a CPU's arrays hold and may hold. */
struct parked {
	unsigned int avail, limit, aside, aside_limit;
};

static void show_cpu_row(struct seq_file *m, const struct myslab_cpu_stats *stats,
			 const struct parked *p)
{
	size_t i;

	seq_printf(m, " %12u %12u %12u %12u", p->avail, p->limit, p->aside, p->aside_limit);
	for (i = 0; i < ARRAY_SIZE(cpu_columns); i++)
		seq_printf(m, " %12lu",
			   READ_ONCE(*(unsigned long *)((void *)stats +
							cpu_columns[i].offset)));
	seq_putc(m, '\n');
}

/* One line a CPU, and their sum. */
static int stats_show(struct seq_file *m, void *v)
{
	struct myslab_cache *c = m->private;
	struct myslab_cpu_stats sum;
	struct parked all = {};
	size_t i;
	int cpu;

	seq_printf(m, "%-6s %12s %12s %12s %12s", "cpu", "avail", "limit", "aside",
		   "aside_limit");
	for (i = 0; i < ARRAY_SIZE(cpu_columns); i++)
		seq_printf(m, " %12s", cpu_columns[i].name);
	seq_putc(m, '\n');
	for_each_possible_cpu(cpu) {
		const struct myslab_cpu *mine = per_cpu_ptr(c->cpu, cpu);
		const struct parked p = {
			stats_cpu_avail(c, cpu), stats_cpu_limit(c, cpu),
			aside_avail(mine), aside_limit(mine),
		};

		all.avail += p.avail;
		all.limit += p.limit;
		all.aside += p.aside;
		all.aside_limit += p.aside_limit;
		seq_printf(m, "%-6d", cpu);
		show_cpu_row(m, &mine->stats, &p);
	}
	stats_sum_cpus(c, &sum);
	seq_printf(m, "%-6s", "all");
	show_cpu_row(m, &sum, &all);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

static void show_node(struct seq_file *m, struct myslab_cache *c, int node,
		      const struct myslab_node_snapshot *s)
{
	int home;

	seq_printf(m, "node %d\n", node);
	if (s->checked)
		seq_printf(m, "  slabs: partial %lu full %lu free %lu\n",
			   s->partial, s->full, s->free);
	else
		seq_printf(m, "  slabs: partial and full %lu free %lu\n",
			   s->partial, s->free);
	seq_printf(m, "  objects: out %lu free %lu free_limit %lu\n",
		   s->objects_out, s->objects_free, s->free_limit);
	seq_printf(m, "  shared: %u of %u\n", s->shared_avail, s->shared_limit);
	seq_printf(m, "  grown %lu reaped %lu alien_in %lu lent %lu doubled %lu\n",
		   s->grown, s->reaped, s->alien_in, s->lent, s->doubled);
	for_each_node(home) {
		unsigned int avail = stats_alien(c, node, home);

		if (avail)
			seq_printf(m, "  alien of node %d: %u\n", home, avail);
	}
	seq_printf(m, "  consistent: %s\n", !s->checked ? "not checked, too many slabs" :
		   s->consistent ? "yes" : "NO");
}

static int nodes_show(struct seq_file *m, void *v)
{
	struct myslab_cache *c = m->private;
	struct myslab_node_snapshot snap;
	struct myslab_queue_bytes queue;
	unsigned int limit;
	int node;

	seq_printf(m, "object %u bytes (%u asked for), %u in a slab of order %u, index %s, colours %u of %u bytes\n",
		   c->layout.size, c->object_size, c->layout.num, c->layout.order,
		   c->layout.placement == MYSLAB_INDEX_IN_OBJECT ? "in a free object" :
		   c->layout.placement == MYSLAB_INDEX_OFF_SLAB ? "off slab" : "on slab",
		   c->layout.colours, c->layout.colour_off);
	limit = stats_limit(c);
	seq_printf(m, "limit %u batchcount %u shared %u alien limit %u mode %s\n",
		   limit, stats_batchcount(c, limit),
		   READ_ONCE(c->shared), c->alien_limit,
		   !c->is_auto ? "fixed" : resize_follows(c) ? "auto" : "auto, tuned");
	stats_queue(c, &queue);
	seq_printf(m, "queue_bytes %lu cpu %lu shared %lu alien %lu aside %lu\n",
		   stats_queue_sum(&queue), queue.cpu, queue.shared, queue.alien, queue.aside);
	for_each_node(node)
		if (stats_node(c, node, &snap))
			show_node(m, c, node, &snap);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(nodes);

/* Most slabs shown for a node: what there is room for is taken in one section. */
#define SLABS_SHOWN	4096

static int slabs_show(struct seq_file *m, void *v)
{
	struct myslab_cache *c = m->private;
	struct myslab_slab_snapshot *snap;
	int node;

	snap = kvmalloc_array(SLABS_SHOWN, sizeof(*snap), GFP_KERNEL);
	if (!snap)
		return -ENOMEM;
	seq_puts(m, "# node list in_use objects colour_bytes\n");
	for_each_node(node) {
		size_t i, nr = stats_slabs(c, node, snap, SLABS_SHOWN);

		for (i = 0; i < nr; i++)
			seq_printf(m, "%d %s %u %u %u\n", node,
				   stats_list_name[snap[i].list], snap[i].active,
				   c->layout.num, snap[i].colour);
		if (nr == SLABS_SHOWN)
			seq_printf(m, "# node %d: only the first %u slabs are shown\n",
				   node, SLABS_SHOWN);
	}
	kvfree(snap);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(slabs);

/* R29 for one cache: reads and takes "limit batchcount shared". */
static int tunables_show(struct seq_file *m, void *v)
{
	struct myslab_cache *c = m->private;
	unsigned int limit = stats_limit(c);

	seq_printf(m, "%u %u %u%s\n", limit, stats_batchcount(c, limit),
		   READ_ONCE(c->shared), resize_follows(c) ? " auto" : "");
	return 0;
}

static int tunables_open(struct inode *inode, struct file *file)
{
	return single_open(file, tunables_show, inode->i_private);
}

/* After a while, or whoever holds the lock might never run where we have priority. */
static ssize_t try_again(void)
{
	msleep(20);
	return restart_syscall();
}

/* Whoever removes the file waits for us with the locks held that we want: retry then. */
static ssize_t tunables_write(struct file *file, const char __user *from, size_t count,
			      loff_t *pos)
{
	struct myslab_cache *c = ((struct seq_file *)file->private_data)->private;
	struct myslab_tunables t;
	char text[64] = "";
	int err;

	if (count >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, count))
		return -EFAULT;
	err = tune_parse(strim(text), &t);
	if (err)
		return err;
	if (!cpus_read_trylock())
		return try_again();
	if (!mutex_trylock(&caches_mutex)) {
		cpus_read_unlock();
		return try_again();
	}
	err = cache_is_live(c) ? tune_cache(c, &t) : -ENOENT;
	mutex_unlock(&caches_mutex);
	cpus_read_unlock();
	return err ? err : count;
}

static const struct file_operations tunables_fops = {
	.owner = THIS_MODULE,
	.open = tunables_open,
	.read = seq_read,
	.write = tunables_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/* Write n: n turns of reaping, now. */
static int reap_set(void *data, u64 turns)
{
	return turns > UINT_MAX ? -EINVAL : reap_turns(turns);
}
DEFINE_DEBUGFS_ATTRIBUTE(reap_fops, NULL, reap_set, "%llu\n");

/* Write 1: every cache is shrunk, also those that no client has a handle of. */
static int shrink_set(void *data, u64 what)
{
	if (what != 1)
		return -EINVAL;
	cache_shrink_all();
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(shrink_fops, NULL, shrink_set, "%llu\n");

static int pages_show(struct seq_file *m, void *v)
{
	long pages = atomic_long_read(&myslab_pages_held);

	seq_printf(m, "%ld pages held as slabs, %ld kB\n", pages,
		   pages << (PAGE_SHIFT - 10));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pages);

/* Not a file of a cache, whose removal would wait for it: it may take the mutex. */
static int totals_show(struct seq_file *m, void *v)
{
	struct delayed_totals delayed;
	struct myslab_totals totals;
	size_t i;

	mutex_lock(&caches_mutex);
	stats_totals(&totals);
	mutex_unlock(&caches_mutex);
	for (i = 0; i < ARRAY_SIZE(cpu_columns); i++)
		seq_printf(m, "%s %lu\n", cpu_columns[i].name,
			   *(unsigned long *)((void *)&totals.cpu + cpu_columns[i].offset));
	seq_printf(m, "grown %lu\nreaped %lu\nalien_in %lu\nlent %lu\n",
		   totals.grown, totals.reaped, totals.alien_in, totals.lent);
	seq_printf(m, "queue_bytes %lu\n", totals.queue_bytes);
	delayed_sum(&delayed);
	seq_printf(m, "rcu_paged %lu\nrcu_chained %lu\nrcu_waited %lu\nrcu_batches %lu\n",
		   delayed.paged, delayed.chained, delayed.waited, delayed.batches);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(totals);

static void add_files(struct myslab_cache *c, char *name, size_t room)
{
	struct dentry *taken;

	/* What a file cannot be called; then, whether somebody is called so already. */
	strreplace(name, '/', '!');
	if (*name == '.')
		*name = '!';
	taken = debugfs_lookup(name, root);
	/* an error where the kernel has no debugfs */
	if (!IS_ERR_OR_NULL(taken)) {
		dput(taken);
		snprintf(name + strlen(name), room - strlen(name), "!%u", c->id);
	}
	c->debugfs = debugfs_create_dir(name, root);
	debugfs_create_file("stats", 0400, c->debugfs, c, &stats_fops);
	debugfs_create_file("nodes", 0400, c->debugfs, c, &nodes_fops);
	debugfs_create_file("slabs", 0400, c->debugfs, c, &slabs_fops);
	debugfs_create_file("tunables", 0600, c->debugfs, c, &tunables_fops);
}

/* Under caches_mutex. A failure costs the files alone. */
void debugfs_add_cache(struct myslab_cache *c)
{
	char name[MYSLAB_NAME_MAX + 16];

	strscpy(name, c->name, sizeof(name));
	add_files(c, name, sizeof(name));
}

void debugfs_remove_cache(struct myslab_cache *c)
{
	debugfs_remove(c->debugfs);
	c->debugfs = NULL;
}

/* A leaked cache's name is free: it shows with its id behind it. */
void debugfs_rename_leaked(struct myslab_cache *c)
{
	char name[MYSLAB_NAME_MAX + 32];	/* "(leaked)", an id */

	debugfs_remove_cache(c);
	snprintf(name, sizeof(name), "%s(leaked)%u", c->name, c->id);
	add_files(c, name, sizeof(name));
}

void __init debugfs_init(void)
{
	root = debugfs_create_dir("myslab", NULL);
	debugfs_create_file(PAGES_FILE, 0400, root, NULL, &pages_fops);
	debugfs_create_file_unsafe(REAP_FILE, 0200, root, NULL, &reap_fops);
	debugfs_create_file_unsafe(SHRINK_FILE, 0200, root, NULL, &shrink_fops);
	debugfs_create_file(TOTALS_FILE, 0400, root, NULL, &totals_fops);
}

void debugfs_exit(void)
{
	debugfs_remove(root);
}
