#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Node 1 is filled from its own CPUs until its memory is gone: the other node serves
# them, and what is freed goes home.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=stress.sh
. "$(dirname "$0")/stress.sh"

need_root
need_module myslab
[ "${MYSLAB_SCENARIO:-}" = fill ] || skip "takes all memory of a node: see scripts/qemu/run fill"
[ -d /sys/devices/system/node/node1 ] || skip "needs a second node"

# More than node 1 has, less than both have.
bytes()
{
	awk '/MemTotal/ { print int($4 * 5 / 4) }' /sys/devices/system/node/node1/meminfo
}

plan 4
check "loads" load_myslab
check "R15_fallback.node_filled_and_freed" \
	stress -w fill --verify=light -N 1 --bytes "$(bytes)k" -s 1024
check "R15_fallback.other_node_served" counters_moved fallback alien_in
check "unloads with nothing outstanding" unload_myslab
finish
