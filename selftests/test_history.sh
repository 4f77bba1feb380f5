#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What went wrong in slab allocators before: see the table in README.md.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

test_suite history
