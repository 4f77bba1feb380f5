# SPDX-License-Identifier: GPL-2.0
#
# What init reported, believed only with this run's nonce. Prints a line for
# each thing that is not as it should be.

# Out of tree (O, bit 12) and unsigned (E, bit 13) are what this module is; a scenario
# may expect one bit more.
function taint_beyond_ours(taint)
{
	taint = taint - bit(taint, 4096) - bit(taint, 8192)
	return expected ? taint - bit(taint, expected) : taint
}

function bit(taint, value)
{
	return value * (int(taint / value) % 2)
}

$1 == "#" && $2 == "guest:" && $3 == nonce {
	if ($4 == "begin:")
		begun = 1
	if ($4 == "taint")
		taint = $5
	if ($4 == "left")
		for (i = 5; i <= NF; i++)
			left = left " " $i
	if ($4 == "complete")
		rc = substr($5, 4)
}

END {
	if (!begun)
		print "the guest never came up"
	else if (rc == "")
		print "the guest did not reach its end"
	else if (rc != 0)
		print (mode == "tests" ? "the runner" : "the command") " exited with " rc
	if (taint != "" && taint_beyond_ours(taint) != 0)
		print "the kernel is tainted: " taint
	if (left != "")
		print "modules left loaded:" left
}
