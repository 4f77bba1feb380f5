#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R5, R14, R15, R21: slabs as they come and go, seen from a constructor.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

test_suite growth
