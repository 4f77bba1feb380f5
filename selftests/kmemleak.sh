# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that ask kmemleak. Sourced after lib.sh.

KMEMLEAK=/sys/kernel/debug/kmemleak

need_kmemleak()
{
	[ -w $KMEMLEAK ] || skip "this kernel has no kmemleak"
}

# kmemleak passes over what is younger than 5 s, and over what it has not seen
# unchanged in an earlier scan.
scan_twice()
{
	__born=$(cut -d. -f1 /proc/uptime)
	while [ $(($(cut -d. -f1 /proc/uptime) - __born)) -le 6 ]; do
		sleep 1
	done
	echo scan >$KMEMLEAK
	echo scan >$KMEMLEAK
}

# Its list is read in pieces, each from a position on: what the kernel frees meanwhile
# moves the rest, and as many are passed over. So it is read until two readings agree.
LEAKS=/tmp/leaks
read_leaks()
{
	for __reading in $(seq 20); do
		cat $KMEMLEAK >$LEAKS
		grep '^unreferenced object' $LEAKS >$LEAKS.now
		[ "$__reading" -gt 1 ] && cmp -s $LEAKS.before $LEAKS.now && return
		mv $LEAKS.now $LEAKS.before
	done
	echo "kmemleak's list is never the same twice"
	return 1
}

# What was read of it that was allocated by one of our modules: a line each, "N name" of
# the first frame that says so. A frame without a name is one of a module that has
# gone, and no other modules go.
leaks_of_ours()
{
	awk '
		/^unreferenced object/ { told = 0; next }
		told { next }
		/\[myslab[a-z_]*\]/ {
			told = 1
			for (i = 1; i <= NF; i++)
				if ($i ~ /\+0x/) { print $i " " $(i + 1); break }
			next
		}
		/^ +(\[<[0-9a-f]+>\] )?0xffffffff[0-9a-f]+$/ { told = 1; print $NF " of a module that has gone" }
	' $LEAKS | sort | uniq -c
}

# Says which where there are any.
no_leak_of_ours()
{
	read_leaks || return 1
	__leaks=$(leaks_of_ours)
	[ -z "$__leaks" ] || { echo "$__leaks"; cat $LEAKS; return 1; }
}
