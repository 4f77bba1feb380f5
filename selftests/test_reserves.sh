#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# R37: growth does not draw on the reserves for those who did not ask for them, as the
# page allocator's own trace point tells: what it was asked for, not what we say.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

TRACING=/sys/kernel/tracing
INSTANCE=$TRACING/instances/myslab-test
EVENT=$INSTANCE/events/kmem/mm_page_alloc

# The case's objects are of 128 KiB, an order that hardly anybody else asks for.
ORDER=5

# asked_with CASE: the gfp flags of the pages that it made the cache grow by
asked_with()
{
	echo >$INSTANCE/trace
	echo 1 >$EVENT/enable
	__said=$(run_case stay "$1")
	echo 0 >$EVENT/enable
	printf '%s\n' "$__said" | grep -q '^ok' || return 1
	sed -n "s/^ *test_reserves.*mm_page_alloc: .*order=$ORDER .*gfp_flags=//p" $INSTANCE/trace
}

# has CASE FLAG LACKS: every growth of that case has the one and lacks the other
has()
{
	__flags=$(asked_with "$1") || return 1
	echo "$__flags"
	[ -n "$__flags" ] || return 1
	! echo "$__flags" | tr '\n' ' ' | grep -qw "$3" &&
		! echo "$__flags" | grep -qvw "$2"
}

# An emulated CPU trips over code that is patched while it runs it, as that of a trace
# point is; in guests of several CPUs of ours that is left alone.
patching_is_safe()
{
	[ -z "${MYSLAB_SCENARIO:-}" ] || [ "$(nproc)" -eq 1 ]
}

need_root
patching_is_safe || skip "no trace points on several emulated CPUs"
[ -w $TRACING/events/kmem/mm_page_alloc/enable ] || skip "no trace points here"
begin_suites
mkdir $INSTANCE
echo "order == $ORDER" >$EVENT/filter
plan 4
check "R37_a_sleeping_growth_leaves_the_reserves" has grow_sleeping __GFP_NOMEMALLOC __GFP_MEMALLOC
check "R37_an_atomic_growth_leaves_the_reserves" has grow_atomic __GFP_NOMEMALLOC __GFP_MEMALLOC
check "R37_who_is_entitled_draws_on_them" has grow_entitled __GFP_MEMALLOC __GFP_NOMEMALLOC
rmdir $INSTANCE
check "unloads with nothing outstanding" unload_suites
finish
