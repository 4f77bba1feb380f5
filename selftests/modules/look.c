// SPDX-License-Identifier: GPL-2.0
/* See look.h. */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <linux/umh.h>

#include "look.h"
#include "testing.h"

#define FILE_BYTES	(64 << 10)

static struct file *open_file(const char *path)
{
	struct file *file = filp_open(path, O_RDONLY, 0);

	if (!IS_ERR(file))
		return file;
	test_note("%s: error %ld", path, PTR_ERR(file));
	expect(!"a file could not be opened");
	return NULL;
}

/* Not kernel_read(), which does not serve files of debugfs. */
char *look_again(struct file *file)
{
	struct kiocb iocb;
	struct iov_iter iter;
	struct kvec vec;
	size_t used = 0;
	ssize_t got;
	char *text;

	text = kvzalloc(FILE_BYTES, GFP_KERNEL);
	init_sync_kiocb(&iocb, file);
	do {
		vec.iov_base = text + used;
		vec.iov_len = FILE_BYTES - 1 - used;
		iov_iter_kvec(&iter, READ, &vec, 1, vec.iov_len);
		got = text && vec.iov_len ? seq_read_iter(&iocb, &iter) : -ENOMEM;
		if (got > 0)
			used += got;
	} while (got > 0);
	if (expect_eq(got, 0))
		return text;
	kvfree(text);
	return NULL;
}

static char *read_file(const char *path)
{
	struct file *file = open_file(path);
	char *text;

	if (!file)
		return NULL;
	text = look_again(file);
	filp_close(file, NULL);
	return text;
}

bool look_info(const char *name, struct info *info)
{
	char *text = read_file("/proc/myslabinfo");
	char *rest = text, *line;
	size_t len = strlen(name);
	bool found = false;

	while (text && !found && (line = strsep(&rest, "\n"))) {
		if (strncmp(line, name, len) || line[len] != ' ')
			continue;
		found = sscanf(line + len,
			       " %lu %lu %u %u %u : tunables %u %u %u : slabdata %lu %lu %lu",
			       &info->active_objs, &info->num_objs, &info->objsize,
			       &info->objperslab, &info->pagesperslab, &info->limit,
			       &info->batchcount, &info->shared, &info->active_slabs,
			       &info->num_slabs, &info->sharedavail) == 11;
	}
	kvfree(text);
	return found;
}

static void path_of(char *path, size_t room, const char *cache, const char *file)
{
	snprintf(path, room, "/sys/kernel/debug/myslab/%s%s%s", cache ? cache : "",
		 cache ? "/" : "", file);
}

struct file *look_open(const char *cache, const char *file)
{
	char path[256];

	path_of(path, sizeof(path), cache, file);
	return open_file(path);
}

char *look_file(const char *cache, const char *file)
{
	char path[256];

	path_of(path, sizeof(path), cache, file);
	return read_file(path);
}

/* The next word of a line, with its end cut off; NULL: no more. */
static char *next_word(char **line)
{
	char *word;

	do {
		word = strsep(line, " ");
	} while (word && !*word);
	return word;
}

/* Which column of a header line is called so; -1: none. */
static int column_named(char *header, const char *name)
{
	char *word;
	int at;

	for (at = 0; (word = next_word(&header)); at++)
		if (!strcmp(word, name))
			return at;
	return -1;
}

long look_stat(const char *cache, int cpu, const char *column)
{
	char *text = look_file(cache, "stats");
	char *rest = text, *line, *word = NULL;
	long value = -1;
	char row[16];
	int at;

	if (!text)
		return -1;
	if (cpu == ALL_CPUS)
		strscpy(row, "all", sizeof(row));
	else
		snprintf(row, sizeof(row), "%d", cpu);
	at = column_named(strsep(&rest, "\n"), column);
	expect(at > 0);
	while (at > 0 && (line = strsep(&rest, "\n"))) {
		word = next_word(&line);
		if (!word || strcmp(word, row))
			continue;
		while (at-- && word)
			word = next_word(&line);
		expect(word && !kstrtol(word, 10, &value));
		break;
	}
	kvfree(text);
	return value;
}

/* Overwrite the column of refused frees; answers what its row of sums said. */
static long blank_errors(char *text)
{
	char *end = strchr(text, '\n');
	long errors = -1;

	/* it is the last column, so it ends each line */
	if (!expect(end && !strncmp(end - 6, "errors", 6)))
		return -1;
	for (text = end; (end = strchr(text + 1, '\n')); text = end) {
		char *p = end;

		while (p[-1] != ' ')
			p--;
		if (!strncmp(text + 1, "all", 3))
			expect_eq(sscanf(p, "%ld", &errors), 1);
		memset(p, '-', end - p);
		/* a wider number leaves fewer blanks before it */
		while (*--p == ' ')
			*p = '-';
	}
	return errors;
}

