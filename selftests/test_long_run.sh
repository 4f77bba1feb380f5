#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Mode auto with all that can happen to it at once: verified operations, a hundred million
# of them where MYSLAB_LONG is 1, on all CPUs and in hard interrupt, while caches are
# tuned, CPUs go and come, and reaping goes on.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=stress.sh
. "$TEST_DIR/stress.sh"
# shellcheck source-path=SCRIPTDIR source=cpus.sh
. "$TEST_DIR/cpus.sh"

RUN=/tmp/myslab-long-run

# count FILE: one more of these
count()
{
	echo $(($(cat "$RUN/$1") + 1)) >"$RUN/$1"
}

# Numbers for a while, and back to auto, in which the caches are most of the time.
tune_caches()
{
	__n=0
	while [ ! -e $RUN/enough ]; do
		__n=$((__n + 1))
		pick_cache $__n
		__cache=$picked
		__limit=$((__n * 37 % 2047 + 1))
		[ -n "$__cache" ] || continue
		echo "$__cache $__limit $(((__limit + 1) / 2)) $((__n % 9 % 3))" >/proc/myslabinfo &&
			echo "$__cache auto" >/proc/myslabinfo && count tunings
		[ $((__n % 10)) -ne 0 ] || echo 1 >$CACHES/reap
	done 2>/dev/null
}

cycle_cpus()
{
	while [ ! -e $RUN/enough ]; do
		for __cpu in $(spare_cpus); do
			cycle "$__cpu" || return 1
			count cycles
		done
		# all of them are up, and the load is to have them for a while
		sleep 1
	done
}

# Runs that follow each other: a thread whose CPU went stays where it was moved to. None
# of them names a CPU.
run_load()
{
	__done=0 __part=0
	while [ $__done -lt "$1" ] || [ "$(cat $RUN/tunings)" -lt $tunings ] ||
		[ "$(cat $RUN/cycles)" -lt $cycles ]; do
		for __work in hot burst churn prodcons mixed ctor; do
			__part=$((__part + 1))
			# shellcheck disable=SC2046	# an option or nothing
			stress -w $__work -v -q -n "$part" --seed $__part $(with_hardirq $period) >$RUN/said || {
				cat $RUN/said
				return 1
			}
			__ops=$(awk '$1 == "operations" { print $2 }' $RUN/said)
			__done=$((__done + __ops))
		done
		echo "# progress $__done of $1 operations, $(cat $RUN/tunings) tunings, $(cat $RUN/cycles) cycles"
	done
	echo "# $__done operations verified, $(cat $RUN/tunings) tunings, $(cat $RUN/cycles) cycles of a CPU"
}

all_at_once()
{
	mkdir -p $RUN
	rm -f $RUN/enough
	echo 0 >$RUN/tunings
	echo 0 >$RUN/cycles
	tune_caches &
	__tune=$!
	cycle_cpus &
	__cycle=$!
	run_load "$1"
	__ret=$?
	touch $RUN/enough
	wait $__tune || { echo "# tuning failed"; __ret=1; }
	wait $__cycle || { echo "# a CPU did not go or come, or kept objects"; __ret=1; }
	rm -r $RUN
	return $__ret
}

# The newest stock kernel with several CPUs has the full count, the other shapes a tenth
# of the long one.
ops=1000000 part=40000 period=200
[ "${MYSLAB_LONG:-0}" = 0 ] || ops=100000000 part=500000
case $(uname -r) in
*-rt-*) [ "${MYSLAB_LONG:-0}" = 0 ] || ops=10000000 ;;
6.12.*) ;;
*) [ "${MYSLAB_LONG:-0}" = 0 ] || ops=10000000 ;;
esac
[ -z "${MYSLAB_TENTH:-}" ] || ops=$((ops / 10)) part=$((part / 10)) period=2000
# at least, of a run that takes as long as that
tunings=10 cycles=6
[ $ops -lt 10000000 ] || tunings=$((ops / 500000)) cycles=$((6 + ops / 2500000))

need_root
need_module myslab
[ -n "$(spare_cpus)" ] || skip "no CPU can be taken down"
plan 6
check "loads" load_myslab mode=auto
# its progress is told as it comes
if all_at_once $ops; then
	ktap_test_pass "A5_A8_tuned_and_cpus_cycled_under_load"
else
	ktap_test_fail "A5_A8_tuned_and_cpus_cycled_under_load"
fi
show "every_path_was_taken" paths_moved auto
check "nothing_was_refused" [ "$(counter errors)" = 0 ]
check "R35_every_node_is_consistent" all_consistent
check "unloads with nothing outstanding" unload_myslab
finish
