#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The tests before this one left nothing of ours that nothing points to. Runs last.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=kmemleak.sh
. "$TEST_DIR/kmemleak.sh"

left_nothing()
{
	scan_twice
	no_leak_of_ours
}

need_root
need_kmemleak
plan 1
check "what ran before left nothing" left_nothing
finish
