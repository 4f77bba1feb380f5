/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SIM_ERR_H
#define _SIM_ERR_H

#endif /* _SIM_ERR_H */
