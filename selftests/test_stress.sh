#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Up to ten million verified operations over all CPUs and nodes, every workload, while a
# timer on each CPU allocates and frees from the same caches in hard interrupt. A
# run proves a path only where its counter moved, so each is looked at.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=stress.sh
. "$(dirname "$0")/stress.sh"

need_root
need_module myslab
# The newest stock kernel with several CPUs has the full count, the other shapes a
# fifth, and one that is some ten times slower a tenth.
ops=2m churn=200k period=100
case $(nproc):$(uname -r) in
1:* | *:6.1.* | *-rt-*) ;;
*) ops=10m ;;
esac
[ -z "${MYSLAB_TENTH:-}" ] || ops=100k churn=5k period=10000
[ "${MYSLAB_LONG:-0}" = 0 ] || ops=${ops%?}0${ops#"${ops%?}"}

plan 6
check "loads" load_myslab
show "stress.all_workloads_lose_nothing" stress --all -n "$ops" --hardirq=$period
show "stress.every_path_was_taken" paths_moved
# shellcheck disable=SC2046	# an option, or none
check "stress.nodes_in_turn_lose_nothing" \
	stress -w churn -v -n "$churn" -N alternate $(with_hardirq $period)
if [ "$(nodes_with_cpus)" -gt 1 ]; then
	show "R16_stress.other_nodes_were_asked" counters_moved node_alloc
else
	skip_result "R16_stress.other_nodes_were_asked" "one node"
fi
check "unloads with nothing outstanding" unload_myslab
finish
