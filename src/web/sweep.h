/*
 * web/sweep: brings counts in line after a topic was retired or brought back, lets go what was kept
 * long enough (requests, answers, sessions, clients in the ledger), counts by the day what an older
 * program wrote, and has the ledger's head signed; in short writes between which others write.
 */
#ifndef ASSENT_WEB_SWEEP_H
#define ASSENT_WEB_SWEEP_H

/* Begins, or goes on with what a stopped server left over. Harmless when nothing is to be done. */
void sweep_start(void);

/* At a worker's start: lets go what was kept long enough, now and every ten minutes. */
void sweep_requests(void);

/* At a worker's start: counts entries of before there were counts by the day, if there are any. */
void sweep_counts(void);

/* At a worker's start: signs the ledger's head where a day is over, and brings the file of
 * checkpoints up to date, now and every few seconds. */
void sweep_checkpoints(void);

#endif