/* Arrays are made by a worker, in its own time. */
static void cut_queue_bytes(char *nodes)
{
	char *line = strstr(nodes, "\nqueue_bytes "), *end;

	end = expect(line) ? strchr(line + 1, '\n') : NULL;
	if (end)
		memmove(line, end, strlen(end) + 1);
}

char *look_state(const char *cache, long *errors)
{
	char *stats = look_file(cache, "stats");
	char *nodes = look_file(cache, "nodes");
	char *text = kvmalloc(2 * FILE_BYTES, GFP_KERNEL);

	*errors = stats ? blank_errors(stats) : -1;
	if (nodes)
		cut_queue_bytes(nodes);
	if (text)
		snprintf(text, 2 * FILE_BYTES, "%s%s", stats, nodes);
	kvfree(stats);
	kvfree(nodes);
	return text;
}

long look_node(const char *cache, int node, const char *key)
{
	char *text = look_file(cache, "nodes");
	char title[16], *at, *end;
	long value = -1;

	if (!text)
		return -1;
	snprintf(title, sizeof(title), "\nnode %d\n", node);
	at = strstr(text, title);
	if (expect(at)) {
		end = strstr(at + 1, "\nnode ");
		if (end)
			*end = '\0';
		at = strstr(at, key);
		if (at)
			expect_eq(sscanf(at + strlen(key), " %ld", &value), 1);
	}
	kvfree(text);
	return value;
}

bool look_queue(const char *cache, struct queue_bytes *q)
{
	char *text = look_file(cache, "nodes"), *at;
	bool found;

	at = text ? strstr(text, "\nqueue_bytes ") : NULL;
	found = expect(at && sscanf(at, " queue_bytes %lu cpu %lu shared %lu alien %lu aside %lu",
				    &q->all, &q->cpu, &q->shared, &q->alien, &q->aside) == 5);
	kvfree(text);
	return found;
}

static long pages_held(void)
{
	char *text = look_file(NULL, "pages");
	long pages = -1;

	if (text)
		expect_eq(sscanf(text, "%ld pages held", &pages), 1);
	kvfree(text);
	return pages;
}

static long pages_of_descriptors(void)
{
	struct info info;

	if (!expect(look_info("myslab-cache", &info)))
		return -1;
	return info.num_slabs * info.pagesperslab;
}

long look_pages(void)
{
	long held, before, after = pages_of_descriptors();

	do {
		before = after;
		held = pages_held();
		after = pages_of_descriptors();
	} while (before != after);
	return held - before;
}

long look_total(const char *name)
{
	char *text = look_file(NULL, "totals"), *line, *rest = text;
	size_t len = strlen(name);
	long value = -1;

	while (rest && (line = strsep(&rest, "\n")))
		if (!strncmp(line, name, len) && line[len] == ' ')
			expect_eq(sscanf(line + len, " %ld", &value), 1);
	kvfree(text);
	return value;
}

long look_number(const char *path)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	char text[32] = "";
	long value = -1;
	loff_t pos = 0;

	if (!expect(!IS_ERR(file)))
		return -1;
	expect(kernel_read(file, text, sizeof(text) - 1, &pos) > 0);
	filp_close(file, NULL);
	expect(!kstrtol(strim(text), 0, &value));
	return value;
}

/* A file of proc or debugfs takes no write from inside the kernel: a shell does it. */
bool user_writes(const char *path, const char *text)
{
	static char *envp[] = { "PATH=/bin:/usr/bin:/sbin:/usr/sbin", NULL };
	char command[256];
	char *argv[] = { "/bin/sh", "-c", command, NULL };

	snprintf(command, sizeof(command), "echo '%s' >%s", text, path);
	return !call_usermodehelper(argv[0], argv, envp, UMH_WAIT_PROC);
}

int write_here(const char *path, const char *text)
{
	struct file *file = filp_open(path, O_WRONLY, 0);
	ssize_t done, len = strlen(text);
	loff_t pos = 0;

	if (!expect(!IS_ERR(file)))
		return PTR_ERR(file);
	done = kernel_write(file, text, len, &pos);
	filp_close(file, NULL);
	return done == len ? 0 : done;
}

int try_parameter(const char *name, int value)
{
	char path[96], text[16];

	snprintf(path, sizeof(path), "/sys/module/myslab/parameters/%s", name);
	snprintf(text, sizeof(text), "%d", value);
	return write_here(path, text);
}

bool set_parameter(const char *name, int value)
{
	return expect_eq(try_parameter(name, value), 0);
}
