#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R9-R13, R18-R20, R22: in which order objects come and go, by their addresses.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

test_suite order
