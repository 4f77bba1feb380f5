# SPDX-License-Identifier: GPL-2.0
#
# awk -v function_name=F -v counter=0xN -f hotpath.awk: reads objdump -dr of a module and
# follows the hit path of F: no conditional branch taken (the compiler was told which
# way is cold), jumps within F followed, up to its return. Prints the path and, last,
# "= F instructions loads stores branches calls locked". That it is the hit is seen by
# what no other path does, in this order: it sets the mark, adds to the hits' counter N
# bytes behind it, clears the mark, and returns. Fails where it is not.

function operand_is_memory(s) { return s ~ /\(|%gs:/ }

# Which of loads and stores an instruction does, from its AT&T text.
function count_memory(op, args,   n, parts, last, flat)
{
	if (op ~ /^(lea|nop|call|jmp|endbr|xchg$)/ || !operand_is_memory(args))
		return
	# commas inside brackets separate no operands
	flat = args
	while (match(flat, /\([^)]*,[^)]*\)/))
		flat = substr(flat, 1, RSTART - 1) "(m)" substr(flat, RSTART + RLENGTH)
	n = split(flat, parts, ",")
	last = parts[n]
	if (!operand_is_memory(last)) {
		loads++
		return
	}
	if (op ~ /^(cmp|test|push)/) {
		loads++
		return
	}
	stores++
	if (op !~ /^(mov|set)/)
		loads++
}

# The mark, and the counter beside it, are known by the register that both hang on.
function look_for_hit(op, args)
{
	if (op == "movb" && args ~ /^\$0x1,\(%[a-z0-9]+\)$/)
		mark = substr(args, index(args, "("))
	else if (mark && (op == "incq" && args == counter mark ||
			  op == "addq" && args == "$0x1," counter mark))
		counted = 1
	else if (counted && op == "movb" && args == "$0x0," mark)
		cleared = 1
}

/^[0-9a-f]+ <.*>:$/ {
	inside = $2 == "<" function_name ">:"
	next
}

inside && /R_X86_64/ { if (n) reloc[n] = $3; next }

inside && /^ *[0-9a-f]+:\t/ {
	line = $0
	sub(/^ */, "", line)
	at = line; sub(/:.*/, "", at)
	sub(/^[0-9a-f]+:[ \t]*/, "", line)
	sub(/[ \t]*#.*/, "", line)
	text[++n] = line
	number[at] = n
}

END {
	if (!n) {
		print "no function " function_name > "/dev/stderr"
		exit 1
	}
	for (i = 1; i <= n && steps < 1000; steps++) {
		op = text[i]; sub(/[ \t].*/, "", op)
		args = text[i]; sub(/^[^ \t]+[ \t]*/, "", args)
		instructions++
		printf "%3d  %s%s\n", instructions, text[i], i in reloc ? "   -> " reloc[i] : ""
		if (op == "lock") locked++
		count_memory(op, args)
		look_for_hit(op, args)
		if (op ~ /^call/ && reloc[i] !~ /^__fentry__/)
			calls++
		if (op ~ /^ret/) {
			returned = 1
			break
		}
		if (op == "jmp") {
			if (i in reloc) {
				returned = reloc[i] ~ /^__x86_return_thunk/
				break
			}
			branches++
			split(args, target, " ")
			if (!(target[1] in number))
				break
			i = number[target[1]]
			continue
		}
		if (op ~ /^j/)
			branches++
		i++
	}
	printf "= %s %d %d %d %d %d %d\n", function_name, instructions, loads, stores, branches,
		calls, locked
	if (!cleared || !returned) {
		print function_name ": what the branches not taken lead to is not the hit" \
			> "/dev/stderr"
		exit 1
	}
}
