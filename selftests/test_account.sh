#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# SLAB_ACCOUNT: slabs are charged, by the page, to the memory cgroup of the task that
# made them grow, and to nobody without it; nor with it, or with __GFP_ACCOUNT, in a client
# of the kernel's calls that kmem_compat.h has brought here.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

ROOT=/sys/fs/cgroup
GROUP=$ROOT/myslab-test
KIB=1024

# KiB that the group is charged with for memory of the kernel's
charged()
{
	awk -v kib=$KIB '$1 == "kernel" { print int($2 / kib) }' "$GROUP/memory.stat"
}

# in_group CASE: run by a process of that group
in_group()
{
	(
		sh -c 'echo $$ >"$1/cgroup.procs" && echo "$2" >"$3"' sh \
			"$GROUP" "$1" "$SUITES/stay"
	)
	grep -q '^ok' "$SUITES/stay" || {
		cat "$SUITES/stay"
		return 1
	}
}

# charge_is CASE LEAST MOST: KiB that its 8 MiB of objects add to the group, in which what
# the shells before it left may go at the same time
charge_is()
{
	__before=$(charged)
	in_group "$1" || return 1
	__added=$(($(charged) - __before))
	echo "$__added KiB"
	[ $__added -ge "$2" ] && [ $__added -le "$3" ]
}

# uncharged_again CASE: which gives them back
uncharged_again()
{
	in_group "$1" || return 1
	__left=$(charged)
	echo "$__left KiB"
	[ "$__left" -lt 2048 ]
}

need_root
grep -qw memory $ROOT/cgroup.controllers 2>/dev/null || skip "no memory cgroups (v2)"
echo +memory >$ROOT/cgroup.subtree_control || skip "cgroups are somebody else's here"
mkdir $GROUP || skip "no cgroup can be made"
charged | grep -q . || skip "this kernel does not say what it charges for itself"

begin_suites
plan 9
check "accounted slabs are charged" charge_is take_big_accounted 8192 10240
check "and no more once they are back" uncharged_again give_big
check "others are not charged" charge_is take_big_unaccounted -1024 1024
check "nor uncharged" uncharged_again give_big
check "a compat client's SLAB_ACCOUNT is dropped" charge_is kmem_take_bulky_accounted_cache -1024 1024
check "and nothing is uncharged" uncharged_again kmem_give_bulky
check "a compat client's __GFP_ACCOUNT is dropped" charge_is kmem_take_bulky_accounted_calls -1024 1024
check "and nothing is uncharged either" uncharged_again kmem_give_bulky
check "unloads with nothing outstanding" unload_suites
rmdir $GROUP
finish
