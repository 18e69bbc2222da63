/*
 * service/receipt: see receipt.h.
 */
#include "service/receipt.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/catalogue.h"
#include "base/clock.h"
#include "base/email.h"
#include "service/person.h"
#include "service/retention.h"
#include "service/settings.h"
#include "service/wording.h"
#include "store/entries.h"
#include "store/topic_texts.h"
#include "store/topics.h"

/* One receipt on its way. */
struct making {
    const struct service *service;
    struct arena *arena;
    const struct link_opened *link;
    struct entry entry;
    struct topic *topics;
    size_t topics_count;
    bool is_limited; /* the link may see its own acts alone */
    struct receipt receipt;
};

static bool is_unsubscribe(const struct link_opened *link)
{
    return link->claims.purpose == PURPOSE_UNSUBSCRIBE;
}

static bool can_act(const struct link_opened *link)
{
    return link->state == LINK_GOOD || link->state == LINK_EXPIRED || link->state == LINK_VOID;
}

bool receipt_is_own_act(const struct link_opened *link, const struct entry *entry)
{
    const struct origin origin = links_origin(link, ACTOR_RECIPIENT, NULL, NULL);
    const uint64_t moved = entry->choices_before ^ entry->choices_after;
    const struct topic_id topic = link->claims.topic;
    const bool is_page = entry->actor == ACTOR_RECIPIENT &&
                         wording_family(entry->wording) == wording_family(origin.wording);
    const bool is_mail =
        is_unsubscribe(link) && (entry->actor == ACTOR_ONE_CLICK || entry->actor == ACTOR_MAILTO);
    const bool is_its_topic =
        entry->status_before != entry->status_after ||
        (is_unsubscribe(link) && topic.value != 0 && (moved & ~TOPIC_BIT(topic)) == 0);
    return can_act(link) && (is_page || is_mail) && is_its_topic &&
           (entry->kind == ENTRY_CHOICES || entry->kind == ENTRY_UNDONE) &&
           entry->proof_kind == origin.proof_kind && entry->proof_len == origin.proof_len &&
           memcmp(entry->proof, origin.proof, origin.proof_len) == 0;
}

static enum status find_entry(struct making *making, struct position position)
{
    struct store *store = making->service->store;
    enum status status = entries_get(store, making->arena, position, &making->entry);
    if (status == STATUS_OK &&
        (making->entry.contact.value != making->link->contact.id.value ||
         !past_has_receipt(making->entry.kind) ||
         (making->is_limited && !receipt_is_own_act(making->link, &making->entry))))
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = topics_list(store, making->arena, &making->topics, &making->topics_count);
    if (status == STATUS_OK)
        status = topic_texts_apply(store, making->arena, making->receipt.lang, making->topics,
                                   making->topics_count);
    return status;
}

/* What a link may name: everything, or its own topic. */
static uint64_t nameable(const struct making *making)
{
    const struct topic_id topic = making->link->claims.topic;
    if (!making->is_limited)
        return UINT64_MAX;
    return is_unsubscribe(making->link) && topic.value != 0 ? TOPIC_BIT(topic) : 0;
}

static void list_purposes(struct making *making)
{
    const struct entry *entry = &making->entry;
    const struct contact as_then = {.daily = entry->daily_after, .weekly = entry->weekly_after};
    struct receipt *receipt = &making->receipt;
    uint64_t only = nameable(making);

    receipt->purposes =
        arena_array(making->arena, making->topics_count + 1, sizeof *receipt->purposes);
    receipt->is_given = entry->status_after == CONTACT_OPTED_IN && entry->choices_after != 0;
    if (making->is_limited && entry->status_before != entry->status_after) {
        receipt->is_given = entry->status_after == CONTACT_OPTED_IN;
        receipt->purposes[receipt->purposes_count++] =
            (struct receipt_purpose){"all", "", receipt->is_given, FREQUENCY_ALL};
        return;
    }
    if (making->is_limited)
        receipt->is_given = (entry->choices_after & only) != 0;
    for (size_t i = 0; i < making->topics_count; i++) {
        const struct topic *topic = &making->topics[i];
        const uint64_t bit = TOPIC_BIT(topic->id);
        if (((entry->choices_before | entry->choices_after) & only & bit) == 0)
            continue;
        receipt->purposes[receipt->purposes_count++] = (struct receipt_purpose){
            topic->key, topic->name, (entry->choices_after & bit) != 0,
            making->is_limited ? FREQUENCY_ALL : contact_frequency(&as_then, topic->id)};
    }
}

