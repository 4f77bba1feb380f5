# SPDX-License-Identifier: GPL-2.0
#
# kselftest's output to one line a result. A test that reports subtests counts
# as those; one that does not counts as itself. What was planned and never
# reported is a failure, and so is a test that ends badly after good subtests.

function emit(result, what, why)
{
	printf "%s\t%s/%s\t%s\n", result, name, what, why
	emitted++
}

# "ok 3 - what it is # SKIP why" -> result, what, why
function parse(line,	at)
{
	result = line ~ /^not ok/ ? "fail" : "pass"
	sub(/^(not )?ok *[0-9]* *(- )?/, "", line)
	why = ""
	at = index(line, "# ")
	if (at) {
		why = substr(line, at + 2)
		line = substr(line, 1, at - 1)
	}
	sub(/ +$/, "", line)
	what = line
	if (why ~ /^SKIP/) {
		result = "skip"
		sub(/^SKIP */, "", why)
	} else if (why ~ /^XFAIL/ && result == "pass") {
		sub(/^XFAIL */, "", why)
	}
	# kselftest.h writes the name behind these two words
	if (what == "") {
		what = why
		why = ""
	}
}

function begin_test(title)
{
	test = title
	sub(/.*: /, "", test)
	sub(/\.sh$/, "", test)
	said = skip_reason = ""
	subs = bad = 0
	plan = -1
	running = 1
}

# What a test said last is the best hint at why it failed.
function hint()
{
	return why (why != "" && said != "" ? ": " : "") said
}

function end_test(line)
{
	if (!running)
		begin_test(line)
	parse(line)
	running = 0
	if (plan > subs)
		emit("fail", test ".plan", "reported " subs " of " plan " results: " hint())
	else if (subs == 0 || (result == "fail" && !bad))
		emit(result, test, result == "fail" ? hint() : why != "" ? why : skip_reason)
}

/^# selftests: / { begin_test($0); next }

running && /^# 1\.\.[0-9]+/ {
	plan = substr($2, 4) + 0
	if ($0 ~ /# SKIP/) {
		skip_reason = $0
		sub(/.*# SKIP */, "", skip_reason)
	}
	next
}

running && /^# (not )?ok [0-9]/ {
	parse(substr($0, 3))
	subs++
	bad += result == "fail"
	emit(result, test "." what, result == "fail" ? hint() : why)
	said = ""
	next
}

running && /^# / && !/progress/ {
	said = said (said == "" ? "" : " | ") substr($0, 3)
	if (length(said) > 400)
		said = "..." substr(said, length(said) - 390)
}

/^(not )?ok [0-9]+ selftests: / { end_test($0); next }

END {
	if (running)
		emit("fail", test, "began and did not end")
	if (!emitted)
		emit("fail", "tests", "no test reported anything")
}
