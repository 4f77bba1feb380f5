#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R27, R28, R35: shrinking and destroying; then clients that go and leave an object
# or a cache behind, which no case inside a client can show.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

# client WHAT: one that does it and goes
client()
{
	load_module myslab_test_leave what="$1" && rmmod myslab_test_leave
}

leave_an_object()
{
	load_module myslab_test_keep || return 1
	log_mark
	client leave || return 1
	grep '^left-behind' /proc/myslabinfo
	grep -q '^left-behind(leaked) *1 ' /proc/myslabinfo
}

# How many, where, which, and who gave the cache up: a pointer is shown by its hash.
report_tells_what_is_out()
{
	log_since_mark >/tmp/said
	grep -q 'myslab: left-behind: destroyed with 1 objects out' /tmp/said &&
		grep -qE 'myslab: left-behind: node [0-9]+: 1 out: 0*[0-9a-f]{8,16}$' /tmp/said &&
		grep -qF '[myslab_test_leave]' /tmp/said && return
	cat /tmp/said
	return 1
}

# In debugfs it bears its id, and shows where the slab in use is.
LEFT_BEHIND='/sys/kernel/debug/myslab/left-behind(leaked)'

leaked_slabs_show()
{
	cat "$LEFT_BEHIND"*/slabs
	[ "$(grep -c -E '^[0-9]+ partial 1 ' "$LEFT_BEHIND"*/slabs)" -eq 1 ]
}

leaked_takes_no_tunables()
{
	! { echo "8 4 1" >"$(echo "$LEFT_BEHIND"*)/tunables"; } 2>/tmp/said &&
		grep -q 'No such file or directory' /tmp/said
}

cannot_unload()
{
	! rmmod myslab 2>/dev/null && is_loaded myslab
}

# A worker ends the cache when the last object is back.
fetch_the_object()
{
	client fetch || return 1
	for _ in $(seq 100); do
		grep -q '^left-behind' /proc/myslabinfo || return 0
		sleep 0.1
	done
	grep '^left-behind' /proc/myslabinfo
	return 1
}

forget_a_cache()
{
	client forget && rmmod myslab_test_keep &&
		grep -q '^forgotten ' /proc/myslabinfo
}

unload_reports_the_forgotten()
{
	unload_myslab || return 1
	log_since_mark | grep -q 'myslab: forgotten: its client never destroyed it'
}

# Caches are freed by a work of the module's, after a grace period; its end waits for the
# last, though that work comes again and again.
unloading_waits_for_the_last_cache()
{
	load_myslab && load_module myslab_test_late || return 1
	unload_myslab
	__unloaded=$?
	cat /sys/module/myslab_test_late/parameters/met >/tmp/said
	rmmod myslab_test_late && [ "$(cat /tmp/said)" = Y ] && return $__unloaded
	echo "no second work was met: $(cat /tmp/said)"
	return 1
}

begin_suites
plan $(($(suite_count life) + 11))
run_suite life
check "unloads with nothing outstanding" unload_suites
check "loads again" load_myslab
# not by check, whose subshell would keep the mark
leave_an_object >/tmp/left 2>&1
left=$?
listed()
{
	cat /tmp/left
	return $left
}
check "R28_an_object_left_behind_is_listed" listed
check "R28_the_report_tells_what_is_out" report_tells_what_is_out
check "R28_a_leaked_cache_shows_its_slabs" leaked_slabs_show
check "R28_a_leaked_cache_takes_no_tunables" leaked_takes_no_tunables
check "R28_an_object_left_behind_pins_the_module" cannot_unload
check "R28_the_cache_goes_with_its_last_object" fetch_the_object
check "R28_a_forgotten_cache_is_listed" forget_a_cache
check "R28_a_forgotten_cache_ends_with_the_module" unload_reports_the_forgotten
if module_path myslab_test_late >/dev/null; then
	check "R28_unloading_waits_for_the_last_cache" unloading_waits_for_the_last_cache
else
	skip_result "R28_unloading_waits_for_the_last_cache" "no probes in this kernel"
fi
rm -f /tmp/said /tmp/left
finish
