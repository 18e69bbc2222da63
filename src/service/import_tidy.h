/*
 * service/import_tidy: takes away what is not needed any more of imports by upload.
 */
#ifndef ASSENT_SERVICE_IMPORT_TIDY_H
#define ASSENT_SERVICE_IMPORT_TIDY_H

#include "service/service.h"

/* Files go once their job has ended and can't go on. IMPORT_KEEP_S after it went on last: those of
 * a job that could go on, or that nobody decided on (it is discarded); rejected rows; and files of
 * no job, as a server leaves that dies between keeping one and asking for its import. service must
 * be able to write. */
enum status import_tidy(const struct service *service, struct arena *arena,
                        int64_t now_s) MUST_CHECK;

#endif
