/*
 * service/history: see the header.
 */
#include "service/history.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/catalogue.h"
#include "service/history_site.h"
#include "store/admins.h"
#include "store/api_keys.h"
#include "store/settings.h"
#include "store/topics.h"

enum status history_open(struct store *store, struct arena *arena, struct history *out)
{
    struct history history = {.store = store};
    enum status status = topics_list(store, arena, &history.topics, &history.topics_count);

    if (status == STATUS_OK)
        *out = history;
    return status;
}

static const char *kept(struct arena *arena, struct buf *words)
{
    const char *text = words->len > 0 ? arena_strndup(arena, words->data, words->len) : "";

    buf_free(words);
    return text;
}

const char *history_names(const struct history *history, struct arena *arena, uint64_t mask)
{
    const char *names[TOPIC_MAX];
    size_t count = 0;

    for (size_t i = 0; i < history->topics_count && count < TOPIC_MAX; i++)
        if ((mask & TOPIC_BIT(history->topics[i].id)) != 0)
            names[count++] = history->topics[i].name;
    return catalogue_list(arena, LOCALE_EN, names, count);
}

/* Adds "Marketing on, Newsletter off" after what is there. */
static void add_choices(const struct history *history, struct arena *arena,
                        const struct entry *entry, struct buf *words)
{
    const char *on = history_names(history, arena, entry->choices_after & ~entry->choices_before);
    const char *off = history_names(history, arena, entry->choices_before & ~entry->choices_after);

    if (*on != '\0')
        buf_printf(words, "%s%s", words->len > 0 ? "; " : "",
                   ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_ON, ARG("topics", on)));
    if (*off != '\0')
        buf_printf(words, "%s%s",
                   *on != '\0'      ? ", "
                   : words->len > 0 ? "; "
                                    : "",
                   ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_OFF, ARG("topics", off)));
}

/* Adds "Newsletter weekly at most" after what is there, for the topics in mask. */
static void add_often(const struct history *history, struct arena *arena, uint64_t mask,
                      enum text often, struct buf *words)
{
    if (mask != 0)
        buf_printf(words, "%s%s", words->len > 0 ? "; " : "",
                   ADMIN_TEXT(arena, often, ARG("topics", history_names(history, arena, mask))));
}

/* Adds "Newsletter weekly at most; Marketing every message" after what is there. */
static void add_frequency(const struct history *history, struct arena *arena,
                          const struct entry *entry, struct buf *words)
{
    const uint64_t before = entry->daily_before | entry->weekly_before;
    const uint64_t after = entry->daily_after | entry->weekly_after;

    add_often(history, arena, entry->daily_after & ~entry->daily_before, TEXT_ADMIN_HISTORY_DAILY,
              words);
    add_often(history, arena, entry->weekly_after & ~entry->weekly_before,
              TEXT_ADMIN_HISTORY_WEEKLY, words);
    add_often(history, arena, before & ~after, TEXT_ADMIN_HISTORY_EVERY, words);
}

/* The lines that begin a note and say what was edited ("name: A → B"); what follows them are words
 * of people: consent, comments. */
static size_t edits_len(const char *note)
{
    static const char *const fields[] = {
        "name: ", "email: ", "type: ", "language: ", "earlier links: "};
    size_t len = 0;

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        size_t line = strcspn(note + len, "\n");
        const char *arrow = strstr(note + len, " → ");
        if (strncmp(note + len, fields[i], strlen(fields[i])) != 0 || arrow == NULL ||
            (size_t)(arrow - (note + len)) >= line)
            continue;
        len += line;
        len += note[len] == '\n';
    }
    return len;
}

/* Adds "name: A → B; type: Client → Partner" after what is there. */
static void add_edits(const struct entry *entry, struct buf *words)
{
    const char *note = entry->private.note == NULL ? "" : entry->private.note;
    const char *end = note + edits_len(note);

    while (note < end) {
        size_t line = strcspn(note, "\n");
        if (words->len > 0)
            buf_adds(words, "; ");
        buf_add(words, note, line);
        note += line + (note[line] == '\n');
    }
}

