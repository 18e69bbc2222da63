/*
 * service/change_history: what a person's earlier ledger entries say. See the header.
 */
#include "service/change_history.h"

#include <string.h>

#include "service/change_note.h"
#include "store/entries.h"

/* Entries that leave choices alone are rarely many in a row; past this an undo is refused, which
 * harms nobody, and a change stays cheap whatever the history. */
#define NEWEST_STEPS 256

bool change_history_is_own(enum actor_kind actor)
{
    return actor == ACTOR_RECIPIENT || actor == ACTOR_ONE_CLICK || actor == ACTOR_MAILTO;
}

bool change_history_is_same(const struct entry *entry, const struct origin *origin)
{
    if (change_history_is_own(entry->actor) || change_history_is_own(origin->actor))
        return change_history_is_own(entry->actor) && change_history_is_own(origin->actor);
    return entry->actor == origin->actor && entry->actor_id == origin->actor_id;
}

/* Choices, and how often they are wanted. No default: a new kind must say here whether it does. */
static bool touches_choices(const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_CONTACT_ADDED:
    case ENTRY_CHOICES:
    case ENTRY_FREQUENCY:
        return true;
    case ENTRY_UNDONE: /* of a pause: no */
        return entry->status_before != entry->status_after ||
               entry->choices_before != entry->choices_after ||
               entry->daily_before != entry->daily_after ||
               entry->weekly_before != entry->weekly_after;
    case ENTRY_DETAILS:
    case ENTRY_REASON:
    case ENTRY_PAUSE:
    case ENTRY_EPOCH:
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
    case ENTRY_ERASED:
    case ENTRY_SUPPRESSED:
    case ENTRY_WORDING:
    case ENTRY_BLANKED:
    case ENTRY_REQUEST_ADDED:
    case ENTRY_REQUEST_EDITED:
    case ENTRY_DATA_GIVEN:
    case ENTRY_ADMIN_INVITED:
    case ENTRY_ADMIN_EDITED:
    case ENTRY_ADMIN_FACTOR:
    case ENTRY_ADMIN_SIGNED_IN:
    case ENTRY_ADMIN_SESSIONS:
    case ENTRY_EXPORTED:
    case ENTRY_APPROVAL_ASKED:
    case ENTRY_APPROVAL_DECIDED:
    case ENTRY_KIND_COUNT:
        break;
    }
    return false;
}

enum status change_history_newest(struct store *store, struct arena *arena, struct position head,
                                  struct newest_choice *out)
{
    struct newest_choice found = {0};
    struct position reason_for = {0};
    struct position at = head;
    for (int step = 0; step < NEWEST_STEPS && at.value != 0; step++) {
        struct entry entry;
        enum status status = entries_get(store, arena, at, &entry);
        if (status != STATUS_OK)
            return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
        if (touches_choices(&entry)) {
            found.entry = entry;
            found.has_reason = reason_for.value == entry.position.value;
            break;
        }
        if (entry.kind == ENTRY_REASON)
            reason_for = entry.undoes;
        at = entry.previous;
    }
    *out = found;
    return STATUS_OK;
}

enum status change_history_newest_pause(struct store *store, struct arena *arena,
                                        struct position head, struct entry *out)
{
    struct entry found = {0};
    struct position at = head;
    for (int step = 0; step < NEWEST_STEPS && at.value != 0 && found.kind == 0; step++) {
        struct entry entry;
        enum status status = entries_get(store, arena, at, &entry);
        if (status != STATUS_OK)
            return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
        if (entry.paused_before != entry.paused_after)
            found = entry;
        at = entry.previous;
    }
    *out = found;
    return STATUS_OK;
}

