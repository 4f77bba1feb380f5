#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Allocating and freeing in hard interrupt, in softirq, with interrupts off, under a
# spinlock, and on all CPUs at once.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

test_suite context
