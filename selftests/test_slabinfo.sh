#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R36: /proc/myslabinfo, by form and by content, and procps' slabtop that reads it.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

INFO=/proc/myslabinfo
CACHE=/sys/kernel/debug/myslab/test-stay

mode_is_0600()
{
	[ "$(stat -c '%a %u %g' $INFO)" = "600 0 0" ] || stat $INFO
	[ "$(stat -c '%a %u %g' $INFO)" = "600 0 0" ]
}

others_cannot_read()
{
	! su -s /bin/sh nobody -c "cat $INFO" 2>/dev/null | grep .
}

# The kernel's own file is the witness for what 2.1 looks like.
header_is_the_kernels()
{
	head -n 2 /proc/slabinfo >/tmp/header
	[ "$(head -n 2 $INFO)" = "$(cat /tmp/header)" ] || {
		head -n 2 $INFO
		cat /tmp/header
		return 1
	}
}

# 16 words a line, each where slabinfo's readers look for it.
lines_have_16_tokens()
{
	awk 'NR <= 2 { next }
	{
		lines++
		bad = NF != 16 || $7 != ":" || $8 != "tunables" || $12 != ":" ||
			$13 != "slabdata"
		for (i = 2; i <= 16; i++)
			if (i != 7 && i != 8 && i != 12 && i != 13 && $i !~ /^[0-9]+$/)
				bad = 1
		if (bad) {
			print "line " NR ": " $0
			failed = 1
		}
	}
	END { exit failed || !lines }' $INFO
}

totals_agree()
{
	awk 'NR > 2 && ($2 > $3 || $3 != $15 * $5 || $14 > $15 || $16 > $2 || $10 > $9) {
		print "line " NR ": " $0
		failed = 1
	}
	END { exit failed }' $INFO
}

# The sums over the nodes, as debugfs has them, are what the line says.
line_is_the_sum_of_nodes()
{
	__nodes=$(awk '
		/slabs: partial/ { used += $3 + $5; all += $3 + $5 + $7 }
		/objects: out/ { out += $3; objects += $3 + $5 }
		/shared:/ { shared += $2 }
		END { print out + 0, objects + 0, used + 0, all + 0, shared + 0 }' "$CACHE/nodes")
	__line=$(awk '$1 == "test-stay" { print $2, $3, $14, $15, $16 }' $INFO)
	echo "nodes: $__nodes; slabinfo: $__line"
	[ "$__nodes" = "$__line" ]
}

# stay CASE LEAST: after this step of its life so many objects are in use at least
stay()
{
	run_case stay "$1" | grep -q '^ok' || return 1
	awk -v least="$2" '$1 ~ /^test-stay/ { found = 1; if ($2 < least) { print; exit 1 } }
		END { exit !found }' $INFO
}

# R35: what the test holds, and what any array parks.
parked_objects_are_active()
{
	__held=34
	__parked=$(awk '$1 == "all" { print $2 }' "$CACHE/stats")
	__alien=$(awk '/alien of node/ { n += $5 } END { print n + 0 }' "$CACHE/nodes")
	__line=$(awk '$1 == "test-stay" { print $2 - $16 }' $INFO)
	echo "held $__held parked $__parked alien $__alien; slabinfo $__line"
	[ $((__held + __parked + __alien)) -eq "$__line" ]
}

listed_as_leaked()
{
	grep test-stay $INFO
	awk '$1 == "test-stay(leaked)" && $2 == 34 && NF == 16 { found = 1 }
		$1 == "test-stay" { wrong = 1 }
		END { exit wrong || !found }' $INFO
}

gone_with_its_last_object()
{
	run_case stay close | grep -q '^ok' || return 1
	for _ in $(seq 100); do
		grep -q '^test-stay' $INFO || return 0
		sleep 0.1
	done
	return 1
}

in_tree=$TEST_DIR/../scripts/slabtop
if [ -x "$in_tree" ]; then
	slabtop=$in_tree
else
	slabtop=$(command -v myslab-slabtop)
fi

# Its own total line, and the cache by name with its objects.
slabtop_shows()
{
	"$slabtop" -o -s c >/tmp/slabtop 2>&1 || {
		cat /tmp/slabtop
		return 1
	}
	awk -v name="$1" '
		/Active \/ Total Objects/ { total = 1 }
		$NF == name && $1 >= 34 { found = 1 }
		END { exit !total || !found }' /tmp/slabtop && return
	cat /tmp/slabtop
	return 1
}

slabinfo_is_the_kernels_outside()
{
	! grep -q test-stay /proc/slabinfo && grep -q '^kmalloc-' /proc/slabinfo
}

# A name of 127 bytes: its line parses, and so do those of the other caches.
slabtop_bears_long_names()
{
	run_case stay open_longest_name | grep -q '^ok' && slabtop_shows test-stay
}

slabtop_bears_long_leaked_names()
{
	run_case stay leak_longest_name | grep -q '^ok' && slabtop_shows test-stay
	__rc=$?
	run_case stay close_longest_name | grep -q '^ok' || return 1
	return $__rc
}

slabtop_check()
{
	if [ -n "$slabtop" ] && command -v slabtop >/dev/null; then
		check "$@"
	else
		skip_result "$1" "no slabtop here"
	fi
}

begin_suites
plan 20
check "R36_mode_is_0600" mode_is_0600
check "R36_others_cannot_read" others_cannot_read
check "R36_header_is_the_kernel_s_own" header_is_the_kernels
check "R36_16_tokens_a_line" lines_have_16_tokens
check "stay: objects taken" stay open 100
check "R36_16_tokens_with_objects_out" lines_have_16_tokens
check "R36_totals_agree" totals_agree
check "R36_line_is_the_sum_of_nodes" line_is_the_sum_of_nodes
check "stay: objects parked" stay park 34
check "R36_line_is_the_sum_of_nodes_with_parked" line_is_the_sum_of_nodes
check "R35_parked_objects_are_active" parked_objects_are_active
slabtop_check "slabtop_shows_a_cache" slabtop_shows test-stay
slabtop_check "slabtop_bears_long_names" slabtop_bears_long_names
slabtop_check "slabtop_bears_long_leaked_names" slabtop_bears_long_leaked_names
slabtop_check "slabtop_changes_nothing_outside" slabinfo_is_the_kernels_outside
check "stay: destroyed with objects out" stay leak 34
check "R28_listed_as_leaked" listed_as_leaked
slabtop_check "slabtop_shows_a_leaked_cache" slabtop_shows "test-stay(leaked)"
check "R28_gone_with_its_last_object" gone_with_its_last_object
check "unloads with nothing outstanding" unload_suites
rm -f /tmp/header /tmp/slabtop
finish
