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

DEBUG=/sys/kernel/debug
INFO=/proc/myslabinfo
CPU=/sys/devices/system/cpu
# more than ever fail; what is left tells how many did
TIMES=1000000

need_faults()
{
	for __kind in failslab fail_page_alloc; do
		[ -d $DEBUG/$__kind ] || skip "this kernel has no $__kind"
	done
	[ -e $DEBUG/failslab/require-start ] ||
		skip "this kernel cannot tell who asks for memory"
}

# Only tasks that ask for it, and only what the module itself allocates.
arm()
{
	# the module's text, from its first function to the end of the last one's page
	# shellcheck disable=SC2046	# two words
	set -- $(awk '$4 == "[myslab]" && $2 ~ /[tT]/ { print $1 }' /proc/kallsyms |
		sort | sed -n '1p;$p')
	[ $# = 2 ] || { echo "where is the module's text? $*"; return 1; }
	# every kind, since fail-nth counts them all
	for __kind in "$DEBUG"/fail*; do
		[ -e "$__kind/require-start" ] || continue
		echo "0x$1" >"$__kind/require-start"
		echo "0x${2%???}fff" >"$__kind/require-end"
	done
	for __kind in failslab fail_page_alloc; do
		for __set in "verbose 0" "task-filter Y" "ignore-gfp-wait N" "interval 1" \
			"space 0" "stacktrace-depth 32" "times $TIMES" "probability 100"; do
			echo "${__set#* }" >"$DEBUG/$__kind/${__set% *}" || return 1
		done
	done
	echo 0 >$DEBUG/fail_page_alloc/min-order
	echo N >$DEBUG/fail_page_alloc/ignore-gfp-highmem
}

# How many allocations each kind has failed since it was armed: above zero.
each_kind_hit()
{
	__ret=0
	for __kind in failslab fail_page_alloc; do
		__hits=$((TIMES - $(cat $DEBUG/$__kind/times)))
		echo "$__kind $__hits"
		[ $__hits -gt 0 ] || __ret=1
	done
	return $__ret
}

disarm()
{
	echo 0 >$DEBUG/failslab/probability
	echo 0 >$DEBUG/fail_page_alloc/probability
}

# fail_nth N: the N-th allocation from here on fails, in this shell alone
fail_nth()
{
	echo "$1" >/proc/self/fail-nth
}

# Did it? Nothing fails any more.
has_failed()
{
	read -r __left </proc/self/fail-nth
	fail_nth 0
	[ "$__left" = 0 ]
}

# sweep COMMAND...: with its first allocation failing, then its second and so on, until
# it has made all of them and succeeds. Some it can do without: then it has succeeded
# as well, and the next attempt begins where this one did.
sweep()
{
	__n=0 __failed=0
	while [ $__n -lt 400 ]; do
		__n=$((__n + 1))
		before_attempt || return 1
		fail_nth $__n
		if "$@" 2>/dev/null; then
			has_failed && continue
			echo "$((__n - 1)) allocations failed in turn, $__failed calls failed for it"
			[ $__n -gt 1 ] && [ $__failed -gt 0 ]
			return
		fi
		has_failed || { echo "failed for another reason"; return 1; }
		__failed=$((__failed + 1))
		after_failure || return 1
	done
	echo "there was no end to it"
	return 1
}

# What must hold before each attempt and after each that failed: a sweep's own.
before_attempt()
{
	:
}

after_failure()
{
	:
}

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
need_faults
begin_suites
plan $(($(suite_count faults) * 2 + 15))
faults_in_mode fixed
SUITES_MODE=auto
check "loads again" load_suites
faults_in_mode auto
finish
