/*
 * service/feedback: see feedback.h.
 */
#include "service/feedback.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "service/change.h"
#include "store/contacts.h"
#include "store/feedback.h"
#include "store/settings.h"

static_assert(FEEDBACK_HASH_BYTES == SUPPRESSION_HASH_BYTES, "hashed with the same key");

static const char *const types[] = {
    [FEEDBACK_HARD_BOUNCE] = "hard_bounce",
    [FEEDBACK_COMPLAINT] = "complaint",
    [FEEDBACK_SOFT_BOUNCE] = "soft_bounce",
};
static_assert(sizeof types / sizeof *types == FEEDBACK_TYPE_COUNT, "a name for each");

static const char *const outcomes[] = {
    [FEEDBACK_NONE] = "none",
    [FEEDBACK_OPTED_OUT] = "opted_out",
    [FEEDBACK_WAS_OUT] = "already_opted_out",
    [FEEDBACK_SUPPRESSED] = "suppressed",
    [FEEDBACK_IGNORED] = "ignored",
    [FEEDBACK_ID_USED] = "id_used",
};
static_assert(sizeof outcomes / sizeof *outcomes == FEEDBACK_OUTCOME_COUNT, "a key for each");

const char *feedback_outcome_key(enum feedback_outcome outcome)
{
    return outcomes[outcome];
}

static bool refuse(const char **detail, const char *words)
{
    *detail = words;
    return false;
}

static bool read_id(struct arena *arena, const json_t *value, const char **out)
{
    const char *id = json_string_value(value);
    const size_t len = json_string_length(value);

    if (id == NULL || len < 1 || len > FEEDBACK_ID_MAX_BYTES)
        return false;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)id[i] < ' ' || id[i] == 0x7f)
            return false;
    *out = arena_strndup(arena, id, len);
    return true;
}

static bool read_type(const json_t *value, enum feedback_type *out)
{
    const char *text = json_string_value(value);

    for (int i = 0; text != NULL && i < FEEDBACK_TYPE_COUNT; i++)
        if (strcmp(types[i], text) == 0) {
            *out = (enum feedback_type)i;
            return true;
        }
    return false;
}

bool feedback_read(struct arena *arena, const json_t *value, struct feedback_report *out,
                   const char **detail)
{
    const json_t *address = json_object_get(value, "address");
    enum email_fault fault = EMAIL_EMPTY;

    *out = (struct feedback_report){0};
    if (!json_is_object(value))
        return refuse(detail, "A report is an object with id, type and address.");
    if (!read_id(arena, json_object_get(value, "id"), &out->id))
        return refuse(detail, "id must be your own id of the report: a text of 1 to 128 bytes on "
                              "one line.");
    if (!read_type(json_object_get(value, "type"), &out->type))
        return refuse(detail, "type must be hard_bounce, complaint or soft_bounce.");
    if (!json_is_string(address))
        return refuse(detail, "address must be a text: an address.");
    if (email_parse(arena, json_string_value(address), json_string_length(address), &out->email,
                    &fault) != STATUS_OK)
        return refuse(detail, arena_printf(arena, "address: %s", email_fault_words(fault)));
    if (json_object_size(value) != 3)
        return refuse(detail, "A report has the members id, type and address, and no other.");
    return true;
}

/* A person's address is in it: so it is hashed with the key that hides suppressed ones. */
static void hash_report(const struct service *service, struct arena *arena,
                        const struct feedback_report *report, struct feedback_row *row)
{
    secrets_suppression_hash(service->secrets, arena_printf(arena, "feedback id %s", report->id),
                             row->id);
    secrets_suppression_hash(
        service->secrets,
        arena_printf(arena, "feedback %s %s", types[report->type], report->email.key), row->report);
}

static enum leave_reason reason_of(enum feedback_type type)
{
    return type == FEEDBACK_COMPLAINT ? LEAVE_COMPLAINT : LEAVE_BOUNCE;
}

static enum status opt_out(const struct service *service, struct txn *txn, struct arena *arena,
                           const struct feedback_report *report, const struct contact *contact,
                           const struct origin *origin, struct feedback_row *row)
{
    const struct change change = {
        .kind = ENTRY_CHOICES,
        .contact = contact->id,
        .known = contact,
        .intent = INTENT_OPT_OUT,
        .leave_reason = reason_of(report->type),
        .note = arena_printf(arena, "report %s", report->id),
        .origin = *origin,
    };
    struct change_result result;
    enum status status = change_apply(service, txn, arena, &change, &result);

    if (status != STATUS_OK)
        return status;
    if (result.verdict != CHANGE_APPLIED && result.verdict != CHANGE_UNCHANGED)
        return STATUS_CORRUPT; /* nothing may stand against an opt-out */
    row->outcome = result.verdict == CHANGE_APPLIED ? FEEDBACK_OPTED_OUT : FEEDBACK_WAS_OUT;
    row->position = result.verdict == CHANGE_APPLIED ? result.position : (struct position){0};
    return STATUS_OK;
}

/* Nobody has the address. Its entry names no one: the hash alone tells who is meant. */
static enum status suppress(const struct service *service, struct txn *txn,
                            const struct feedback_report *report, const struct origin *origin,
                            struct feedback_row *row)
{
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    struct entry entry = {.kind = ENTRY_SUPPRESSED, .subject = reason_of(report->type)};
    bool is_there = false;
    secrets_suppression_hash(service->secrets, report->email.key, hash);
    enum status status = suppressions_has(txn_store(txn), hash, &is_there);

    row->outcome = FEEDBACK_SUPPRESSED;
    if (status != STATUS_OK || is_there)
        return status;
    status = suppressions_put(txn, hash, row->at);
    if (status == STATUS_OK)
        status = change_record(service, txn, &entry, origin);
    row->position = entry.position;
    return status;
}

enum status feedback_take(const struct service *service, struct txn *txn, struct arena *arena,
                          const struct feedback_report *report, const struct origin *origin,
                          struct feedback_result *out)
{
    struct feedback_row row = {.api_key = origin->actor_id, .at = clock_now_s()};
    struct feedback_row found;
    struct contact contact;

    hash_report(service, arena, report, &row);
    found = row;
    enum status status = feedback_find(txn_store(txn), &found);
    if (status == STATUS_OK) {
        const bool is_same = memcmp(found.report, row.report, sizeof row.report) == 0;
        *out = (struct feedback_result){
            .outcome = is_same ? (enum feedback_outcome)found.outcome : FEEDBACK_ID_USED,
            .position = is_same ? found.position : (struct position){0},
        };
        return STATUS_OK;
    }
    if (status != STATUS_NOT_FOUND)
        return status;
    if (report->type == FEEDBACK_SOFT_BOUNCE) {
        *out = (struct feedback_result){.outcome = FEEDBACK_IGNORED};
        return STATUS_OK;
    }
    status = contacts_find_email(txn_store(txn), arena, report->email.key, &contact);
    if (status == STATUS_OK)
        status = opt_out(service, txn, arena, report, &contact, origin, &row);
    else if (status == STATUS_NOT_FOUND)
        status = suppress(service, txn, report, origin, &row);
    if (status == STATUS_OK)
        status = feedback_put(txn, &row, report->type == FEEDBACK_COMPLAINT);
    if (status == STATUS_OK)
        *out = (struct feedback_result){.outcome = (enum feedback_outcome)row.outcome,
                                        .position = row.position};
    return status;
}
