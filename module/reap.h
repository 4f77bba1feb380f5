/* SPDX-License-Identifier: GPL-2.0 */
/* What is parked and not used goes back, a little at a time (R24-R26). */
#ifndef _MYSLAB_REAP_H
#define _MYSLAB_REAP_H

#include "internal.h"

unsigned long reap_stagger(const struct myslab_cache *c);
bool reap_may_disturb(unsigned int cpu);
bool reap_has_turns(unsigned int cpu);
int reap_init(void);
void reap_exit(void);
int reap_turns(unsigned int turns);

#endif /* _MYSLAB_REAP_H */
