/*
 * web/sweep: brings counts in line after a topic was retired or brought back, and deletes requests
 * whose time is over; in short writes between which others write.
 */
#ifndef ASSENT_WEB_SWEEP_H
#define ASSENT_WEB_SWEEP_H

/* Begins, or goes on with what a stopped server left over. Harmless when nothing is to be done. */
void sweep_start(void);

/* At a worker's start: deletes requests whose time is over, now and every ten minutes. */
void sweep_requests(void);

#endif
