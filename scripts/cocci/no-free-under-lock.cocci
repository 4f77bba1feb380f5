// SPDX-License-Identifier: GPL-2.0
// Pages go back to the page allocator with no lock of ours held: its free path
// is long, and off-slab descriptors come back into this allocator.

virtual report

@locked@
expression L, E;
position p;
@@
(
 spin_lock(L);
|
 spin_lock_irq(L);
|
 spin_lock_irqsave(L, E);
|
 raw_spin_lock_irqsave(L, E);
)
 ... when != spin_unlock(L)
     when != spin_unlock_irq(L)
     when != spin_unlock_irqrestore(L, ...)
     when != raw_spin_unlock_irqrestore(L, ...)
(
 __free_pages@p(...);
|
 free_pages@p(...);
|
 put_page@p(...);
|
 kfree@p(...);
|
 kvfree@p(...);
)

@script:python depends on report@
p << locked.p;
@@
coccilib.report.print_report(p[0], "memory is freed with a spinlock held")
