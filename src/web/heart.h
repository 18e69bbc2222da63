/*
 * web/heart: each worker tells the parent once a second that it lives. The parent feeds the service
 * manager's watchdog while all do, ends one that hangs, and does here what it does in the meantime:
 * a renewed certificate. Its loop has no other hook that our code could stand in.
 */
#ifndef ASSENT_WEB_HEART_H
#define ASSENT_WEB_HEART_H

/* In the parent, before it forks. */
void heart_parent(void);

/* In a worker, before its sandbox: what is the parent's alone goes. */
void heart_forget(void);

/* In a worker: one beat. */
void heart_beat(void);

/* In the parent, from a signal's handler: the manager is told that the end is wanted. */
void heart_stopping(void);

#endif
