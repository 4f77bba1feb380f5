#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# kmem_compat.h: the kernel's own calls, in a client that was compiled with it.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"
test_suite kmem
