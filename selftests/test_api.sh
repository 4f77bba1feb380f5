#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What the calls promise beyond the rules: flags and alignments that create takes,
# zeroing, bulk, nodes, cache_of, module parameters.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

begin_suites
plan $(($(suite_count api) + $(suite_count asks) + 1))
run_suite asks
run_suite api
check "unloads with nothing outstanding" unload_suites
finish
