# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests in which allocations fail that the module makes: failslab and fail_page_alloc.

DEBUG=/sys/kernel/debug
# more than ever fail; what is left tells how many did
TIMES=1000000

# Has the kernel such failures, and can it tell who asks for memory?
can_fail()
{
	for __kind in failslab fail_page_alloc; do
		[ -e $DEBUG/$__kind/require-start ] || return 1
	done
}

# Only tasks that ask for it, and only what the module itself allocates.
arm()
{
	# the module's text, from its first function to the end of the last one's page
	# shellcheck disable=SC2046	# two words
	set -- $(awk '$4 == "[myslab]" && $2 ~ /[tT]/ { print $1 }' /proc/kallsyms |
		sort | sed -n '1p;$p')
	[ $# = 2 ] || { echo "where is the module's text? $*"; return 1; }
	# every kind, since fail-nth counts them all
	for __kind in "$DEBUG"/fail*; do
		[ -e "$__kind/require-start" ] || continue
		echo "0x$1" >"$__kind/require-start"
		echo "0x${2%???}fff" >"$__kind/require-end"
	done
	for __kind in failslab fail_page_alloc; do
		for __set in "verbose 0" "task-filter Y" "ignore-gfp-wait N" "interval 1" \
			"space 0" "stacktrace-depth 32" "times $TIMES" "probability 100"; do
			echo "${__set#* }" >"$DEBUG/$__kind/${__set% *}" || return 1
		done
	done
	echo 0 >$DEBUG/fail_page_alloc/min-order
	echo N >$DEBUG/fail_page_alloc/ignore-gfp-highmem
}

# How many allocations each kind has failed since it was armed: above zero.
each_kind_hit()
{
	__ret=0
	for __kind in failslab fail_page_alloc; do
		__hits=$((TIMES - $(cat $DEBUG/$__kind/times)))
		echo "$__kind $__hits"
		[ $__hits -gt 0 ] || __ret=1
	done
	return $__ret
}

disarm()
{
	echo 0 >$DEBUG/failslab/probability
	echo 0 >$DEBUG/fail_page_alloc/probability
}

# fail_nth N: the N-th allocation from here on fails, in this shell alone
fail_nth()
{
	echo "$1" >/proc/self/fail-nth
}

# Did it? Nothing fails any more.
has_failed()
{
	read -r __left </proc/self/fail-nth
	fail_nth 0
	[ "$__left" = 0 ]
}

# sweep COMMAND...: with its first allocation failing, then its second and so on, until
# it has made all of them and succeeds. Some it can do without: then it has succeeded
# as well, and the next attempt begins where this one did.
sweep()
{
	__n=0 __failed=0
	while [ $__n -lt 400 ]; do
		__n=$((__n + 1))
		before_attempt || return 1
		fail_nth $__n
		if "$@" 2>/dev/null; then
			has_failed && continue
			echo "$((__n - 1)) allocations failed in turn, $__failed calls failed for it"
			[ $__n -gt 1 ] && [ $__failed -gt 0 ]
			return
		fi
		has_failed || { echo "failed for another reason"; return 1; }
		__failed=$((__failed + 1))
		after_failure || return 1
	done
	echo "there was no end to it"
	return 1
}

# What must hold before each attempt and after each that failed: a sweep's own.
before_attempt()
{
	:
}

after_failure()
{
	:
}
