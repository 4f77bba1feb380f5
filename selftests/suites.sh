# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For test scripts whose cases run in the kernel: the suites of myslab_test.ko, each
# a file in debugfs. Sourced after lib.sh. Most such tests are one line:
#
#   test_suite order
#
# A case's failed expectations come as comments before its result.

SUITES=/sys/kernel/debug/myslab-test

# one_result "ok 3 - name # SKIP why": the same result among this script's own
one_result()
{
	__case=${1#*- }
	case $1 in
	*'# SKIP'*)
		__ktap_test ok "${__case%% \# SKIP*}" "SKIP ${__case##*\# SKIP }"
		KTAP_CNT_SKIP=$((KTAP_CNT_SKIP + 1))
		;;
	ok*) ktap_test_pass "$__case" ;;
	*) ktap_test_fail "$__case" ;;
	esac
}

# How many results a suite has.
suite_count()
{
	sed -n 's/^1\.\.//p' "$SUITES/$1"
}

run_suite()
{
	if ! echo run >"$SUITES/$1"; then
		echo "# the suite $1 did not run"
		return
	fi
	while read -r __line; do
		case $__line in
		'ok '*|'not ok '*) one_result "$__line" ;;
		'# '*) printf '%s\n' "$__line" ;;
		esac
	done <"$SUITES/$1"
}

# load_suites [PARAMETER=VALUE...]: the module with these, and the test module
load_suites()
{
	load_myslab "$@" && load_module myslab_test
}

unload_suites()
{
	rmmod myslab_test && unload_myslab
}

# test_suite SUITE: all of a script that has nothing else to check
test_suite()
{
	load_suites || skip "the modules do not load"
	plan $(($(suite_count "$1") + 1))
	run_suite "$1"
	check "unloads with nothing outstanding" unload_suites
	finish
}
