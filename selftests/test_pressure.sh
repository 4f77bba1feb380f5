#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A hundred thousand objects, all freed: their memory comes back by turns of reaping
# (R26), by shrink (R27), and unasked when memory is short.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

test_suite pressure
