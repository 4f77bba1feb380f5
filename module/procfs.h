/* SPDX-License-Identifier: GPL-2.0 */
/* /proc/myslabinfo: slabinfo 2.1, as slabtop reads it (R36). */
#ifndef _MYSLAB_PROCFS_H
#define _MYSLAB_PROCFS_H

int procfs_init(void);
void procfs_exit(void);

#endif /* _MYSLAB_PROCFS_H */
