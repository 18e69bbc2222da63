/*
 * service/topic_admin: see the header.
 *
 * A topic's number and key are given once: rows are never removed, so the next number is one above
 * the highest, and a key that was ever used is taken.
 */
#include "service/topic_admin.h"

#include <string.h>

#include "base/buf.h"
#include "base/catalogue.h"
#include "base/clock.h"
#include "base/fold.h"
#include "service/change.h"
#include "service/fields.h"
#include "service/topic_key.h"
#include "service/wording.h"
#include "store/contacts.h"
#include "store/directory.h"
#include "store/topic_texts.h"
#include "store/topics.h"

/* Where the sweep is: the last contact seen, or -1 when there is nothing to do. */
#define SWEEP_KEY  "topic_sweep"
#define SWEEP_NONE INT64_C(-1)
#define SWEEP_ROWS 2000

struct act {
    const struct service *service;
    struct txn *txn;
    struct arena *arena;
    const struct topic_edit *edit;
    struct topic *topics; /* by rank, retired ones last */
    size_t count, in_use_count;
    struct topic *topic; /* the one that is meant; NULL with TOPIC_ADD */
    struct topic_words before[LOCALE_COUNT], after[LOCALE_COUNT]; /* its words, with TOPIC_EDIT */
    struct topic_saved saved;
};

static size_t count_in_use(const struct topic *topics, size_t count)
{
    size_t in_use = 0;

    for (size_t i = 0; i < count; i++)
        in_use += topics[i].retired_at == 0;
    return in_use;
}

/* Calls each row's words by topic and language; what has no row stays "". */
static enum status read_words(struct store *store, struct arena *arena,
                              struct topic_words (*by_topic)[LOCALE_COUNT])
{
    struct topic_text *rows;
    size_t count;
    enum status status = topic_texts_list(store, arena, &rows, &count);

    if (status != STATUS_OK)
        return status;
    for (size_t id = 0; id <= TOPIC_MAX; id++)
        for (size_t lang = 0; lang < LOCALE_COUNT; lang++)
            by_topic[id][lang] = (struct topic_words){"", ""};
    for (size_t i = 0; i < count; i++)
        by_topic[rows[i].topic.value & TOPIC_MAX][rows[i].lang] =
            (struct topic_words){rows[i].name, rows[i].description};
    return STATUS_OK;
}

enum status topic_admin_list(const struct service *service, struct arena *arena,
                             struct topic_page *out)
{
    struct topic *topics;
    struct directory_counts counts;
    struct topic_words words[TOPIC_MAX + 1][LOCALE_COUNT];
    struct topic_page page = {0};
    enum status status = topics_list(service->store, arena, &topics, &page.count);

    if (status == STATUS_OK)
        status = directory_count(service->store, clock_now_s(), &counts);
    if (status == STATUS_OK)
        status = read_words(service->store, arena, words);
    if (status != STATUS_OK)
        return status;
    page.topics = arena_array(arena, page.count, sizeof *page.topics);
    page.in_use_count = count_in_use(topics, page.count);
    for (size_t i = 0; i < page.count; i++) {
        page.topics[i] = (struct topic_line){
            .id = topics[i].id.value,
            .key = topics[i].key,
            .name = topics[i].name,
            .description = topics[i].description,
            .rank = topics[i].rank,
            .retired_at = topics[i].retired_at,
            .offers_frequency = topics[i].offers_frequency,
            .people = counts.by_topic[topics[i].id.value],
            .double_opt_in = topics[i].double_opt_in,
            .on_join = topics[i].on_join,
        };
        for (enum locale lang = 0; lang < LOCALE_COUNT; lang++)
            page.topics[i].usual[lang] =
                (struct topic_words){topic_texts_usual_name(arena, lang, &topics[i]),
                                     topic_texts_usual_description(arena, lang, &topics[i])};
        memcpy(page.topics[i].words, words[topics[i].id.value], sizeof page.topics[i].words);
    }
    *out = page;
    return STATUS_OK;
}

static int next_rank(const struct act *act)
{
    int highest = 0;

    for (size_t i = 0; i < act->in_use_count; i++)
        if (act->topics[i].rank > highest)
            highest = act->topics[i].rank;
    return highest + 1;
}

static struct topic *find_key(const struct act *act, const char *key)
{
    for (size_t i = 0; i < act->count; i++)
        if (strcmp(act->topics[i].key, key) == 0)
            return &act->topics[i];
    return NULL;
}

