/*
 * service/people_list: the list of people, its pages and its export. See service/people.h.
 *
 * A cursor is where a page ends: a tag for the sort order, the row's id and its sort key, as
 * base64url. It is input like any other: one that does not read as ours is refused.
 */
#include <string.h>

#include "base/email.h"
#include "base/fold.h"
#include "service/people_masked.h"
#include "service/person.h"
#include "store/confirmations.h"
#include "store/topics.h"

#define CURSOR_HEAD_BYTES 9 /* tag, id */
#define CURSOR_KEY_BYTES  1200

static const uint8_t cursor_tags[DIRECTORY_SORT_COUNT] = {
    [DIRECTORY_BY_NAME] = 'n', [DIRECTORY_BY_EMAIL] = 'e',  [DIRECTORY_BY_UPDATED] = 'u',
    [DIRECTORY_BY_TYPE] = 't', [DIRECTORY_BY_STATUS] = 's',
};

static void put_u64(uint8_t *to, uint64_t value)
{
    for (int i = 7; i >= 0; i--, value >>= 8)
        to[i] = (uint8_t)value;
}

static uint64_t read_u64(const uint8_t *from)
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++)
        value = value << 8 | from[i];
    return value;
}

/* What stands between the row's id and its text: by time, and by groups. */
static size_t number_bytes(enum directory_sort sort)
{
    return sort == DIRECTORY_BY_UPDATED                               ? sizeof(int64_t)
           : sort == DIRECTORY_BY_TYPE || sort == DIRECTORY_BY_STATUS ? 1
                                                                      : 0;
}

const char *people_list_cursor(struct arena *arena, enum directory_sort sort,
                               const struct contact *row)
{
    const struct directory_place place = directory_beside(sort, row, false);
    const size_t text_at = CURSOR_HEAD_BYTES + number_bytes(sort);
    const size_t text_len = sort == DIRECTORY_BY_UPDATED ? 0 : strlen(place.text);
    uint8_t *data = arena_alloc(arena, text_at + text_len);
    size_t out_size = ((text_at + text_len) * 4 + 2) / 3 + 1;
    char *out = arena_alloc(arena, out_size);

    data[0] = cursor_tags[sort];
    put_u64(data + 1, (uint64_t)row->id.value);
    if (sort == DIRECTORY_BY_UPDATED)
        put_u64(data + CURSOR_HEAD_BYTES, (uint64_t)row->updated_at);
    else if (text_at > CURSOR_HEAD_BYTES)
        data[CURSOR_HEAD_BYTES] = (uint8_t)place.number;
    memcpy(data + text_at, place.text, text_len);
    crypto_base64url(data, text_at + text_len, out, out_size);
    return out;
}

static enum status cursor_read(struct arena *arena, const struct people_query *query,
                               struct directory_place *out)
{
    size_t text_len = strlen(query->cursor);
    size_t size = text_len / 4 * 3 + (text_len % 4 == 0 ? 0 : text_len % 4 - 1);
    struct directory_place place = {.is_set = true, .is_backward = query->is_backward};
    const size_t text_at = CURSOR_HEAD_BYTES + number_bytes(query->sort);

    if (text_len % 4 == 1 || size < text_at || size > CURSOR_HEAD_BYTES + CURSOR_KEY_BYTES)
        return STATUS_INVALID;
    uint8_t *data = arena_alloc(arena, size);
    if (!crypto_base64url_decode(query->cursor, text_len, data, size) ||
        data[0] != cursor_tags[query->sort])
        return STATUS_INVALID;
    place.id.value = (int64_t)read_u64(data + 1);
    if (query->sort == DIRECTORY_BY_UPDATED)
        place.number = (int64_t)read_u64(data + CURSOR_HEAD_BYTES);
    else if (text_at > CURSOR_HEAD_BYTES)
        place.number = data[CURSOR_HEAD_BYTES];
    if (query->sort == DIRECTORY_BY_UPDATED && size != text_at)
        return STATUS_INVALID;
    if (!fold_is_utf8((const char *)data + text_at, size - text_at))
        return STATUS_INVALID;
    place.text = arena_strndup(arena, (const char *)data + text_at, size - text_at);
    *out = place;
    return STATUS_OK;
}

/* Where names or addresses begin with a letter, in the direction of the sort. */
static enum status letter_read(struct arena *arena, const struct people_query *query,
                               struct directory_place *out)
{
    if (!fold_is_utf8(query->letter, strlen(query->letter)))
        return STATUS_INVALID;
    if (query->sort != DIRECTORY_BY_NAME && query->sort != DIRECTORY_BY_EMAIL)
        return STATUS_OK;
    const char *key = fold_key(arena, query->letter);
    *out = (struct directory_place){.is_set = true, .text = key};
    if (query->is_descending) { /* from behind all that begins so */
        out->text = arena_printf(arena, "%s\xf4\x8f\xbf\xbf", key);
        out->id.value = INT64_MAX;
    }
    return STATUS_OK;
}

