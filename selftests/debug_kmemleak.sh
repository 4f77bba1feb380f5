#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Nothing of ours is unreferenced, neither of what the tests before this one left
# behind nor while caches of every shape are in use, are tuned, drained and destroyed.
# Runs last.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"
# shellcheck source-path=SCRIPTDIR source=stress.sh
. "$TEST_DIR/stress.sh"
# shellcheck source-path=SCRIPTDIR source=kmemleak.sh
. "$TEST_DIR/kmemleak.sh"

earlier_tests_left_nothing()
{
	scan_twice
	no_leak_of_ours
}

use_caches()
{
	stress --all -q -n 20k || return 1
	for __suite in life tune; do
		echo run >"$SUITES/$__suite" || return 1
		if grep '^not ok' "$SUITES/$__suite"; then
			return 1
		fi
	done
	stay open && stay park
}

nothing_leaks()
{
	scan_twice
	no_leak_of_ours
}

need_root
need_kmemleak
plan 8
check "what ran before left nothing" earlier_tests_left_nothing
check "the modules load" load_suites
check "caches come, are used, and go" use_caches
check "nothing leaks while a cache is in use" nothing_leaks
check "the cache is destroyed with objects out" stay leak
check "nothing leaks while they are out" nothing_leaks
stay close
check "unloads with nothing outstanding" unload_suites
check "nothing is left of it" nothing_leaks
finish
