#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A hundred thousand objects, all freed: their memory comes back by turns of reaping
# (R26, A7), by shrink (R27), and unasked when memory is short. In both modes; a tenth of
# them where the kernel's checkers make each a hundred times slower.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

emptied_cache()
{
	[ -z "${MYSLAB_TENTH:-}" ] || [ "${MYSLAB_LONG:-0}" != 0 ] ||
		echo 10000 >/sys/module/myslab_test/parameters/pressure_objects
	run_suite pressure
}

begin_suites
plan $(($(suite_count pressure) * 2 + 3))
emptied_cache
check "unloads with nothing outstanding" unload_suites
SUITES_MODE=auto SUITES_AS=.auto
check "loads in mode auto" load_suites
emptied_cache
check "unloads with nothing outstanding.auto" unload_suites
finish
