#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's mempools over a cache; then the sample driver, which has one, a window
# for user space and memory by size.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

DEVICE=/dev/myslab-sample

load_sample()
{
	load_module myslab_test_sample || return 1
	[ -e $DEVICE ] || mknod $DEVICE c 10 \
		"$(awk '$2 == "myslab-sample" { print $1 }' /proc/misc)"
}

# A hundred lines, of which the sample keeps four, the newest first.
keeps_the_newest()
{
	for __nr in $(seq 100); do
		echo "line $__nr" >$DEVICE || return 1
	done
	cat $DEVICE
	[ "$(cat $DEVICE)" = "$(printf 'line %d\n' 100 99 98 97)" ]
}

uses_its_cache()
{
	grep '^line ' /proc/myslabinfo
	awk '$1 == "line" && $2 >= 4 { found = 1 } END { exit !found }' /proc/myslabinfo
}

refuses_a_long_line()
{
	__line=$(printf '%064d' 0)	# and its end: one byte too many
	! echo "$__line" >$DEVICE 2>/dev/null
}

# Its objects wait for a grace period when it goes.
goes_with_nothing_leaked()
{
	rmmod myslab_test_sample && ! grep '^line' /proc/myslabinfo
}

begin_suites
plan $(($(suite_count mempool) + 6))
run_suite mempool
check "the sample loads" load_sample
check "the sample keeps the newest lines" keeps_the_newest
check "the sample uses its cache" uses_its_cache
check "the sample refuses a long line" refuses_a_long_line
check "R28_the_sample_goes_with_nothing_leaked" goes_with_nothing_leaked
check "unloads with nothing outstanding" unload_suites
finish
