/*
 * service/selfservice: what a recipient sees and does at /p/TOKEN and /u/TOKEN. See the header.
 */
#include "service/selfservice.h"

#include <string.h>

#include "base/clock.h"
#include "service/confirm.h"
#include "service/fresh_link.h"
#include "service/past.h"
#include "service/pause.h"
#include "service/selfservice_visit.h"
#include "service/wording.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/topics.h"

/* Links that can only take back their own stop: see the header. */
static bool is_limited(const struct link_opened *link)
{
    return !selfservice_is_manage(link) || link->state != LINK_GOOD;
}

static bool is_allowed(const struct link_opened *link, const struct self_request *request)
{
    if (!selfservice_is_known(link->state) || link->claims.purpose == PURPOSE_CONFIRM)
        return false;
    switch (request->act) {
    case SELF_SAVE:
    case SELF_PAUSE:
    case SELF_RESUME:
    case SELF_ADDRESS:
    case SELF_LANGUAGE:
        return selfservice_is_manage(link) && link->state == LINK_GOOD && !request->is_one_click;
    case SELF_VOID_LINKS:
        return selfservice_is_manage(link) && link->state != LINK_EXPIRED && !request->is_one_click;
    case SELF_SEND_LINK:
        return selfservice_is_manage(link) && !request->is_one_click;
    case SELF_STOP_TOPIC:
        return !selfservice_is_manage(link);
    case SELF_STOP_ALL:
        return true;
    case SELF_LOOK:
    case SELF_UNDO:
    case SELF_REASON:
        return !request->is_one_click;
    case SELF_ACT_COUNT:
        break;
    }
    return false;
}

/* Whether entry is a stop that this very link made. */
static bool is_own_stop(const struct visit *visit, const struct entry *entry)
{
    const struct origin *origin = &visit->origin;
    const bool is_stop =
        entry->kind == ENTRY_CHOICES && (entry->choices_after & ~entry->choices_before) == 0 &&
        entry->status_after <= entry->status_before && entry->daily_after == entry->daily_before &&
        entry->weekly_after == entry->weekly_before;
    const bool is_same_page =
        entry->actor == ACTOR_ONE_CLICK || entry->actor == ACTOR_MAILTO
            ? !selfservice_is_manage(visit->link)
            : entry->actor == ACTOR_RECIPIENT &&
                  wording_family(entry->wording) == wording_family(origin->wording);
    return is_stop && is_same_page && entry->contact.value == visit->contact.id.value &&
           entry->proof_kind == origin->proof_kind && entry->proof_len == origin->proof_len &&
           memcmp(entry->proof, origin->proof, origin->proof_len) == 0;
}

