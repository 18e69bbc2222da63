/*
 * service/join: the sign-up form. See the header.
 */
#include "service/join.h"

#include <string.h>

#include "service/confirm.h"
#include "service/fields.h"
#include "service/quota.h"
#include "service/settings.h"
#include "service/wording.h"
#include "store/contacts.h"
#include "store/settings.h"
#include "store/topic_texts.h"
#include "store/topics.h"

static bool is_offered(const struct topic *topic)
{
    return topic->retired_at == 0 && topic->on_join;
}

static enum status offered(struct store *store, struct arena *arena, uint64_t *choices,
                           uint64_t *at_once)
{
    struct topic *topics = NULL;
    size_t count = 0;
    enum status status = topics_list(store, arena, &topics, &count);
    if (status != STATUS_OK)
        return status;
    *choices = *at_once = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_offered(&topics[i]))
            continue;
        *choices |= TOPIC_BIT(topics[i].id);
        if (!topics[i].double_opt_in)
            *at_once |= TOPIC_BIT(topics[i].id);
    }
    return STATUS_OK;
}

enum status join_look(const struct service *service, struct arena *arena, enum locale lang,
                      const struct join_typed *typed, struct join_page *out)
{
    struct join_page page = {.lang = lang, .typed = {.name = "", .email = "", .language = lang}};
    struct topic *topics = NULL;
    size_t count = 0;
    if (typed)
        page.typed = *typed;
    enum status status = brand_get(service, arena, &page.brand);
    if (status == STATUS_OK)
        status = wording_now(service, &page.wording_set);
    if (status == STATUS_OK)
        status = settings_yes(service->store, arena, SETTING_JOIN_OPEN, &page.is_open);
    if (status == STATUS_OK)
        status = topics_list(service->store, arena, &topics, &count);
    if (status == STATUS_OK)
        status = topic_texts_apply(service->store, arena, lang, topics, count);
    if (status != STATUS_OK)
        return status;
    page.topics = arena_array(arena, count + 1, sizeof(*page.topics));
    for (size_t i = 0; i < count; i++)
        if (is_offered(&topics[i]))
            page.topics[page.topics_count++] =
                (struct choice){.key = topics[i].key,
                                .name = topics[i].name,
                                .description = topics[i].description,
                                .is_on = (page.typed.choices & TOPIC_BIT(topics[i].id)) != 0};
    page.is_open = page.is_open && page.topics_count > 0;
    page.form_url = arena_printf(arena, "%s/join", service->conf->public_url);
    *out = page;
    return STATUS_OK;
}

enum status join_read(const struct service *service, struct arena *arena, const char *name,
                      const char *email, uint64_t choices, enum locale language,
                      struct join_typed *out, struct email *address, bool *is_right)
{
    struct join_typed typed = {
        .name = name ? name : "", .email = email ? email : "", .language = language};
    uint64_t on_offer = 0, at_once = 0;
    enum status status = offered(service->store, arena, &on_offer, &at_once);
    if (status != STATUS_OK)
        return status;
    typed.choices = choices & on_offer;
    typed.has_no_topic = typed.choices == 0;
    const char *clean = NULL;
    if (fields_name(arena, typed.name, &clean) == STATUS_OK)
        typed.name = clean;
    else
        typed.name_is_too_long = true;
    const bool is_address = email_parse(arena, typed.email, strlen(typed.email), address,
                                        &typed.email_fault) == STATUS_OK;
    *is_right = is_address && !typed.has_no_topic && !typed.name_is_too_long;
    *out = typed;
    return STATUS_OK;
}

/* Whether nobody has the address, and it was never erased or blocked. The same is read in any
 * case. */
static enum status is_new(const struct service *service, struct txn *txn, struct arena *arena,
                          const char *email_key, bool *out)
{
    struct contact contact;
    enum status found = contacts_find_email(txn_store(txn), arena, email_key, &contact);
    if (found != STATUS_OK && found != STATUS_NOT_FOUND)
        return found;
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    bool is_suppressed = true;
    secrets_suppression_hash(service->secrets, email_key, hash);
    enum status status = suppressions_has(txn_store(txn), hash, &is_suppressed);
    *out = status == STATUS_OK && found == STATUS_NOT_FOUND && !is_suppressed;
    return status;
}

static enum status add_at_once(const struct service *service, struct txn *txn, struct arena *arena,
                               const struct join_request *request, uint64_t choices)
{
    struct change change = {.kind = ENTRY_CONTACT_ADDED,
                            .turn_on = choices,
                            .email = request->email.written,
                            .email_key = request->email.key,
                            .name = request->name,
                            .language = locale_tag(request->language),
                            .note = "sign-up form, not confirmed by mail",
                            .origin = {.actor = ACTOR_RECIPIENT,
                                       .proof_kind = PROOF_NONE,
                                       .wording = wording_pack(WORDING_JOIN, request->language, 0),
                                       .address = request->address,
                                       .agent = request->agent}};
    struct change_result result; /* a refusal leaves the request to be confirmed by mail */
    struct service inside = *service;
    inside.store = txn_store(txn);
    enum status status = wording_of_act(&inside, request->wording, &change.origin);
    return status == STATUS_OK ? change_apply(service, txn, arena, &change, &result) : status;
}

enum status join_ask(const struct service *service, struct txn *txn, struct arena *arena,
                     const struct join_request *request, int64_t now_s)
{
    bool is_free = false, is_declined = true, is_unknown = false;
    uint64_t on_offer = 0, at_once = 0;
    enum status status =
        quota_take(service, txn, arena, request->email.key, request->address, now_s, &is_free);
    if (status == STATUS_OK)
        status = confirmations_declined(txn_store(txn), request->email.key, CONFIRMATION_JOIN,
                                        now_s, &is_declined);
    if (status == STATUS_OK)
        status = is_new(service, txn, arena, request->email.key, &is_unknown);
    if (status == STATUS_OK)
        status = offered(txn_store(txn), arena, &on_offer, &at_once);
    const uint64_t choices = request->choices & on_offer;
    if (status != STATUS_OK || !is_free || is_declined || request->is_trapped || choices == 0)
        return status;
    if (is_unknown && (choices & at_once) != 0)
        status = add_at_once(service, txn, arena, request, choices & at_once);
    if (status != STATUS_OK)
        return status;
    const struct confirmation confirmation = {.kind = CONFIRMATION_JOIN,
                                              .email_key = request->email.key,
                                              .email = request->email.written,
                                              .name = request->name,
                                              .language = locale_tag(request->language),
                                              .choices = choices,
                                              .address = request->address ? request->address : "",
                                              .agent = request->agent ? request->agent : ""};
    return confirm_begin(service, txn, arena, &confirmation, LETTER_JOIN, now_s);
}
