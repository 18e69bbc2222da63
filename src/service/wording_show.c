/*
 * service/wording_show: what was kept, to be read again. See wording.h.
 */
#include <string.h>

#include "base/buf.h"
#include "service/wording.h"
#include "service/wording_parts.h"

enum { PAGE, TOPICS, BRAND };

/* What of the brand stands on a page; the name stands on all. */
static bool is_on_page(enum wording_page page, const char *key)
{
    if (strcmp(key, "welcome_words") == 0)
        return page == WORDING_MANAGE;
    if (strcmp(key, "goodbye_words") == 0)
        return page == WORDING_MANAGE_DONE || page == WORDING_UNSUBSCRIBE_DONE;
    return true;
}

/* Topics stand where they are chosen, or where one of them may be named. */
static bool has_topics(enum wording_page page)
{
    return page == WORDING_MANAGE || page == WORDING_UNSUBSCRIBE || page == WORDING_JOIN ||
           page == WORDING_CONFIRM;
}

/* A text that must be there. */
static enum status need(struct store *store, struct arena *arena,
                        const uint8_t hash[CONTENT_HASH_BYTES], const char **out)
{
    enum status status = wordings_text(store, arena, hash, out);

    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

/* The hashes of the three texts that were seen. */
static enum status find_sources(struct store *store, struct arena *arena,
                                const struct wording *wording, const struct wording_set *set,
                                uint8_t hashes[3][CONTENT_HASH_BYTES])
{
    const char *tag = locale_tag(wording->lang), *list, *pages;
    enum status status = need(store, arena, set->hash, &list);

    if (status == STATUS_OK)
        status = need(store, arena, set->pages, &pages);
    if (status != STATUS_OK)
        return status;
    const char *page = arena_printf(arena, "%s %s", wording_page_key(wording->page), tag);
    const bool is_whole =
        wording_parts_find(pages, page, hashes[PAGE]) &&
        wording_parts_find(list, arena_printf(arena, "topics %s", tag), hashes[TOPICS]) &&
        wording_parts_find(list, "brand", hashes[BRAND]);
    return is_whole ? STATUS_OK : STATUS_CORRUPT;
}

static void hash_sources(struct arena *arena, struct wording_source *sources,
                         uint8_t hashes[3][CONTENT_HASH_BYTES], char out[CONTENT_HASH_TEXT_BYTES])
{
    uint8_t whole[CONTENT_HASH_BYTES];

    for (size_t i = 0; i < 3; i++)
        content_hash_text(hashes[i], sources[i].hash);
    const char *text = arena_printf(arena, "page %s\ntopics %s\nbrand %s\n", sources[PAGE].hash,
                                    sources[TOPICS].hash, sources[BRAND].hash);
    content_hash(text, strlen(text), whole);
    content_hash_text(whole, out);
}

/* All lines of a text whose key may stand on page. */
static struct wording_line *take_lines(struct arena *arena, const char *text,
                                       enum wording_page page, bool is_brand, size_t *count)
{
    size_t lines = 0;
    struct wording_line line;

    for (const char *c = text; *c != '\0'; c++)
        lines += *c == '\n';
    struct wording_line *out = arena_array(arena, lines + 1, sizeof *out);
    *count = 0;
    while (*count <= lines && wording_parts_line(arena, &text, &line))
        if (!is_brand || (*line.text != '\0' && is_on_page(page, line.key)))
            out[(*count)++] = line;
    return out;
}

/* Whether word is one of those with blanks between. */
static bool has_word(const char *words, const char *word)
{
    const size_t len = strlen(word);

    for (; *words != '\0'; words += strcspn(words, " "), words += *words == ' ')
        if (strcspn(words, " ") == len && strncmp(words, word, len) == 0)
            return true;
    return false;
}

static void take_topics(struct arena *arena, const struct wording_line *lines, size_t count,
                        struct wording_shown *out)
{
    struct wording_topic *topic = NULL;

    out->topics = arena_array(arena, count + 1, sizeof *out->topics);
    for (size_t i = 0; i < count; i++) {
        const char *dot = strrchr(lines[i].key, '.');
        if (dot == NULL)
            continue;
        const char *key = arena_strndup(arena, lines[i].key, (size_t)(dot - lines[i].key));
        if (topic == NULL || strcmp(topic->key, key) != 0) {
            topic = &out->topics[out->topics_count++];
            *topic = (struct wording_topic){.key = key, .name = "", .description = ""};
        }
        if (strcmp(dot, ".name") == 0)
            topic->name = lines[i].text;
        else if (strcmp(dot, ".description") == 0)
            topic->description = lines[i].text;
        if (strcmp(dot, ".offers") == 0) {
            topic->offers_frequency = has_word(lines[i].text, "frequency");
            topic->on_join = has_word(lines[i].text, "join");
            topic->double_opt_in = has_word(lines[i].text, "confirmation");
        }
    }
}

/* The sign-up form offers some of them. */
static void keep_offered(struct wording_shown *out)
{
    size_t kept = 0;

    for (size_t i = 0; i < out->topics_count; i++)
        if (out->topics[i].on_join)
            out->topics[kept++] = out->topics[i];
    out->topics_count = kept;
}

static enum status fill(struct store *store, struct arena *arena, const struct wording_set *set,
                        struct wording_shown *out)
{
    uint8_t hashes[3][CONTENT_HASH_BYTES];
    size_t count;
    enum status status = find_sources(store, arena, &out->wording, set, hashes);

    for (size_t i = 0; status == STATUS_OK && i < 3; i++)
        status = need(store, arena, hashes[i], &out->sources[i].text);
    if (status != STATUS_OK)
        return status;
    hash_sources(arena, out->sources, hashes, out->hash);
    out->is_kept = true;
    out->since = set->at;
    out->position = set->position;
    const enum wording_page page = out->wording.page;
    out->lines = take_lines(arena, out->sources[PAGE].text, page, false, &out->lines_count);
    out->brand = take_lines(arena, out->sources[BRAND].text, page, true, &out->brand_count);
    struct wording_line *lines = take_lines(arena, out->sources[TOPICS].text, page, false, &count);
    if (has_topics(page))
        take_topics(arena, lines, count, out);
    if (page == WORDING_JOIN || page == WORDING_CONFIRM)
        keep_offered(out);
    return STATUS_OK;
}

enum status wording_show(const struct service *service, struct arena *arena, int32_t packed,
                         struct wording_shown *out)
{
    struct wording_shown shown = {.packed = packed};
    struct wording_set set;

    if (!wording_unpack(packed, &shown.wording) || shown.wording.page == WORDING_NONE)
        return STATUS_NOT_FOUND;
    shown.name = wording_name(arena, packed);
    if (shown.wording.set != 0) {
        enum status status = wordings_get(service->store, shown.wording.set, &set);
        if (status == STATUS_OK)
            status = fill(service->store, arena, &set, &shown);
        if (status != STATUS_OK)
            return status;
    }
    *out = shown;
    return STATUS_OK;
}

enum status wording_hash(const struct service *service, struct arena *arena, int32_t packed,
                         char out[CONTENT_HASH_TEXT_BYTES])
{
    struct wording wording;
    struct wording_set set;
    struct wording_source sources[3];
    uint8_t hashes[3][CONTENT_HASH_BYTES];

    *out = '\0';
    if (!wording_unpack(packed, &wording) || wording.set == 0)
        return STATUS_OK;
    enum status status = wordings_get(service->store, wording.set, &set);
    if (status == STATUS_OK)
        status = find_sources(service->store, arena, &wording, &set, hashes);
    if (status == STATUS_OK)
        hash_sources(arena, sources, hashes, out);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* What is in one list and not in the other. */
static enum status compare(struct store *store, struct arena *arena,
                           const struct wording_set *before, struct wording_listed *out)
{
    const char *was, *is;
    uint8_t a[CONTENT_HASH_BYTES], b[CONTENT_HASH_BYTES];
    enum status status = need(store, arena, before->hash, &was);

    if (status == STATUS_OK)
        status = need(store, arena, out->set.hash, &is);
    if (status != STATUS_OK)
        return status;
    out->pages_moved = memcmp(before->pages, out->set.pages, sizeof before->pages) != 0;
    for (unsigned lang = 0; lang < LOCALE_COUNT; lang++) {
        const char *what = arena_printf(arena, "topics %s", locale_tag((enum locale)lang));
        const bool has_a = wording_parts_find(was, what, a),
                   has_b = wording_parts_find(is, what, b);
        if (has_a != has_b || (has_a && memcmp(a, b, sizeof a) != 0))
            out->topics_moved = true;
    }
    out->brand_moved = wording_parts_find(was, "brand", a) && wording_parts_find(is, "brand", b) &&
                       memcmp(a, b, sizeof a) != 0;
    return STATUS_OK;
}

enum status wording_list(const struct service *service, struct arena *arena, int64_t before,
                         int limit, struct wording_listed **out, size_t *count)
{
    struct wording_set *sets;
    size_t found;

    if (limit < 1 || limit > WORDING_LIST_MAX)
        limit = WORDING_LIST_MAX;
    enum status status = wordings_before(service->store, arena, before > 0 ? before : INT64_MAX,
                                         limit + 1, &sets, &found);
    if (status != STATUS_OK)
        return status;
    const size_t n = found > (size_t)limit ? (size_t)limit : found;
    struct wording_listed *rows = arena_array(arena, n + 1, sizeof *rows);
    for (size_t i = 0; status == STATUS_OK && i < n; i++) {
        rows[i].set = sets[i];
        content_hash_text(sets[i].hash, rows[i].hash);
        rows[i].is_first = i + 1 >= found;
        if (!rows[i].is_first)
            status = compare(service->store, arena, &sets[i + 1], &rows[i]);
    }
    *out = rows;
    *count = n;
    return status;
}
