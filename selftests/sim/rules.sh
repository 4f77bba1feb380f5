#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# rules.sh [--list]: a program of one case, as run.sh runs them. ../RULES names
# each case of the programs beside $SIM_OUT/u8, under each rule that the case is
# named for, and no case that there is not.

set -eu

case=RULES_names_every_case
here=$(dirname "$0")

if [ "${1:-}" = --list ]; then
	echo $case
	exit
fi

# "PROGRAM CASE" for each case that there is
cases()
{
	for program in "$SIM_OUT"/u8/test_* "$SIM_OUT"/u16/test_*; do
		case $program in
		*.o | *.d) continue ;;
		esac
		"$program" --list | sed "s/\.u16\$//; s/^/$(basename "$program") /"
	done | sort -u
}

cases | awk '
	FNR == NR { exists[$1 " " $2] = 1; next }
	/^[RA][0-9]+ / { rule = $1; rules += $1 ~ /^R/ }
	/^    sim test_/ {
		program = $2
		sub(/:$/, "", program)
		for (i = 3; i <= NF; i++) {
			named[rule " " program " " $i] = 1
			if (!((program " " $i) in exists)) {
				print "# " rule ": there is no " program " " $i
				bad = 1
			}
		}
	}
	END {
		for (c in exists) {
			split(c, part, " ")
			nr = split(part[2], word, "_")
			for (i = 1; i <= nr && word[i] ~ /^[RA][0-9]+$/; i++)
				if (!((word[i] " " c) in named)) {
					print "# " word[i] " does not name " c
					bad = 1
				}
		}
		if (rules != 37) {
			print "# " rules " rules of 37"
			bad = 1
		}
		exit bad
	}' - "$here/../RULES" && result=ok || result="not ok"
echo "$result 1 $case"
