/*
 * web/confine: takes from a worker what it was started with and does not need: every folder but
 * its data, and every right of root. What it may ask the kernel for is web/seccomp's.
 *
 * Kore's own chroot wants a parent that is root. Here the parent needs no more than the capability
 * to chroot, and a user without even that gets it in a user namespace, where the system allows one.
 */
#ifndef ASSENT_WEB_CONFINE_H
#define ASSENT_WEB_CONFINE_H

#include <stdbool.h>

/* In a worker, once, before its sandbox, its folder being the data folder: that becomes its root,
 * and all capabilities go. A worker that has the capability and can't use it ends. */
void confine(void);

/* Whether the data folder is this process's root. */
bool confine_is_root(void);

#endif