static enum status fill(struct making *making)
{
    const struct entry *entry = &making->entry;
    struct store *store = making->service->store;
    struct arena *arena = making->arena;
    struct receipt *receipt = &making->receipt;
    struct wording wording = {0};
    char principal[PUBLIC_ID_TEXT_BYTES];

    public_id_text(making->link->contact.public_id, principal);
    receipt->principal = arena_strdup(arena, principal);
    receipt->record_id =
        arena_printf(arena, "%s-%lld", principal, (long long)entry->position.value);
    receipt->masked_email = email_mask(arena, making->link->contact.email);
    const bool is_known = wording_unpack(entry->wording, &wording);
    receipt->notice = wording_name(arena, entry->wording);
    receipt->notice_language =
        is_known && wording.page != WORDING_NONE ? locale_tag(wording.lang) : "";
    receipt->line =
        past_line_of(arena, entry, making->topics, making->topics_count, nameable(making));
    for (size_t i = 0; i < LEDGER_HASH_BYTES; i++)
        snprintf(receipt->hash + 2 * i, 3, "%02x", entry->hash[i]);
    list_purposes(making);
    enum status status = wording_hash(making->service, arena, entry->wording, receipt->notice_hash);
    if (status == STATUS_OK)
        status = brand_get(making->service, arena, &receipt->brand);
    if (status == STATUS_OK)
        status = settings_text(store, arena, SETTING_JURISDICTION, &receipt->jurisdiction);
    if (status == STATUS_OK)
        status = retention_words(store, arena, receipt->lang, &receipt->retention);
    if (status == STATUS_OK)
        status = settings_text(store, arena, SETTING_THIRD_PARTIES, &receipt->third_parties);
    return status;
}

/* ,"name":"text" or null for "". The names come in sorted order, as RFC 8785 wants them. */
static void add_text(struct buf *out, const char *name, const char *text)
{
    if (out->len > 0 && out->data[out->len - 1] != '{')
        buf_addc(out, ',');
    buf_json(out, name);
    buf_addc(out, ':');
    buf_json(out, text && *text ? text : NULL);
}

static void add_open(struct buf *out, const char *name, const char *bracket)
{
    buf_addc(out, ',');
    buf_json(out, name);
    buf_printf(out, ":%s", bracket);
}

static void add_time(struct buf *out, const char *name, int64_t at_s)
{
    char text[CLOCK_RFC3339_BYTES] = "";
    if (at_s != 0)
        clock_rfc3339(at_s, text);
    add_text(out, name, text);
}

static void add_controller(struct buf *out, const struct making *making)
{
    const struct brand *brand = &making->receipt.brand;
    buf_adds(out, "\"controller\":{");
    add_text(out, "name", brand->name);
    add_text(out, "postal_address", brand->postal_address);
    add_text(out, "privacy_notice", brand->privacy_url);
    add_text(out, "site", making->service->conf->public_url);
    buf_addc(out, '}');
}

static void add_event(struct buf *out, const struct making *making)
{
    const struct entry *entry = &making->entry;
    const struct receipt *receipt = &making->receipt;
    const bool is_theirs = receipt->line.who <= PAST_BY_CONFIRM;
    add_open(out, "event", "{");
    add_text(out, "by", actor_kind_key(entry->actor));
    add_text(out, "entity", is_theirs ? "pii_principal" : "controller");
    add_time(out, "paused_until", entry->paused_after > entry->at ? entry->paused_after : 0);
    add_text(out, "state", receipt->is_given ? "given" : "withdrawn");
    add_time(out, "time", entry->at);
    add_text(out, "type", entry_kind_key(entry->kind));
    add_text(out, "validity", "until changed");
    buf_addc(out, '}');
}