static bool name_is_taken(const struct act *act, const char *name)
{
    const char *key = fold_key(act->arena, name);

    for (size_t i = 0; i < act->count; i++)
        if (act->topics[i].retired_at == 0 && &act->topics[i] != act->topic &&
            strcmp(fold_key(act->arena, act->topics[i].name), key) == 0)
            return true;
    return false;
}

static enum topic_fault read_texts(const struct act *act, struct topic *topic)
{
    const char *name = act->edit->name == NULL ? "" : act->edit->name;
    const char *about = act->edit->description == NULL ? "" : act->edit->description;

    if (fields_text(act->arena, name, TOPIC_NAME_MAX_BYTES, &topic->name) != STATUS_OK ||
        *topic->name == '\0')
        return TOPIC_NAME_BAD;
    if (name_is_taken(act, topic->name))
        return TOPIC_NAME_TAKEN;
    if (fields_text(act->arena, about, TOPIC_ABOUT_MAX_BYTES, &topic->description) != STATUS_OK)
        return TOPIC_ABOUT_BAD;
    return TOPIC_FINE;
}

/* A key from the name; where it is taken, or nothing of the name can be written in ASCII, with a
 * number behind it. */
static const char *derive_key(const struct act *act, const char *name, int id)
{
    const char *stem = topic_key_make(act->arena, name);

    if (*stem == '\0')
        stem = arena_printf(act->arena, "topic_%d", id);
    const char *key = stem;
    for (int n = 2; find_key(act, key) != NULL; n++)
        key = arena_printf(act->arena, "%.*s_%d", TOPIC_KEY_MAX_BYTES - 4, stem, n);
    return key;
}

static enum topic_fault read_key(const struct act *act, struct topic *topic)
{
    const char *key = act->edit->key;

    if (key == NULL || *key == '\0') {
        topic->key = derive_key(act, topic->name, topic->id.value);
        return TOPIC_FINE;
    }
    if (!topic_key_is_valid(key) || strlen(key) > TOPIC_KEY_MAX_BYTES)
        return TOPIC_KEY_BAD;
    if (find_key(act, key) != NULL)
        return TOPIC_KEY_TAKEN;
    topic->key = arena_strdup(act->arena, key);
    return TOPIC_FINE;
}

static enum status record(struct act *act, enum entry_kind kind, const struct topic *topic,
                          const char *note)
{
    struct entry entry = {.kind = kind, .subject = topic->id.value, .private = {.note = note}};

    return change_record(act->service, act->txn, &entry, &act->edit->origin);
}

static enum status put(struct act *act, enum entry_kind kind, const struct topic *topic,
                       const char *note)
{
    enum status status = topics_put(act->txn, topic);

    if (status == STATUS_OK)
        status = record(act, kind, topic, note);
    act->saved.topic = *topic;
    return status;
}

static void read_options(const struct act *act, struct topic *topic)
{
    if (!act->edit->sets_options)
        return;
    topic->offers_frequency = act->edit->offers_frequency;
    topic->double_opt_in = act->edit->double_opt_in;
    topic->on_join = act->edit->on_join;
}

static void note_text(struct buf *note, const char *what, const char *from, const char *to)
{
    if (strcmp(from, to) != 0)
        buf_printf(note, "%s%s: %s → %s", note->len > 0 ? "\n" : "", what, from, to);
}

static void note_option(struct buf *note, const char *what, bool from, bool to)
{
    note_text(note, what, from ? "yes" : "no", to ? "yes" : "no");
}

static void note_options(struct buf *note, const struct topic *from, const struct topic *to)
{
    note_option(note, "daily or weekly on request", from->offers_frequency, to->offers_frequency);
    note_option(note, "double opt-in", from->double_opt_in, to->double_opt_in);
    note_option(note, "on the sign-up form", from->on_join, to->on_join);
}

/* Reads before and after. TOPIC_WORDS_BAD: fault_lang says where. */
static enum status read_edited_words(struct act *act)
{
    struct topic_words words[TOPIC_MAX + 1][LOCALE_COUNT];
    enum status status = read_words(txn_store(act->txn), act->arena, words);

    if (status != STATUS_OK)
        return status;
    memcpy(act->before, words[act->topic->id.value], sizeof act->before);
    memcpy(act->after, act->before, sizeof act->after);
    for (unsigned lang = 0; act->edit->sets_words && lang < LOCALE_COUNT; lang++) {
        const struct topic_words *typed = &act->edit->words[lang];
        const char *name = typed->name == NULL ? "" : typed->name;
        const char *about = typed->description == NULL ? "" : typed->description;
        if (fields_text(act->arena, name, TOPIC_NAME_MAX_BYTES, &act->after[lang].name) !=
                STATUS_OK ||
            fields_text(act->arena, about, TOPIC_ABOUT_MAX_BYTES, &act->after[lang].description) !=
                STATUS_OK) {
            act->saved.fault = TOPIC_WORDS_BAD;
            act->saved.fault_lang = (enum locale)lang;
            return STATUS_OK;
        }
    }
    return STATUS_OK;
}

