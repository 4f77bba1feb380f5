# SPDX-License-Identifier: GPL-2.0
#
# The console from the scenario's begin to its end: any of the kernel's own
# alarms fails the run, and so does an unloading with anything outstanding.
# A stack alone is no alarm: a refused free prints one, and tests provoke those.
# A test that provokes an alarm says which, and when it is done with it.

BEGIN {
	alarm = "WARNING: |BUG: |kernel BUG|Oops|INFO: task|INFO: rcu|blocked for more than" \
		"|INFO: trying to register|INFO: lockdep is turned off|DEBUG_LOCKS_WARN_ON" \
		"|possible recursive locking|possible circular locking|inconsistent lock state" \
		"|suspicious RCU usage|lock held when returning|held lock freed|Invalid wait context" \
		"|KASAN|KCSAN|KMSAN|UBSAN|KFENCE|detected stall|self-detected" \
		"|kmemleak: .*(new suspected|unknown|Cannot|empty|disabled)|^BUG |^FIX " \
		"|soft lockup|hard LOCKUP|general protection|stack segment|double fault" \
		"|unable to handle|page allocation failure|Bad page|bad page|corruption" \
		"|scheduling while atomic|sleeping function called|Kernel panic|Objects remaining" \
		"|nobody cared|refcount_t: |ODEBUG|------------. cut here"
	ours = "^myslab(-run|-test)?: "
	good = "^myslab: unloaded: 0 objects and 0 pages outstanding$"
}

{ sub(/^\[ *[0-9.]+\](\[[ TC0-9]+\])? /, "") }

$0 == "myslab-run: begin" { judged = 1; next }
$0 == "myslab-run: end" { ended = 1 }
show-- > 0 { print > excerpt }
!judged || ended { next }

/^myslab: unloaded:/ {
	unloads++
	if ($0 !~ good)
		complain($0)
	next
}
/^myslab: loading out-of-tree module/ { loaded = 1 }
/^myslab: BUG/ { complain($0); next }
/^myslab-test: provokes ./ { provoked = "^(" substr($0, 23) ")"; next }
/^myslab-test: provoked$/ { provoked = ""; next }
$0 ~ ours { next }
provoked != "" && $0 ~ provoked { next }
allow != "" && $0 ~ allow { next }
$0 ~ alarm { complain($0) }

# the first few tell the story; a broken machine would repeat them for pages
function complain(line)
{
	if (++complaints <= 3)
		print "console: " line
	if (complaints == 1) {
		print line > excerpt
		show = 40
	}
}

END {
	if (provoked != "")
		print "console: a test that provoked " provoked " did not end"
	if (complaints > 3)
		print "console: " complaints - 3 " more alarms"
	if (loaded && !unloads)
		print "the module was loaded and never said that it was unloaded"
}
