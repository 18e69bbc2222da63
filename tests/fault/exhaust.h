/*
 * tests/fault/exhaust: an act with each of its calls failing in turn, and what must hold after
 * each.
 */
#ifndef ASSENT_TESTS_FAULT_EXHAUST_H
#define ASSENT_TESTS_FAULT_EXHAUST_H

#include "fault/fault.h"

/* A database file, closed, in the place of another. */
void exhaust_copy(const char *from, const char *to);

/* Runs act with the nth call failing; whether one did. */
bool exhaust_once(void (*act)(void), enum fault_kind kind, int nth, enum fault_mode mode);

/* Every nth, in every mode, until none is left to fail; step 1 means every one. begin makes all as
 * it was before each. Fewer than at_least injected failures in a mode fail the test. */
void exhaust(void (*begin)(void), void (*act)(void), void (*expect)(const char *what),
             enum fault_kind kind, int step, int at_least);

#endif
