/*
 * service/history_site: see the header.
 */
#include "service/history_site.h"

#include <string.h>

#include "base/buf.h"
#include "base/catalogue.h"
#include "service/outbox_admin.h"
#include "service/settings.h"

bool history_is_of_site(enum entry_kind kind)
{
    return (kind >= ENTRY_TOPIC_ADDED && kind <= ENTRY_HOOK_REMOVED) ||
           kind == ENTRY_API_KEY_ADDED || kind == ENTRY_API_KEY_REVOKED ||
           (kind >= ENTRY_ADMIN_INVITED && kind <= ENTRY_APPROVAL_DECIDED);
}

static const char *note_of(const struct entry *entry)
{
    return entry->private.note == NULL ? "" : entry->private.note;
}

static const char *number_of(struct arena *arena, const struct entry *entry)
{
    return arena_printf(arena, "%lld", (long long)entry->subject);
}

/* The note's lines as one: "name: A → B; description: C → D". */
static const char *joined(struct arena *arena, const char *note)
{
    struct buf words = {0};

    for (; *note != '\0'; note += note[0] == '\n') {
        const size_t len = strcspn(note, "\n");
        if (words.len > 0 && len > 0)
            buf_adds(&words, "; ");
        buf_add(&words, note, len);
        note += len;
    }
    const char *text = words.len > 0 ? arena_strndup(arena, words.data, words.len) : "";
    buf_free(&words);
    return text;
}

/* text, and ": " with what the note says, if it says something. */
static const char *with_note(struct arena *arena, const char *text, const char *note)
{
    const char *more = joined(arena, note);

    return *more != '\0' ? arena_printf(arena, "%s: %s", text, more) : text;
}

static const char *topic_words(const struct history *history, struct arena *arena,
                               const struct entry *entry)
{
    const char *name = entry->subject > 0 && entry->subject <= TOPIC_MAX
                           ? history_names(history, arena, UINT64_C(1) << entry->subject)
                           : "";
    const char *note = note_of(entry);

    if (*name == '\0')
        name = number_of(arena, entry);
    if (entry->kind == ENTRY_TOPIC_RETIRED)
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_TOPIC_RETIRED, ARG("topic", name));
    if (entry->kind == ENTRY_TOPIC_EDITED)
        return strcmp(note, "restored") == 0
                   ? ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_TOPIC_RESTORED, ARG("topic", name))
                   : with_note(
                         arena,
                         ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_TOPIC_EDITED, ARG("topic", name)),
                         note);
    /* What it was called then, and below that what is not as usual. */
    const char *then = arena_strndup(arena, note, strcspn(note, "\n"));
    note += strlen(then);
    return with_note(arena,
                     ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_TOPIC_ADDED,
                                ARG("topic", *then != '\0' ? then : name)),
                     note + (*note == '\n'));
}

static const char *key_words(struct arena *arena, const struct entry *entry)
{
    const char *id = arena_printf(arena, "%08llx", (unsigned long long)entry->subject);
    const char *note = note_of(entry);

    if (entry->kind == ENTRY_KEY_STATE)
        return with_note(arena, ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_KEY_STATE, ARG("key", id)),
                         note);
    if (*note == '\0')
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_KEY_ADDED, ARG("key", id));
    return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_KEY_ADDED_OF, ARG("key", id), ARG("owner", note));
}

/* The admin's address, or the program's name, or the endpoint's URL; or the number. */
static const char *named(struct arena *arena, const struct entry *entry)
{
    const char *note = note_of(entry);

    if (strncmp(note, "url: ", 5) == 0)
        note += 5;
    return *note != '\0' ? joined(arena, note)
                         : ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_NUMBER,
                                      ARG("number", number_of(arena, entry)));
}

static const char *import_words(struct arena *arena, const struct entry *entry)
{
    const char *note = note_of(entry), *number = number_of(arena, entry);

    if (entry->kind == ENTRY_IMPORT_ENDED)
        return with_note(
            arena, ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_IMPORT_ENDED, ARG("number", number)), note);
    if (strncmp(note, "file: ", 6) != 0)
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_IMPORT_BEGUN, ARG("number", number));
    note += 6;
    return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_IMPORT_BEGUN_OF, ARG("number", number),
                      ARG("name", arena_strndup(arena, note, strcspn(note, "\n"))));
}

/* "A → B", where either may be nothing. */
static const char *moved(struct arena *arena, const char *note)
{
    static const char arrow[] = " → ";
    const char *none = ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_EMPTY);
    const size_t len = strlen(note), width = sizeof arrow - 1;

    if (strncmp(note, arrow, width) == 0)
        return arena_printf(arena, "%s%s", none, note);
    return len >= width && strcmp(note + len - width, arrow) == 0
               ? arena_printf(arena, "%s%s", note, none)
               : note;
}

