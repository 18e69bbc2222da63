/*
 * service/wording_parts: see wording_parts.h.
 */
#include "service/wording_parts.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "pages.h"
#include "service/brand.h"
#include "store/topic_texts.h"
#include "store/topics.h"

static const char *const forms[TEXT_PLURAL_FORMS] = {"zero", "one", "two", "few", "many", "other"};

static void add_text(struct buf *out, const char *text)
{
    buf_add(out, text, strlen(text));
}

/* "name = words" in one line whatever is in them. */
static void add_line(struct buf *out, const char *name, const char *words)
{
    add_text(out, name);
    buf_adds(out, " = ");
    for (; *words != '\0'; words++) {
        if (*words == '\n')
            buf_adds(out, "\\n");
        else if (*words == '\\')
            buf_adds(out, "\\\\");
        else
            buf_addc(out, *words);
    }
    buf_addc(out, '\n');
}

/* Takes what is in text as the next part, named what in list, and empties text. */
static const struct wording_part *add_part(struct arena *arena, struct wording_parts *parts,
                                           struct buf *text, struct buf *list, const char *what)
{
    assert(parts->count < WORDING_PARTS_MAX);
    struct wording_part *part = &parts->parts[parts->count++];
    char hash[CONTENT_HASH_TEXT_BYTES];

    part->text = arena_strndup(arena, text->len > 0 ? text->data : "", text->len);
    content_hash(part->text, text->len, part->hash);
    content_hash_text(part->hash, hash);
    buf_clear(text);
    if (list != NULL) {
        add_text(list, what);
        buf_addc(list, ' ');
        add_text(list, hash);
        buf_addc(list, '\n');
    }
    return part;
}

static void add_page(struct arena *arena, struct buf *text, const struct page_texts *page,
                     enum locale lang)
{
    for (size_t i = 0; i < page->count; i++) {
        const struct text_row *row = &text_rows[lang][page->texts[i]];
        if (row->forms == NULL) {
            add_line(text, page->keys[i], row->text);
            continue;
        }
        for (size_t form = 0; form < TEXT_PLURAL_FORMS; form++)
            if (row->forms[form] != NULL)
                add_line(text, arena_printf(arena, "%s[%s]", page->keys[i], forms[form]),
                         row->forms[form]);
    }
}

void wording_parts_pages(struct arena *arena, struct wording_parts *out)
{
    struct buf text = {0}, list = {0};

    out->count = 0;
    for (unsigned page = WORDING_NONE + 1; page < WORDING_PAGE_COUNT; page++) {
        for (unsigned lang = 0; lang < LOCALE_COUNT; lang++) {
            add_page(arena, &text, &page_texts[page], (enum locale)lang);
            add_part(arena, out, &text, &list,
                     arena_printf(arena, "%s %s", wording_page_key((enum wording_page)page),
                                  locale_tag((enum locale)lang)));
        }
    }
    memcpy(out->pages, add_part(arena, out, &list, NULL, NULL)->hash, sizeof out->pages);
    out->pages_count = out->count;
    buf_free(&text);
    buf_free(&list);
}

static void add_topic(struct arena *arena, struct buf *text, const struct topic *topic)
{
    add_line(text, arena_printf(arena, "%s.name", topic->key), topic->name);
    if (*topic->description != '\0')
        add_line(text, arena_printf(arena, "%s.description", topic->key), topic->description);
    const char *offers =
        arena_printf(arena, "%s%s%s", topic->offers_frequency ? " frequency" : "",
                     topic->on_join ? " join" : "", topic->double_opt_in ? " confirmation" : "");
    add_line(text, arena_printf(arena, "%s.offers", topic->key), offers + (*offers == ' '));
}

static enum status add_topics(const struct service *service, struct arena *arena,
                              struct wording_parts *out, struct buf *list)
{
    struct topic *topics, *named;
    size_t count;
    struct buf text = {0};
    enum status status = topics_list(service->store, arena, &topics, &count);

    for (unsigned lang = 0; status == STATUS_OK && lang < LOCALE_COUNT; lang++) {
        named = arena_array(arena, count + 1, sizeof *named);
        memcpy(named, topics, count * sizeof *named);
        status = topic_texts_apply(service->store, arena, (enum locale)lang, named, count);
        for (size_t i = 0; status == STATUS_OK && i < count; i++)
            if (named[i].retired_at == 0)
                add_topic(arena, &text, &named[i]);
        add_part(arena, out, &text, list,
                 arena_printf(arena, "topics %s", locale_tag((enum locale)lang)));
    }
    buf_free(&text);
    return status;
}

static enum status add_brand(const struct service *service, struct arena *arena,
                             struct wording_parts *out, struct buf *list)
{
    struct brand brand;
    struct buf text = {0};
    enum status status = brand_get(service, arena, &brand);

    if (status != STATUS_OK)
        return status;
    add_line(&text, "name", brand.name);
    add_line(&text, "postal_address", brand.postal_address);
    add_line(&text, "privacy_url", brand.privacy_url);
    add_line(&text, "welcome_words", brand.welcome);
    add_line(&text, "goodbye_words", brand.goodbye);
    add_part(arena, out, &text, list, "brand");
    buf_free(&text);
    return STATUS_OK;
}

enum status wording_parts_all(const struct service *service, struct arena *arena,
                              struct wording_parts *out)
{
    char pages[CONTENT_HASH_TEXT_BYTES];
    struct buf list = {0};

    wording_parts_pages(arena, out);
    content_hash_text(out->pages, pages);
    buf_adds(&list, "pages ");
    add_text(&list, pages);
    buf_addc(&list, '\n');
    enum status status = add_topics(service, arena, out, &list);
    if (status == STATUS_OK)
        status = add_brand(service, arena, out, &list);
    if (status == STATUS_OK)
        memcpy(out->hash, add_part(arena, out, &list, NULL, NULL)->hash, sizeof out->hash);
    buf_free(&list);
    return status;
}

bool wording_parts_find(const char *list, const char *what, uint8_t out[CONTENT_HASH_BYTES])
{
    const size_t len = strlen(what);

    for (const char *line = list; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n')
        if (strncmp(line, what, len) == 0 && line[len] == ' ')
            return content_hash_parse(line + len + 1, out);
    return false;
}

bool wording_parts_line(struct arena *arena, const char **text, struct wording_line *out)
{
    while (**text != '\0') {
        const char *line = *text;
        const size_t len = strcspn(line, "\n");
        const char *sign = memmem(line, len, " = ", 3);
        *text += len;
        *text += **text == '\n';
        if (sign == NULL)
            continue;
        char *words = arena_strndup(arena, sign + 3, (size_t)(line + len - sign - 3));
        size_t n = 0;
        for (const char *c = words; *c != '\0'; c++) {
            if (c[0] == '\\' && c[1] != '\0')
                words[n++] = *++c == 'n' ? '\n' : *c;
            else
                words[n++] = *c;
        }
        words[n] = '\0';
        *out = (struct wording_line){arena_strndup(arena, line, (size_t)(sign - line)), words};
        return true;
    }
    return false;
}