static void add_purposes(struct buf *out, const struct receipt *receipt)
{
    add_open(out, "purposes", "[");
    for (size_t i = 0; i < receipt->purposes_count; i++) {
        const struct receipt_purpose *purpose = &receipt->purposes[i];
        buf_adds(out, i ? ",{" : "{");
        add_text(out, "frequency", frequency_key(purpose->frequency));
        add_text(out, "id", purpose->id);
        add_text(out, "name", purpose->name);
        add_text(out, "state", purpose->is_given ? "given" : "withdrawn");
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

/* Everything before the receipt's own id. */
static void add_head(struct buf *out, const struct making *making)
{
    const struct receipt *receipt = &making->receipt;
    buf_addc(out, '{');
    add_controller(out, making);
    add_event(out, making);
    add_text(out, "jurisdiction", receipt->jurisdiction);
    add_text(out, "lawful_basis", "consent");
    add_open(out, "ledger", "{");
    add_text(out, "hash", receipt->hash);
    buf_printf(out, ",\"position\":%lld}", (long long)making->entry.position.value);
    add_open(out, "notice", "{");
    add_text(out, "hash", receipt->notice_hash);
    add_text(out, "language", receipt->notice_language);
    add_text(out, "wording", receipt->notice);
    buf_addc(out, '}');
    add_open(out, "pii_categories",
             "[\"email address\",\"name\",\"language\",\"contact type\",\"choices\","
             "\"network address and browser of each change\"]");
    add_text(out, "pii_principal_id", receipt->principal);
    add_purposes(out, receipt);
}

/* And everything after it. */
static void add_tail(struct buf *out, const struct making *making)
{
    const struct receipt *receipt = &making->receipt;
    struct arena *arena = making->arena;
    const enum locale lang = receipt->lang;
    add_text(out, "record_id", receipt->record_id);
    add_text(out, "retention", receipt->retention);
    add_text(out, "schema_version", RECEIPT_DOMAIN);
    add_text(out, "standard", "ISO/IEC TS 27560:2023");
    add_text(out, "storage", TEXT(arena, lang, TEXT_RECEIPT_STORAGE_OWN));
    add_open(out, "third_parties", "[");
    if (*receipt->third_parties)
        buf_json(out, receipt->third_parties);
    buf_addc(out, ']');
    add_text(out, "withdrawal_method", TEXT(arena, lang, TEXT_RECEIPT_WITHDRAW_HOW));
    buf_addc(out, '}');
}

static void seal(struct making *making)
{
    struct receipt *receipt = &making->receipt;
    struct buf text = {0}, tail = {0};
    uint8_t signature[RECEIPT_SIGNATURE_BYTES], public_key[RECEIPT_PUBLIC_BYTES];

    add_head(&text, making);
    buf_addc(&tail, '{'); /* add_text looks at what is before it; left out below */
    add_tail(&tail, making);
    const size_t head_len = text.len;
    buf_add(&text, tail.data, tail.len);
    receipt_id_of(text.data, text.len, receipt->id);
    text.len = head_len;
    add_text(&text, "receipt_id", receipt->id);
    buf_addc(&text, ',');
    buf_add(&text, tail.data + 1, tail.len - 1);
    receipt->text = arena_strndup(making->arena, text.data, text.len);
    receipt_key_sign(making->service->secrets, text.data, text.len, signature);
    crypto_base64url(signature, sizeof signature, receipt->signature, sizeof receipt->signature);
    receipt_key_public(making->service->secrets, public_key);
    receipt_key_id(public_key, receipt->key_id);
    buf_free(&text);
    buf_free(&tail);
}

enum status receipt_get(const struct service *service, struct arena *arena,
                        const struct link_opened *link, const char *token, struct position position,
                        struct receipt *out)
{
    struct making making = {
        .service = service,
        .arena = arena,
        .link = link,
        .is_limited = link->claims.purpose != PURPOSE_MANAGE || link->state != LINK_GOOD,
        .receipt = {.lang = link->lang, .link = link->claims.purpose, .token = token}};
    if (!can_act(link) || position.value <= 0)
        return STATUS_NOT_FOUND;
    enum status status = find_entry(&making, position);
    if (status == STATUS_OK)
        status = fill(&making);
    if (status != STATUS_OK)
        return status;
    seal(&making);
    *out = making.receipt;
    return STATUS_OK;
}

enum status receipt_open_person(const struct service *service, struct arena *arena,
                                struct public_id person, struct link_opened *out)
{
    struct link_opened link = {
        .state = LINK_GOOD,
        .claims = {.purpose = PURPOSE_MANAGE, .contact = person},
    };
    enum status status = person_find(service, service->store, arena, person, &link.contact);
    if (status == STATUS_OK)
        *out = link;
    return status;
}

void receipt_key_get(const struct service *service, struct receipt_key *out)
{
    uint8_t public_key[RECEIPT_PUBLIC_BYTES];
    receipt_key_public(service->secrets, public_key);
    receipt_key_id(public_key, out->id);
    crypto_base64url(public_key, sizeof public_key, out->public_key, sizeof out->public_key);
}