static void note_words(const struct act *act, struct buf *note)
{
    for (unsigned lang = 0; lang < LOCALE_COUNT; lang++) {
        const char *tag = locale_tag((enum locale)lang);
        const struct topic_words *from = &act->before[lang], *to = &act->after[lang];
        note_text(note, arena_printf(act->arena, "name (%s)", tag), from->name, to->name);
        note_text(note, arena_printf(act->arena, "description (%s)", tag), from->description,
                  to->description);
    }
}

static enum status put_words(const struct act *act)
{
    enum status status = STATUS_OK;

    for (unsigned lang = 0; lang < LOCALE_COUNT && status == STATUS_OK; lang++) {
        const struct topic_words *from = &act->before[lang], *to = &act->after[lang];
        const struct topic_text text = {.topic = act->topic->id,
                                        .lang = (enum locale)lang,
                                        .name = to->name,
                                        .description = to->description};
        if (strcmp(from->name, to->name) != 0 || strcmp(from->description, to->description) != 0)
            status = topic_texts_put(act->txn, &text);
    }
    return status;
}

static enum status add(struct act *act)
{
    /* As the schema has it: nobody signs up unconfirmed unless an admin says so. */
    struct topic topic = {.rank = next_rank(act), .double_opt_in = true, .on_join = true};
    const struct topic usual = topic;
    int highest = 0;

    for (size_t i = 0; i < act->count; i++)
        if (act->topics[i].id.value > highest)
            highest = act->topics[i].id.value;
    topic.id.value = (uint8_t)(highest + 1);
    act->saved.fault = highest >= TOPIC_MAX ? TOPIC_NONE_LEFT : read_texts(act, &topic);
    if (act->saved.fault == TOPIC_FINE)
        act->saved.fault = read_key(act, &topic);
    if (act->saved.fault != TOPIC_FINE)
        return STATUS_OK;
    struct buf note = {0};
    read_options(act, &topic);
    buf_adds(&note, topic.name);
    note_options(&note, &usual, &topic);
    act->saved.summary =
        ADMIN_TEXT(act->arena, TEXT_ADMIN_TOPICS_DID_ADD, ARG("topic", topic.name));
    enum status status = put(act, ENTRY_TOPIC_ADDED, &topic, note.data);
    buf_free(&note);
    return status;
}

static enum status edit(struct act *act)
{
    struct topic topic = *act->topic;
    struct buf note = {0};

    enum status status = read_edited_words(act);
    if (status == STATUS_OK && act->saved.fault == TOPIC_FINE)
        act->saved.fault = read_texts(act, &topic);
    if (status != STATUS_OK || act->saved.fault != TOPIC_FINE)
        return status;
    read_options(act, &topic);
    note_text(&note, "name", act->topic->name, topic.name);
    note_text(&note, "description", act->topic->description, topic.description);
    note_options(&note, act->topic, &topic);
    note_words(act, &note);
    act->saved.is_unchanged = note.len == 0;
    act->saved.topic = topic;
    if (note.len > 0)
        act->saved.summary =
            ADMIN_TEXT(act->arena, TEXT_ADMIN_TOPICS_DID_EDIT, ARG("topic", topic.name));
    if (note.len > 0)
        status = put(act, ENTRY_TOPIC_EDITED, &topic, note.data);
    if (status == STATUS_OK)
        status = put_words(act);
    buf_free(&note);
    return status;
}

/* Writes ranks 1, 2, 3 … in the order of topics, where they differ. */
static enum status renumber(struct act *act)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < act->in_use_count && status == STATUS_OK; i++) {
        if (act->topics[i].rank == (int)i + 1)
            continue;
        act->topics[i].rank = (int)i + 1;
        status = topics_put(act->txn, &act->topics[i]);
    }
    return status;
}

static enum status move(struct act *act, int by)
{
    size_t at = (size_t)(act->topic - act->topics);
    size_t to = at + (size_t)by;

