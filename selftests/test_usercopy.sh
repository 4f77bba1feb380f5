#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Windows for user space: what they let through, what is refused, what the log says.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

# logs CASE REGEX: of the lines that tell of a copy, after that case alone, one at
# least matches; with a stack, and no warning
logs()
{
	log_mark
	run_case usercopy "$1"
	log_since_mark >/tmp/said
	grep 'user copy' /tmp/said
	grep -qE "myslab: $2" /tmp/said && grep -q 'Call Trace:' /tmp/said &&
		! grep -E 'WARNING:|cut here|BUG:|Oops' /tmp/said
}

few_lines()
{
	[ "$(grep -c 'user copy' /tmp/said)" -lt 40 ]
}

# Reports are rate limited: one that is looked for is the first.
afresh()
{
	unload_suites && load_suites
}

begin_suites
plan $(($(suite_count usercopy) + 6))
check "a refused copy is reported" logs the_window_is_copied_and_nothing_else \
	"test-usercopy: user copy of [0-9]+ bytes at .* refused: it is not within the cache's window"
check "the report is rate limited" few_lines
check "loads again" afresh
check "what is no object's is reported" logs what_is_not_ours_is_refused \
	"no cache: user copy of 8 bytes at .* refused: it is not in an object of any cache"
check "loads once more" afresh
run_suite usercopy
check "unloads with nothing outstanding" unload_suites
finish
