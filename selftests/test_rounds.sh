#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# 50 rounds of load, use and unload cost no memory: the median of what is free in rounds
# 41-50 is less than 50 pages below that in rounds 11-20. Fewer rounds prove nothing; the
# first ten are for what the kernel itself allocates once.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

ROUNDS=50
PAGES=50

# Memory that is free or known to be another's, in pages, with caches dropped: those of
# files and names, and the empty slabs that the kernel's own allocator keeps. MemFree
# leaves out what is free on the lists of each CPU, which is thousands of pages, hundreds
# more or fewer from one moment to the next: it belongs to it. Of the kernel's slabs what
# is in use counts as taken, object by object, and the rest as free: how the files and
# names of the whole machine lie in them is chance. Stacks, processes' pages and their
# tables are as many as workers and processes happen to be.
pages_not_lost()
{
	sync
	echo 3 >/proc/sys/vm/drop_caches
	for __cache in /sys/kernel/slab/*/shrink; do
		echo 1 >"$__cache"
	done 2>/dev/null
	awk -v page="$(getconf PAGESIZE 2>/dev/null || echo 4096)" '
		/^(MemFree|KernelStack|PageTables|AnonPages|Cached):/ {
			pages += $2 * 1024 / page
		}
		/^ +count:/ { pages += $2 }
		$8 == "tunables" { pages += $15 * $6 - $2 * $4 / page }
		END { print int(pages) }' /proc/meminfo /proc/zoneinfo /proc/slabinfo
}

one_round()
{
	load_suites || return 1
	echo run >"$SUITES/order" && echo run >"$SUITES/numa" || return 1
	if grep -q '^not ok' "$SUITES/order" "$SUITES/numa"; then
		sed 's/^/# /' "$SUITES/order" "$SUITES/numa"
		return 1
	fi
	unload_suites
}

# What is measured is kept for the next check.
all_rounds()
{
	rm -f /tmp/early /tmp/late
	for __round in $(seq $ROUNDS); do
		one_round || {
			echo "# in round $__round"
			return 1
		}
		case $__round in
		1[1-9]|20) pages_not_lost >>/tmp/early ;;
		4[1-9]|50) pages_not_lost >>/tmp/late ;;
		esac
		case $__round in
		*0) echo "# progress round $__round of $ROUNDS" ;;
		esac
	done
}

# median FILE: of the ten numbers in it
median()
{
	sort -n "$1" | sed -n '5,6p' | awk '{ sum += $1 } END { print int(sum / 2) }'
}

memory_is_back()
{
	[ "$(cat /tmp/early /tmp/late | grep -c .)" -eq 20 ] || return 1
	[ $(($(median /tmp/early) - $(median /tmp/late))) -lt $PAGES ]
}

need_root
[ ! -e /sys/kernel/debug/kmemleak ] ||
	skip "the kernel's checkers keep memory of their own"
# processes that wander leave something of theirs on each CPU; the cases go to the
# CPUs that they are about themselves
taskset -p 1 $$ >/dev/null 2>&1
plan 2
if all_rounds; then
	ktap_test_pass "50 rounds of load, use and unload"
else
	ktap_test_fail "50 rounds of load, use and unload"
fi
check "less than 50 pages are lost over 30 rounds" memory_is_back
for when in early late; do
	echo "# pages not lost, $when: $(median /tmp/$when), of $(tr '\n' ' ' </tmp/$when)"
done
rm -f /tmp/early /tmp/late
finish
