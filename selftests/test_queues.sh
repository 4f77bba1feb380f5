#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What a cache's arrays take, by debugfs: SLAB's arithmetic in mode fixed, and what is
# asked of them in mode auto.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

test_suite queues
