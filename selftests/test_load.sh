#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The module loads, says what it is, and unloads with nothing outstanding;
# twice, since only the second time finds what the first left behind.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

version_is_there()
{
	grep -q '^[0-9]' /sys/module/myslab/version
}

need_root
need_module myslab
plan 5
check "loads" load_myslab
check "has a version" version_is_there
check "unloads with nothing outstanding" unload_myslab
check "loads again" load_myslab
check "unloads again" unload_myslab
finish
