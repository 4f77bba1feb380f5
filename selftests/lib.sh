# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For test scripts: load and unload the module, KTAP output. A test begins with
#
#   . "$(dirname "$0")/lib.sh"
#   plan 3
#   load_myslab limit=4
#
# and ends with finish. ktap_test_pass, _fail, _skip and ktap_test_result NAME
# COMMAND come from kselftest's own ktap_helpers.sh.

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

# kselftest's value: "this test could not run here"
SKIP_ALL=4

# Where the .ko files are: told, else beside the test, else installed.
if [ -z "${MYSLAB_MODDIR:-}" ]; then
	if [ -e "$TEST_DIR/myslab.ko" ]; then
		MYSLAB_MODDIR=$TEST_DIR
	else
		MYSLAB_MODDIR=/lib/modules/$(uname -r)/extra
	fi
fi

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

need_root()
{
	[ "$(id -u)" -eq 0 ] || skip "needs root"
}

is_loaded()
{
	[ -d "/sys/module/$1" ]
}

# load_module NAME [PARAMETER=VALUE...]: NAME.ko from where the modules are
load_module()
{
	__ko=$MYSLAB_MODDIR/$1.ko
	shift
	[ -e "$__ko" ] || skip "no $__ko: build it first"
	insmod "$__ko" "$@"
}

# The module with these parameters, afresh even where a failed test left one.
load_myslab()
{
	need_root
	if is_loaded myslab; then
		rmmod myslab || return 1
	fi
	load_module myslab "$@"
}

# log_since_mark prints the kernel's log since the last log_mark.
log_marks=0
log_mark()
{
	log_marks=$((log_marks + 1))
	LOG_MARK="myslab-test: mark $$.$log_marks."
	echo "$LOG_MARK" >/dev/kmsg
}

log_since_mark()
{
	dmesg | awk -v mark="$LOG_MARK" 'seen { print } index($0, mark) { seen = 1 }'
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
