// SPDX-License-Identifier: GPL-2.0
/* Tests of the public kernel API, run by writing to files: see testing.h. */
#include <linux/module.h>

#include "suites.h"

static struct test_suite *const suites[] = {
	&suite_layout,
	&suite_order,
	&suite_limits,
	&suite_life,
	&suite_hotplug,
	&suite_memory,
	&suite_reap,
	&suite_reclaim,
	&suite_pressure,
	&suite_turns,
	&suite_isolated,
	&suite_tune,
	&suite_refuse,
	&suite_twice,
	&suite_api,
	&suite_usercopy,
	&suite_bysize,
	&suite_bypointer,
	&suite_delayed,
	&suite_mempool,
	&suite_context,
	&suite_stay,
	&suite_fill,
	&suite_asks,
	&suite_words,
	&suite_auto,
	&suite_steps,
	&suite_idle,
	&suite_bounds,
	&suite_foreign,
	&suite_aside,
	&suite_inmark,
	&suite_queues,
	&suite_growth,
	&suite_numa,
	&suite_kmem,
	&suite_mistakes,
	&suite_faults,
	&suite_history,
	&suite_inlined,
};

static int __init myslab_test_init(void)
{
	return testing_init(suites, ARRAY_SIZE(suites));
}

static void __exit myslab_test_exit(void)
{
	testing_exit();
}

module_init(myslab_test_init);
module_exit(myslab_test_exit);

MODULE_DESCRIPTION("Tests of myslab's public kernel API");
MODULE_AUTHOR("The myslab developers");
MODULE_LICENSE("GPL");
