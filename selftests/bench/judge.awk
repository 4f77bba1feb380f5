# SPDX-License-Identifier: GPL-2.0
#
# awk -v series=S -v judged=1 -v form=FORM -f judge.awk targets RESULTS.json
#
# Holds the results of one kernel to the targets. FORM: text, a line a figure; summary,
# a markdown row for the worst figure of each target.

function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }
function value(line, key,   s)
{
	if (!match(line, "\"" key "\":[^,}]*"))
		return ""
	s = substr(line, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
	gsub(/"/, "", s)
	return s
}
function in_sizes(size, want,   ends)
{
	if (want == "*") return 1
	if (want ~ /-$/) return size >= want + 0
	if (want ~ /^-/) return size <= -want
	return size == want + 0
}
function verdict(x, must, aim)
{
	if (must == "-" && aim == "-") return "no target"
	if (!judged) return "not judged"
	if (must == "-") return x <= aim + 0 ? "aim met" : "aim not met"
	if (aim != "-" && x <= aim + 0) return "aim met"
	if (x <= must + 0) return aim == "-" ? "met" : "met, aim not"
	return "NOT met"
}

FNR == NR {
	if ($0 ~ /^#/ || !split($0, f, "|")) next
	n++
	what[n] = trim(f[1]); name[n] = trim(f[2]); metric[n] = trim(f[3])
	sizes[n] = trim(f[4]); nr[n] = f[5] + 0; only[n] = trim(f[6]); must[n] = trim(f[7])
	aim[n] = trim(f[8])
	if (only[n] != "*" && only[n] != series) n--
	else targets += must[n] !~ /^(abs )?-$/
	next
}

/"case":/ {
	rows++
	c[rows] = value($0, "case"); s[rows] = value($0, "size") + 0; m[rows] = value($0, "metric")
	a[rows] = value($0, "ours") + 0; b[rows] = value($0, "theirs") + 0
	# what the other allocator has none of
	if (value($0, "theirs") == "null") other[rows] = "-"
	else other[rows] = sprintf("%.2f", b[rows])
}

END {
	for (i = 1; i <= n; i++) {
		absolute = sub(/^abs /, "", must[i])
		worst = -1e9; seen = 0
		for (r = 1; r <= rows; r++) {
			if (c[r] != name[i] || m[r] != metric[i] || !in_sizes(s[r], sizes[i]))
				continue
			# no instruction and no page on a side: nothing was measured there
			x = absolute ? a[r] : a[r] > 0 && b[r] > 0 ? a[r] / b[r] : 1e9
			seen++
			if (form == "text")
				printf "%-27s %5d %11.2f %11s %9.3f  must %-6s aim %-5s %s\n", what[i],
					s[r], a[r], other[r], x, must[i], aim[i], verdict(x, must[i], aim[i])
			if (x > worst) { worst = x; at = r }
		}
		if (seen != nr[i]) {
			failed += judged && must[i] != "-"
			if (form == "text")
				printf "%-27s %5s %s\n", what[i], "", "measured at " seen " of " nr[i] " sizes here"
			else if (judged && must[i] != "-")
				printf "| %s | | | | | %s | %s | NOT measured at %d of %d sizes |\n", what[i],
					must[i], aim[i], nr[i] - seen, nr[i]
			continue
		}
		v = verdict(worst, must[i], aim[i])
		failed += v == "NOT met"
		if (form == "summary")
			printf "| %s | %s | %.2f | %s | %.3f | %s | %s | %s |\n", what[i], s[at], a[at],
				other[at], worst, must[i], aim[i], v
	}
	if (form == "text")
		printf "%d of %d targets not met\n", failed, targets
}
