#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The rules about order, judged from outside: a host says over a serial line what to
# do next, reads this guest's memory while it waits, walks the lists and arrays that
# it finds there, and says what it thinks of them. What stands here as a result is
# the host's own word: see scripts/qemu/witness.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

LINE=/dev/ttyS2
PARAMETERS=/sys/module/myslab/parameters
CLIENT=/sys/kernel/debug/myslab-witness

tell()
{
	printf '%s\n' "$*" >&3
}

# Where the host finds what it looks for.
symbols()
{
	grep -E -e ' (__per_cpu_offset|page_offset_base|vmemmap_base)$' \
		-e ' (caches|caches_mutex|reapers)	\[myslab\]$' \
		-e ' witness_(object|out|taken)	\[myslab_test_witness\]$' /proc/kallsyms |
		while read -r address _ symbol _; do
			tell "symbol $symbol $address"
		done
}

# load PARAMETER...
load()
{
	load_myslab mode=fixed "$@" && load_module myslab_test_witness
}

reload()
{
	rmmod myslab_test_witness && load "$@" && symbols
}

# busy CPU...: these alone have something to do at any moment
busy=/tmp/witness-busy
busy()
{
	while read -r __pid; do
		kill "$__pid"
	done <$busy
	: >$busy
	for __cpu; do
		taskset -c "$__cpu" sh -c 'while :; do :; done' >/dev/null 2>&1 3>&- &
		echo $! >>$busy
	done
}

# The host's lines that no other file takes.
obey()
{
	__verb=$1
	shift
	case $__verb in
	parameter) echo "$2" >"$PARAMETERS/$1" ;;
	tune) echo "$*" >/proc/myslabinfo ;;
	reap) echo "$1" >/sys/kernel/debug/myslab/reap ;;
	online) echo "$2" >"/sys/devices/system/cpu/cpu$1/online" ;;
	reload | busy) $__verb "$@" ;;
	# a shell of its own, which has no end of the pipe that our caller reads from
	behind) sh -c 'echo "$1" >"$2"' sh "$*" "$CLIENT" >/dev/null 2>&1 3>&- & ;;
	*) echo "$__verb${*:+ $*}" >"$CLIENT" ;;
	esac
}

# What the host wants done, until it has seen enough: plan, results, notes.
serve()
{
	# shellcheck disable=SC3045	# busybox has it; a host that died must not hold us up
	while read -t 100 -r __word __rest <&3; do
		case $__word in
		plan) plan $((__rest + 1)) ;;
		note) echo "# $__rest" ;;
		ok) ktap_test_pass "$__rest" ;;
		not) ktap_test_fail "$__rest" ;;
		end)
			tell "done"
			return
			;;
		*)
			# shellcheck disable=SC2086	# words
			if __said=$(obey $__word $__rest 2>&1); then
				tell "done"
			else
				tell "failed ${__said:-$__word $__rest}"
			fi
			;;
		esac
	done
}

unload()
{
	rmmod myslab_test_witness && unload_myslab
}

need_root
[ "${MYSLAB_SCENARIO:-}" = witness ] || skip "needs a host that looks: see scripts/qemu/run witness"
load reap=0 || { plan 1; ktap_test_fail "the modules load"; finish; }
: >$busy
stty -F $LINE raw -echo
exec 3<>$LINE
symbols
tell "begin"
serve
busy
rm -f $busy
check "unloads with nothing outstanding" unload
finish
