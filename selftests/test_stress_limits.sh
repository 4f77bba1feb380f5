#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The same workloads with arrays of 2 to 7 objects: refill, flush and drain at every
# few operations, so that what happens between two of them happens all the time. Then
# with arrays that grow at each chance, and bulk calls in which interrupts land.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=stress.sh
. "$(dirname "$0")/stress.sh"

# limited_load MODE LIMIT: one run; of the last limit as many more as it takes interrupts to
# find arrays in use, which in so few operations some do a hundred times and some not once
limited_load()
{
	stress --all -n "$ops" --hardirq=50 --seed "$2" || return 1
	[ "$2" = 7 ] || return 0
	for __try in $(seq 20); do
		paths_moved "$1" tuned >/dev/null && break
		stress --all -n "$ops" --hardirq=50 --seed "$__try" || return 1
	done
}

# stress_limit MODE LIMIT
stress_limit()
{
	__as=$1.limit=$2
	check "$__as.loads" load_myslab "mode=$1" "limit=$2" "batchcount=$(($2 / 2 + 1))" \
		"shared=$(($2 % 3))"
	[ "$__as" != auto.limit=2 ] || check "$__as.indices_are_no_marks" indices_are_no_marks
	check "$__as.all_workloads_lose_nothing" limited_load "$1" "$2"
	# shared=0 is one of the shapes, so the last one alone has every path
	[ "$2" -lt 7 ] || show "$__as.every_path_was_taken" paths_moved "$1" tuned
	check "$__as.unloads with nothing outstanding" unload_myslab
}

# Bulk calls keep the mark for long. The first interrupts that land there ask for the
# arrays that the rest of them share.
interrupts_land_in_bulk()
{
	stress -w burst -v --bulk=16 -n "${ops%k}0k" --hardirq=50 --seed 9 || return 1
	side_array_used auto && [ "$(counter busy_locked)" -gt 0 ]
}

# Four refills within any time at all.
stress_growing()
{
	check "growing.loads" load_myslab mode=auto grow_ticks=1000000
	check "growing.all_workloads_lose_nothing" stress --all -n "$ops" --hardirq=50 --seed 8
	show "growing.arrays_grew" resized_as auto
	if is_rt; then
		skip_result "growing.interrupts_land_in_bulk" "interrupts are threads here"
	else
		show "growing.interrupts_land_in_bulk" interrupts_land_in_bulk
	fi
	check "growing.unloads with nothing outstanding" unload_myslab
}

# Two objects in a slab: the index of those that are free takes two bytes of one, and leaves
# the rest of the tool's own mark as it was, which must not be taken for an owner's.
indices_are_no_marks()
{
	stress -v -w burst --order=random -s 2048 -n "$index_ops" --seed 1
}

need_root
need_module myslab
# Where every instruction is a block of its own, some fifty times slower.
ops=150k index_ops=400k
[ -z "${MYSLAB_TENTH:-}" ] || ops=15k index_ops=15k
[ -z "${MYSLAB_SLOW:-}" ] || ops=5k index_ops=5k
[ "${MYSLAB_LONG:-0}" = 0 ] || ops=${ops%?}0${ops#"${ops%?}"}
# thirteen of these under the checkers are half an hour else
[ "${MYSLAB_TENTH:-}${MYSLAB_LONG:-0}" != 11 ] || ops=45k

plan 46
for limit in 2 3 4 5 6 7; do
	stress_limit fixed $limit
	stress_limit auto $limit
done
stress_growing
check "noaliencache.loads" load_myslab limit=4 noaliencache=1
check "noaliencache.unloads with nothing outstanding" unload_myslab
finish
