#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Modules of the kernel's own source, unmodified and compiled with kmem_compat.h:
# lib/test_meminit.c, which judges itself, and a minix file system on a ram disk, used
# by a task in a memory cgroup of its own, where an object that were charged to it
# would bring list_lru down (kernel 6.1).

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

DEBUGFS=/sys/kernel/debug/myslab
GROUP=/sys/fs/cgroup/myslab-clients
DISK=/dev/ram0
MOUNT=/tmp/minix
SUMS=/tmp/minix.sums
SEEN=/tmp/meminit.seen
# 1 to 7919 bytes each
FILES=400
[ -z "${MYSLAB_TENTH:-}" ] || FILES=100
[ "${MYSLAB_LONG:-0}" = 0 ] || FILES=$((FILES * 5))
export MOUNT SUMS FILES

# Objects that all caches have handed out since the module was loaded.
handed_out()
{
	awk '$1 == "alloc_hit" || $1 == "alloc_miss" { n += $2 } END { print n + 0 }' \
		$DEBUGFS/totals
}

# What it asserts needs memory that is zeroed, by one of these or the other.
kernel_zeroes()
{
	! grep -qw init_on_alloc=0 /proc/cmdline || grep -qw init_on_free=1 /proc/cmdline
}

# It runs as it is loaded. Its bulk test alone takes 10 objects 1024 times of 10 sizes.
meminit_passes()
{
	__before=$(handed_out)
	log_mark
	load_module meminit || return 1
	rmmod meminit || return 1
	log_since_mark | sed -n 's/.*\(meminit: .*\)/\1/p'
	log_since_mark | grep -q 'meminit: all [0-9]* tests passed!$' || return 1
	echo "$(($(handed_out) - __before)) objects handed out"
	[ $(($(handed_out) - __before)) -ge 102400 ]
}

# What /proc/myslabinfo says of its caches until $SEEN.enough is there.
watch_meminit()
{
	while [ ! -e $SEEN.enough ]; do
		grep '^test_cache' /proc/myslabinfo
	done >$SEEN
}

# They live for some milliseconds each: the reader may miss them, but not always.
meminit_is_listed()
{
	rm -f $SEEN.enough
	watch_meminit &
	for __try in $(seq 50); do
		{ load_module meminit && rmmod meminit; } || break
		! awk '$2 > 0 { seen = 1 } END { exit !seen }' $SEEN || break
	done
	touch $SEEN.enough
	wait $!
	awk '$2 > 0 { if (!n++) print } END { print n + 0, "times at work"; exit !n }' $SEEN
}

# in_group COMMAND: by a shell in the memory cgroup
in_group()
{
	# shellcheck disable=SC2016	# the inner shell expands it
	sh -c 'echo $$ >"$1/cgroup.procs" && eval "$2"' sh $GROUP "$1"
}

make_group()
{
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control && mkdir -p $GROUP
}

make_disk()
{
	[ -b $DISK ] || load_module brd rd_nr=1 rd_size=32768 || return 1
	mkfs.minix -3 -i 4096 $DISK
}

# Some 5 KiB each. A disk that is built into the kernel has the size that it was given there.
fit_files()
{
	__most=$(($(cat "/sys/block/${DISK##*/}/size") / 2 / 6))
	[ "$FILES" -le "$__most" ] || FILES=$__most
}

mount_minix()
{
	load_module minix || return 1
	mkdir -p $MOUNT
	in_group "mount -t minix $DISK $MOUNT"
}

# shellcheck disable=SC2016	# the inner shell expands it
write_files()
{
	in_group 'cd $MOUNT && for i in $(seq $FILES); do
			head -c $((i * 7919 % 7907 + 1)) /dev/urandom >f$i || exit 1
		done
		md5sum f* >$SUMS && sync'
}

# minix_objects COLUMN: of the inode cache's line in myslabinfo
minix_objects()
{
	awk -v column="$1" '$1 == "minix_inode_cache" { print $column }' /proc/myslabinfo
}

inodes_are_ours()
{
	echo "$(minix_objects 2) of $(minix_objects 3) inodes in use"
	[ "$(minix_objects 2)" -ge "$FILES" ]
}

# Whichever way: grace periods may end on a CPU of another node.
minix_frees()
{
	awk 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
		$1 == "all" {
			print $column["free_hit"] + $column["free_miss"] + $column["busy_free"] +
			      $column["alien_put"] + $column["alien_direct"]
		}' \
		$DEBUGFS/minix_inode_cache/stats
}

# As the disk has them, with none of their pages in memory: those would hold them there.
# shellcheck disable=SC2016	# the inner shell expands it
read_inodes_again()
{
	umount $MOUNT &&
		in_group "mount -t minix $DISK $MOUNT" && in_group 'ls -l $MOUNT >/dev/null'
}

# Through the inodes' list_lru, and freed after a grace period.
inodes_are_evicted()
{
	read_inodes_again || return 1
	__before=$(minix_frees)
	for __try in $(seq 600); do
		echo 3 >/proc/sys/vm/drop_caches
		[ $(($(minix_frees) - __before)) -lt "$FILES" ] || return 0
		sleep 0.1
	done
	echo "$(($(minix_frees) - __before)) objects freed"
	return 1
}

# shellcheck disable=SC2016	# the inner shell expands it
files_are_as_written()
{
	[ "$(wc -l <$SUMS)" = "$FILES" ] || return 1
	in_group 'cd $MOUNT && md5sum -c $SUMS >/tmp/minix.checked' && return
	grep -v ': OK$' /tmp/minix.checked
	return 1
}

# shellcheck disable=SC2016	# the inner shell expands it
remove_files()
{
	in_group 'cd $MOUNT && rm f* && sync && [ -z "$(ls)" ]'
}

# A cache with objects out would stay, as leaked.
minix_unloads()
{
	umount $MOUNT && rmmod minix && ! grep minix /proc/myslabinfo
}

clean_up()
{
	! is_loaded brd || rmmod brd
	rmdir $GROUP
	unload_myslab
}

# Each free is to be seen when it is made: under KASAN some would rest first.
load()
{
	if has_kasan; then
		load_myslab quarantine=0
	else
		load_myslab
	fi
}

need_root
need_module myslab minix meminit brd
command -v mkfs.minix >/dev/null || skip "no mkfs.minix"
grep -qw memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null ||
	skip "no memory cgroups (v2)"

plan 12
check "loads" load
if kernel_zeroes; then
	show "test_meminit passes on our caches" meminit_passes
	show "its caches are listed, objects in use" meminit_is_listed
else
	ktap_test_skip "test_meminit passes on our caches"
	ktap_test_skip "its caches are listed, objects in use"
fi
check "a memory cgroup and a disk" eval "make_group && make_disk"
fit_files
check "minix is mounted" mount_minix
check "files are written" write_files
show "their inodes are ours" inodes_are_ours
check "inodes are evicted" inodes_are_evicted
check "files are as they were written" files_are_as_written
check "files are removed" remove_files
check "minix unloads and leaves nothing" minix_unloads
check "unloads with nothing outstanding" clean_up
finish
