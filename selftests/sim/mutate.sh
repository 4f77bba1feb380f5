#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# mutate.sh DIR: builds the core with each of the deliberate faults of
# module/busted.h that can be seen here; the case named for it must fail.

set -eu
cd "$(dirname "$0")"

dir=$1
faults='
WRONG_LIST test_node R19_empty_slab_to_head_of_free
COLOUR test_layout R4_colours_fit_left_over
TRUST test_pages R23_R33_only_used_objects_are_accepted
'

set -f
# shellcheck disable=SC2086	# three words each
set -- $faults
echo "TAP version 13"
echo "1..$(($# / 3))"
nr=0 failed=0
while [ $# -gt 0 ]; do
	fault=$1 program=$2 case=$3
	shift 3
	nr=$((nr + 1))
	out=$dir/$fault.txt
	mkdir -p "$dir"
	make -s O="$dir/$fault" BUSTED="$fault" "$dir/$fault/u8/$program"
	"$dir/$fault/u8/$program" >"$out" 2>&1 || :
	sed -n 's/^not ok [0-9]* /# fails: /p' "$out"
	if grep -q "^not ok [0-9]* $case\$" "$out"; then
		echo "ok $nr BUSTED_$fault is caught by $case"
	else
		echo "# all of it is in $out"
		echo "not ok $nr BUSTED_$fault is caught by $case"
		failed=1
	fi
done
exit $failed
