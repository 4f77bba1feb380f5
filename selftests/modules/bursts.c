// SPDX-License-Identifier: GPL-2.0
/* See bursts.h. */
#include <linux/jiffies.h>
#include <linux/sched.h>

#include "bursts.h"

bool mode_is(const char *name, const char *mode)
{
	char *text = look_file(name, "nodes");
	char wanted[16];
	bool is;

	snprintf(wanted, sizeof(wanted), " mode %s\n", mode);
	is = text && strstr(text, wanted);
	kvfree(text);
	return is;
}

bool open_auto(struct pool *p, unsigned int size)
{
	return open_pool(p, size, 0, 0, NULL, BY_SIZE) && expect(mode_is(p->name, "auto"));
}

long limit_of(const struct pool *p)
{
	return look_stat(p->name, first_cpu(), "limit");
}

long avail_of(const struct pool *p)
{
	return look_stat(p->name, first_cpu(), "avail");
}

unsigned long shared_avail(const struct pool *p)
{
	struct info info;

	return expect(look_info(p->name, &info)) ? info.sharedavail : 0;
}

unsigned int shared_limit(const struct pool *p)
{
	char *text = look_file(p->name, "nodes");
	unsigned int avail, limit = 0;
	char title[16], *at;

	snprintf(title, sizeof(title), "\nnode %d\n", here());
	at = text ? strstr(text, title) : NULL;
	at = at ? strstr(at, "shared: ") : NULL;
	expect(at && sscanf(at, "shared: %u of %u", &avail, &limit) == 2);
	kvfree(text);
	return limit;
}

bool served_in_interrupts(void)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		return true;
	test_skip("hard interrupts are not served there");
	return false;
}

long aside_of(const struct pool *p, int cpu)
{
	return look_stat(p->name, cpu, "aside");
}

long moves(const struct pool *p)
{
	return look_stat(p->name, ALL_CPUS, "refill") + look_stat(p->name, ALL_CPUS, "flush");
}

bool burst(struct pool *p, void **objs, unsigned int nr, unsigned int times)
{
	while (times--) {
		if (!take_many(p, objs, nr))
			return false;
		give_many(p, objs, nr);
	}
	return true;
}

bool burst_until_it_fits(struct pool *p, void **objs, unsigned int nr)
{
	unsigned long deadline = jiffies + 60 * HZ;
	long before;

	do {
		before = moves(p);
		if (!burst(p, objs, nr, 10))
			return false;
		if (moves(p) == before)
			return true;
		cond_resched();
	} while (time_before(jiffies, deadline));
	return false;
}

void next_tick(void)
{
	unsigned long now = jiffies;

	while (!time_after(jiffies, now))
		cpu_relax();
}

bool writes(const struct pool *p, const char *what)
{
	char line[96];

	snprintf(line, sizeof(line), "%s %s", p->name, what);
	return user_writes("/proc/myslabinfo", line);
}

void ask_for_turns(unsigned int turns)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", turns);
	expect(user_writes("/sys/kernel/debug/myslab/reap", text));
}