/* *out: whether the link may take entry back, or say why; the rest is up to change_apply. */
static enum status may_follow(const struct visit *visit, struct position position, bool *out)
{
    *out = true;
    if (!is_limited(visit->link))
        return STATUS_OK;
    struct entry entry;
    enum status status = entries_get(visit->service->store, visit->arena, position, &entry);
    if (status == STATUS_OK)
        *out = is_own_stop(visit, &entry);
    else if (status == STATUS_NOT_FOUND)
        *out = false;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* What could be undone on the page now. */
static enum status find_undoable(struct visit *visit)
{
    struct position undoable;
    enum status status = change_undoable(visit->service, visit->arena, &visit->contact,
                                         &visit->origin, clock_now_s(), &undoable);
    if (status != STATUS_OK || undoable.value == 0)
        return status;
    bool may = false;
    status = may_follow(visit, undoable, &may);
    if (status == STATUS_OK && may)
        visit->page.undoable = visit->page.receipt = undoable;
    return status;
}

static void note_often(struct visit *visit, const struct contact *before,
                       const struct contact *after)
{
    visit->often[FREQUENCY_DAILY] = after->daily & ~before->daily;
    visit->often[FREQUENCY_WEEKLY] = after->weekly & ~before->weekly;
    visit->often[FREQUENCY_ALL] =
        (before->daily | before->weekly) & ~(after->daily | after->weekly);
}

static enum status apply(struct visit *visit, struct change *change, struct change_result *out)
{
    change->contact = visit->contact.id;
    change->known = &visit->contact;
    change->origin = visit->origin;
    enum status status = change_apply(visit->service, visit->txn, visit->arena, change, out);
    if (status == STATUS_OK && out->verdict == CHANGE_APPLIED) {
        visit->went_on = out->after.choices & ~out->before.choices;
        visit->went_off = out->before.choices & ~out->after.choices;
        if (past_has_receipt(change->kind))
            visit->page.receipt = out->position;
        note_often(visit, &out->before, &out->after);
        visit->page.pause_moved = out->before.paused_until != out->after.paused_until;
        visit->contact = out->after;
    }
    return status;
}

static enum status save(struct visit *visit)
{
    const struct self_request *request = visit->request;
    uint64_t in_use = 0, offering = 0;
    enum status status = topics_in_use(visit->service->store, &in_use);
    if (status == STATUS_OK)
        status = topics_offering(visit->service->store, &offering);
    if (status != STATUS_OK)
        return status;
    struct change change = {.kind = ENTRY_CHOICES};
    change.turn_on = request->choices_on & request->choices_shown & in_use;
    change.turn_off = request->choices_shown & ~request->choices_on & in_use;
    change.sets_frequency = request->often_shown & offering;
    change.daily = request->daily & change.sets_frequency;
    change.weekly = request->weekly & change.sets_frequency;
    struct change_result result;
    status = apply(visit, &change, &result);
    if (status != STATUS_OK)
        return status;
    visit->page.notice = SELF_NOTICE_SAME;
    if (result.verdict == CHANGE_APPLIED) {
        visit->page.notice = SELF_NOTICE_SAVED;
        visit->page.undoable = result.position;
        visit->page.asks_reason = visit->went_off != 0 && visit->contact.choices == 0;
    }
    return STATUS_OK;
}

static enum status stop(struct visit *visit)
{
    const struct topic_id topic = visit->link->claims.topic;
    const bool is_all = visit->request->act == SELF_STOP_ALL || topic.value == 0;
    struct change change = {.kind = ENTRY_CHOICES};
    if (is_all)
        change.intent = INTENT_OPT_OUT;
    else
        change.turn_off = TOPIC_BIT(topic);
    struct change_result result;
    enum status status = apply(visit, &change, &result);
    if (status != STATUS_OK)
        return status;
    if (result.verdict == CHANGE_APPLIED) {
        visit->page.notice = is_all ? SELF_NOTICE_STOPPED_ALL : SELF_NOTICE_STOPPED;
        visit->page.undoable = result.position;
        visit->page.asks_reason = true;
        return STATUS_OK;
    }
    visit->page.notice = SELF_NOTICE_WAS_STOPPED;
    return visit->request->is_one_click ? STATUS_OK : find_undoable(visit);
}

/* A second press of the same button finds all done, and still offers Undo. */
static enum status find_pause_undoable(struct visit *visit)
{
    return change_pause_undoable(visit->service, visit->arena, &visit->contact, &visit->origin,
                                 clock_now_s(), &visit->page.undoable);
}

static enum status pause_all(struct visit *visit)
{
    const struct self_request *request = visit->request;
    const int64_t now_s = clock_now_s();
    const bool has_date = request->until && *request->until;
    struct change change = {.kind = ENTRY_PAUSE, .sets_pause = true};
    if (!(has_date ? pause_until_day(request->until, now_s, &change.paused_until)
                   : pause_for_length(request->days, now_s, &change.paused_until))) {
        visit->page.notice = SELF_NOTICE_PAUSE_REFUSED;
        visit->page.pause_typed = has_date ? request->until : "";
        return STATUS_OK;
    }
    if (visit->contact.status != CONTACT_OPTED_IN) {
        visit->page.notice = SELF_NOTICE_NOTHING_TO_PAUSE;
        return STATUS_OK;
    }
    struct change_result result;
    enum status status = apply(visit, &change, &result);
    visit->page.notice = SELF_NOTICE_PAUSED;
    return status == STATUS_OK ? find_pause_undoable(visit) : status;
}

static enum status resume(struct visit *visit)
{
    struct change change = {.kind = ENTRY_PAUSE, .sets_pause = true};
    struct change_result result;
    enum status status = apply(visit, &change, &result);
    if (status != STATUS_OK)
        return status;
    visit->page.notice = SELF_NOTICE_NOT_PAUSED;
    if (result.verdict == CHANGE_APPLIED) {
        visit->page.notice = SELF_NOTICE_RESUMED;
        visit->page.undoable = result.position;
    }
    return STATUS_OK;
}

/* The language that the page with the button was in: its form's address says so. */
static enum status keep_language(struct visit *visit)
{
    struct change change = {.kind = ENTRY_DETAILS, .language = locale_tag(visit->page.lang)};
    struct change_result result;
    enum locale own;
    enum status status = STATUS_OK;
    const bool is_kept = locale_parse(visit->contact.language, &own) && own == visit->page.lang;
    if (!is_kept) /* "pt-BR" is not made "pt" */
        status = apply(visit, &change, &result);
    visit->page.notice = SELF_NOTICE_LANGUAGE;
    if (status == STATUS_OK)
        status = change_language_undoable(visit->service, visit->arena, &visit->contact,
                                          &visit->origin, clock_now_s(), &visit->page.undoable);
    return status;
}

/* Pressed again, or in two windows at once, it is done already. */
static enum status void_links(struct visit *visit)
{
    enum status status = STATUS_OK;
    if (visit->link->state == LINK_GOOD) {
        struct change change = {.kind = ENTRY_EPOCH};
        struct change_result result;
        status = apply(visit, &change, &result);
    }
    visit->page.notice = SELF_NOTICE_LINKS_VOID;
    visit->page.link = LINK_VOID;
    return status;
}

static enum status undo(struct visit *visit)
{
    bool may = false;
    enum status status = may_follow(visit, visit->request->undoes, &may);
    visit->page.notice = SELF_NOTICE_UNDO_LATE;
    if (status != STATUS_OK || !may || visit->request->undoes.value <= 0)
        return status;
    struct change change = {.kind = ENTRY_UNDONE, .undoes = visit->request->undoes};
    struct change_result result;
    status = apply(visit, &change, &result);
    if (status == STATUS_OK &&
        (result.verdict == CHANGE_APPLIED || result.verdict == CHANGE_UNCHANGED))
        visit->page.notice = SELF_NOTICE_UNDONE;
    return status;
}

static enum status reason(struct visit *visit)
{
    const struct self_request *request = visit->request;
    bool may = false;
    enum status status = may_follow(visit, request->undoes, &may);
    visit->page.notice = SELF_NOTICE_THANKS;
    if (status != STATUS_OK)
        return status;
    const bool says_something =
        request->reason != LEAVE_NONE || (request->comment && *request->comment);
    if (may && says_something && request->undoes.value > 0) {
        struct change change = {.kind = ENTRY_REASON,
                                .undoes = request->undoes,
                                .leave_reason = request->reason,
                                .note = request->comment};
        struct change_result result;
        status = apply(visit, &change, &result);
        if (status != STATUS_OK)
            return status;
        visit->went_on = visit->went_off = 0;
    }
    return find_undoable(visit);
}

static struct visit visit_of(const struct service *service, struct arena *arena,
                             const struct link_opened *link, const char *token)
{
    return (struct visit){.service = service,
                          .arena = arena,
                          .link = link,
                          .contact = link->contact,
                          .page = {.lang = link->lang,
                                   .link = link->state,
                                   .purpose = link->claims.purpose,
                                   .token = token,
                                   .masked_email = "",
                                   .topic_name = "",
                                   .pause_typed = "",
                                   .typed_email = "",
                                   .status = link->contact.status}};
}

enum status selfservice_look(const struct service *service, struct arena *arena,
                             const struct link_opened *link, const char *token,
                             struct self_page *out)
{
    struct visit visit = visit_of(service, arena, link, token);
    enum status status = selfservice_show(&visit);
    if (status == STATUS_OK)
        *out = visit.page;
    return status;
}

static enum status ask_address(struct visit *visit)
{
    const struct self_request *request = visit->request;
    const struct confirm_address asked = {.typed = request->email,
                                          .language = locale_tag(visit->page.lang),
                                          .address = request->address,
                                          .agent = request->agent};
    bool is_address = false;
    enum status status = confirm_ask_address(visit->service, visit->txn, visit->arena,
                                             &visit->contact, &asked, clock_now_s(), &is_address);
    visit->page.typed_email = request->email ? request->email : "";
    visit->page.notice = is_address ? SELF_NOTICE_ADDRESS_ASKED : SELF_NOTICE_ADDRESS_REFUSED;
    return status;
}

static enum status act(struct visit *visit)
{
    switch (visit->request->act) {
    case SELF_SAVE:
        return save(visit);
    case SELF_STOP_TOPIC:
    case SELF_STOP_ALL:
        return stop(visit);
    case SELF_UNDO:
        return undo(visit);
    case SELF_REASON:
        return reason(visit);
    case SELF_PAUSE:
        return pause_all(visit);
    case SELF_RESUME:
        return resume(visit);
    case SELF_LANGUAGE:
        return keep_language(visit);
    case SELF_VOID_LINKS:
        return void_links(visit);
    case SELF_SEND_LINK:
        visit->page.notice = SELF_NOTICE_LINK_SENT;
        return fresh_link_ask_for(visit->service, visit->txn, visit->arena, &visit->contact,
                                  visit->page.lang, visit->request->address, clock_now_s());
    case SELF_ADDRESS:
        return ask_address(visit);
    case SELF_LOOK:
    case SELF_ACT_COUNT:
        break;
    }
    return STATUS_OK;
}

enum status selfservice_act(const struct service *service, struct txn *txn, struct arena *arena,
                            const struct link_opened *link, const char *token,
                            const struct self_request *request, struct self_page *out)
{
    if (!is_allowed(link, request))
        return STATUS_REFUSED;
    struct service inside = *service;
    inside.store = txn_store(txn);
    struct contact contact;
    enum status status = contacts_get(inside.store, arena, link->contact.id, &contact);
    if (status == STATUS_NOT_FOUND) /* gone since the link was opened */
        return STATUS_REFUSED;
    if (status != STATUS_OK)
        return status == STATUS_REFUSED ? STATUS_IO : status;
    struct link_opened now = *link;
    if (selfservice_is_manage(link) && link->state == LINK_GOOD &&
        contact.epoch != link->claims.epoch)
        now.state = LINK_VOID; /* made void since it was opened */
    if (!is_allowed(&now, request))
        return STATUS_REFUSED;
    struct visit visit = visit_of(&inside, arena, &now, token);
    visit.txn = txn;
    visit.request = request;
    visit.contact = contact;
    visit.origin = links_origin(&now, request->is_one_click ? ACTOR_ONE_CLICK : ACTOR_RECIPIENT,
                                request->address, request->agent);
    visit.origin.campaign = request->campaign;
    status = wording_of_act(&inside, request->wording, &visit.origin);
    if (status == STATUS_OK)
        status = act(&visit);
    if (status == STATUS_REFUSED) /* the store's word: REFUSED from here means the link */
        status = STATUS_IO;
    visit.page.status = visit.contact.status;
    if (status == STATUS_OK && !request->is_one_click)
        status = selfservice_show(&visit);
    if (status == STATUS_OK)
        *out = visit.page;
    return status;
}

enum status selfservice_read_keys(const struct service *service, struct arena *arena,
                                  const char *const *keys, size_t count, uint64_t *out)
{
    struct topic *topics = NULL;
    size_t topics_count = 0;
    enum status status = topics_list(service->store, arena, &topics, &topics_count);
    if (status != STATUS_OK)
        return status;
    uint64_t mask = 0;
    for (size_t k = 0; k < count; k++) {
        size_t t = 0;
        while (t < topics_count && strcmp(topics[t].key, keys[k]) != 0)
            t++;
        if (t == topics_count)
            return STATUS_INVALID;
        mask |= TOPIC_BIT(topics[t].id);
    }
    *out = mask;
    return STATUS_OK;
}
