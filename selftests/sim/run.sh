#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# run.sh PROGRAM...: the cases of all programs as one KTAP stream. A program that
# reports fewer than it has is a failure, as is a case that fails.

set -eu

total=0
for program; do
	cases=$("$program" --list | wc -l)
	total=$((total + cases))
done

for program; do
	"$program" || :
done 2>&1 | awk -v total="$total" '
	BEGIN { print "TAP version 13"; print "1.." total }
	/^TAP version|^1\.\./ { next }
	/^(not )?ok [0-9]+ / {
		bad += /^not/
		sub(/ok [0-9]+/, "ok " ++nr)
		print
		next
	}
	{ print (/^#/ ? "" : "# ") $0 }
	END {
		printf "# %d passed, %d failed, %d of %d reported\n", nr - bad, bad, nr, total
		exit bad || nr != total
	}'
