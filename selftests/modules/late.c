// SPDX-License-Identifier: GPL-2.0
/*
 * Has the module's end and the work that frees its last caches meet at their worst.
 * Three functions run with a wait, by probes that send their callers here:
 *
 *   poll_state_synchronize_rcu()
 *                         for the work that comes first, once: until the end waits for
 *                         works to finish, and the grace period is not over, so that the
 *                         work has to come again
 *   cache_free()          for that second work: a second, with all it has to free
 *   __flush_workqueue()   for the end alone: after it, until that second work has begun
 *
 * The waits are bounded, since who waits in other ways is as good. It knows the module's
 * functions by name alone, so that it does not pin it. `met`, a parameter: a second work
 * had caches to free before the end first saw works finish.
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
/* The end has seen works finish. */
static bool flushed;

static unsigned int works;
/* Who that first work is; none again once it was told to come back. */
static struct task_struct *first_worker;
static DECLARE_COMPLETION(flush_began);
static DECLARE_COMPLETION(second_work_began);

static int end_begins(struct kprobe *probe, struct pt_regs *regs)
{
	WRITE_ONCE(unloader, current);
	return 0;
}

static int work_begins(struct kprobe *probe, struct pt_regs *regs)
{
	if (READ_ONCE(unloader) && !works++)
		WRITE_ONCE(first_worker, current);
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
	WRITE_ONCE(flusher, current);
	__flush_workqueue(wq);
	WRITE_ONCE(flusher, NULL);
	wait_for_completion_timeout(&second_work_began, 5 * HZ);
	WRITE_ONCE(flushed, true);
}

static int flush_begins(struct kprobe *probe, struct pt_regs *regs)
{
	if (current != READ_ONCE(unloader) || current == READ_ONCE(flusher))
		return 0;
	return go_to(regs, flush_late);
}

static bool not_yet(unsigned long grace_period)
{
	WRITE_ONCE(first_worker, NULL);
	wait_for_completion_timeout(&flush_began, HZ);
	return false;
}

static int poll_begins(struct kprobe *probe, struct pt_regs *regs)
{
	return current == READ_ONCE(first_worker) ? go_to(regs, not_yet) : 0;
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

static struct kprobe poll_probe = {
	.symbol_name = "poll_state_synchronize_rcu",
	.pre_handler = poll_begins,
	.post_handler = nothing_after,
};

static struct kprobe free_probe = {
	.symbol_name = "myslab:cache_free",
	.pre_handler = free_begins,
	.post_handler = nothing_after,
};

/*
 * Becomes cache_free() once more: a call of an address that was looked up is one that the kernel
 * may refuse, where it knows who is called by address (IBT, CFI).
 */
static noinline __used void go_on(struct myslab_cache *c)
{
	asm volatile("" : : "r" (c) : "memory");
}

static int go_on_begins(struct kprobe *probe, struct pt_regs *regs)
{
	return go_to(regs, free_probe.addr);
}

static struct kprobe go_on_probe = {
	.addr = (kprobe_opcode_t *)go_on,
	.pre_handler = go_on_begins,
	.post_handler = nothing_after,
};

static struct kprobe *probes[] = {
	&end_probe, &work_probe, &flush_probe, &poll_probe, &free_probe, &go_on_probe,
};

/* One worker at a time frees caches. */
static void cache_free_late(struct myslab_cache *c)
{
	if (works > 1 && !met && !READ_ONCE(flushed)) {
		met = true;
		complete_all(&second_work_began);
		schedule_timeout_uninterruptible(HZ);
	}
	WRITE_ONCE(worker, current);
	go_on(c);
	WRITE_ONCE(worker, NULL);
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
