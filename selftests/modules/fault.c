// SPDX-License-Identifier: GPL-2.0
/*
 * See fault.h. A probe on the return of the function that makes arrays puts one aside
 * and has its caller find none.
 */
#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "fault.h"

#ifdef CONFIG_KRETPROBES

static struct kretprobe probe;
static atomic_t countdown;
static void *withheld;

static int array_made(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if (atomic_dec_return(&countdown))
		return 0;
	withheld = (void *)regs_return_value(regs);
	regs_set_return_value(regs, 0);
	return 0;
}

bool fail_array(int nth)
{
	memset(&probe, 0, sizeof(probe));
	probe.kp.symbol_name = "myslab:cache_alloc_array";
	probe.handler = array_made;
	probe.maxactive = 8;
	withheld = NULL;
	atomic_set(&countdown, nth);
	return !register_kretprobe(&probe);
}

bool an_array_failed(void)
{
	bool failed;

	unregister_kretprobe(&probe);
	failed = withheld;
	kvfree(withheld);
	withheld = NULL;
	return failed;
}

#else

bool fail_array(int nth)
{
	return false;
}

bool an_array_failed(void)
{
	return false;
}

#endif
