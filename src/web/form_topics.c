/*
 * web/form_topics: see form_topics.h.
 */
#include "web/form_topics.h"

#include <string.h>

#include "service/selfservice.h"

enum status form_topics_read(const struct visit *visit, const char *name, uint64_t *out,
                             bool *is_there)
{
    const char **keys = arena_array(visit->arena, visit->form.count + 1, sizeof *keys);
    size_t count = 0;

    for (size_t i = 0; i < visit->form.count; i++)
        if (strcmp(visit->form.fields[i].name, name) == 0)
            keys[count++] = visit->form.fields[i].value;
    if (is_there)
        *is_there = count > 0;
    return selfservice_read_keys(visit->service, visit->arena, keys, count, out);
}
