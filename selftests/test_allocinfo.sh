#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Where the kernel profiles allocations: the pages that make a cache grow are charged
# to the line that asked for an object, not to one of this module's.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

# charged MODULE FUNCTION: bytes
charged()
{
	awk -v module="[$1]" -v function_="func:$2" '
		index($0, module) && $NF == function_ { sum += $1 }
		END { print sum + 0 }' /proc/allocinfo
}

# 8 MiB in objects of a cache's.
objects_are_charged_to_their_taker()
{
	__before=$(charged myslab_test take_big)
	run_case stay take_big_unaccounted | grep '^ok' || return 1
	__bytes=$(($(charged myslab_test take_big) - __before))
	grep -E 'myslab_test\]|myslab\]' /proc/allocinfo
	[ $__bytes -ge $((8 << 20)) ] && [ "$(charged myslab pages_alloc)" -eq 0 ]
}

objects_that_went_are_not()
{
	run_case stay give_big | grep '^ok' && [ "$(charged myslab_test take_big)" -eq 0 ]
}

# Of a client of the kernel's calls that kmem_compat.h has brought here.
a_compat_clients_are_charged_to_it()
{
	run_case stay kmem_take_bulky | grep '^ok' || return 1
	__bytes=$(charged myslab_test take_bulky)
	grep -E 'myslab_test\]|myslab\]' /proc/allocinfo
	[ "$__bytes" -ge $((8 << 20)) ] && run_case stay kmem_give_bulky | grep '^ok' &&
		[ "$(charged myslab_test take_bulky)" -eq 0 ]
}

begin_suites
if [ ! -r /proc/allocinfo ]; then
	unload_suites
	skip "the kernel does not profile allocations"
fi
plan 4
check "growth is charged to the call site" objects_are_charged_to_their_taker
check "what is given back is charged no more" objects_that_went_are_not
check "a compat client's growth is charged to it" a_compat_clients_are_charged_to_it
check "unloads with nothing outstanding" unload_suites
finish
