/*
 * service/forget: what lies of erased people in files beside the database: mails kept as files, and
 * their rows in uploaded files that wait, were stopped, or hold rejected rows. For the courier and
 * the command; what is in the database itself goes with the erasing (service/erase) and behind it
 * (store/scrub).
 *
 * Who was erased is known by the keyed hash of the address alone, so that nobody need be named:
 * a row is theirs when any of its cells is an address that was erased after the file came.
 */
#ifndef ASSENT_SERVICE_FORGET_H
#define ASSENT_SERVICE_FORGET_H

#include "service/service.h"

/* Removes mails kept as files whose letters are gone, if somebody was erased since the last time.
 * service->store is a writer's. To be called by who writes such files, between two of them. */
enum status forget_mails(const struct service *service, struct arena *arena) MUST_CHECK;

/* Overwrites their rows in uploaded files, in place, so that others keep their lines; the same
 * condition. To be called by who reads such files, between two of them. */
enum status forget_imports(const struct service *service, struct arena *arena) MUST_CHECK;

/* Both, the image of the directory, and the log (store/scrub), for a process that erased and ends
 * then. STATUS_BUSY: somebody reads the database; what is left is done by the server or the
 * courier, or at their next start. */
enum status forget_now(const struct service *service, struct arena *arena) MUST_CHECK;

#endif