/* A whole address is looked for as addresses are compared, its domain as A-labels. */
static enum status read_term(struct arena *arena, const char *search, const char **out)
{
    size_t len = strlen(search);
    struct email email;

    if (!fold_is_utf8(search, len))
        return STATUS_INVALID;
    if (strchr(search, '@') != NULL && email_parse(arena, search, len, &email, NULL) == STATUS_OK)
        *out = email.key;
    else
        *out = fold_key(arena, search);
    return STATUS_OK;
}

static bool is_within(int value, int count)
{
    return value >= DIRECTORY_ANY && value < count;
}

enum status people_list_query(struct arena *arena, const struct people_query *query,
                              struct directory_filter *filter, struct directory_place *place)
{
    if (!is_within(query->status, CONTACT_STATUS_COUNT) || !is_within(query->subscribed, 2) ||
        !is_within(query->type, TYPE_COUNT) || query->sort < 0 ||
        query->sort >= DIRECTORY_SORT_COUNT)
        return STATUS_INVALID;
    *filter = (struct directory_filter){
        .status = query->status, .subscribed = query->subscribed, .type = query->type};
    enum status status = read_term(arena, query->search, &filter->term);
    if (status != STATUS_OK)
        return status;
    *place = (struct directory_place){.is_backward = query->is_backward};
    if (*query->cursor != '\0')
        return cursor_read(arena, query, place);
    return query->letter == NULL || *query->letter == '\0' ? STATUS_OK
                                                           : letter_read(arena, query, place);
}

/* Who has no name is called by their address' local part, or masked by what a mask leaves of it. */
static const char *call(struct arena *arena, const char *email, bool is_masked)
{
    return is_masked ? email_mask(arena, email) : arena_strndup(arena, email, strcspn(email, "@"));
}

static struct person_row describe_row(struct arena *arena, const struct contact *contact,
                                      uint64_t in_use, int64_t now_s, bool is_masked)
{
    struct person_row row = {
        .name = contact->name,
        .has_name = *contact->name != '\0',
        .email = is_masked ? email_mask(arena, contact->email) : contact->email,
        .type = contact->type,
        .status = contact->status,
        .choices_on = __builtin_popcountll(contact->choices & in_use),
        .is_paused = contact->paused_until > now_s,
        .updated_at = contact->updated_at,
    };

    public_id_text(contact->public_id, row.public_id);
    if (!row.has_name)
        row.name = call(arena, contact->email, is_masked);
    row.initials = fold_initials(arena, row.name);
    return row;
}

/* Both ends of a view know their own number; between them the page's first is what its link said.
 */
static void number_rows(const struct people_query *query, const struct directory_page *page,
                        struct people_list *list)
{
    int64_t count = (int64_t)page->count;

    if (count == 0)
        return;
    if (page->before >= 0)
        list->first = page->before + 1;
    else if (!page->has_previous)
        list->first = 1;
    else if (!page->has_next)
        list->first = page->matches - count + 1;
    else if (query->first > 1 && query->first <= page->matches - count)
        list->first = query->first;
    if (list->first > 0)
        list->last = list->first + count - 1;
}

static struct people_query keep_query(struct arena *arena, const struct people_query *query)
{
    struct people_query kept = *query;

    kept.search = arena_strdup(arena, query->search);
    kept.cursor = arena_strdup(arena, query->cursor);
    kept.letter = query->letter == NULL ? "" : arena_strdup(arena, query->letter);
    return kept;
}

static void fill(struct arena *arena, const struct people_query *query,
                 const struct directory_page *page, const struct directory_counts *counts,
                 uint64_t in_use, int64_t now_s, struct people_list *out)
{
    struct people_list list = {
        .query = keep_query(arena, query),
        .cards = {counts->total, counts->subscribed, counts->opted_in},
        .rows = arena_array(arena, page->count, sizeof *list.rows),
        .rows_count = page->count,
        .topics_in_use = __builtin_popcountll(in_use),
        .matches = page->matches,
    };

    for (size_t i = 0; i < page->count; i++)
        list.rows[i] = describe_row(arena, &page->rows[i], in_use, now_s, query->is_masked);
    number_rows(query, page, &list);
    if (page->count > 0 && page->has_previous)
        list.previous_cursor = people_list_cursor(arena, query->sort, &page->rows[0]);
    if (page->count > 0 && page->has_next)
        list.next_cursor = people_list_cursor(arena, query->sort, &page->rows[page->count - 1]);
    *out = list;
}

/* Somebody who signed up is in no list before they confirm: the search for them says so. */
static enum status find_asked(const struct service *service, struct arena *arena, const char *term,
                              const struct people_query *query, int64_t now_s,
                              struct people_list *list)
{
    if (strchr(term, '@') == NULL)
        return STATUS_OK;
    enum status status =
        confirmations_asked(service->store, term, now_s, &list->asked_at, &list->ask_ends);
    if (status == STATUS_OK && list->asked_at != 0)
        list->asked_email = fold_clean(arena, query->search);
    return status;
}

/* The page of a masked search: cut out of all that it finds, at the row that the cursor names. One
 * who is not among them any more leads to the first page. */