/* Adds "Paused until 23 Dec 2026" or "Pause ended" after what is there, if the pause moved. */
static void add_pause(struct arena *arena, const struct entry *entry, struct buf *words)
{
    if (entry->paused_before == entry->paused_after)
        return;
    if (words->len > 0)
        buf_adds(words, "; ");
    if (entry->paused_after > entry->at)
        buf_adds(words, ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_PAUSED,
                                   catalogue_arg_short("day", entry->paused_after)));
    else
        buf_adds(words, ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_RESUMED));
}

static const char *reason_words(struct arena *arena, enum leave_reason reason)
{
    static const enum text words[] = {
        [LEAVE_NONE] = TEXT_ADMIN_HISTORY_NO_REASON,
        [LEAVE_TOO_MANY] = TEXT_REASON_TOO_MANY,
        [LEAVE_NOT_RELEVANT] = TEXT_REASON_NOT_RELEVANT,
        [LEAVE_NEVER_ASKED] = TEXT_REASON_NEVER_ASKED,
        [LEAVE_NOT_ME] = TEXT_REASON_NOT_ME,
        [LEAVE_OTHER] = TEXT_REASON_OTHER,
        [LEAVE_BOUNCE] = TEXT_ADMIN_HISTORY_BOUNCE,
        [LEAVE_COMPLAINT] = TEXT_ADMIN_HISTORY_COMPLAINT,
    };
    static_assert(sizeof words / sizeof *words == LEAVE_REASON_COUNT, "words for every reason");
    return ADMIN_TEXT(arena, words[(unsigned)reason < LEAVE_REASON_COUNT ? reason : LEAVE_NONE]);
}

static const char *choices_words(const struct history *history, struct arena *arena,
                                 const struct entry *entry)
{
    struct buf words = {0};

    if (entry->status_before != entry->status_after)
        buf_adds(&words, ADMIN_TEXT(arena, entry->status_after == CONTACT_OPTED_IN
                                               ? TEXT_ADMIN_HISTORY_OPTED_IN
                                               : TEXT_ADMIN_HISTORY_OPTED_OUT));
    add_choices(history, arena, entry, &words);
    add_frequency(history, arena, entry, &words);
    add_edits(entry, &words);
    add_pause(arena, entry, &words);
    if (entry->kind == ENTRY_CHOICES && entry->leave_reason != LEAVE_NONE)
        buf_printf(&words, "%s%s", words.len > 0 ? "; " : "",
                   reason_words(arena, entry->leave_reason));
    return words.len > 0 ? kept(arena, &words) : ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_NOTHING);
}

static const char *added_words(const struct history *history, struct arena *arena,
                               const struct entry *entry)
{
    const char *on = history_names(history, arena, entry->choices_after);
    struct buf words = {0};

    if (entry->status_after == CONTACT_OPTED_OUT)
        buf_adds(&words, ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_ADDED_OUT));
    else if (*on == '\0')
        buf_adds(&words, ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_ADDED_NONE));
    else
        buf_adds(&words, ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_ADDED_ON, ARG("topics", on)));
    add_frequency(history, arena, entry, &words);
    return kept(arena, &words);
}

static const char *details_words(struct arena *arena, const struct entry *entry)
{
    struct buf words = {0};

    add_edits(entry, &words);
    if (words.len == 0)
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_DETAILS);
    words.data[0] = (char)(words.data[0] - 'a' + 'A');
    add_pause(arena, entry, &words);
    return kept(arena, &words);
}

static const char *pause_words(struct arena *arena, const struct entry *entry)
{
    struct buf words = {0};

    add_pause(arena, entry, &words);
    return kept(arena, &words);
}

