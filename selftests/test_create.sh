#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Bad input to create and to alloc_node, and whatever else is answered with a line in
# the log: the answer, exactly so many lines of the allocator's, and what they say.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=suites.sh
. "$TEST_DIR/suites.sh"

# says CASE LINES REGEX: the case passes, and the log has so many lines of ours
# since, all of which match.
says()
{
	log_mark
	__said=$(run_case words "$1")
	log_since_mark | grep 'myslab: ' >/tmp/said
	case $__said in
	'ok 1 -'*) ;;
	*)
		printf '%s\n' "$__said"
		return 1
		;;
	esac
	if [ "$(grep -c . /tmp/said)" -ne "$2" ] ||
		grep -qvE "myslab: ($3)$" /tmp/said; then
		echo "the log should have $2 lines that match $3, and has:"
		cat /tmp/said
		return 1
	fi
}

# Case, lines, and what each of them says.
cases()
{
	cat <<'END'
create_null_name|1|cache refused: it has no name
create_empty_name|1|cache refused: it has no name
create_long_name|1|cache refused: name longer than 127 bytes: n{32}...
create_endless_name|1|cache refused: name longer than 127 bytes: e{32}...
create_name_with_space|1|cache "two.*words" refused: a name is printable and has no space
create_name_with_newline|1|cache "a.nline" refused: a name is printable and has no space
create_name_with_control|1|cache "bell.*" refused: a name is printable and has no space
create_name_with_high_byte|1|cache "caf.*" refused: a name is printable and has no space
create_window_too_long|1|test-window refused: user copies of 65 bytes at 0 do not fit into 64 bytes
create_window_past_the_end|1|test-window refused: user copies of 5 bytes at 60 do not fit into 64 bytes
create_window_that_wraps|1|test-window refused: user copies of 4294967292 bytes at 8 do not fit into 64 bytes
create_window_at_the_largest_number|1|test-window refused: user copies of 2 bytes at 4294967295 do not fit into 64 bytes
create_window_of_nothing|1|test-window refused: user copies of 0 bytes at 8 do not fit into 64 bytes
create_duplicate_name|1|test-twice refused: there is a cache of that name
create_internal_name|1|myslab-cache refused: there is a cache of that name
create_size_zero|1|test-zero refused: object size 0 is not 1 to [0-9]+
create_size_too_large|1|test-large refused: object size [0-9]+ is not 1 to [0-9]+
create_size_largest_number|1|test-huge refused: object size 4294967295 is not 1 to [0-9]+
create_align_3|1|test-align refused: align 3 is not a power of two
create_align_48|1|test-align refused: align 48 is not a power of two
create_align_largest_number|1|test-align refused: align 4294967295 is not a power of two
create_align_too_large|1|test-align refused: no slab holds an object of 64 bytes aligned to 2147483648
create_align_larger_than_any_slab|1|test-align refused: no slab holds an object of 64 bytes aligned to [0-9]+
create_unknown_flag|1|test-flag refused: unknown flags 0x80000000
create_unknown_flag_beside_known|1|test-flag refused: unknown flags 0x80000000
create_both_dma_flags|1|test-dma refused: SLAB_CACHE_DMA and SLAB_CACHE_DMA32 exclude each other
zero_of_constructed|1|test-words: __GFP_ZERO ignored: its objects are constructed
node_negative|1|test-words: allocation refused: there is no node -2
node_too_large|1|test-words: allocation refused: there is no node [0-9]+
node_largest_number|1|test-words: allocation refused: there is no node 2147483647
highmem|1|test-words: gfp bits 0x2 ignored: not for an object
shrink_of_no_cache|2|shrink refused: .* is not a cache
END
}

# One report for the node that was asked, and a line for each node that there is.
report_lines()
{
	__nodes=$(find /sys/devices/system/node -maxdepth 1 -name 'node[0-9]*' | grep -c .)
	echo $((1 + __nodes))
}

begin_suites
plan $(($(cases | grep -c .) + 3))
while IFS='|' read -r name lines text; do
	check "$name" says "$name" "$lines" "$text" </dev/null
done <<END
$(cases)
END
check "out_of_memory" says out_of_memory "$(report_lines)" \
	"test-words: no memory on node 0, .*|  node [0-9]+: slabs in use: .*"
check "out_of_memory_nowarn" says out_of_memory_nowarn 0 ""
check "unloads with nothing outstanding" unload_suites
rm -f /tmp/said
finish
