#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R15 where a node is full: its CPUs are served by the other.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

[ "${MYSLAB_SCENARIO:-}" = fill ] || skip "takes all memory of a node: see scripts/qemu/run fill"
test_suite fill
