#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R25, R26: what reaping takes, in turns that are asked for.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

test_suite reap
