#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# failslab and fail_page_alloc over create, alloc, shrink, tune and CPU hotplug: each
# allocation that the module makes fails in turn. Everything unwinds, nothing is lost.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"
# shellcheck source-path=SCRIPTDIR source=kmemleak.sh
. "$TEST_DIR/kmemleak.sh"
# shellcheck source-path=SCRIPTDIR source=faults.sh
. "$TEST_DIR/faults.sh"

INFO=/proc/myslabinfo
CPU=/sys/devices/system/cpu

tuned()
{
	echo "test-stay $1 $2 $3" >$INFO
}

tunables()
{
	awk '$1 == "test-stay" { print $9, $10, $11 }' $INFO
}

tune_sweep()
{
	before_attempt()
	{
		tuned 20 10 2
	}
	after_failure()
	{
		[ "$(tunables)" = "20 10 2" ] || { echo "tuned all the same: $(tunables)"; return 1; }
	}
	sweep tuned 700 30 4 || return 1
	[ "$(tunables)" = "700 30 4" ] || { tunables; return 1; }
	sweep tuned 8 4 1 || return 1
	all_consistent
}

last_cpu()
{
	find $CPU/cpu[1-9]*/online 2>/dev/null | sort | tail -n 1
}

cpu_up()
{
	echo 1 >"$__cpu"
}

cpu_sweep()
{
	__cpu=$(last_cpu)
	before_attempt()
	{
		[ "$(cat "$__cpu")" = 0 ] || echo 0 >"$__cpu"
	}
	after_failure()
	{
		[ "$(cat "$__cpu")" = 0 ] || { echo "it came up all the same"; return 1; }
	}
	before_attempt || return 1
	# a cache that it never knew
	echo open >"$SUITES/stay"
	sweep cpu_up || return 1
	all_consistent
}

nothing_leaked()
{
	scan_twice
	no_leak_of_ours
}

# The modules are loaded in that mode.
faults_in_mode()
{
	SUITES_AS=.$1
	check "armed.$1" arm
	run_suite faults
	if [ -n "$(last_cpu)" ]; then
		check "a CPU comes up or does not.$1" cpu_sweep
	else
		skip_result "a CPU comes up or does not.$1" "one CPU"
		stay open
	fi
	check "a tuning that fails changes nothing.$1" tune_sweep
	show "both kinds of failure were met.$1" each_kind_hit
	check "disarmed.$1" disarm
	if [ -w $KMEMLEAK ]; then
		check "nothing leaked.$1" nothing_leaked
	else
		skip_result "nothing leaked.$1" "no kmemleak"
	fi
	stay leak
	stay close
	check "unloads with nothing outstanding.$1" unload_suites
}

need_root
can_fail || skip "this kernel has no failslab, no fail_page_alloc, or no text ranges for them"
begin_suites
plan $(($(suite_count faults) * 2 + 15))
faults_in_mode fixed
SUITES_MODE=auto
check "loads again" load_suites
faults_in_mode auto
finish
