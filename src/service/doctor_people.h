/*
 * service/doctor_people: people's rows held against themselves, their newest entries and the index
 * of addresses: what no check of pages tells, since a bit that fell over inside a name or a number
 * leaves a page as sound as it was. For service/doctor; it reads only.
 *
 * Most of what a row says stands in it twice, or follows from the ledger or a key. What does not
 * (README, "Limits") is not told here.
 */
#ifndef ASSENT_SERVICE_DOCTOR_PEOPLE_H
#define ASSENT_SERVICE_DOCTOR_PEOPLE_H

#include "service/doctor.h"

/* people. Without is_full lists of up to DOCTOR_PEOPLE_QUICK alone are looked at, which is a matter
 * of a second. False: it was told to stop. */
#define DOCTOR_PEOPLE_QUICK 50000
bool doctor_people(struct doctor *doctor, const struct service *service,
                   const struct doctor_plan *plan) MUST_CHECK;

#endif