/* "Name of the sender: A → B". */
static const char *setting_words(struct arena *arena, const struct entry *entry)
{
    const char *note = note_of(entry);
    const size_t len = strcspn(note, ":");
    enum setting setting;

    if (*note == '\0')
        return ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_SETTING);
    if (strncmp(note, OUTBOX_NOTE, sizeof OUTBOX_NOTE - 1) == 0)
        return with_note(arena, ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_OUTBOX),
                         note + sizeof OUTBOX_NOTE - 1);
    if (note[len] == ':' && note[len + 1] == ' ' &&
        setting_parse(arena_strndup(arena, note, len), &setting))
        return with_note(
            arena,
            ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_SETTING_OF, ARG("about", setting_about(setting))),
            moved(arena, note + len + 2));
    return with_note(arena, ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_SETTING), note);
}

static const char *hook_words(struct arena *arena, const struct entry *entry)
{
    if (entry->kind == ENTRY_HOOK_EDITED)
        return with_note(arena,
                         ADMIN_TEXT(arena, TEXT_ADMIN_HISTORY_HOOK_EDITED,
                                    ARG("number", number_of(arena, entry))),
                         note_of(entry));
    return ADMIN_TEXT(arena,
                      entry->kind == ENTRY_HOOK_ADDED ? TEXT_ADMIN_HISTORY_HOOK_ADDED
                                                      : TEXT_ADMIN_HISTORY_HOOK_REMOVED,
                      ARG("hook", named(arena, entry)));
}

const char *history_site_what(const struct history *history, struct arena *arena,
                              const struct entry *entry)
{
    const struct {
        enum entry_kind kind;
        enum text text;
    } by_name[] = {
        {ENTRY_ADMIN_ADDED, TEXT_ADMIN_HISTORY_ADMIN_ADDED},
        {ENTRY_ADMIN_PASSWORD, TEXT_ADMIN_HISTORY_ADMIN_PASSWORD},
        {ENTRY_ADMIN_REMOVED, TEXT_ADMIN_HISTORY_ADMIN_REMOVED},
        {ENTRY_API_KEY_ADDED, TEXT_ADMIN_HISTORY_API_KEY_ADDED},
        {ENTRY_API_KEY_REVOKED, TEXT_ADMIN_HISTORY_API_KEY_REVOKED},
        {ENTRY_ADMIN_INVITED, TEXT_ADMIN_HISTORY_ADMIN_INVITED},
        {ENTRY_ADMIN_EDITED, TEXT_ADMIN_HISTORY_ADMIN_EDITED},
        {ENTRY_ADMIN_FACTOR, TEXT_ADMIN_HISTORY_ADMIN_FACTOR},
        {ENTRY_ADMIN_SIGNED_IN, TEXT_ADMIN_HISTORY_ADMIN_SIGNED_IN},
        {ENTRY_ADMIN_SESSIONS, TEXT_ADMIN_HISTORY_ADMIN_SESSIONS},
        {ENTRY_EXPORTED, TEXT_ADMIN_HISTORY_EXPORTED},
        {ENTRY_APPROVAL_ASKED, TEXT_ADMIN_HISTORY_APPROVAL_ASKED},
        {ENTRY_APPROVAL_DECIDED, TEXT_ADMIN_HISTORY_APPROVAL_DECIDED},
    };
    for (size_t i = 0; i < sizeof by_name / sizeof *by_name; i++)
        if (by_name[i].kind == entry->kind)
            return ADMIN_TEXT(arena, by_name[i].text, ARG("name", named(arena, entry)));
    if (entry->kind == ENTRY_KEY_ADDED || entry->kind == ENTRY_KEY_STATE)
        return key_words(arena, entry);
    if (entry->kind == ENTRY_IMPORT_BEGUN || entry->kind == ENTRY_IMPORT_ENDED)
        return import_words(arena, entry);
    if (entry->kind == ENTRY_SETTING)
        return setting_words(arena, entry);
    if (entry->kind == ENTRY_HOOK_ADDED || entry->kind == ENTRY_HOOK_EDITED ||
        entry->kind == ENTRY_HOOK_REMOVED)
        return hook_words(arena, entry);
    return topic_words(history, arena, entry);
}

const char *history_site_note(const struct entry *entry)
{
    const char *note = note_of(entry);
    const char *more = entry->kind == ENTRY_IMPORT_BEGUN ? strchr(note, '\n') : NULL;

    return more == NULL ? "" : more + 1;
}
