/*
 * service/doctor_people: see doctor_people.h.
 */
#include "service/doctor_people.h"

#include <inttypes.h>
#include <string.h>

#include "base/email.h"
#include "base/fold.h"
#include "service/change_note.h"
#include "store/contacts.h"
#include "store/counters.h"
#include "store/entries.h"

#define ROWS 1000

enum odd {
    ODD_STATE,
    ODD_INDEX,
    ODD_LINK,
    ODD_EPOCH,
    ODD_ADDRESS,
    ODD_NAME,
    ODD_LANGUAGE,
    ODD_COUNT
};

static const char *const words[] = {
    [ODD_STATE] = "not what their newest entry says, or listed as what they are not",
    [ODD_INDEX] = "not found by their address",
    [ODD_LINK] = "not reached by their links",
    [ODD_EPOCH] = "said to have more voided links than their entries know",
    [ODD_ADDRESS] = "compared by another address than they have",
    [ODD_NAME] = "found by another name than they have",
    [ODD_LANGUAGE] = "said to read a language that is none",
};
_Static_assert(sizeof words / sizeof *words == ODD_COUNT, "one of each");

struct people {
    const struct service *service;
    struct arena *arena; /* of a batch */
    bool is_full;
    int64_t seen, counts[ODD_COUNT];
    struct public_id first[ODD_COUNT];
};

static void note(struct people *people, enum odd odd, struct public_id who)
{
    if (people->counts[odd]++ == 0)
        people->first[odd] = who;
}

/* Each voiding is an entry, and so is each move to another mailbox, which voids as well. */
static bool may_void(const struct entry *entry)
{
    const char *note = entry->private.note;
    return entry->kind == ENTRY_EPOCH || entry->kind == ENTRY_DETAILS ||
           (note != NULL && strstr(note, CHANGE_NOTE_EMAIL) != NULL);
}

static enum status count_voidings(const struct people *people, const struct contact *row,
                                  int64_t *out)
{
    struct position at = row->head;
    enum status status = STATUS_OK;
    *out = 0;
    while (status == STATUS_OK && at.value > 0 && *out < row->epoch) {
        struct entry entry;
        status = entries_get(people->service->store, people->arena, at, &entry);
        if (status == STATUS_OK && entry.previous.value >= at.value)
            status = STATUS_NOT_FOUND; /* the ledger's own check names it */
        if (status == STATUS_OK) {
            *out += may_void(&entry);
            at = entry.previous;
        }
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static bool is_language(const char *tag)
{
    for (; *tag != '\0'; tag++)
        if (*tag != '-' && (*tag < '0' || *tag > '9') && (*tag < 'a' || *tag > 'z') &&
            (*tag < 'A' || *tag > 'Z'))
            return false;
    return true;
}

static enum status look_at_texts(struct people *people, const struct contact *row)
{
    struct arena *arena = people->arena;
    struct email email;
    if (email_parse(arena, row->email, strlen(row->email), &email, NULL) != STATUS_OK ||
        strcmp(email.key, row->email_key) != 0)
        note(people, ODD_ADDRESS, row->public_id);
    if (!fold_is_utf8(row->name, strlen(row->name)) ||
        strcmp(fold_key(arena, row->name), row->name_key) != 0)
        note(people, ODD_NAME, row->public_id);
    if (!is_language(row->language))
        note(people, ODD_LANGUAGE, row->public_id);
    return STATUS_OK;
}

static enum status look_at(struct people *people, const struct contact *row)
{
    const struct service *service = people->service;
    struct contact found = {0};
    int64_t voidings = 0;
    enum status status = look_at_texts(people, row);
    if (public_id_row(service->public_id_key, row->public_id).value != row->id.value)
        note(people, ODD_LINK, row->public_id);
    if (status == STATUS_OK && row->epoch > 0) {
        status = count_voidings(people, row, &voidings);
        if (status == STATUS_OK && voidings < row->epoch)
            note(people, ODD_EPOCH, row->public_id);
    }
    if (status != STATUS_OK || people->is_full) /* SQLite's own check looks at the whole index */
        return status;
    status = contacts_find_choices(service->store, row->email_key, &found);
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && found.id.value != row->id.value))
        note(people, ODD_INDEX, row->public_id);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static bool take_odd(void *context, struct public_id who)
{
    note(context, ODD_STATE, who);
    return true;
}

static enum status walk(struct people *people, const struct doctor_plan *plan, int64_t total,
                        bool *goes_on)
{
    struct contact_id last = {0};
    struct contact *rows = NULL;
    size_t count = 0;
    enum status status;
    do {
        const struct contact_id after = last;
        arena_reset(people->arena);
        status = contacts_walk(people->service->store, people->arena, after, ROWS, &rows, &count);
        for (size_t i = 0; i < count && status == STATUS_OK; i++)
            status = look_at(people, &rows[i]);
        if (status == STATUS_OK && count > 0) {
            last = rows[count - 1].id;
            status = contacts_odd(people->service->store, after, last, take_odd, people);
        }
        people->seen += (int64_t)count;
        *goes_on = plan->goes_on(plan->context, people->seen, total);
    } while (status == STATUS_OK && *goes_on && count == ROWS);
    return status;
}

static void say(struct doctor *doctor, const struct people *people, int64_t total)
{
    const size_t before = doctor->count;
    const char *mend =
        "a bit of the file fell over, or somebody wrote to it: stop the server, look "
        "at the disk, and \"assent restore\" the newest backup, which carries over "
        "the no's since";
    for (int odd = 0; odd < ODD_COUNT; odd++)
        if (people->counts[odd] > 0)
            doctor_add(doctor, "people", DOCTOR_BROKEN, mend,
                       "%" PRId64 " %s %s; the first is %016" PRIx64, people->counts[odd],
                       people->counts[odd] == 1 ? "person is" : "people are", words[odd],
                       people->first[odd].value);
    if (people->seen != total)
        doctor_add(doctor, "people", DOCTOR_BROKEN, mend,
                   "%" PRId64 " people were counted, and %" PRId64 " are there", total,
                   people->seen);
    if (doctor->count == before)
        doctor_add(doctor, "people", DOCTOR_FINE, NULL,
                   "rows, newest entries and addresses of %" PRId64 " %s agree", people->seen,
                   people->seen == 1 ? "person" : "people");
}

bool doctor_people(struct doctor *doctor, const struct service *service,
                   const struct doctor_plan *plan)
{
    int64_t facets[FACET_COUNT], total = 0;
    struct people people = {.service = service, .is_full = plan->is_full, .arena = arena_new()};
    bool goes_on = true;
    enum status status = store_snapshot_begin(service->store);
    const bool has_snapshot = status == STATUS_OK;
    if (status == STATUS_OK)
        status = counters_facets(service->store, facets);
    for (int i = 0; status == STATUS_OK && i < FACET_COUNT; i++)
        total += facets[i];
    const bool is_looked_at = plan->is_full || total <= DOCTOR_PEOPLE_QUICK;
    if (status == STATUS_OK && is_looked_at)
        status = walk(&people, plan, total, &goes_on);
    if (has_snapshot)
        store_snapshot_end(service->store);
    if (status != STATUS_OK)
        doctor_add(doctor, "people", DOCTOR_BROKEN,
                   "look at what is said of integrity and the ledger", "they can't be read: %s",
                   status_name(status));
    else if (goes_on && is_looked_at)
        say(doctor, &people, total);
    arena_free(people.arena);
    return goes_on;
}
