#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R29, R30: tunables written to /proc/myslabinfo and to debugfs, of caches at rest and
# under a verified load that hard interrupts share.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"
# shellcheck source-path=SCRIPTDIR source=stress.sh
. "$(dirname "$0")/stress.sh"

GOING=/tmp/myslab-tune
FILES=/sys/kernel/debug/myslab

# random_tunables TIMES SEED MODE: limits 1 to 2047, and every third is 1 after a large
# one; in mode auto every second time sizes are to follow the load.
random_tunables()
{
	awk -v n="$1" -v seed="$2" -v mode="$3" 'BEGIN {
		srand(seed)
		for (i = 0; i < n; i++) {
			if (mode == "auto" && i % 2) {
				print "auto"
				continue
			}
			limit = i % 3 == 0 ? 1024 + int(rand() * 1024) : \
				i % 3 == 1 ? 1 : 1 + int(rand() * 2047)
			print limit, 1 + int(rand() * limit), int(rand() * 9)
		}
	}'
}

load_until_done()
{
	while [ -e $GOING ]; do
		stress --all -q -n "$1" --hardirq=$period || return 1
	done
}

# tune LIMIT BATCHCOUNT SHARED: by one file and by the other in turn
tune()
{
	while [ -d "/proc/$__load" ]; do
		__n=$((__n + 1))
		pick_cache $__n
		__cache=$picked
		[ -n "$__cache" ] || continue
		if [ $((__n % 2)) = 0 ]; then
			echo "$__cache $*" >/proc/myslabinfo && return
		else
			[ -e "$FILES/$__cache/tunables" ] || continue
			echo "$*" >"$FILES/$__cache/tunables" && return
		fi
	done 2>/dev/null
	echo "the load ended early"
	return 1
}

# retune_under_load TIMES OPS MODE: as many, each of a cache that is in use
retune_under_load()
{
	__n=0 __tuned=0 __seed=$(($(date +%s) % 100000))
	echo "seed $__seed"
	touch $GOING
	load_until_done "$2" &
	__load=$!
	random_tunables "$1" "$__seed" "$3" >/tmp/myslab-tunables
	while read -r __limit __batchcount __shared; do
		tune "$__limit" "$__batchcount" "$__shared" || break
		__tuned=$((__tuned + 1))
	done </tmp/myslab-tunables
	rm -f $GOING /tmp/myslab-tunables
	wait $__load || return 1
	echo "tuned $__tuned times"
	[ "$__tuned" -eq "$1" ]
}

# refused WHY LINE: WHY is what the errno reads as
refused()
{
	if __said=$({ echo "$2" >"${3:-/proc/myslabinfo}"; } 2>&1); then
		echo "was taken: $2"
		return 1
	fi
	case $__said in
	*"$1"*) ;;
	*) echo "$2: $__said"; return 1 ;;
	esac
}

# One line in the log that tells what was wrong with the numbers.
logged()
{
	log_since_mark | grep -q "myslab: tuning refused: $1" && return
	echo "the log does not say: $1"
	log_since_mark
	return 1
}

bad_lines()
{
	log_mark
	refused "Invalid argument" "myslab-cache 8 9 1" && logged "8 9 1: not limit 1 to" &&
		refused "Invalid argument" "myslab-cache 0 0 0" &&
		refused "Invalid argument" "myslab-cache 8 4" && logged "not three numbers" &&
		refused "Invalid argument" "myslab-cache" &&
		refused "Invalid argument" "" &&
		refused "Invalid argument" "8 9 1" "$FILES/myslab-cache/tunables" &&
		refused "Invalid argument" "myslab-cache 8 4 1" "$FILES/myslab-cache/tunables" &&
		refused "No such file" "no-such-cache 8 4 1"
}

tune_in_mode()
{
	check "$1.loads" load_myslab "mode=$1"
	show "R30_tuned_under_load.$1" retune_under_load "$times" "$ops" "$1"
	check "R30_nothing_was_refused.$1" [ "$(counter errors)" = 0 ]
	check "R30_arrays_were_refilled_and_flushed.$1" counters_moved refill flush
	interrupts_met "R30_interrupts_met_arrays_in_use.$1"
	check "$1.unloads after the load" unload_myslab
}

# half of it in each mode
times=50 ops=500k period=100
[ -z "${MYSLAB_TENTH:-}" ] || ops=10k period=10000
[ "${MYSLAB_LONG:-0}" = 0 ] || times=$((times * 10))

begin_suites
plan $(($(suite_count tune) + 15))
run_suite tune
check "unloads with nothing outstanding" unload_suites
check "loads" load_myslab
check "R29_errors_say_what_is_wrong" bad_lines
tune_in_mode fixed
tune_in_mode auto
finish
