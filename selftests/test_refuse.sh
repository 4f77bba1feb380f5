#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A free trusts nobody (R23 and beyond): every kind of bad pointer and second free is
# refused, counted, reported as an error with a stack, and changes nothing.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"
# shellcheck source-path=SCRIPTDIR source=stress.sh
. "$(dirname "$0")/stress.sh"

# Rate limited: not one a refusal. By name, so that no other line counts.
reports_name_the_cache()
{
	log_since_mark | grep -q 'myslab: test-[0-9-]*: free of .* refused: '
}

reports_have_a_stack()
{
	log_since_mark | grep -q 'Call Trace:'
}

# Without a limit there is one for each.
reports_are_few()
{
	__nr=$(log_since_mark | grep -c 'myslab: test-[0-9-]*: free of ')
	__refused=$(counter errors)
	echo "$__nr reports of $__refused refusals"
	[ "$__nr" -lt "$__refused" ]
}

reports_are_no_warnings()
{
	! log_since_mark | grep -E 'WARNING:|cut here|BUG:|Oops'
}

begin_suites
plan $(($(suite_count refuse) + $(suite_count twice) + 5))
log_mark
run_suite refuse
run_suite twice
check "a report names the cache and the reason" reports_name_the_cache
check "a report has a stack" reports_have_a_stack
show "reports are rate limited" reports_are_few
check "a report is no warning" reports_are_no_warnings
check "unloads with nothing outstanding" unload_suites
finish
