#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R29, R30: tunables written to /proc/myslabinfo, of caches at rest and under load.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"
# shellcheck source-path=SCRIPTDIR source=stress.sh
. "$(dirname "$0")/stress.sh"

# Every cache there is, again and again, from 1 to 40 and back.
retune_all()
{
	__n=$1
	while read -r __cache _; do
		case $__cache in
		stress*)
			__n=$((__n + 1))
			__limit=$((__n * 13 % 40 + 1))
			echo "$__cache $__limit $((__n % __limit + 1)) $((__n % 3))" \
				>/proc/myslabinfo 2>/dev/null && tuned=$((tuned + 1))
			;;
		esac
	done <<INFO
$(tail -n +3 /proc/myslabinfo)
INFO
}

# Until the load is done, and as often as was asked for.
retune_under_load()
{
	tuned=0
	stress --all -q -n "$2" --hardirq=100 &
	__load=$!
	while kill -0 $__load 2>/dev/null; do
		retune_all "$tuned"
	done
	wait $__load || return 1
	echo "tuned $tuned times"
	[ "$tuned" -ge "$1" ]
}

# refused WHY LINE: WHY is what the errno reads as
refused()
{
	if __said=$({ echo "$2" >/proc/myslabinfo; } 2>&1); then
		echo "was taken: $2"
		return 1
	fi
	case $__said in
	*"$1"*) ;;
	*) echo "$__said"; return 1 ;;
	esac
}

bad_lines()
{
	refused "Invalid argument" "myslab-cache 8 9 1" &&
		refused "Invalid argument" "myslab-cache 0 0 0" &&
		refused "Invalid argument" "myslab-cache 8 4" &&
		refused "No such file" "no-such-cache 8 4 1"
}

times=50 ops=3m
[ -z "${MYSLAB_TENTH:-}" ] || ops=500k
[ "${MYSLAB_LONG:-0}" = 0 ] || times=1000 ops=60m

begin_suites
plan $(($(suite_count tune) + 5))
run_suite tune
check "unloads with nothing outstanding" unload_suites
check "loads" load_myslab
check "R29_errors_say_what_is_wrong" bad_lines
check "R30_tuned_under_load" retune_under_load "$times" "$ops"
check "unloads after the load" unload_myslab
finish
