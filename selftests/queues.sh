#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# queues.sh [PARAMETER=VALUE...]: what the queues of caches of both modes take: idle,
# after a burst on one CPU, after one on every CPU, and after turns of reaping with
# nothing done; a JSON line a figure. For scripts/bench queues; the parameters are
# myslab_test_crowd's.
#
# "queue" is what the module says, "kmalloc" what the kernel says of its own: bytes of
# its kmalloc caches in use, and of what is too large for these.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

FILES=/sys/kernel/debug/myslab
CROWD=/sys/kernel/debug/myslab-crowd
SLABS=/sys/kernel/slab
TURNS='1 1 2 4 8'

say()
{
	echo "# $*"
}

fail()
{
	say "failed: $*"
	exit 1
}

crowd()
{
	echo "$*" >$CROWD || fail "$*"
}

# Arrays are made by a worker, and freed after a grace period.
settle()
{
	__last=''
	for _ in $(seq 60); do
		crowd settle
		__now=$(awk '/^queue_bytes/' $FILES/totals)
		[ "$__now" != "$__last" ] || return 0
		__last=$__now
		sleep 0.5
	done
	fail "the queues do not come to rest"
}

# What CPUs keep of the kernel's own caches is in use to /proc/slabinfo: give it back.
shrink_kmalloc()
{
	for __cache in "$SLABS"/kmalloc-[0-9]*; do
		echo 1 >"$__cache/shrink"
	done
	echo 1 >/proc/sys/vm/stat_refresh
}

# Bytes of kmalloc in use, and of /proc/meminfo's Percpu.
kernel_says()
{
	shrink_kmalloc
	awk '
	FILENAME ~ /slabinfo/ && FNR > 2 {
		pages += $15 * $6
		if ($1 ~ /^kmalloc-[0-9]/)
			used += $2 * $4
	}
	$1 == "Slab:" { slab = $2 * 1024 }
	$1 == "Percpu:" { percpu = $2 * 1024 }
	END { printf "%.0f %.0f\n", used + slab - pages * 4096, percpu }
	' /proc/slabinfo /proc/meminfo
}

# figure MODE CASE METRIC BYTES: of all its caches
figure()
{
	printf '{"case":"%s","size":%s,"metric":"%s","mode":"%s","bytes":%s}\n' \
		"$2" "$size" "$3" "$1" "$4"
}

# sample MODE CASE: what the module and the kernel say now
sample()
{
	settle
	awk '/^queue_bytes/ { all += $2; cpu += $4; shared += $6; alien += $8; aside += $10 }
		END { print all + 0, cpu + 0, shared + 0, alien + 0, aside + 0 }' \
		$FILES/crowd-"$1"-*/nodes >/tmp/queue
	kernel_says >/tmp/kernel
	read -r __all __cpu __shared __alien __aside </tmp/queue
	read -r __kmalloc __percpu </tmp/kernel
	figure "$1" "$2" queue "$__all"
	figure "$1" "$2" cpu "$__cpu"
	figure "$1" "$2" shared "$__shared"
	figure "$1" "$2" alien "$__alien"
	figure "$1" "$2" aside "$__aside"
	figure "$1" "$2" kmalloc $((__kmalloc - kmalloc))
	figure "$1" "$2" percpu $((__percpu - percpu))
	figure "$1" "$2" slabs $(($(awk '{ print $1 }' $FILES/pages) * 4096))
}

# What is there without this mode's caches; the first reading of a file costs too.
baseline()
{
	crowd create "$1"
	cat $FILES/crowd-"$1"-*/nodes >/dev/null || fail "no caches"
	crowd destroy "$1"
	settle
	kernel_says >/tmp/kernel
	read -r kmalloc percpu </tmp/kernel
}

measure()
{
	say "progress $1: idle"
	baseline "$1"
	crowd create "$1"
	sample "$1" idle
	# the first of two has the arrays made that frees of other nodes' objects ask for
	for __burst in one burst; do
		say "progress $1: $__burst"
		crowd $__burst "$1"
		settle
		crowd $__burst "$1"
		sample "$1" $__burst
	done
	__turns=0
	for __more in $TURNS; do
		__turns=$((__turns + __more))
		say "progress $1: $__turns turns of the reaper"
		echo "$__more" >$FILES/reap || fail "reap"
		sample "$1" "reaped-$__turns"
	done
	grep -q 'consistent: NO' $FILES/*/nodes && fail "inconsistent"
	crowd destroy "$1"
	settle
	kernel_says >/tmp/kernel
	read -r __kmalloc __percpu </tmp/kernel
	figure "$1" gone kmalloc $((__kmalloc - kmalloc))
}

load_myslab reap=0 || fail "the module does not load"
load_module myslab_test_crowd "$@" || fail "the load does not load"
size=$(cat /sys/module/myslab_test_crowd/parameters/size)
measure fixed
measure auto
rmmod myslab_test_crowd || fail "the load stays"
unload_myslab || fail "something was left"
rm -f /tmp/queue /tmp/kernel
