/*
 * service/people_masked: see people_masked.h.
 */
#include "service/people_masked.h"

#include <string.h>

#include "store/contacts.h"
#include "store/topics.h"

/* The directory finds names and addresses alike; those whose address alone has the term are left
 * out here. So many are looked at for one answer, and no more. */
#define PAGES_MAX 10

static bool is_wanted(const struct contact *person, const struct directory_filter *filter,
                      uint64_t in_use, int64_t now_s)
{
    const bool is_subscribed = contact_is_subscribed(person, in_use, now_s);

    return (filter->status == DIRECTORY_ANY || filter->status == (int)person->status) &&
           (filter->type == DIRECTORY_ANY || filter->type == (int)person->type) &&
           (filter->subscribed == DIRECTORY_ANY || (filter->subscribed == 1) == is_subscribed);
}

/* A text with an at sign is an address, or nobody's. */
static enum status find_address(const struct service *service, struct arena *arena,
                                const struct directory_filter *filter, int64_t now_s,
                                struct people_found *found)
{
    uint64_t in_use;
    enum status status = topics_in_use(service->store, &in_use);

    found->rows = arena_array(arena, 1, sizeof *found->rows);
    if (status == STATUS_OK)
        status = contacts_find_email(service->store, arena, filter->term, &found->rows[0]);
    if (status == STATUS_OK)
        found->count = is_wanted(&found->rows[0], filter, in_use, now_s) ? 1 : 0;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static void keep_named(struct people_found *found, const struct directory_page *page,
                       const char *term)
{
    for (size_t i = 0; i < page->count; i++)
        if (strstr(page->rows[i].name_key, term) != NULL)
            found->rows[found->count++] = page->rows[i];
}

static enum status find_named(const struct service *service, struct arena *arena,
                              const struct directory_filter *filter, enum directory_sort sort,
                              bool is_descending, int64_t now_s, struct people_found *found)
{
    struct directory_place place = {0};
    struct directory_page page;

    found->rows = arena_array(arena, (size_t)PAGES_MAX * DIRECTORY_PAGE_MAX, sizeof *found->rows);
    for (int i = 0; i < PAGES_MAX; i++) {
        enum status status = directory_query(service->store, arena, filter, sort, is_descending,
                                             &place, DIRECTORY_PAGE_MAX, now_s, &page);
        if (status != STATUS_OK)
            return status;
        keep_named(found, &page, filter->term);
        if (!page.has_next || page.count == 0)
            return STATUS_OK;
        place = directory_beside(sort, &page.rows[page.count - 1], false);
    }
    found->is_cut = true;
    return STATUS_OK;
}

enum status people_masked_find(const struct service *service, struct arena *arena,
                               const struct directory_filter *filter, enum directory_sort sort,
                               bool is_descending, int64_t now_s, struct people_found *out)
{
    struct people_found found = {0};
    enum status status =
        strchr(filter->term, '@') != NULL
            ? find_address(service, arena, filter, now_s, &found)
            : find_named(service, arena, filter, sort, is_descending, now_s, &found);

    if (status == STATUS_OK)
        *out = found;
    return status;
}