const char *history_what(const struct history *history, struct arena *arena,
                         const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_CONTACT_ADDED:
        return added_words(history, arena, entry);
    case ENTRY_CHOICES:
    case ENTRY_FREQUENCY:
        return choices_words(history, arena, entry);
    case ENTRY_DETAILS:
        return details_words(arena, entry);
    case ENTRY_UNDONE:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_UNDONE,
                          ARG("what", choices_words(history, arena, entry)));
    case ENTRY_REASON:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_REASON,
                          ARG("reason", reason_words(arena, entry->leave_reason)));
    case ENTRY_PAUSE:
        return pause_words(arena, entry);
    case ENTRY_EPOCH:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_LINKS_VOID);
    case ENTRY_REQUEST_ADDED:
    case ENTRY_REQUEST_EDITED:
        return ADMIN_TEXT(arena,
                          entry->kind == ENTRY_REQUEST_ADDED ? TEXT_ADMIN_HISTORY_REQUEST_ADDED
                                                             : TEXT_ADMIN_HISTORY_REQUEST_EDITED,
                          ARG("id", arena_printf(arena, "%lld", (long long)entry->subject)));
    case ENTRY_DATA_GIVEN:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_DATA_GIVEN);
    case ENTRY_BLANKED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_BLANKED,
                          ARG("position", arena_printf(arena, "%lld", (long long)entry->subject)));
    case ENTRY_TOPIC_ADDED:
    case ENTRY_TOPIC_EDITED:
    case ENTRY_TOPIC_RETIRED:
    case ENTRY_KEY_ADDED:
    case ENTRY_KEY_STATE:
    case ENTRY_ADMIN_ADDED:
    case ENTRY_ADMIN_PASSWORD:
    case ENTRY_ADMIN_REMOVED:
    case ENTRY_IMPORT_BEGUN:
    case ENTRY_IMPORT_ENDED:
    case ENTRY_SETTING:
    case ENTRY_HOOK_ADDED:
    case ENTRY_HOOK_EDITED:
    case ENTRY_HOOK_REMOVED:
    case ENTRY_API_KEY_ADDED:
    case ENTRY_API_KEY_REVOKED:
    case ENTRY_ADMIN_INVITED:
    case ENTRY_ADMIN_EDITED:
    case ENTRY_ADMIN_FACTOR:
    case ENTRY_ADMIN_SIGNED_IN:
    case ENTRY_ADMIN_SESSIONS:
    case ENTRY_EXPORTED:
    case ENTRY_APPROVAL_ASKED:
    case ENTRY_APPROVAL_DECIDED:
        return history_site_what(history, arena, entry);
    case ENTRY_ERASED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_ERASED);
    case ENTRY_SUPPRESSED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_SUPPRESSED,
                          ARG("reason", reason_words(arena, (enum leave_reason)entry->subject)));
    case ENTRY_WORDING:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_WORDING,
                          ARG("number", arena_printf(arena, "%lld", (long long)entry->subject)));
    case ENTRY_KIND_COUNT:
        break;
    }
    return arena_strdup(arena, entry_kind_key(entry->kind));
}

static enum status admin_name(struct history *history, struct arena *arena, int64_t id,
                              const char **out)
{
    struct admin admin;
    enum status status = admins_get(history->store, arena, id, &admin);

    if (status == STATUS_OK)
        *out = *admin.name != '\0' ? admin.name : admin.email;
    if (status == STATUS_NOT_FOUND)
        *out = ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_BY_ADMIN);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status import_name(struct history *history, struct arena *arena, int64_t id,
                               const char **out)
{
    struct import_run run;
    enum status status = import_runs_get(history->store, arena, id, &run);

    if (status == STATUS_OK)
        *out = ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_BY_IMPORT, ARG("name", run.name));
    if (status == STATUS_NOT_FOUND)
        *out = ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_BY_AN_IMPORT);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status key_name(struct history *history, struct arena *arena, int64_t id,
                            const char **out)
{
    struct api_key key;
    enum status status = api_keys_get(history->store, arena, id, &key);

    if (status == STATUS_OK)
        *out = ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_BY_KEY, ARG("name", key.name));
    if (status == STATUS_NOT_FOUND)
        *out = ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_BY_A_KEY);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status look_up_name(struct history *history, struct arena *arena,
                                const struct entry *entry, const char **out)
{
    if (entry->actor == ACTOR_ADMIN)
        return admin_name(history, arena, entry->actor_id, out);
    if (entry->actor == ACTOR_API)
        return key_name(history, arena, entry->actor_id, out);
    return import_name(history, arena, entry->actor_id, out);
}

