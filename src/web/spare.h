/*
 * web/spare: what a worker does when it has no descriptor left for a connection. Kore would ask the
 * kernel for it again and again, at all of a processor's time, and keep the other worker from it.
 * A descriptor that is kept for that moment takes the connection, so that who is there is told, and
 * the other worker takes the next one.
 */
#ifndef ASSENT_WEB_SPARE_H
#define ASSENT_WEB_SPARE_H

/* In the worker, before its loop. */
void spare_start(void);

#endif
