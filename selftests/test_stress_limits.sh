#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The same workloads with arrays of 2 to 7 objects: refill, flush and drain at every
# few operations, so that what happens between two of them happens all the time.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=stress.sh
. "$(dirname "$0")/stress.sh"

need_root
need_module myslab
# Where every instruction is a block of its own, some fifty times slower.
ops=300k
[ -z "${MYSLAB_TENTH:-}" ] || ops=30k
[ -z "${MYSLAB_SLOW:-}" ] || ops=10k
[ "${MYSLAB_LONG:-0}" = 0 ] || ops=${ops%?}0${ops#"${ops%?}"}

plan 21
for limit in 2 3 4 5 6 7; do
	check "limit=$limit.loads" load_myslab "limit=$limit" "batchcount=$((limit / 2 + 1))" \
		"shared=$((limit % 3))"
	check "limit=$limit.all_workloads_lose_nothing" \
		stress --all -n "$ops" --hardirq=50 --seed "$limit"
	# shared=0 is one of the shapes, so the last one alone has every path
	[ "$limit" -lt 7 ] || show "limit=$limit.every_path_was_taken" paths_moved
	check "limit=$limit.unloads with nothing outstanding" unload_myslab
done
check "noaliencache.loads" load_myslab limit=4 noaliencache=1
check "noaliencache.unloads with nothing outstanding" unload_myslab
finish
