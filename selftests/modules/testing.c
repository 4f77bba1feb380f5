// SPDX-License-Identifier: GPL-2.0
/* See testing.h. */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "fixture.h"
#include "testing.h"

#define RESULTS_BYTES	(64 << 10)
/* What went wrong first tells the story; a loop would repeat it for pages. */
#define COMPLAINTS_SHOWN	6

/* Cases read files under the first, as readers of ours are read under the second. */
static DEFINE_MUTEX(run_mutex);
static DEFINE_MUTEX(results_mutex);
static struct dentry *root;
static struct test_suite *const *all_suites;
static size_t nr_suites;

/* The case that runs: one at a time, under run_mutex. */
static struct {
	char *text;
	size_t used;
	unsigned int complaints;
	const char *skipped;
} now;

static __printf(1, 0) void append(const char *fmt, va_list args)
{
	now.used += vscnprintf(now.text + now.used, RESULTS_BYTES - now.used, fmt, args);
}

static __printf(1, 2) void say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	append(fmt, args);
	va_end(args);
}

void test_note(const char *fmt, ...)
{
	va_list args;

	if (now.complaints > COMPLAINTS_SHOWN)
		return;
	say("# ");
	va_start(args, fmt);
	append(fmt, args);
	va_end(args);
	say("\n");
}

void test_skip(const char *reason)
{
	now.skipped = reason;
}

bool test_failed(void)
{
	return now.complaints;
}

bool test_expect(bool held, const char *what, const char *file, int line)
{
	if (!held && ++now.complaints <= COMPLAINTS_SHOWN)
		test_note("%s:%d: not so: %s", file, line, what);
	return held;
}

bool test_expect_eq(long long got, long long want, const char *what,
		    const char *file, int line)
{
	if (got == want)
		return true;
	if (++now.complaints <= COMPLAINTS_SHOWN)
		test_note("%s:%d: %s is %lld, should be %lld", file, line, what,
			  got, want);
	return false;
}

static void run_case(const struct test_case *tc, size_t number)
{
	now.complaints = 0;
	now.skipped = NULL;
	run_on(first_cpu());
	tc->run();
	say("%s %zu - %s", now.complaints ? "not ok" : "ok", number, tc->name);
	if (now.skipped && !now.complaints)
		say(" # SKIP %s", now.skipped);
	say("\n");
}

static void publish(struct test_suite *suite)
{
	mutex_lock(&results_mutex);
	swap(suite->results, now.text);
	mutex_unlock(&results_mutex);
	kvfree(now.text);
}

static int run_suite(struct test_suite *suite, const char *only)
{
	cpumask_var_t allowed;
	size_t i, ran = 0;

	if (!alloc_cpumask_var(&allowed, GFP_KERNEL))
		return -ENOMEM;
	now.text = kvzalloc(RESULTS_BYTES, GFP_KERNEL);
	if (!now.text) {
		free_cpumask_var(allowed);
		return -ENOMEM;
	}
	now.used = 0;
	say("KTAP version 1\n1..%zu\n", only ? 1 : suite->nr);
	cpumask_copy(allowed, current->cpus_ptr);
	for (i = 0; i < suite->nr; i++)
		if (!only || !strcmp(only, suite->cases[i].name))
			run_case(&suite->cases[i], ++ran);
	set_cpus_allowed_ptr(current, allowed);
	free_cpumask_var(allowed);
	publish(suite);
	return ran ? 0 : -ENOENT;
}

static ssize_t suite_write(struct file *file, const char __user *from, size_t len,
			   loff_t *pos)
{
	struct test_suite *suite = file_inode(file)->i_private;
	char word[64];
	int err;

	if (len >= sizeof(word))
		return -EINVAL;
	if (copy_from_user(word, from, len))
		return -EFAULT;
	word[len] = '\0';
	strim(word);
	mutex_lock(&run_mutex);
	err = run_suite(suite, strcmp(word, "run") ? word : NULL);
	mutex_unlock(&run_mutex);
	return err ? err : len;
}

static int suite_show(struct seq_file *m, void *v)
{
	struct test_suite *suite = m->private;
	size_t i;

	mutex_lock(&results_mutex);
	if (suite->results) {
		seq_puts(m, suite->results);
	} else {
		seq_printf(m, "KTAP version 1\n1..%zu\n", suite->nr);
		for (i = 0; i < suite->nr; i++)
			seq_printf(m, "# %s\n", suite->cases[i].name);
	}
	mutex_unlock(&results_mutex);
	return 0;
}

static int suite_open(struct inode *inode, struct file *file)
{
	return single_open_size(file, suite_show, inode->i_private, RESULTS_BYTES);
}

static const struct file_operations suite_fops = {
	.owner = THIS_MODULE,
	.open = suite_open,
	.read = seq_read,
	.write = suite_write,
	.llseek = seq_lseek,
	.release = single_release,
};

int testing_init(struct test_suite *const *suites, size_t nr)
{
	size_t i;

	all_suites = suites;
	nr_suites = nr;
	root = debugfs_create_dir("myslab-test", NULL);
	if (IS_ERR(root))
		return PTR_ERR(root);
	for (i = 0; i < nr; i++)
		debugfs_create_file(suites[i]->name, 0600, root, suites[i], &suite_fops);
	return 0;
}

void testing_exit(void)
{
	size_t i;

	debugfs_remove(root);
	for (i = 0; i < nr_suites; i++)
		kvfree(all_suites[i]->results);
}
