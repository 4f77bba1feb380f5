#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R32: nodes whose first memory comes while caches are in use; memory that holds
# objects, with callers or parked on other nodes, and does not go offline until they
# are back and shrunk away. The host plugs the memory in: see scripts/qemu/watch.sh.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"
# shellcheck source-path=SCRIPTDIR source=stress.sh
. "$TEST_DIR/stress.sh"
# shellcheck source-path=SCRIPTDIR source=faults.sh
. "$TEST_DIR/faults.sh"

MEMORY=/sys/devices/system/memory

blocks()
{
	(cd $MEMORY && echo memory[0-9]*) | tr ' ' '\n' | sed 's/memory//' | sort -n
}

# plug NAME NODE SIZE: a DIMM of so many MiB; the numbers of its blocks are in $plugged
plug()
{
	blocks >/tmp/blocks
	echo "# host: plug $1 $2 $3" >"$MYSLAB_HOST"
	for _ in $(seq 300); do
		plugged=$(blocks | grep -vxFf /tmp/blocks)
		[ "$(echo "$plugged" | grep -c .)" -ge $(($3 / 128)) ] && return
		sleep 0.1
	done
	echo "# node $2 has no new memory blocks: $plugged"
	return 1
}

state()
{
	cat "$MEMORY/memory$1/state"
}

# turn STATE BLOCK...
turn()
{
	__state=$1
	shift
	for __block in "$@"; do
		echo "$__state" >"$MEMORY/memory$__block/state" || return 1
	done
}

# refused WHY STATE BLOCK: WHY is what the errno reads as
refused()
{
	__was=$(state "$3")
	if __said=$(turn "$2" "$3" 2>&1); then
		echo "block $3 became $2"
		return 1
	fi
	echo "$__said"
	case $__said in
	*"$1"*) [ "$(state "$3")" = "$__was" ] ;;
	*) return 1 ;;
	esac
}