/* Who needs no look-up; NULL: does. */
static const char *plain_who(struct arena *arena, const struct entry *entry)
{
    switch (entry->actor) {
    case ACTOR_RECIPIENT:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_BY_RECIPIENT);
    case ACTOR_ONE_CLICK:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_BY_ONE_CLICK);
    case ACTOR_MAILTO:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_BY_MAILTO);
    case ACTOR_OPERATOR:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_BY_OPERATOR);
    case ACTOR_ADMIN:
    case ACTOR_API:
    case ACTOR_IMPORT:
        return NULL;
    case ACTOR_SYSTEM:
    case ACTOR_COUNT:
        break;
    }
    return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_BY_SYSTEM);
}

static enum status who_words(struct history *history, struct arena *arena,
                             const struct entry *entry, const char **out)
{
    const char *plain = plain_who(arena, entry);

    if (plain != NULL) {
        *out = plain;
        return STATUS_OK;
    }
    if (history->who_name == NULL || history->who_kind != entry->actor ||
        history->who_id != entry->actor_id) {
        enum status status = look_up_name(history, arena, entry, &history->who_name);
        if (status != STATUS_OK)
            return status;
        history->who_kind = entry->actor;
        history->who_id = entry->actor_id;
    }
    *out = history->who_name;
    return STATUS_OK;
}

static uint32_t read_u32(const uint8_t *from)
{
    return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

static const char *proof_words(struct arena *arena, const struct entry *entry)
{
    switch (entry->proof_kind) {
    case PROOF_LINK:
        if (entry->proof_len != PROOF_MAX_BYTES)
            return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_PROOF_LINK_ONLY);
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_PROOF_LINK,
                          ARG("key", arena_printf(arena, "%08x", read_u32(entry->proof))),
                          catalogue_arg_short("day", read_u32(entry->proof + 4)));
    case PROOF_CONFIRM:
        if (entry->proof_len != PROOF_MAX_BYTES)
            return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_PROOF_CONFIRM_ONLY);
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_PROOF_CONFIRM,
                          catalogue_arg_short("day", read_u32(entry->proof + 4)));
    case PROOF_SESSION:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_PROOF_SESSION);
    case PROOF_API_KEY:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_PROOF_API_KEY,
                          ARG("key", arena_printf(arena, "%lld", (long long)entry->actor_id)));
    case PROOF_COMMAND:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_PROOF_COMMAND);
    case PROOF_IMPORT:
        if (entry->proof_len < 4)
            return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_PROOF_FILE);
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_PROOF_LINE,
                          ARG("line", arena_printf(arena, "%u", read_u32(entry->proof))));
    case PROOF_NONE:
    case PROOF_COUNT:
        break;
    }
    return "";
}

enum status history_describe(struct history *history, struct arena *arena,
                             const struct entry *entry, struct history_line *out)
{
    const char *note = entry->private.note == NULL ? "" : entry->private.note;
    struct history_line line = {
        .position = entry->position,
        .at = entry->at,
        .kind = entry->kind,
        .what = history_what(history, arena, entry),
        .proof = proof_words(arena, entry),
        .note = note + edits_len(note),
        .campaign = entry->private.campaign == NULL ? "" : entry->private.campaign,
        .wording = entry->wording,
    };
    enum status status = who_words(history, arena, entry, &line.who);

    if (history_is_of_site(entry->kind))
        line.note = history_site_note(entry);
    if (status == STATUS_OK)
        *out = line;
    return status;
}
