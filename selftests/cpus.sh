# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that take CPUs down and bring them up again.

CPUS=/sys/devices/system/cpu
CACHES=/sys/kernel/debug/myslab

# A CPU's entries in the arrays of all caches
parked_on()
{
	cat $CACHES/*/stats 2>/dev/null | awk -v cpu="$1" '$1 == cpu { sum += $2 } END { print sum + 0 }'
}

# The CPUs that can be taken down, one a line
spare_cpus()
{
	for __file in "$CPUS"/cpu[1-9]*/online; do
		[ -w "$__file" ] || continue
		__cpu=${__file#"$CPUS/cpu"}
		echo "${__cpu%/online}"
	done
}

# cycle CPU: it goes, its arrays are empty, it comes back
cycle()
{
	echo 0 >"$CPUS/cpu$1/online" || return 1
	__parked=$(parked_on "$1")
	[ "$__parked" -eq 0 ] || echo "# CPU $1 is down and holds $__parked objects"
	echo 1 >"$CPUS/cpu$1/online" && [ "$__parked" -eq 0 ]
}
