/*
 * tests/fault/power: a power cut. Notes every write, truncation and sync of the database's files,
 * and makes the files anew as a disk may hold them when the power went between any two: what was
 * synced is there; of the rest nothing, all with the last write torn, or any part.
 */
#ifndef ASSENT_TESTS_FAULT_POWER_H
#define ASSENT_TESTS_FAULT_POWER_H

#include <stdint.h>

enum power_loss { POWER_ALL_LOST, POWER_LAST_TORN, POWER_ANY_LOST, POWER_LOSS_COUNT };

/* Before anything else of SQLite is used. */
void power_install(void);

/* From now on: files as they are when they are opened first count as synced. */
void power_record(void);
void power_stop(void);

/* Something was acknowledged here. */
void power_mark(void);

/* How many steps were noted, and how many marks stand before step. */
int power_steps(void);
int power_marks(int step);

/* Writes the files into folder, under their own names, as they may be after the first steps. */
void power_cut(int step, enum power_loss loss, uint32_t seed, const char *folder);

#endif