# Pages of the kernel's own may lie there too, for a while.
goes_offline()
{
	for _ in $(seq 60); do
		turn offline "$1" 2>/dev/null && return
		for __cache in /sys/kernel/slab/*/shrink; do
			echo 1 >"$__cache"
		done 2>/dev/null
		sleep 0.5
	done
	turn offline "$1"
}

# step CASE: of the suite
step()
{
	__said=$(run_case memory "$1")
	printf '%s\n' "$__said" | grep '^#'
	printf '%s\n' "$__said" | grep -q '^ok 1 -'
}

# Steps of one cycle of a block that is online, to its being so again.
cycle()
{
	echo "$1" >/sys/module/myslab_test/parameters/hot_block
	step R32_the_node_is_filled &&
		refused busy offline "$1" &&
		step R32_all_but_a_few_come_back &&
		refused busy offline "$1" &&
		step R32_the_few_are_parked_on_another_node &&
		refused busy offline "$1" &&
		step R27_shrink_takes_them_home &&
		goes_offline "$1" &&
		turn online_kernel "$1" &&
		step R32_every_cache_knows_the_node
}

# cycles HOW-MANY BLOCK
cycles()
{
	for __i in $(seq "$1"); do
		cycle "$2" || { echo "in cycle $__i"; return 1; }
	done
}

hot_node()
{
	echo "$1" >/sys/module/myslab_test/parameters/hot_node
}

node_has_memory()
{
	tr , '\n' </sys/devices/system/node/has_memory |
		awk -F- -v n="$1" '$1 <= n && n <= ($2 == "" ? $1 : $2) { found = 1 } END { exit !found }'
}

# The node's first memory, and one of the caches finds no memory for its part.
comes_only_with_all_caches()
{
	step no_memory_for_the_third || return 1
	refused "Cannot allocate memory" online_kernel "$1"
	__ret=$?
	step R32_it_came_to_that && [ $__ret -eq 0 ]
}

# comes_or_not BLOCK: the node's first memory, with each allocation failing in turn that it
# asks of caches which were made since; and offline again, as movable memory can go
comes_or_not()
{
	__hot=$1
	before_attempt()
	{
		[ "$(state "$__hot")" = offline ] || turn offline "$__hot" || return 1
		stay leak && stay close && stay open
	}
	after_failure()
	{
		[ "$(state "$__hot")" = offline ] || { echo "it came online all the same"; return 1; }
	}
	stay open && arm && sweep turn online_movable "$__hot"
	__ret=$?
	disarm
	stay leak && stay close || __ret=1
	[ "$(state "$__hot")" = offline ] || turn offline "$__hot" || __ret=1
	return $__ret
}

REFUSER=memory-notifier-error-inject
REFUSAL=/sys/kernel/debug/notifier-error-inject/memory/actions/MEM_GOING_ONLINE/error

# refused_by_another PRIORITY BLOCK: the node's first memory, to which another notifier
# objects: it is asked before this module where its priority is above 0, behind it where
# that is below
refused_by_another()
{
	load_module $REFUSER "priority=$1" || return 1
	echo -12 >$REFUSAL
	refused "Cannot allocate memory" online_kernel "$2" &&
		step R32_caches_go_on_without_the_node &&
		step R15_cpus_without_memory_use_the_nearest && all_consistent
	__ret=$?
	rmmod $REFUSER && return $__ret
}

# another_refuses BLOCK: behind this module, and before it
another_refuses()
{
	load_module notifier-error-inject && refused_by_another -1 "$1" &&
		refused_by_another 1 "$1"
	__refused=$?
	rmmod notifier-error-inject && return $__refused
}

# check_refusal RESULT BLOCK
check_refusal()
{
	if module_path $REFUSER >/dev/null; then
		show "$1" another_refuses "$2"
	else
		skip_result "$1" "no notifier of this kernel refuses on demand"
	fi
}

there_and_back()
{
	turn online_movable "$1" && node_has_memory 1 &&
		turn offline "$1" && ! node_has_memory 1
}

load_until()
{
	while [ ! -e "$1" ]; do
		stress --all -q -n $ops --hardirq=$period || return 1
	done
}

# cpus_turn_under_load TURNS BLOCK: movable memory comes and goes so often while all CPUs
# are at work, which turn to it and back
cpus_turn_under_load()
{
	rm -f /tmp/enough
	load_until /tmp/enough &
	__load=$! __turns=0
	while [ $__turns -lt "$1" ] && there_and_back "$2"; do
		__turns=$((__turns + 1))
	done
	touch /tmp/enough
	wait $__load || return 1
	echo "$__turns turns"
	[ $__turns -eq "$1" ]
}

movable_memory()
{
	turn online_movable "$1" &&
		step R15_cpus_with_movable_memory_are_served_by_others &&
		goes_offline "$1" &&
		step R15_cpus_without_memory_use_the_nearest
}

memory_of_their_own()
{
	step a_cpu_leaves_objects_with_the_nearest &&
		step a_cpu_is_busy_with_the_nearest &&
		turn online_kernel "$1" &&
		step A4_what_nodes_keep_follows_cpus_that_turn &&
		step R32_nothing_stays_where_no_cpu_is_left &&
		step R32_cpus_turn_to_memory_of_their_own
}

times=2 times_again=1 ops=200k period=200
# filling a node takes the better part of a minute there
[ -z "${MYSLAB_TENTH:-}" ] || times=2 times_again=0 ops=20k period=10000
[ "${MYSLAB_LONG:-0}" = 0 ] || times=20 times_again=1

SUITES_MODE=${MYSLAB_MODE:-fixed}

need_root
case ${MYSLAB_SCENARIO:-} in
*-hotplug | *-hotplug-auto) ;;
*) skip "the host must plug memory in: see scripts/qemu/run" ;;
esac
echo offline >$MEMORY/auto_online_blocks
# what the kernel allocates for this test comes from node 0
taskset -p 1 $$ >/dev/null 2>&1

begin_suites
# where nothing fails on demand there is one result less
plan $((17 + $(can_fail && echo 1 || echo 0)))
hot_node 3
check "caches are made" step open_caches
plug first 3 256
first=$plugged
__block=$(echo "$first" | head -n 1)
__none=R32_memory_comes_with_all_caches_or_not_at_all
if can_fail; then
	skip_result $__none "each allocation fails in turn"
	show R32_each_allocation_fails_in_turn comes_or_not "$__block"
elif grep -qw register_kretprobe /proc/kallsyms; then
	show $__none comes_only_with_all_caches "$__block"
else
	skip_result $__none "the kernel has no probes"
fi
check_refusal R32_another_notifier_refuses_node_3 "$__block"
# shellcheck disable=SC2086	# numbers
check "R32_node_3_comes_online" turn online_kernel $first
check "R32_every_cache_knows_node_3" step R32_every_cache_knows_the_node
show "R32_filled_refused_shrunk_offlined" cycles "$times" "$(echo "$first" | tail -n 1)"
plug second 3 128
check "R32_more_comes_to_a_node_that_has_some" turn online_kernel "$plugged"
if [ $times_again -gt 0 ]; then
	show "R32_that_too_is_filled_and_offlined" cycles $times_again "$plugged"
else
	skip_result "R32_that_too_is_filled_and_offlined" "the first was, a tenth of all cycles"
fi
check "R35_every_node_is_consistent" all_consistent

hot_node 1
check "R15_cpus_of_node_1_use_the_nearest" step R15_cpus_without_memory_use_the_nearest
plug third 1 128
check_refusal R32_another_notifier_refuses_node_1 "$plugged"
check "R15_movable_memory_alone_serves_nobody" movable_memory "$plugged"
show "R32_cpus_turn_under_load" cpus_turn_under_load $((times * 3)) "$plugged"
check "R32_cpus_turn_to_memory_of_their_own" memory_of_their_own "$plugged"
check "R35_every_node_is_consistent_still" all_consistent
check "caches are destroyed" step close_caches
check "unloads with nothing outstanding" unload_suites
finish
