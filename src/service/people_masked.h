/*
 * service/people_masked: who is found by those to whom addresses are shown masked: by a part of a
 * name, or by a whole address; never by a part of an address, which would unmask it letter by
 * letter. The list itself is service/people_list. Not for other services than those that list
 * people.
 */
#ifndef ASSENT_SERVICE_PEOPLE_MASKED_H
#define ASSENT_SERVICE_PEOPLE_MASKED_H

#include "service/service.h"
#include "store/directory.h"

struct people_found {
    struct contact *rows; /* in the order asked for */
    size_t count;
    bool is_cut; /* so many have the term somewhere that not all were looked at */
};

/* All who match filter->term, which is not "", so: in the order of sort, which is not by address.
 */
enum status people_masked_find(const struct service *service, struct arena *arena,
                               const struct directory_filter *filter, enum directory_sort sort,
                               bool is_descending, int64_t now_s,
                               struct people_found *out) MUST_CHECK;

#endif
