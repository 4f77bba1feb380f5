# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For test scripts whose cases run in the kernel: the suites of myslab_test.ko, each
# a file in debugfs. Sourced after lib.sh. Most such tests are one line:
#
#   test_suite order
#
# A case's failed expectations come as comments before its result.

# The suites assert SLAB's own numbers, but for those of mode auto.
SUITES_MODE=fixed
SUITES=/sys/kernel/debug/myslab-test

# Behind the names of results, where a suite is run more than once.
SUITES_AS=

# one_result "ok 3 - name # SKIP why": the same result among this script's own
one_result()
{
	__what=${1#*- }
	case $1 in
	*'# SKIP'*) skip_result "${__what%% \# SKIP*}$SUITES_AS" "${__what##*\# SKIP }" ;;
	ok*) ktap_test_pass "$__what$SUITES_AS" ;;
	*) ktap_test_fail "$__what$SUITES_AS" ;;
	esac
}

# How many results a suite has.
suite_count()
{
	sed -n 's/^1\.\.//p' "$SUITES/$1"
}

# The names of its cases, of a suite that has not been run yet.
suite_cases()
{
	sed -n 's/^# //p' "$SUITES/$1"
}

# run_case SUITE CASE: its results, as the kernel wrote them
run_case()
{
	if ! echo "$2" >"$SUITES/$1"; then
		echo "# the case did not run"
		echo "not ok 1 - $2"
		return
	fi
	grep -v -e '^KTAP' -e '^1\.\.' "$SUITES/$1"
}

# stay CASE: of a cache that stays from one of these to the next
stay()
{
	run_case stay "$1" | grep -q '^ok'
}

# One case after the other, so that what was found is told before the next begins.
run_suite()
{
	for __case in $(suite_cases "$1"); do
		__said=$(run_case "$1" "$__case")
		printf '%s\n' "$__said" | grep '^#'
		__line=$(printf '%s\n' "$__said" | grep 'ok 1 -')
		# none where the kernel killed whoever ran it
		one_result "${__line:-not ok 1 - $__case}"
	done
}

# Without the reaper, which would move what the cases look at, and under KASAN without
# what holds freed objects back and makes others larger.
load_suites()
{
	if has_kasan; then
		load_myslab mode="$SUITES_MODE" reap=0 quarantine=0 redzone=0 && load_module myslab_test
	else
		load_myslab mode="$SUITES_MODE" reap=0 && load_module myslab_test
	fi
}

# What does not load, or an earlier test's module that does not go, is a failure.
begin_suites()
{
	need_root
	load_suites && return
	plan 1
	ktap_test_fail "the modules load"
	finish
}

unload_suites()
{
	rmmod myslab_test && unload_myslab
}

# test_suite SUITE: all of a script that has nothing else to check
test_suite()
{
	begin_suites
	plan $(($(suite_count "$1") + 1))
	run_suite "$1"
	check "unloads with nothing outstanding" unload_suites
	finish
}
