/*
 * service/letters_confirm: see the header.
 */
#include "service/letters_confirm.h"

#include <string.h>

#include "base/email.h"
#include "service/confirm_act.h"
#include "service/settings.h"
#include "store/contacts.h"
#include "store/settings.h"
#include "store/topic_texts.h"
#include "store/topics.h"

/* One letter on its way. */
struct writing {
    const struct service *service;
    struct arena *arena;
    const struct letter *letter;
    struct letter_page *page;
    int64_t now_s;
    struct confirmation row;
    bool has_reader; /* who has the address that the letter goes to is on the list */
    struct contact reader;
};

/* Reads the request; *is_open: it still waits. */
static enum status read_request(struct writing *writing, bool *is_open)
{
    struct store *store = writing->service->store;
    enum confirm_state state = CONFIRM_EXPIRED;
    enum status status =
        confirmations_get(store, writing->arena, writing->letter->confirmation, &writing->row);
    *is_open = false;
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK)
        status = confirm_judge(store, writing->arena, &writing->row, writing->now_s, &state);
    *is_open = status == STATUS_OK && state == CONFIRM_OPEN;
    return status;
}

static enum status find_reader(struct writing *writing, const char *email_key)
{
    enum status status =
        contacts_find_email(writing->service->store, writing->arena, email_key, &writing->reader);
    writing->has_reader = status == STATUS_OK;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* That the request was made in; else the reader's; else the site's. */
static enum status choose_language(struct writing *writing, const char *language)
{
    if (locale_parse(writing->letter->language, &writing->page->lang) ||
        locale_parse(language, &writing->page->lang))
        return STATUS_OK;
    return settings_locale(writing->service->store, writing->arena, &writing->page->lang);
}

static void address_to(struct writing *writing, const char *email)
{
    struct letter_page *page = writing->page;
    page->is_due = true;
    page->to = email;
    page->to_name = writing->has_reader ? writing->reader.name : "";
    page->masked = email_mask(writing->arena, email);
}

/* The reader's own links, where they are on the list. */
static enum status add_links(struct writing *writing)
{
    if (!writing->has_reader)
        return STATUS_OK;
    enum status status = links_mint(writing->service, writing->arena, &writing->reader, NULL,
                                    writing->now_s, &writing->page->links);
    if (status == STATUS_OK)
        writing->page->manage_url = writing->page->links.manage;
    return status;
}

static enum status add_confirm_link(struct writing *writing)
{
    writing->page->until = writing->row.expires_at;
    return links_mint_confirm(writing->service, writing->arena, writing->row.public_id,
                              writing->now_s, &writing->page->action_url);
}

static enum status name_topics(struct writing *writing, uint64_t choices)
{
    struct letter_page *page = writing->page;
    struct topic *topics = NULL;
    size_t count = 0;
    enum status status = topics_list(writing->service->store, writing->arena, &topics, &count);
    if (status == STATUS_OK)
        status =
            topic_texts_apply(writing->service->store, writing->arena, page->lang, topics, count);
    if (status != STATUS_OK)
        return status;
    page->topics = arena_array(writing->arena, count + 1, sizeof(*page->topics));
    for (size_t i = 0; i < count; i++)
        if (topics[i].retired_at == 0 && (choices & TOPIC_BIT(topics[i].id)) != 0)
            page->topics[page->topics_count++] = topics[i].name;
    return STATUS_OK;
}

static enum status write_join(struct writing *writing)
{
    struct letter_page *page = writing->page;
    const uint64_t asked = writing->row.choices;
    enum status status = find_reader(writing, writing->row.email_key);
    if (status == STATUS_OK)
        status = choose_language(writing, writing->row.language);
    if (status == STATUS_OK)
        status = name_topics(writing, asked);
    if (status == STATUS_OK)
        status = add_links(writing);
    if (status != STATUS_OK || page->topics_count == 0) /* all retired: there is nothing to ask */
        return status;
    address_to(writing, writing->row.email);
    if (writing->has_reader && (asked & ~writing->reader.choices) == 0) {
        page->variant = LETTER_ALREADY_IN;
        page->action_url = page->manage_url;
        return STATUS_OK;
    }
    return add_confirm_link(writing);
}

/* An address that is somebody's, or was erased or blocked, can't be had: its owner is told so, and
 * nothing of whoever asked. */
static enum status can_be_had(struct writing *writing, bool *out)
{
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    bool is_suppressed = true;
    secrets_suppression_hash(writing->service->secrets, writing->row.email_key, hash);
    enum status status = suppressions_has(writing->service->store, hash, &is_suppressed);
    *out = !writing->has_reader && !is_suppressed;
    return status;
}

static enum status write_new_address(struct writing *writing)
{
    bool can = false;
    enum status status = find_reader(writing, writing->row.email_key);
    if (status == STATUS_OK)
        status = choose_language(writing, writing->row.language);
    if (status == STATUS_OK)
        status = can_be_had(writing, &can);
    if (status == STATUS_OK)
        status = add_links(writing);
    if (status != STATUS_OK)
        return status;
    address_to(writing, writing->row.email);
    if (can)
        return add_confirm_link(writing);
    writing->page->variant = LETTER_TAKEN;
    writing->page->action_url = writing->page->manage_url;
    return STATUS_OK;
}

/* To who had the mails until now: where they go, and the link that stops them. */
static enum status write_old_address(struct writing *writing)
{
    struct letter_page *page = writing->page;
    struct contact contact;
    struct link_set links;
    struct email email;
    const char *old = writing->letter->address;
    enum status status =
        contacts_get(writing->service->store, writing->arena, writing->letter->contact, &contact);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK)
        status = email_parse(writing->arena, old, strlen(old), &email, NULL);
    if (status != STATUS_OK)
        return status;
    if (strcmp(email.key, contact.email_key) == 0) /* it was changed back */
        return STATUS_OK;
    status = choose_language(writing, contact.language);
    if (status == STATUS_OK)
        status =
            links_mint(writing->service, writing->arena, &contact, NULL, writing->now_s, &links);
    if (status != STATUS_OK)
        return status;
    address_to(writing, old);
    page->masked = email_mask(writing->arena, contact.email);
    page->links.unsubscribe = links.unsubscribe;
    return STATUS_OK;
}

enum status letters_confirm(const struct service *service, struct arena *arena,
                            const struct letter *letter, int64_t now_s, struct letter_page *page)
{
    struct writing writing = {
        .service = service, .arena = arena, .letter = letter, .page = page, .now_s = now_s};
    if (letter->kind == LETTER_OLD_ADDRESS)
        return write_old_address(&writing);
    bool is_open = false;
    enum status status = read_request(&writing, &is_open);
    if (status != STATUS_OK || !is_open)
        return status;
    return letter->kind == LETTER_JOIN ? write_join(&writing) : write_new_address(&writing);
}
