#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Up to ten million verified operations over all CPUs and nodes, every workload, half of
# them in each mode, while a timer on each CPU allocates and frees from the same caches in
# hard interrupt. A run proves a path only where its counter moved, so each is looked at.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=stress.sh
. "$(dirname "$0")/stress.sh"

stress_mode()
{
	check "$1.loads" load_myslab "mode=$1"
	show "stress.all_workloads_lose_nothing.$1" stress --all -n "$ops" --hardirq=$period
	show "stress.every_path_was_taken.$1" paths_moved "$1"
	# shellcheck disable=SC2046	# an option, or none
	check "stress.nodes_in_turn_lose_nothing.$1" \
		stress -w churn -v -n "$churn" -N alternate $(with_hardirq $period)
	if [ "$(nodes_with_cpus)" -gt 1 ]; then
		show "R16_stress.other_nodes_were_asked.$1" counters_moved node_alloc
	else
		skip_result "R16_stress.other_nodes_were_asked.$1" "one node"
	fi
	check "$1.unloads with nothing outstanding" unload_myslab
}

need_root
need_module myslab
# The newest stock kernel with several CPUs has the full count, the other shapes a
# fifth, and one that is some ten times slower a tenth.
ops=1m churn=100k period=100
case $(nproc):$(uname -r) in
1:* | *:6.1.* | *-rt-*) ;;
*) ops=5m ;;
esac
[ -z "${MYSLAB_TENTH:-}" ] || ops=50k churn=2500 period=10000
[ "${MYSLAB_LONG:-0}" = 0 ] || ops=${ops%?}0${ops#"${ops%?}"}

plan 12
stress_mode fixed
stress_mode auto
finish
