# SPDX-License-Identifier: GPL-2.0
#
# Exits 0 if a console tells that its emulated CPU tripped over the kernel's code being
# rewritten: the first alarm is a breakpoint that nobody knows, in a function of the
# kernel's own, and memory holds none there. The kernel puts breakpoints in where it
# rewrites code while CPUs run (static keys, probes), and waits until each CPU has seen
# them go. A QEMU that looks at a page before it locks it (before 8.1) may have read the
# old code and run it after that. Of a true stray call, the last byte run is in memory.

{ sub(/\r$/, "") }

/Oops|BUG: |WARNING: |general protection|unable to handle|Kernel panic/ {
	if (!seen++)
		breakpoint = /Oops: int3: 0000 /
}
breakpoint && !place && /RIP: / {
	place = 1
	kernels = /RIP: 0010:[A-Za-z0-9_.]+\+0x[0-9a-f]+\/0x[0-9a-f]+$/
}
kernels && !code && / Code: / {
	code = 1
	sub(/ <.*/, "")
	gone = !/ cc$/
}
END { exit !gone }
