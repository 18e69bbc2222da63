/*
 * service/rights: see rights.h.
 */
#include "service/rights.h"

#include <string.h>

#include "base/clock.h"
#include "base/email.h"
#include "service/erase.h"
#include "service/fields.h"
#include "service/person.h"
#include "service/record.h"
#include "service/settings.h"
#include "store/contacts.h"
#include "store/topics.h"

bool rights_is_fresh(const struct link_opened *link, int64_t now_s)
{
    return link->state == LINK_GOOD && link->claims.purpose == PURPOSE_MANAGE &&
           now_s - (int64_t)link->claims.issued_at <= RIGHTS_FRESH_S;
}

enum status rights_look(const struct service *service, struct arena *arena,
                        const struct link_opened *link, const char *token, enum rights_step step,
                        int64_t now_s, struct rights_page *out)
{
    if (link->state != LINK_GOOD || link->claims.purpose != PURPOSE_MANAGE)
        return STATUS_REFUSED;
    struct rights_page page = {.lang = link->lang,
                               .step = step,
                               .token = token,
                               .masked_email = email_mask(arena, link->contact.email),
                               .is_fresh = rights_is_fresh(link, now_s)};
    enum status status = brand_get(service, arena, &page.brand);
    if (status == STATUS_OK)
        status = settings_yes(service->store, arena, SETTING_JOIN_OPEN, &page.can_join);
    if (status == STATUS_OK)
        *out = page;
    return status == STATUS_REFUSED ? STATUS_IO : status;
}

/* An entry that changes nothing of the person but what their newest entry is. */
static enum status give(const struct service *service, struct txn *txn,
                        const struct contact *person, const struct origin *origin,
                        const char *reason)
{
    struct contact after = *person;
    uint64_t in_use = 0;
    struct record record = {.entry = {.kind = ENTRY_DATA_GIVEN,
                                      .contact = person->id,
                                      .subject = (int64_t)person->public_id.value,
                                      .previous = person->head,
                                      .status_before = person->status,
                                      .status_after = person->status,
                                      .choices_before = person->choices,
                                      .choices_after = person->choices,
                                      .daily_before = person->daily,
                                      .daily_after = person->daily,
                                      .weekly_before = person->weekly,
                                      .weekly_after = person->weekly,
                                      .paused_before = person->paused_until,
                                      .paused_after = person->paused_until,
                                      .private = {.note = reason}}};
    enum status status = topics_in_use(txn_store(txn), &in_use);
    if (status == STATUS_OK)
        status = record_prepare(service, txn, origin, clock_now_s(), &record);
    if (status != STATUS_OK)
        return status;
    after.head = record.entry.position;
    status = contacts_update(txn, person, &after, in_use);
    return status == STATUS_OK ? record_append(txn, &record) : status;
}

static enum status act_on(const struct service *service, struct txn *txn, struct arena *arena,
                          const struct contact *person, enum rights_act act,
                          const struct origin *origin, const char *reason)
{
    struct position position;
    return act == RIGHTS_ERASE
               ? erase_person(service, txn, arena, person, origin, reason, &position)
               : give(service, txn, person, origin, reason);
}

enum status rights_by_link(const struct service *service, struct txn *txn, struct arena *arena,
                           const struct link_opened *link, enum rights_act act, const char *address,
                           const char *agent, int64_t now_s, bool *is_allowed)
{
    struct contact person;
    struct origin origin = links_origin(link, ACTOR_RECIPIENT, address, agent);
    *is_allowed = false;
    if (!rights_is_fresh(link, now_s))
        return STATUS_OK;
    enum status status = contacts_get(txn_store(txn), arena, link->contact.id, &person);
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && person.epoch != link->claims.epoch))
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    origin.wording = WORDING_NONE; /* nobody chose anything by it */
    if (act == RIGHTS_ERASE)
        origin.address = origin.agent = NULL;
    status = act_on(service, txn, arena, &person, act, &origin, NULL);
    *is_allowed = status == STATUS_OK;
    return status;
}

enum status rights_for(const struct service *service, struct txn *txn, struct arena *arena,
                       struct public_id id, enum rights_act act, const struct origin *origin,
                       const char *reason, struct contact *person)
{
    enum status status = person_find(service, txn_store(txn), arena, id, person);
    return status == STATUS_OK ? act_on(service, txn, arena, person, act, origin, reason) : status;
}

enum status rights_person(const struct service *service, struct arena *arena, struct public_id id,
                          struct contact *out)
{
    return person_find(service, service->store, arena, id, out);
}

bool rights_reason(struct arena *arena, const char *typed, const char **out)
{
    const char *text = NULL;
    if (typed == NULL || fields_text(arena, typed, RIGHTS_REASON_MAX_BYTES, &text) != STATUS_OK ||
        *text == '\0')
        return false;
    *out = text;
    return true;
}
