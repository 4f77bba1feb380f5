#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R31: CPUs go and come, at rest, half way, and under verified load while caches are
# made, tuned and destroyed.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"
# shellcheck source-path=SCRIPTDIR source=stress.sh
. "$TEST_DIR/stress.sh"
# shellcheck source-path=SCRIPTDIR source=cpus.sh
. "$TEST_DIR/cpus.sh"

# tune_load NUMBER TEXT: a cache of the load, which may be gone by now
tune_load()
{
	pick_cache "$1"
	[ -z "$picked" ] || echo "$picked $2" >/proc/myslabinfo
} 2>/dev/null

# churn_caches MODE FILE: caches come, are tuned, reaped and shown, and go, until the file
# is there.
churn_caches()
{
	__n=0
	while [ ! -e "$2" ]; do
		__n=$((__n + 1))
		stress -w hot -q -n 2k -t 1 >/dev/null || return 1
		echo "myslab-index-16 $((__n % 60 + 1)) 1 $((__n % 3))" >/proc/myslabinfo || return 1
		tune_load $__n "$((__n % 90 + 10)) 5 1"
		echo 1 >$CACHES/reap || return 1
		[ "$1" = fixed ] || tune_load $__n auto
		cat /proc/myslabinfo $CACHES/totals >/dev/null || return 1
	done
	[ $__n -gt 0 ]
}

# Verified load until there were so many cycles, in runs that follow each other. None
# of them names a CPU, which might have gone.
load_until()
{
	while [ ! -e "$1" ]; do
		for __work in hot burst churn prodcons mixed; do
			# shellcheck disable=SC2046	# an option or nothing
			stress -w $__work -v -q -n $ops $(with_hardirq 200) || return 1
		done
	done
}

# cycles_under_load CYCLES MODE
cycles_under_load()
{
	rm -f /tmp/enough
	load_until /tmp/enough &
	__load=$!
	churn_caches "$2" /tmp/enough &
	__churn=$!
	__done=0 __ret=0
	while [ $__done -lt "$1" ] && [ $__ret -eq 0 ]; do
		for __cpu in $(spare_cpus); do
			cycle "$__cpu" || __ret=1
			__done=$((__done + 1))
			[ $((__done % 20)) -ne 0 ] || echo "# progress $__done of $1 cycles"
		done
	done
	touch /tmp/enough
	wait $__load || { echo "# the load found something"; __ret=1; }
	wait $__churn || { echo "# a cache could not be made, tuned or looked at"; __ret=1; }
	return $__ret
}

# nothing_wrong MODE
nothing_wrong()
{
	counters_moved alloc_hit free_hit refill flush || return 1
	[ "$(nodes_with_cpus)" -eq 1 ] || counters_moved alien_put alien_drain || return 1
	echo "errors $(counter errors)"
	[ "$(counter errors)" -eq 0 ] && resized_as "$1"
}

free_limits()
{
	sed -n 's/.*free_limit//p' $CACHES/*/nodes
}

# A state after ours fails on the CPU's way up: all of it is undone.
fails_half_way()
{
	__cpu=$(spare_cpus | tail -n 1)
	__state=$(awk -F: '/mm\/myslab:reap/ { print $1 }' $CPUS/hotplug/states)
	__limits=$(free_limits)
	echo 0 >"$CPUS/cpu$__cpu/online" || return 1
	__down=$(free_limits)
	[ "$__down" != "$__limits" ] || return 1
	echo "$__state" >"$CPUS/cpu$__cpu/hotplug/fail" || return 1
	if echo 1 >"$CPUS/cpu$__cpu/online" 2>/dev/null; then
		echo "it came up, state $__state did not fail"
		return 1
	fi
	[ "$(parked_on "$__cpu")" -eq 0 ] &&
		[ "$(free_limits)" = "$__down" ] &&
		echo 1 >"$CPUS/cpu$__cpu/online" &&
		[ "$(free_limits)" = "$__limits" ]
}

cycle_in_mode()
{
	check "$1.loads" load_myslab "mode=$1"
	check "R31_a_cpu_that_fails_half_way_up_leaves_nothing.$1" fails_half_way
	# its progress is told as it comes
	if cycles_under_load $cycles "$1"; then
		ktap_test_pass "R31_cpus_go_and_come_under_load.$1"
	else
		ktap_test_fail "R31_cpus_go_and_come_under_load.$1"
	fi
	show "R31_nothing_went_wrong_and_arrays_and_aliens_were_used.$1" nothing_wrong "$1"
	check "R35_every_node_is_consistent.$1" all_consistent
	check "$1.unloads after the load" unload_myslab
}

# half of it in each mode
cycles=2 ops=50k
[ -z "${MYSLAB_TENTH:-}" ] || ops=5k
case $(uname -r) in
*-rt-*) ;;
6.12.*) cycles=10 ;;
esac
[ "${MYSLAB_LONG:-0}" = 0 ] || cycles=$((cycles * 10))

need_root
[ -n "$(spare_cpus)" ] || skip "no CPU can be taken down"
begin_suites
plan $(($(suite_count hotplug) + 13))
run_suite hotplug
check "unloads with nothing outstanding" unload_suites
cycle_in_mode fixed
cycle_in_mode auto
finish
