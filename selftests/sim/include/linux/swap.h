/* SPDX-License-Identifier: GPL-2.0 */
/* Nobody reclaims here. */
#ifndef _SIM_SWAP_H
#define _SIM_SWAP_H

static inline void mm_account_reclaimed_pages(unsigned long pages)
{
}

#endif /* _SIM_SWAP_H */
