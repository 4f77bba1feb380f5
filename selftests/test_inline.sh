#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# MYSLAB_INLINE: the hit paths compiled into a client do what the calls do, in the same
# order, and refuse what they refuse; and a client of another version does not load.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

# The test module asks for a symbol of this version; this copy for one of version 0.
other_version_is_refused()
{
	log_mark
	! load_module myslab_test_stale 2>/dev/null &&
		log_since_mark | grep 'Unknown symbol myslab_inline_v0'
}

SUITES_INLINED="order refuse twice"

begin_suites
__cases=0
for __suite in inlined $SUITES_INLINED; do
	__cases=$((__cases + $(suite_count "$__suite")))
done
plan $((__cases + 4))
run_suite inlined
echo Y >/sys/module/myslab_test/parameters/inlined
for __suite in $SUITES_INLINED; do
	run_suite "$__suite"
done
check "unloads with nothing outstanding" unload_suites
check "loads again" load_myslab
if has_kasan; then
	skip_result "a client of another version is refused" "nothing is inlined under KASAN"
else
	show "a client of another version is refused" other_version_is_refused
fi
check "unloads again" unload_myslab
finish
