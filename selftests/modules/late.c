// SPDX-License-Identifier: GPL-2.0
/*
 * Has the module's end and the work that frees its last caches meet at their worst.
 * Two functions run with a wait put in, by probes that send their callers here:
 *
 *   cache_free()          for the work that comes first: until the end waits for works
 *                         to finish; for the second: a second, with all it has to free
 *   __flush_workqueue()   for the end alone: until that second work has begun
 *
 * The waits are bounded, since who waits in other ways is as good. It knows the module's
 * functions by name alone, so that it does not pin it. `met`, a parameter: the second
 * work has freed something while the module's end was on its way.
 */
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

static bool met;
module_param(met, bool, 0444);
MODULE_PARM_DESC(met, "caches were freed late");

struct myslab_cache;

/* Who unloads, from the beginning of its last step on. */
static struct task_struct *unloader;
/* Who is on the way from here to what was probed. */
static struct task_struct *flusher, *worker;

static unsigned int works;
static DECLARE_COMPLETION(flush_began);
static DECLARE_COMPLETION(second_work_began);

static int end_begins(struct kprobe *probe, struct pt_regs *regs)
{
	WRITE_ONCE(unloader, current);
	return 0;
}

static int work_begins(struct kprobe *probe, struct pt_regs *regs)
{
	if (READ_ONCE(unloader))
		works++;
	return 0;
}

static int go_to(struct pt_regs *regs, void *function)
{
	instruction_pointer_set(regs, (unsigned long)function);
	return 1;
}

static void flush_late(struct workqueue_struct *wq)
{
	complete_all(&flush_began);
	flusher = current;
	__flush_workqueue(wq);
	flusher = NULL;
	wait_for_completion_timeout(&second_work_began, 5 * HZ);
}

static int flush_begins(struct kprobe *probe, struct pt_regs *regs)
{
	if (current != READ_ONCE(unloader) || current == READ_ONCE(flusher))
		return 0;
	return go_to(regs, flush_late);
}

static void cache_free_late(struct myslab_cache *c);

static int free_begins(struct kprobe *probe, struct pt_regs *regs)
{
	if (!READ_ONCE(unloader) || current == READ_ONCE(unloader) ||
	    current == READ_ONCE(worker))
		return 0;
	return go_to(regs, cache_free_late);
}

/* Keeps a probe from becoming a jump, which could go nowhere else. */
static void nothing_after(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe end_probe = {
	.symbol_name = "myslab:create_exit",
	.pre_handler = end_begins,
};

static struct kprobe work_probe = {
	.symbol_name = "myslab:release_work_fn",
	.pre_handler = work_begins,
};

static struct kprobe flush_probe = {
	.symbol_name = "__flush_workqueue",
	.pre_handler = flush_begins,
	.post_handler = nothing_after,
};

static struct kprobe free_probe = {
	.symbol_name = "myslab:cache_free",
	.pre_handler = free_begins,
	.post_handler = nothing_after,
};

static struct kprobe *probes[] = { &end_probe, &work_probe, &flush_probe, &free_probe };

/* One worker at a time frees caches. */
static void cache_free_late(struct myslab_cache *c)
{
	void (*cache_free)(struct myslab_cache *c) = (void *)free_probe.addr;

	if (works == 1) {
		wait_for_completion_timeout(&flush_began, HZ);
	} else if (!met) {
		met = true;
		complete_all(&second_work_began);
		schedule_timeout_uninterruptible(HZ);
	}
	worker = current;
	cache_free(c);
	worker = NULL;
}

static int __init myslab_test_late_init(void)
{
	return register_kprobes(probes, ARRAY_SIZE(probes));
}

static void __exit myslab_test_late_exit(void)
{
	unregister_kprobes(probes, ARRAY_SIZE(probes));
}

module_init(myslab_test_late_init);
module_exit(myslab_test_late_exit);

MODULE_DESCRIPTION("Has the end of myslab meet its last work at their worst");
MODULE_AUTHOR("The myslab developers");
MODULE_LICENSE("GPL");
