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

begin_suites
plan $(($(suite_count inlined) + $(suite_count order_inlined) + $(suite_count refuse_inlined) +
	$(suite_count twice_inlined) + 4))
run_suite inlined
run_suite order_inlined
run_suite refuse_inlined
run_suite twice_inlined
check "unloads with nothing outstanding" unload_suites
check "loads again" load_myslab
show "a client of another version is refused" other_version_is_refused
check "unloads again" unload_myslab
finish
