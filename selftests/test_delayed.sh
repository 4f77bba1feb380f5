#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R28, R33: frees that wait for a grace period.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

# Of the last case a hundred still wait.
goes_while_some_wait()
{
	run_case delayed some_are_left_to_the_end
	unload_suites
}

begin_suites
plan $(($(suite_count delayed) + 3))
run_suite delayed
check "unloads with nothing outstanding" unload_suites
check "loads again" load_suites
check "unloads while frees wait" goes_while_some_wait
finish
