/* SPDX-License-Identifier: GPL-2.0 */
/* Memory pressure empties arrays and free slabs. */
#ifndef _MYSLAB_SHRINKER_H
#define _MYSLAB_SHRINKER_H

int shrink_init(void);
void shrink_exit(void);

#endif /* _MYSLAB_SHRINKER_H */