    act->saved.topic = *act->topic;
    /* at + -1 wraps when the first one is moved up, and is then past the end too. */
    if (act->topic->retired_at != 0 || to >= act->in_use_count) {
        act->saved.is_unchanged = true;
        return STATUS_OK;
    }
    struct topic other = act->topics[to];
    act->topics[to] = *act->topic;
    act->topics[at] = other;
    act->saved.summary =
        ADMIN_TEXT(act->arena, TEXT_ADMIN_TOPICS_DID_MOVE, ARG("topic", act->topics[to].name));
    enum status status = renumber(act);
    act->saved.topic = act->topics[to];
    if (status == STATUS_OK)
        status = record(act, ENTRY_TOPIC_EDITED, &act->topics[to],
                        arena_printf(act->arena, "order: %zu → %zu", at + 1, to + 1));
    return status;
}

static enum status count_people(struct act *act)
{
    struct directory_counts counts;
    enum status status = directory_count(txn_store(act->txn), clock_now_s(), &counts);

    if (status == STATUS_OK)
        act->saved.people = counts.by_topic[act->topic->id.value];
    return status;
}

static enum status begin_sweep(struct act *act)
{
    const int64_t from = 0;

    act->saved.needs_refacet = true;
    return meta_put(act->txn, SWEEP_KEY, &from, sizeof from);
}

static enum status retire_or_restore(struct act *act, bool retires)
{
    struct topic topic = *act->topic;

    act->saved.topic = topic;
    act->saved.is_unchanged = (topic.retired_at != 0) == retires;
    enum status status = count_people(act);
    if (status != STATUS_OK || act->saved.is_unchanged)
        return status;
    if (!retires && name_is_taken(act, topic.name)) {
        act->saved.fault = TOPIC_NAME_TAKEN;
        return STATUS_OK;
    }
    topic.retired_at = retires ? clock_now_s() : 0;
    topic.rank = retires ? topic.rank : next_rank(act);
    act->saved.summary = ADMIN_TEXT(
        act->arena, retires ? TEXT_ADMIN_TOPICS_DID_RETIRE : TEXT_ADMIN_TOPICS_DID_RESTORE,
        ARG("topic", topic.name), ARG("n", act->saved.people));
    status = put(act, retires ? ENTRY_TOPIC_RETIRED : ENTRY_TOPIC_EDITED, &topic,
                 retires ? NULL : "restored");
    if (status == STATUS_OK)
        status = begin_sweep(act);
    return status;
}

static enum status do_act(struct act *act)
{
    switch (act->edit->act) {
    case TOPIC_ADD:
        return add(act);
    case TOPIC_EDIT:
        return edit(act);
    case TOPIC_UP:
        return move(act, -1);
    case TOPIC_DOWN:
        return move(act, 1);
    case TOPIC_RETIRE:
        return retire_or_restore(act, true);
    case TOPIC_RESTORE:
        return retire_or_restore(act, false);
    }
    return STATUS_INVALID;
}

enum status topic_admin_save(const struct service *service, struct txn *txn, struct arena *arena,
                             const struct topic_edit *edit, struct topic_saved *out)
{
    struct act act = {.service = service,
                      .txn = txn,
                      .arena = arena,
                      .edit = edit,
                      .saved = {.summary = ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_UNCHANGED)}};
    enum status status = topics_list(txn_store(txn), arena, &act.topics, &act.count);

    if (status != STATUS_OK)
        return status;
    act.in_use_count = count_in_use(act.topics, act.count);
    if (edit->act != TOPIC_ADD) {
        act.topic = edit->key == NULL ? NULL : find_key(&act, edit->key);
        if (act.topic == NULL)
            act.saved.fault = TOPIC_GONE;
    }
    if (act.saved.fault == TOPIC_FINE)
        status = do_act(&act);
    if (status == STATUS_OK && act.saved.fault == TOPIC_FINE && !act.saved.is_unchanged)
        status = wording_keep(service, txn, arena, &edit->origin);
    if (status == STATUS_OK)
        *out = act.saved;
    return status;
}

enum status topic_admin_sweep(const struct service *service, struct txn *txn, bool *done)
{
    struct contact_id after, last;
    uint64_t in_use;
    int64_t at = SWEEP_NONE;
    enum status status = meta_get(txn_store(txn), SWEEP_KEY, &at, sizeof at);

    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && at == SWEEP_NONE)) {
        *done = true;
        return STATUS_OK;
    }
    if (status == STATUS_OK)
        status = topics_in_use(txn_store(txn), &in_use);
    if (status != STATUS_OK)
        return status;
    after.value = at;
    status = contacts_refacet(txn, after, SWEEP_ROWS, in_use, &last);
    if (status != STATUS_OK)
        return status;
    at = last.value == 0 ? SWEEP_NONE : last.value;
    status = meta_put(txn, SWEEP_KEY, &at, sizeof at);
    if (status == STATUS_OK)
        *done = at == SWEEP_NONE;
    return status;
}
