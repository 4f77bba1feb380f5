# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For test scripts: load and unload the module, KTAP output. A test reads
#
#   . "$(dirname "$0")/lib.sh"
#   need_root
#   need_module myslab
#   plan 3
#   check "loads" load_myslab limit=4
#   check "does what it should" function_or_command argument...
#   show "bench.is_fast" function_or_command argument...   its output is wanted
#   check "unloads with nothing outstanding" unload_myslab
#   finish
#
# ktap_test_pass and ktap_test_fail NAME come from kselftest's
# own ktap_helpers.sh. See README.md for what a test may rely on.

TEST_DIR=$(cd "$(dirname "$0")" && pwd)
export TEST_DIR

# Installed, kselftest/ is one level up; in the tree make says where it is.
for helpers in "$TEST_DIR/../kselftest/ktap_helpers.sh" \
	"${BASE_DIR:-/nowhere}/kselftest/ktap_helpers.sh"; do
	if [ -r "$helpers" ]; then
		# shellcheck disable=SC1090	# made at build time
		. "$helpers"
		break
	fi
done

# kselftest's exit code for "this test could not run here"
SKIP_ALL=4

# module_path NAME: the .ko file, where MYSLAB_MODDIR says, else beside the
# test, else as a build in the tree leaves it, else as installed.
module_path()
{
	for __dir in ${MYSLAB_MODDIR:+"$MYSLAB_MODDIR"} "$TEST_DIR" \
		"$TEST_DIR/../module" "$TEST_DIR/modules" \
		"/lib/modules/$(uname -r)/extra"; do
		if [ -e "$__dir/$1.ko" ]; then
			echo "$__dir/$1.ko"
			return
		fi
	done
	return 1
}

skip()
{
	echo "1..0 # SKIP $*"
	exit $SKIP_ALL
}

plan()
{
	ktap_print_header
	ktap_set_plan "$1"
}

finish()
{
	ktap_finished
}

# check NAME COMMAND...: one KTAP result; COMMAND's output becomes comments.
check()
{
	__name=$1
	shift
	if __out=$("$@" 2>&1); then
		ktap_test_pass "$__name"
	else
		[ -z "$__out" ] || printf '%s\n' "$__out" | sed 's/^/# /'
		ktap_test_fail "$__name"
	fi
}

# show NAME COMMAND...: as check, and what COMMAND prints is told where it holds too
show()
{
	__name=$1
	shift
	if __out=$("$@" 2>&1); then
		printf '%s\n' "$__out" | sed 's/^/# /'
		ktap_test_pass "$__name"
	else
		printf '%s\n' "$__out" | sed 's/^/# /'
		ktap_test_fail "$__name"
	fi
}

# skip_result NAME WHY
skip_result()
{
	__ktap_test ok "$1" "SKIP $2"
	KTAP_CNT_SKIP=$((KTAP_CNT_SKIP + 1))
}

need_root()
{
	[ "$(id -u)" -eq 0 ] || skip "needs root"
}

# The module has parameters for it then. (/proc/kallsyms knows too, and takes a second.)
has_kasan()
{
	modinfo -F parm "$(module_path myslab)" | grep -q '^quarantine:'
}

# A kernel whose locks sleep and whose interrupts are threads: no busy path there.
is_rt()
{
	[ "$(cat /sys/kernel/realtime 2>/dev/null)" = 1 ]
}

is_loaded()
{
	[ -d "/sys/module/$1" ]
}

# need_module NAME...: skips the whole test where one was not built
need_module()
{
	for __name in "$@"; do
		module_path "$__name" >/dev/null || skip "no $__name.ko: build it first"
	done
}

# load_module NAME [PARAMETER=VALUE...]
load_module()
{
	__ko=$(module_path "$1") || {
		echo "no $1.ko: build it first"
		return 1
	}
	shift
	insmod "$__ko" "$@"
}

# The module with these parameters, afresh even where a failed test left one.
load_myslab()
{
	if is_loaded myslab; then
		rmmod myslab || return 1
	fi
	load_module myslab "$@"
}

# log_since_mark prints the kernel's log since the last log_mark. A subshell's marks
# may bear the same number, so the last that bears it counts.
log_marks=0
log_mark()
{
	log_marks=$((log_marks + 1))
	LOG_MARK="myslab-test: mark $$.$log_marks."
	echo "$LOG_MARK" >/dev/kmsg
}

log_since_mark()
{
	dmesg | awk -v mark="$LOG_MARK" '
		index($0, mark) { seen = 1; n = 0; next }
		seen { line[++n] = $0 }
		END { for (i = 1; i <= n; i++) print line[i] }'
}

# provoke REGEX COMMAND...: the console is expected to say what matches (one line, at
# its beginning) while COMMAND runs, and the run's judge lets it pass just then. How
# often it was said: provoked_lines.
provoke()
{
	__regex=$1
	shift
	log_mark
	echo "myslab-test: provokes $__regex" >/dev/kmsg
	"$@"
	__rc=$?
	echo "myslab-test: provoked" >/dev/kmsg
	return $__rc
}

provoked_lines()
{
	log_since_mark | sed 's/^\(<[0-9]*>\)\{0,1\}\[ *[0-9.]*\]\(\[[ TC0-9]*\]\)\{0,1\} //' |
		grep -cE "^($1)"
}

# What lies on the lists of every node of every cache is what their counters say. Of caches
# at rest: one of so many slabs that it was not looked at is as bad as one that is wrong.
all_consistent()
{
	grep -q 'consistent: yes$' /sys/kernel/debug/myslab/*/nodes || {
		echo "no node was looked at"
		return 1
	}
	! grep -H 'consistent:' /sys/kernel/debug/myslab/*/nodes | grep -v ': yes$'
}

# The module's last words must be that nothing is left.
unload_myslab()
{
	log_mark
	rmmod myslab || return 1
	if ! log_since_mark |
		grep -q 'myslab: unloaded: 0 objects and 0 pages outstanding$'; then
		echo "not the line that unloading should print; the log has:"
		log_since_mark
		return 1
	fi
}
