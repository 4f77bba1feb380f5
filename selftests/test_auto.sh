#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A1 on: what mode auto does otherwise than SLAB.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

# shellcheck disable=SC2034	# begin_suites() reads it
SUITES_MODE=auto

bad_mode_says_so()
{
	log_mark
	! echo sideways >/sys/module/myslab/parameters/mode &&
		log_since_mark | grep -q 'myslab: mode refused: "sideways' &&
		[ "$(cat /sys/module/myslab/parameters/mode)" = auto ]
}

begin_suites
plan $(($(suite_count auto) + $(suite_count steps) + $(suite_count idle) + $(suite_count foreign) + $(suite_count aside) + $(suite_count inmark) + $(suite_count bounds) + 2))
run_suite auto
run_suite steps
run_suite idle
run_suite foreign
run_suite aside
run_suite inmark
run_suite bounds
check "A1_a_mode_that_is_none_is_refused" bad_mode_says_so
check "unloads with nothing outstanding" unload_suites
finish
