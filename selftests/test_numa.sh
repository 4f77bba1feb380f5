#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R8, R15-R17: objects of other nodes, by their addresses. Skipped with one node.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

test_suite numa
