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

# What it reports that was allocated by one of our modules: a line each, "N name" of
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
	' $KMEMLEAK | sort | uniq -c
}

# Says which where there are any.
no_leak_of_ours()
{
	__leaks=$(leaks_of_ours)
	[ -z "$__leaks" ] || { echo "$__leaks"; cat $KMEMLEAK; return 1; }
}
