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

#define OFTEN "often_"

enum status form_topics_read_often(const struct visit *visit, uint64_t *shown, uint64_t *daily,
                                   uint64_t *weekly)
{
    const char **keys[FREQUENCY_COUNT];
    size_t counts[FREQUENCY_COUNT] = {0};
    uint64_t masks[FREQUENCY_COUNT] = {0};
    enum status status = STATUS_OK;

    for (size_t i = 0; i < FREQUENCY_COUNT; i++)
        keys[i] = arena_array(visit->arena, visit->form.count + 1, sizeof *keys[i]);
    for (size_t i = 0; i < visit->form.count; i++) {
        const struct form_field *field = &visit->form.fields[i];
        enum frequency frequency;
        if (strncmp(field->name, OFTEN, sizeof OFTEN - 1) != 0)
            continue;
        if (!frequency_parse(field->value, &frequency))
            return STATUS_INVALID;
        keys[frequency][counts[frequency]++] = field->name + sizeof OFTEN - 1;
    }
    for (size_t i = 0; status == STATUS_OK && i < FREQUENCY_COUNT; i++)
        status = selfservice_read_keys(visit->service, visit->arena, keys[i], counts[i], &masks[i]);
    if (status == STATUS_OK && (masks[FREQUENCY_DAILY] & masks[FREQUENCY_WEEKLY]) != 0)
        status = STATUS_INVALID;
    if (status != STATUS_OK)
        return status;
    *daily = masks[FREQUENCY_DAILY];
    *weekly = masks[FREQUENCY_WEEKLY];
    *shown = masks[FREQUENCY_ALL] | *daily | *weekly;
    return STATUS_OK;
}
