// SPDX-License-Identifier: GPL-2.0
// Pages go back to the page allocator with no lock of ours held: its free path
// is long, and off-slab descriptors come back into this allocator.

@locked exists@
expression L, E;
@@
(
* spin_lock(L);
|
* spin_lock_irq(L);
|
* spin_lock_irqsave(L, E);
|
* raw_spin_lock_irqsave(L, E);
)
  ... when != spin_unlock(L)
      when != spin_unlock_irq(L)
      when != spin_unlock_irqrestore(L, ...)
      when != raw_spin_unlock_irqrestore(L, ...)
(
* pages_free(...)
|
* destroy_slabs(...)
|
* __free_pages(...)
|
* free_pages(...)
|
* put_page(...)
|
* kfree(...)
|
* kvfree(...)
)
