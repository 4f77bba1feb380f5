#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R9-R13, R18-R20, R22: in which order objects come and go, and which slabs stay, by
# the addresses of objects.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

begin_suites
plan $(($(suite_count order) + $(suite_count limits) + 1))
run_suite order
run_suite limits
check "unloads with nothing outstanding" unload_suites
finish
