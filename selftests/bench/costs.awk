# SPDX-License-Identifier: GPL-2.0
#
# What the plugin counted, by the pair, for objects of 256 bytes: a table. Ours / SLUB's.

function value(key,   s)
{
	match($0, "\"" key "\":[^,}]*")
	s = substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
	gsub(/"/, "", s)
	return s
}

BEGIN {
	nr_kinds = split("cx16 locked called cli popf", kinds)
	split("pair pair-atomic burst-256 bulk-16 churn-4096 remote-same-64 remote-other-64", cases)
}

/"size":256,/ {
	for (i = 1; i <= nr_kinds; i++)
		if (value("metric") == kinds[i])
			count[value("case"), kinds[i]] = sprintf("%.2f / %.2f", value("ours"), value("theirs"))
}

END {
	print "| 256 bytes, by the pair: ours / SLUB | cmpxchg16b | locked instructions | lock functions | cli | popf |"
	print "|---|---|---|---|---|---|"
	for (c = 1; c in cases; c++) {
		if (!((cases[c], "cx16") in count))
			continue
		line = "| " cases[c]
		for (i = 1; i <= nr_kinds; i++)
			line = line " | " ((cases[c], kinds[i]) in count ? count[cases[c], kinds[i]] : "-")
		print line " |"
	}
}
