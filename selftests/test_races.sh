#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Turns of reaping are asked for, drop_caches has the shrinker run, and every file of
# /proc and debugfs is read, all in loops, while caches are made, used and destroyed.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=stress.sh
. "$TEST_DIR/stress.sh"

GOING=/tmp/myslab-races
FILES=/sys/kernel/debug/myslab

reap_turn()
{
	echo 3 >$FILES/reap
}

drop_caches()
{
	echo 2 >/proc/sys/vm/drop_caches
}

# A cache that went between the listing and the reading is no failure.
read_files()
{
	cat /proc/myslabinfo $FILES/pages $FILES/totals >/dev/null || return 1
	cat $FILES/*/* >/dev/null 2>&1
	return 0
}

# A cache that stays must not be said to be inconsistent, ever.
look_for_inconsistency()
{
	! grep -l 'consistent: NO' $FILES/*/nodes 2>/dev/null
}

# loop COMMAND: until the end, and how often
loop()
{
	__times=0
	while [ -e $GOING ]; do
		"$1" || {
			echo "$1 failed"
			return 1
		}
		__times=$((__times + 1))
	done
	echo "$1 $__times times"
	[ $__times -gt 1 ]
}

# among_all COMMAND...: it holds, and so does every loop beside it
among_all()
{
	touch $GOING
	__pids=
	for __loop in reap_turn drop_caches read_files look_for_inconsistency; do
		loop $__loop &
		__pids="$__pids $!"
	done
	"$@"
	__ret=$?
	rm -f $GOING
	for __pid in $__pids; do
		wait "$__pid" || __ret=1
	done
	return $__ret
}

# One run, or as many more as it takes an interrupt to find an array in use, which in so
# few operations need not be.
load()
{
	for _ in $(seq 20); do
		stress --all -q -n "$ops" --hardirq=200 || return 1
		# shellcheck disable=SC2046	# names, one a word
		counters_moved $(busy_paths) >/dev/null && break
	done
	return 0
}

races_in_mode()
{
	check "$1.loads" load_myslab "mode=$1"
	show "R25_R26_caches_come_and_go_while_reaped_and_read.$1" among_all load
	check "$1.nothing_was_refused" [ "$(counter errors)" = 0 ]
	check "$1.arrays_were_refilled_and_flushed" counters_moved refill flush
	interrupts_met "$1.interrupts_met_arrays_in_use"
	check "$1.unloads with nothing outstanding" unload_myslab
}

ops=100k
[ -z "${MYSLAB_TENTH:-}" ] || ops=10k
[ "${MYSLAB_LONG:-0}" = 0 ] || ops=${ops%k}0k

need_root
plan 12
races_in_mode fixed
races_in_mode auto
finish
