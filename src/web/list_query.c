/*
 * web/list_query: see list_query.h.
 */
#include "web/list_query.h"

#include <string.h>

static const char *value_of(const struct visit *visit, const char *name)
{
    const char *value = form_get(&visit->query, name);

    return value ? value : "";
}

static int read_pair(const char *value, const char *no, const char *yes)
{
    if (strcmp(value, yes) == 0)
        return 1;
    return strcmp(value, no) == 0 ? 0 : DIRECTORY_ANY;
}

static int read_type(const char *value)
{
    enum contact_type type;

    return contact_type_parse(value, &type) ? (int)type : DIRECTORY_ANY;
}

static enum directory_sort read_sort(const char *value)
{
    if (strcmp(value, "email") == 0)
        return DIRECTORY_BY_EMAIL;
    if (strcmp(value, "type") == 0)
        return DIRECTORY_BY_TYPE;
    if (strcmp(value, "status") == 0)
        return DIRECTORY_BY_STATUS;
    return strcmp(value, "updated") == 0 ? DIRECTORY_BY_UPDATED : DIRECTORY_BY_NAME;
}

struct people_query list_query_read(const struct visit *visit)
{
    const char *before = value_of(visit, "before");
    const char *after = value_of(visit, "after");
    struct people_query query = {
        .search = value_of(visit, "q"),
        .status = read_pair(value_of(visit, "status"), "out", "in"),
        .subscribed = read_pair(value_of(visit, "sub"), "no", "yes"),
        .type = read_type(value_of(visit, "type")),
        .sort = read_sort(value_of(visit, "sort")),
        .is_descending = strcmp(value_of(visit, "dir"), "desc") == 0,
        .cursor = *before ? before : after,
        .is_backward = *before != '\0',
        .letter = value_of(visit, "from"),
    };

    if (!form_get_int(&visit->query, "n", 1, INT64_MAX / 2, &query.first))
        query.first = 0;
    return query;
}
