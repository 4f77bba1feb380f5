#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A client's mistakes with objects of ours are reported by KASAN and kmemleak as they
# would be with the kernel's own: one report a mistake, in the function that made it.
# KASAN's first report taints the kernel and ends lockdep, so this has a guest of its own.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"
# shellcheck source-path=SCRIPTDIR source=kmemleak.sh
. "$TEST_DIR/kmemleak.sh"

# reported KIND WHERE CASE: once, and nothing else
reported()
{
	__line="BUG: KASAN: $1 in ($2)\\+0x[0-9a-f]+/0x[0-9a-f]+ \\[myslab_test\\]"
	provoke "$__line" run_case mistakes "$3" >/tmp/result
	cat /tmp/result
	grep -q '^ok' /tmp/result || return 1
	__times=$(provoked_lines "$__line")
	__all=$(provoked_lines "BUG: KASAN")
	echo "reported $__times times, of $__all reports"
	[ "$__times" = 1 ] && [ "$__all" = 1 ] && return
	log_since_mark
	return 1
}

uaf=slab-use-after-free oob=slab-out-of-bounds

mistake()
{
	check "KASAN: $3" reported "$@"
}

# no_report CASE: it holds, and KASAN has nothing to say of it
no_report()
{
	log_mark
	run_case mistakes "$1" >/tmp/result
	cat /tmp/result
	grep -q '^ok' /tmp/result && [ "$(provoked_lines "BUG: KASAN")" = 0 ]
}

# Ten objects and twelve blocks, less what an old word in a stack or elsewhere points to: the
# larger a block the likelier, anywhere inside it.
leak_is_reported()
{
	run_case mistakes leaked_objects | grep '^ok' || return 1
	provoke "kmemleak: [0-9]+ new suspected memory leaks" scan_twice
	read_leaks || return 1
	leaks_of_ours
	__all=$(leaks_of_ours | awk '$2 ~ /^(myslab_cache_alloc|hand_out|alloc_slow|block_alloc|alloc_unclassed|myslab_kmalloc|take|leak)/ { n += $1 } END { print n + 0 }')
	__blocks=$(grep -c 'size 9000' $LEAKS)
	echo "$((__all - __blocks)) objects and $__blocks blocks reported"
	[ $((__all - __blocks)) -ge 8 ] && [ $((__all - __blocks)) -le 10 ] && [ "$__blocks" -ge 2 ] &&
		[ "$__blocks" -le 12 ] && return
	cat $LEAKS
	return 1
}

leak_is_over()
{
	run_case mistakes leaked_objects_come_back | grep '^ok' || return 1
	scan_twice
	no_leak_of_ours
}

need_root
has_kasan || skip "this kernel has no KASAN"
need_kmemleak
plan 16
check "loads" load_myslab
check "loads the client" load_module myslab_test
mistake $uaf look_at use_after_free_reading
mistake $uaf touch use_after_free_writing
mistake $uaf look_at use_after_free_of_a_constructed_one
mistake $oob touch overflow_by_one_byte
mistake $oob touch overflow_by_one_byte_of_an_odd_size
mistake $oob touch overflow_into_the_slack
mistake $oob look_at overflow_into_an_object_never_taken
mistake $oob touch overflow_of_61_bytes_by_size
mistake $oob touch overflow_of_a_large_block
check "KASAN: all of what ksize says may be used" no_report all_of_what_ksize_says_may_be_used
check "KASAN: a second free that is believed while the first rests" no_report freed_again_elsewhere_while_it_rests
show "kmemleak: objects that nobody points to" leak_is_reported
check "kmemleak: nothing, once they came back" leak_is_over
check "unloads with nothing outstanding" unload_suites
finish
