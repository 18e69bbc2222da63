/*
 * view/person_data: everything that is held of one person, as the JSON file that is handed out. The
 * README says what each key means.
 */
#ifndef ASSENT_VIEW_PERSON_DATA_H
#define ASSENT_VIEW_PERSON_DATA_H

#include "base/buf.h"
#include "service/person_data.h"

#define PERSON_DATA_FORMAT "assent-person-1"

/* The file's name for browsers: no address in it, since names of files are seen by others. */
#define PERSON_DATA_DISPOSITION "attachment; filename=\"my-data.json\""

void view_person_data(struct buf *out, const struct person_data *data);

#endif
