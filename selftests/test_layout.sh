#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R1-R4, R6, R7: the shape of slabs, by slabinfo and by the addresses of objects.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

test_suite layout
