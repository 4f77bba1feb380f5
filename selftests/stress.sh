# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that drive myslab_stress.

TOTALS=/sys/kernel/debug/myslab/totals

# stress ARGUMENT...: one run; fails where the tool found anything wrong. It is the
# kernel's log that says precisely what.
stress()
{
	[ -x "$TEST_DIR/myslab_stress" ] || { echo "no myslab_stress: build it first"; return 1; }
	"$TEST_DIR/myslab_stress" "$@" && return
	dmesg | grep 'myslab: stress' | tail -n 20
	return 1
}

# pick_cache NUMBER: $picked is one of those of a load, one after the other, or nothing; it
# may be gone before it is written to, and the sooner the longer it took to find: so no
# other program is run, nor is slabinfo read, which the shell does by the byte.
pick_cache()
{
	__number=$1
	set -- "${TOTALS%/*}"/stress*
	shift $((__number % $#))
	picked=${1##*/}
	# the pattern itself where there is none
	# shellcheck disable=SC2034	# used by those who source this
	[ -e "$1" ] || picked=
}

counter()
{
	awk -v name="$1" '$1 == name { print $2 }' "$TOTALS"
}

# counters_moved NAME...: each above zero, over all caches since load
counters_moved()
{
	__ret=0
	for __name in "$@"; do
		__value=$(counter "$__name")
		echo "$__name $__value"
		[ "${__value:-0}" -gt 0 ] || __ret=1
	done
	return $__ret
}

nodes_with_cpus()
{
	grep -l '[0-9]' /sys/devices/system/node/node*/cpulist 2>/dev/null | wc -l
}

# with_hardirq US: the option that has timers allocate too, every US, where they can
with_hardirq()
{
	is_rt || echo "--hardirq=$1"
}

# PREEMPT_RT has no busy path, and a tenth of the operations need not meet it.
busy_paths()
{
	is_rt || [ -n "${MYSLAB_TENTH:-}" ] || echo busy_alloc busy_free
}

# interrupts_met NAME: they found arrays in use, a result of that name
interrupts_met()
{
	if [ -n "$(busy_paths)" ]; then
		# shellcheck disable=SC2046	# names, one a word
		show "$1" counters_moved $(busy_paths)
	else
		skip_result "$1" "no hard interrupts here, or too few to be sure of one"
	fi
}

# The paths that this machine has: one node has no aliens.
paths_of_shape()
{
	echo alloc_hit free_hit alloc_miss free_miss refill flush grown reaped
	busy_paths
	if [ "$(nodes_with_cpus)" -gt 1 ]; then
		echo alien_put alien_drain alien_direct alien_in
	fi
}

# Interrupts that found the array in use had one beside it, in mode auto, where they were
# many: the first that lands on a CPU in a cache only asks for it.
side_array_used()
{
	__busy=$(($(counter busy_alloc) + $(counter busy_free)))
	__locked=$(counter busy_locked)
	echo "past the array $__busy, by a lock $__locked"
	[ "$1" = fixed ] || [ "$__busy" -lt 300 ] || [ "$__locked" -lt "$__busy" ]
}

# Arrays follow the load in mode auto, unless their sizes were given, and nowhere else.
resized_as()
{
	__resized=$(counter resized)
	echo "resized $__resized"
	case $1 in
	auto) [ "$__resized" -gt 0 ] ;;
	*) [ "$__resized" -eq 0 ] ;;
	esac
}

# paths_moved MODE [tuned]: every path of this machine was taken since the module was
# loaded in that mode
paths_moved()
{
	# shellcheck disable=SC2046	# names, one a word
	counters_moved $(paths_of_shape) && side_array_used "$1" && resized_as "$1$2"
}
