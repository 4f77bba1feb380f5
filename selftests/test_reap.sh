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
	if has_kasan; then
		load_myslab mode=fixed quarantine=0 && load_module myslab_test
	else
		load_myslab mode=fixed && load_module myslab_test
	fi
}

# Where isolated.c writes too.
GROUPS_AT=/tmp/cgroup
PARTITION=$GROUPS_AT/isolated

# A partition of cpusets with the last CPU, which is not isolated yet.
prepare()
{
	mkdir -p $GROUPS_AT && mount -t cgroup2 none $GROUPS_AT &&
		echo +cpuset >$GROUPS_AT/cgroup.subtree_control && mkdir $PARTITION &&
		sed 's/.*[-,]//' /sys/devices/system/cpu/online >$PARTITION/cpuset.cpus
}

isolate()
{
	echo isolated >$PARTITION/cpuset.cpus.partition &&
		[ "$(cat $PARTITION/cpuset.cpus.partition)" = isolated ]
}

dissolve()
{
	echo member >$PARTITION/cpuset.cpus.partition && rmdir $PARTITION &&
		umount $GROUPS_AT
}

# The kernel tells of such CPUs, and there are two that have turns.
isolates_at_run_time()
{
	grep -qw cpuset /proc/cgroups &&
		! grep -qw -e isolcpus -e nohz_full /proc/cmdline &&
		[ "$(cat /sys/devices/system/cpu/online)" != 0 ] &&
		grep -q cpuset_cpu_is_isolated /proc/kallsyms
}

# turn_case CASE AS
turn_case()
{
	__said=$(run_case turns "$1")
	printf '%s\n' "$__said" | grep '^#'
	if printf '%s\n' "$__said" | grep 'ok 1 -' | grep -v SKIP | grep -q '^ok'; then
		ktap_test_pass "$2"
	else
		ktap_test_fail "$2"
	fi
}

at_run_time()
{
	if [ -z "$isolates" ]; then
		skip_result R24_a_cpu_isolated_at_run_time "not told of, or no CPU for it"
		skip_result R24_a_cpu_isolated_no_more "not told of, or no CPU for it"
		return
	fi
	isolate || echo "# the last CPU cannot be isolated"
	turn_case R24_isolated_cpus_are_left_alone R24_a_cpu_isolated_at_run_time
	dissolve || echo "# the partition stays"
	turn_case R24_all_others_have_turns R24_a_cpu_isolated_no_more
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

isolates=''
begin_suites
plan $(($(suite_count reap) + $(suite_count turns) + $(suite_count isolated) + 6))
run_suite reap
check "asks_for_turns_in_numbers_alone" bad_turns
check "unloads with nothing outstanding" unload_suites
check "loads with a reaper" load_with_reaper
! isolates_at_run_time || isolates=1
[ -z "$isolates" ] || prepare || echo "# no partition of CPUs"
run_suite turns
run_suite isolated
at_run_time
check "unloads with a reaper" unload_suites
finish
