#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The same workloads with arrays of 2 to 7 objects: refill, flush and drain at every
# few operations, so that what happens between two of them happens all the time.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=stress.sh
. "$(dirname "$0")/stress.sh"

# stress_limit MODE LIMIT
stress_limit()
{
	__as=$1.limit=$2
	check "$__as.loads" load_myslab "mode=$1" "limit=$2" "batchcount=$(($2 / 2 + 1))" \
		"shared=$(($2 % 3))"
	check "$__as.all_workloads_lose_nothing" stress --all -n "$ops" --hardirq=50 --seed "$2"
	# shared=0 is one of the shapes, so the last one alone has every path
	[ "$2" -lt 7 ] || show "$__as.every_path_was_taken" paths_moved "$1" tuned
	check "$__as.unloads with nothing outstanding" unload_myslab
}

need_root
need_module myslab
# Where every instruction is a block of its own, some fifty times slower.
ops=150k
[ -z "${MYSLAB_TENTH:-}" ] || ops=15k
[ -z "${MYSLAB_SLOW:-}" ] || ops=5k
[ "${MYSLAB_LONG:-0}" = 0 ] || ops=${ops%?}0${ops#"${ops%?}"}

plan 40
for limit in 2 3 4 5 6 7; do
	stress_limit fixed $limit
	stress_limit auto $limit
done
check "noaliencache.loads" load_myslab limit=4 noaliencache=1
check "noaliencache.unloads with nothing outstanding" unload_myslab
finish