/* A reason is the person's own words; every other note begins with what was edited. */
static bool read_language(struct arena *arena, const struct entry *entry,
                          struct newest_language *out)
{
    static const char label[] = CHANGE_NOTE_LANGUAGE, to[] = CHANGE_NOTE_TO;
    const char *note = entry->kind == ENTRY_REASON ? NULL : entry->private.note;
    const char *line = note;
    while (line && strncmp(line, label, sizeof label - 1) != 0) {
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    const char *arrow = line ? strstr(line, to) : NULL;
    if (!arrow)
        return false;
    const char *before = line + sizeof label - 1, *after = arrow + sizeof to - 1;
    *out = (struct newest_language){
        .entry = *entry,
        .is_alone = entry->kind == ENTRY_DETAILS && line == note && !strchr(after, '\n'),
        .before = change_note_read(arena, before, (size_t)(arrow - before)),
        .after = change_note_read(arena, after, strcspn(after, "\n")),
    };
    return true;
}

enum status change_history_newest_language(struct store *store, struct arena *arena,
                                           struct position head, struct newest_language *out)
{
    struct newest_language found = {.before = "", .after = ""};
    struct position at = head;
    bool is_found = false;
    for (int step = 0; step < NEWEST_STEPS && at.value != 0 && !is_found; step++) {
        struct entry entry;
        enum status status = entries_get(store, arena, at, &entry);
        if (status != STATUS_OK)
            return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
        is_found = read_language(arena, &entry, &found);
        at = entry.previous;
    }
    *out = found;
    return STATUS_OK;
}

/* What text was before the edit that a line of a note tells of, if the edit made it what it is now;
 * else NULL. */
static const char *line_before(struct arena *arena, const char *line, const char *label,
                               const char *text)
{
    const char *after = arena_printf(arena, CHANGE_NOTE_TO "%s", change_note_text(arena, text));
    const size_t label_len = strlen(label), after_len = strlen(after), len = strcspn(line, "\n");
    if (len < label_len + after_len || memcmp(line, label, label_len) != 0 ||
        memcmp(line + len - after_len, after, after_len) != 0)
        return NULL;
    return change_note_read(arena, line + label_len, len - label_len - after_len);
}

/* A detail of a person's, followed back from how it is. */
struct trail {
    const char *label, *text; /* as it was behind the entry that is looked at next */
    bool is_theirs;           /* others moved it since the run did: text stays */
};

static void follow(struct arena *arena, struct trail *trail, const struct entry *entry,
                   bool is_passed)
{
    const char *line = entry->kind == ENTRY_REASON ? NULL : entry->private.note;
    const char *before = NULL;
    for (; !trail->is_theirs && !before && line && *line; line += *line == '\n') {
        before = line_before(arena, line, trail->label, trail->text);
        line += strcspn(line, "\n");
    }
    if (before && is_passed)
        trail->text = before;
    trail->is_theirs |= before && !is_passed;
}

/* Reads what one line tells into out. False: it tells of something else. */
static bool read_detail(struct arena *arena, const struct contact *contact, const char *line,
                        struct details_before *out)
{
    const char *name = line_before(arena, line, CHANGE_NOTE_NAME, contact->name);
    const char *language = line_before(arena, line, CHANGE_NOTE_LANGUAGE, contact->language);
    const char *type =
        line_before(arena, line, CHANGE_NOTE_TYPE, contact_type_label(contact->type));
    if (name)
        out->name = name;
    else if (language)
        out->language = language;
    else
        return type && contact_type_parse(type, &out->type);
    return true;
}

enum status change_history_details_before(struct store *store, struct arena *arena,
                                          const struct contact *contact, struct details_before *out)
{
    struct details_before before = {
        .name = contact->name, .language = contact->language, .type = contact->type};
    enum status status = entries_get(store, arena, contact->head, &before.entry);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
    const char *line = before.entry.private.note;
    before.is_clear = before.entry.kind == ENTRY_DETAILS && line && *line;
    for (; before.is_clear && *line; line += *line == '\n') {
        before.is_clear = read_detail(arena, contact, line, &before);
        line += strcspn(line, "\n");
    }
    *out = before;
    return STATUS_OK;
}

/* Other imports that were taken back meanwhile: it is as if they had not been. */
struct undone_runs {
    int64_t ids[8];
    size_t count;
};

/* Past the room, one counts as a choice like any other's: the person is left alone then. */
static bool is_of_undone(struct undone_runs *runs, const struct entry *entry)
{
    if (entry->actor != ACTOR_IMPORT)
        return false;
    for (size_t i = 0; i < runs->count; i++)
        if (runs->ids[i] == entry->actor_id)
            return true;
    if (entry->kind != ENTRY_UNDONE || runs->count == sizeof runs->ids / sizeof *runs->ids)
        return false;
    runs->ids[runs->count++] = entry->actor_id;
    return true;
}

enum status change_history_import_before(struct store *store, struct arena *arena,
                                         const struct contact *contact, int64_t run,
                                         struct position first, struct import_before *out)
{
    struct import_before was = {.is_theirs = true};
    struct undone_runs others = {0};
    struct trail name = {.label = CHANGE_NOTE_NAME, .text = contact->name};
    struct trail language = {.label = CHANGE_NOTE_LANGUAGE, .text = contact->language};
    struct trail type = {.label = CHANGE_NOTE_TYPE, .text = contact_type_label(contact->type)};
    struct position at = contact->head;
    for (int step = 0; step < NEWEST_STEPS && at.value >= first.value && at.value != 0; step++) {
        struct entry entry;
        enum status status = entries_get(store, arena, at, &entry);
        if (status != STATUS_OK)
            return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
        const bool is_of_run = entry.actor == ACTOR_IMPORT && entry.actor_id == run;
        const bool is_passed = is_of_run || is_of_undone(&others, &entry);
        if (is_of_run && was.first.kind == 0)
            was.is_undone = entry.kind == ENTRY_UNDONE;
        if (!is_passed && touches_choices(&entry))
            was.is_theirs = false;
        follow(arena, &name, &entry, is_passed);
        follow(arena, &language, &entry, is_passed);
        follow(arena, &type, &entry, is_passed);
        if (is_of_run && entry.kind != ENTRY_UNDONE && was.last.kind == 0)
            was.last = entry;
        if (is_of_run)
            was.first = entry;
        at = entry.previous;
    }
    if (was.first.position.value != first.value)
        return STATUS_NOT_FOUND;
    was.name = name.text;
    was.language = language.text;
    if (!contact_type_parse(type.text, &was.type))
        was.type = contact->type;
    *out = was;
    return STATUS_OK;
}

/* To what stood before undo took something back: it stands again. */
static enum status leap(struct store *store, struct arena *arena, const struct entry *undo,
                        struct entry *undone, struct position *at)
{
    enum status status = entries_get(store, arena, undo->undoes, undone);
    if (status == STATUS_OK)
        *at = undone->previous;
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

enum status change_history_is_taken_back(struct store *store, struct arena *arena,
                                         struct position head, bool *out)
{
    struct newest_choice newest;
    struct entry undone = {0};
    struct position at = head;
    *out = false;
    do {
        enum status status = change_history_newest(store, arena, at, &newest);
        if (status != STATUS_OK || newest.entry.kind != ENTRY_UNDONE ||
            newest.entry.actor != ACTOR_IMPORT)
            return status;
        status = leap(store, arena, &newest.entry, &undone, &at);
        if (status != STATUS_OK)
            return status;
    } while (undone.kind != ENTRY_CONTACT_ADDED);
    *out = undone.status_after == CONTACT_OPTED_IN;
    return STATUS_OK;
}

/* Walks from head to since and sorts topics by who turned them off last; those that nobody did are
 * in neither. */
static enum status sort_off(struct store *store, struct arena *arena, struct position head,
                            struct position since, uint64_t topics, uint64_t *own, uint64_t *others)
{
    struct position at = head;
    enum status status = STATUS_OK;
    *own = *others = 0;
    while (status == STATUS_OK && topics != 0 && at.value > since.value) {
        struct entry entry, undone;
        status = entries_get(store, arena, at, &entry);
        if (status != STATUS_OK)
            return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
        at = entry.previous;
        if (!touches_choices(&entry))
            continue;
        if (entry.kind == ENTRY_UNDONE && !change_history_is_own(entry.actor)) {
            status = leap(store, arena, &entry, &undone, &at);
            continue;
        }
        const bool is_own = change_history_is_own(entry.actor);
        const uint64_t bare = is_own && entry.kind == ENTRY_CHOICES ? (uint64_t)entry.subject : 0;
        if (entry.actor == ACTOR_OPERATOR && entry.kind == ENTRY_CHOICES && entry.subject != 0) {
            *own |= (uint64_t)entry.subject & topics; /* carried over: the person's own */
            topics &= ~(uint64_t)entry.subject;
        }
        const uint64_t went_off = ((entry.choices_before & ~entry.choices_after) | bare) & topics;
        *(is_own ? own : others) |= went_off;
        topics &= ~went_off;
    }
    return status;
}

enum status change_history_own_off(struct store *store, struct arena *arena, struct position head,
                                   struct position since, uint64_t topics, uint64_t *out)
{
    uint64_t others;
    return sort_off(store, arena, head, since, topics, out, &others);
}

enum status change_history_others_off(struct store *store, struct arena *arena,
                                      struct position head, uint64_t topics, uint64_t *out)
{
    uint64_t own;
    return sort_off(store, arena, head, (struct position){0}, topics, &own, out);
}
