#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R25, R26: what reaping takes, in turns that are asked for; R24: that it has turns of
# its own, and where it has none.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

# What rests under KASAN is not the reaper's.
load_with_reaper()
{
	load_myslab mode=fixed quarantine=0 && load_module myslab_test
}

# refused WHAT: not a number of turns
refused()
{
	! echo "$1" >/sys/kernel/debug/myslab/reap
}

bad_turns()
{
	refused x && refused 4294967296
}

begin_suites
plan $(($(suite_count reap) + $(suite_count turns) + 4))
run_suite reap
check "asks_for_turns_in_numbers_alone" bad_turns
check "unloads with nothing outstanding" unload_suites
check "loads with a reaper" load_with_reaper
run_suite turns
check "unloads with a reaper" unload_suites
finish