static enum status query_masked(const struct service *service, struct arena *arena,
                                const struct people_query *query,
                                const struct directory_filter *filter,
                                const struct directory_place *place, int64_t now_s,
                                struct directory_page *out, bool *is_cut)
{
    struct people_found found;
    size_t from = 0, at = 0;
    enum status status = people_masked_find(service, arena, filter, query->sort,
                                            query->is_descending, now_s, &found);

    if (status != STATUS_OK)
        return status;
    while (place->is_set && at < found.count && found.rows[at].id.value != place->id.value)
        at++;
    if (place->is_set && at < found.count && !place->is_backward)
        from = at + 1;
    else if (place->is_set && at < found.count)
        from = at > PEOPLE_PAGE_ROWS ? at - PEOPLE_PAGE_ROWS : 0;
    const size_t left = found.count - from;
    *out = (struct directory_page){
        .rows = found.rows + from,
        .count = left < PEOPLE_PAGE_ROWS ? left : PEOPLE_PAGE_ROWS,
        .has_previous = from > 0,
        .has_next = left > PEOPLE_PAGE_ROWS,
        .matches = (int64_t)found.count,
        .before = (int64_t)from,
    };
    *is_cut = found.is_cut;
    return STATUS_OK;
}

/* Addresses in order would tell them, and so would the places between pages. */
static struct people_query masked_query(const struct people_query *query)
{
    struct people_query masked = *query;

    if (query->sort == DIRECTORY_BY_EMAIL)
        masked.sort = DIRECTORY_BY_NAME;
    return masked;
}

enum status people_list(const struct service *service, struct arena *arena,
                        const struct people_query *asked_query, int64_t now_s,
                        struct people_list *out)
{
    const struct people_query masked = masked_query(asked_query);
    const struct people_query *query = asked_query->is_masked ? &masked : asked_query;
    bool is_cut = false;
    struct directory_filter filter;
    struct directory_place place;
    struct directory_page page;
    struct directory_counts counts;
    uint64_t in_use;
    enum status status = people_list_query(arena, query, &filter, &place);

    if (status == STATUS_OK)
        status = store_snapshot_begin(service->store);
    if (status != STATUS_OK)
        return status;
    if (query->is_masked && *filter.term != '\0')
        status = query_masked(service, arena, query, &filter, &place, now_s, &page, &is_cut);
    else
        status = directory_query(service->store, arena, &filter, query->sort, query->is_descending,
                                 &place, PEOPLE_PAGE_ROWS, now_s, &page);
    if (status == STATUS_OK)
        status = directory_count(service->store, now_s, &counts);
    if (status == STATUS_OK)
        status = topics_in_use(service->store, &in_use);
    struct people_list asked = {0};
    if (status == STATUS_OK)
        status = find_asked(service, arena, filter.term, query, now_s, &asked);
    if (status == STATUS_OK && *filter.term == '\0' && page.matches > PEOPLE_PAGE_ROWS)
        status = directory_letters(service->store, arena, query->sort, &asked.letters,
                                   &asked.letters_count);
    store_snapshot_end(service->store);
    if (status != STATUS_OK)
        return status;
    fill(arena, query, &page, &counts, in_use, now_s, out);
    out->is_cut = is_cut;
    out->asked_email = asked.asked_email;
    out->asked_at = asked.asked_at;
    out->ask_ends = asked.ask_ends;
    out->letters = asked.letters;
    out->letters_count = asked.letters_count;
    return STATUS_OK;
}

static void keep_matches(const char *term, struct directory_page *page)
{
    size_t kept = 0;

    for (size_t i = 0; i < page->count; i++)
        if (strstr(page->rows[i].name_key, term) != NULL ||
            strstr(page->rows[i].email_key, term) != NULL)
            page->rows[kept++] = page->rows[i];
    page->count = kept;
}

/* The first page of a search is a scan, and mostly all there is. Were each page one, a view of
 * thousands of pages would be scanned thousands of times: from the second on everyone in the
 * filters is walked through, and who does not match is left out here. */
enum status people_export(const struct service *service, struct arena *arena,
                          const struct people_query *query, int limit, int64_t now_s,
                          struct export_page *out)
{
    struct directory_filter filter;
    struct directory_place place;
    struct directory_page page;
    struct export_page export = {.now_s = now_s};
    enum status status = people_list_query(arena, query, &filter, &place);

    if (status == STATUS_OK)
        status = topics_list(service->store, arena, &export.topics, &export.topics_count);
    if (status != STATUS_OK)
        return status;
    const char *term = filter.term;
    if (place.is_set)
        filter.term = "";
    status = directory_query(service->store, arena, &filter, query->sort, query->is_descending,
                             &place, limit, now_s, &page);
    if (status != STATUS_OK)
        return status;
    if (page.has_next && page.count > 0)
        export.next = people_list_cursor(arena, query->sort, &page.rows[page.count - 1]);
    if (place.is_set)
        keep_matches(term, &page);
    export.rows = page.rows;
    export.rows_count = page.count;
    *out = export;
    return STATUS_OK;
}
