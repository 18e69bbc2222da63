/*
 * service/as_of_page: see as_of_page.h.
 */
#include "service/as_of_page.h"

#include <string.h>

#include "base/clock.h"
#include "service/person.h"
#include "store/topics.h"

static bool is_set(const char *text)
{
    return text != NULL && *text != '\0';
}

/* A form's own field says neither seconds nor zone. */
static bool read_moment(struct arena *arena, const char *text, int64_t *out)
{
    if (!is_set(text))
        return false;
    return clock_read_moment(text, out) ||
           clock_read_moment(arena_printf(arena, "%.32s:00Z", text), out) ||
           clock_read_moment(arena_printf(arena, "%.32sZ", text), out);
}

static enum status find_person(const struct service *service, struct arena *arena,
                               const char *typed, struct as_of_page *page, struct public_id *out)
{
    struct contact contact;
    if (!public_id_parse(typed, out)) {
        page->fault = AS_OF_NOBODY;
        return STATUS_OK;
    }
    enum status status = person_find(service, service->store, arena, *out, &contact);
    if (status == STATUS_OK)
        page->email = contact.email;
    else if (status == STATUS_NOT_FOUND)
        page->fault = AS_OF_NOBODY;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* The same asked of the person whom the answer names, whatever their address. */
static enum status is_same_by_id(const struct service *service, struct arena *arena,
                                 const struct as_of_question *question, int64_t now_s,
                                 struct as_of_page *page)
{
    struct as_of_question other = *question;
    struct as_of_told told;
    enum as_of_fault fault;
    if (!page->told.has_person || question->person.value != 0)
        return STATUS_OK;
    other.person = page->told.person;
    enum status status = as_of_tell(service, arena, &other, now_s, &fault, &told);
    page->is_theirs = status == STATUS_OK && fault == AS_OF_FINE && told.why == page->told.why &&
                      told.decided.value == page->told.decided.value;
    return status;
}

enum status as_of_page_read(const struct service *service, struct arena *arena,
                            const struct as_of_typed *typed, int64_t now_s, struct as_of_page *out)
{
    struct as_of_page page = {.is_asked = typed->is_sent || is_set(typed->at)};
    struct as_of_question question = {.email = typed->email, .topic = typed->topic};
    enum status status = topics_list(service->store, arena, &page.topics, &page.topics_count);
    if (status == STATUS_OK && is_set(typed->person))
        status = find_person(service, arena, typed->person, &page, &question.person);
    if (status != STATUS_OK)
        return status;
    if (page.is_asked && page.fault == AS_OF_FINE) {
        const bool is_moment = read_moment(arena, typed->at, &question.at_s);
        status = as_of_tell(service, arena, &question, now_s, &page.fault, &page.told);
        if (status == STATUS_OK && !is_moment &&
            (page.fault == AS_OF_FINE || page.fault == AS_OF_FUTURE))
            page.fault = AS_OF_BAD_TIME;
        if (status == STATUS_OK && page.fault == AS_OF_FINE)
            status = is_same_by_id(service, arena, &question, now_s, &page);
    }
    if (status == STATUS_OK)
        *out = page;
    return status;
}
