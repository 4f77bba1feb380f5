/* SPDX-License-Identifier: GPL-2.0 */
/* Memory comes to nodes and goes from them (R32). */
#ifndef _MYSLAB_MEMNODE_H
#define _MYSLAB_MEMNODE_H

#ifdef CONFIG_MEMORY_HOTPLUG
int memnode_init(void);
void memnode_exit(void);
#else
static inline int memnode_init(void)
{
	return 0;
}

static inline void memnode_exit(void)
{
}
#endif

#endif /* _MYSLAB_MEMNODE_H */
