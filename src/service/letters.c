/*
 * service/letters: what stands in a mail, read and minted when it is sent. See the header.
 */
#include "service/letters.h"

#include <ctype.h>
#include <string.h>

#include "base/contrast.h"
#include "base/email.h"
#include "base/mime.h"
#include "service/letters_confirm.h"
#include "service/settings.h"
#include "store/contacts.h"

#define DAY_S 86400

static const char *code_of(struct arena *arena, struct colour colour)
{
    char code[COLOUR_TEXT_BYTES];
    colour_text(colour, code);
    return arena_strdup(arena, code);
}

void letters_colour(struct arena *arena, struct letter_page *page)
{
    const struct brand *brand = &page->brand;
    page->colour = code_of(arena, brand->light.accent);
    page->colour_text = code_of(arena, brand->light.text);
    page->colour_link = code_of(arena, brand->light.link);
    page->dark_colour = code_of(arena, brand->dark.accent);
    page->dark_colour_text = code_of(arena, brand->dark.text);
    page->dark_colour_link = code_of(arena, brand->dark.link);
}

/* noreply@ the host of the public URL; while that is an address of a machine, it is nobody's. */
static const char *default_sender(const struct service *service, struct arena *arena)
{
    const char *host = links_host(arena, service->conf->public_url);
    const char *address = arena_printf(arena, "noreply@%s", host), *sent = NULL;
    bool has_letter = false;
    for (const char *c = host; *c; c++)
        has_letter = has_letter || isalpha((unsigned char)*c);
    if (has_letter && mime_address(arena, address, &sent) == STATUS_OK)
        return sent;
    return "noreply@localhost";
}

static enum status read_sender(const struct service *service, struct arena *arena,
                               struct letter_page *page)
{
    const char *address = "", *name = "";
    enum status status = settings_text(service->store, arena, SETTING_SENDER_ADDRESS, &address);
    if (status == STATUS_OK)
        status = settings_text(service->store, arena, SETTING_SENDER_NAME, &name);
    if (status != STATUS_OK)
        return status;
    page->from_name = *name ? name : page->brand.name;
    if (!*address || mime_address(arena, address, &page->from) != STATUS_OK)
        page->from = default_sender(service, arena);
    return STATUS_OK;
}

/* A manage link, to the address on file and to no other, whatever was typed. */
static enum status compose_link(const struct service *service, struct arena *arena,
                                const struct letter *letter, int64_t now_s,
                                struct letter_page *page)
{
    struct email email;
    struct contact contact;
    int64_t days = 0;
    enum status status = email_parse(arena, letter->address, strlen(letter->address), &email, NULL);
    if (status == STATUS_OK)
        status = contacts_find_email(service->store, arena, email.key, &contact);
    if (status == STATUS_INVALID || status == STATUS_NOT_FOUND)
        return STATUS_OK; /* not due */
    if (status == STATUS_OK)
        status = links_mint(service, arena, &contact, NULL, now_s, &page->links);
    if (status == STATUS_OK)
        status = settings_number(service->store, arena, SETTING_LINK_LIFE_DAYS, &days);
    if (status != STATUS_OK)
        return status;
    (void)locale_parse(contact.language, &page->lang); /* their own before that of who asked */
    page->is_due = true;
    page->to = contact.email;
    page->to_name = contact.name;
    page->masked = email_mask(arena, contact.email);
    page->action_url = page->manage_url = page->links.manage;
    page->until = now_s + days * DAY_S;
    return STATUS_OK;
}

static void compose_test(const struct service *service, struct arena *arena,
                         const struct letter *letter, struct letter_page *page)
{
    page->is_due = true;
    page->to = letter->address;
    page->to_name = "";
    page->masked = email_mask(arena, letter->address);
}

enum status letters_compose(const struct service *service, struct arena *arena,
                            const struct letter *letter, int64_t now_s, struct letter_page *out)
{
    struct letter_page page = {.kind = letter->kind, .lang = LOCALE_EN};
    enum status status = brand_get(service, arena, &page.brand);
    if (status == STATUS_OK)
        status = read_sender(service, arena, &page);
    if (status == STATUS_OK)
        status = settings_locale(service->store, arena, &page.lang);
    if (status != STATUS_OK)
        return status;
    letters_colour(arena, &page);
    (void)locale_parse(letter->language, &page.lang);
    switch (letter->kind) {
    case LETTER_LINK:
        status = compose_link(service, arena, letter, now_s, &page);
        break;
    case LETTER_TEST:
        compose_test(service, arena, letter, &page);
        break;
    case LETTER_JOIN:
    case LETTER_NEW_ADDRESS:
    case LETTER_OLD_ADDRESS:
        status = letters_confirm(service, arena, letter, now_s, &page);
        break;
    case LETTER_KIND_COUNT:
        status = STATUS_INVALID;
        break;
    }
    if (status == STATUS_OK)
        *out = page;
    return status;
}
