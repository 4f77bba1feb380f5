#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R33, R34: allocation by size, free by pointer alone; what a refusal says.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

# Loaded and not used, the size classes hold no page.
classes_are_empty()
{
	awk '/^myslab-size-/ { n++; if ($3) print; slabs += $3 }
		END { exit n != 12 || slabs }' /proc/myslabinfo
}

reports_the_stranger()
{
	log_mark
	run_case bypointer R33_what_is_not_ours_is_refused
	log_since_mark >/tmp/said
	grep 'myslab: ' /tmp/said
	grep -q 'myslab: no cache: free of .* refused: it is not an object of any cache$' \
		/tmp/said && grep -q 'Call Trace:' /tmp/said &&
		! grep -E 'WARNING:|cut here|BUG:|Oops' /tmp/said
}

# Reports are rate limited: one that is looked for is the first.
afresh()
{
	unload_suites && load_suites
}

begin_suites
plan $(($(suite_count bypointer) + $(suite_count bysize) + 4))
check "R34_unused_classes_hold_nothing" classes_are_empty
check "R33_a_stranger_is_reported" reports_the_stranger
check "unloads and loads again" afresh
run_suite bysize
run_suite bypointer
check "unloads with nothing outstanding" unload_suites
finish
