#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The stress tool as its user meets it: exit codes, text, JSON, an interruption.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

TOOL=$TEST_DIR/myslab_stress

# exits CODE ARGUMENT...
exits()
{
	__want=$1
	shift
	"$TOOL" -q "$@"
	__got=$?
	[ $__got -eq "$__want" ] || { echo "exit $__got, not $__want"; return 1; }
}

# One line an object, with the same number of brackets opened and closed.
json()
{
	"$@" -q -j -w churn -n 5k -v | awk '
		/^\{"label":"churn",/ && /"ops_done":5000,/ && /"errors":\{"total":0,/ &&
		/\}$/ && gsub(/[[{]/, "") == gsub(/[]}]/, "") { good++ }
		END { exit NR != 1 || good != 1 }'
}

interrupted()
{
	"$TOOL" -w churn -T 60 >"$TMP/out" 2>&1 &
	__pid=$!
	until grep -q '^stress' /proc/myslabinfo; do
		kill -0 $__pid || { cat "$TMP/out"; return 1; }
	done
	# a shell's background jobs ignore SIGINT; the tool takes SIGTERM likewise
	kill -TERM $__pid
	wait $__pid
	__got=$?
	cat "$TMP/out"
	[ $__got -eq 130 ] && grep -q '^churn on myslab: stopped after' "$TMP/out"
}

says_progress()
{
	"$TOOL" -w churn -T 4 2>&1 | grep -q '^# progress churn .* operations'
}

# Each size has its line in both tables.
bench_table()
{
	[ "$("$TOOL" -q --bench | grep -c '^ .* 4096 ')" -eq 2 ]
}

# Three figures of a size: the pair and its two parts; and a case that does not exist.
bench_cases()
{
	[ "$("$TOOL" -q --bench=burst-fifo-32 -s 64,256 | grep -c '^burst-fifo-32 ')" -eq 6 ] &&
		"$TOOL" -q -j --bench=churn-100 -s 64 | grep -q '"metric":"pair","ours":[1-9]' &&
		exits 2 --bench=burst
}

need_root
need_module myslab
[ -x "$TOOL" ] || skip "no myslab_stress: build it first"
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT

plan 17
check "help" exits 0 --help
check "nothing to do" exits 2
check "no such option" exits 2 --nonsense
check "no such workload" exits 2 -w nonsense
check "no number" exits 2 -w hot -n 12x
check "no CPU list" exits 2 -w hot -c 3-1
check "no module" exits 2 -w hot
check "loads" load_myslab
check "a verified run finds nothing" exits 0 -w mixed -v -n 5k
check "refused by the module" exits 2 -w hot -o 5
check "progress" says_progress
check "JSON" json "$TOOL"
if [ -x "${TOOL}32" ]; then
	check "JSON of a 32-bit build" json "${TOOL}32"
else
	skip_result "JSON of a 32-bit build" "this compiler makes none"
fi
check "an interrupted run is stopped and reported" interrupted
check "bench" bench_table
check "bench of other cases" bench_cases
check "unloads" unload_myslab
finish
