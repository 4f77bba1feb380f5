#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What the kernel is told of memory that can come back: SLAB_RECLAIM_ACCOUNT in
# MemAvailable. A counter that is off by a page when the module has gone stays so.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

reclaimable()
{
	echo 1 >/proc/sys/vm/stat_refresh
	awk '$1 == "nr_kernel_misc_reclaimable" { print $2 }' /proc/vmstat
}

as_before()
{
	__now=$(reclaimable)
	echo "$__now pages are reclaimable, $before were"
	[ "$__now" = "$before" ]
}

need_root
before=$(reclaimable)
begin_suites
plan $(($(suite_count reclaim) + 2))
run_suite reclaim
check "unloads with nothing outstanding" unload_suites
check "the counter is as it was before" as_before
finish
