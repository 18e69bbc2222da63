/*
 * service/preview_letter: our own mails as an admin wants to look at them. See the header.
 */
#include "service/preview_letter.h"

#include <string.h>

#include "service/settings.h"

#define MADE_UP_EMAIL "alex.morgan@example.com"
#define DAY_S         INT64_C(86400)

static const struct {
    const char *page;
    enum letter_kind kind;
    enum letter_variant variant;
} letters[] = {
    {"mail_link", LETTER_LINK, LETTER_AS_ASKED},
    {"mail_join", LETTER_JOIN, LETTER_AS_ASKED},
    {"mail_in", LETTER_JOIN, LETTER_ALREADY_IN},
    {"mail_new", LETTER_NEW_ADDRESS, LETTER_AS_ASKED},
    {"mail_taken", LETTER_NEW_ADDRESS, LETTER_TAKEN},
    {"mail_old", LETTER_OLD_ADDRESS, LETTER_AS_ASKED},
    {"mail_test", LETTER_TEST, LETTER_AS_ASKED},
};
#define LETTERS (sizeof letters / sizeof *letters)

static const char *made_up_url(const struct service *service, struct arena *arena, char what)
{
    return arena_printf(arena, "%s/%c/preview", service->conf->public_url, what);
}

/* What a mail has of the reader's page: the names of the choices, the masked address. */
static void fill_letter(const struct service *service, struct arena *arena,
                        const struct self_page *self, struct letter_page *page)
{
    const bool is_of_contact = page->kind == LETTER_LINK || page->variant == LETTER_ALREADY_IN ||
                               page->variant == LETTER_TAKEN;
    const bool is_old = page->kind == LETTER_OLD_ADDRESS; /* it can stop all, and opens nothing */

    page->brand = self->brand;
    letters_colour(arena, page);
    page->masked = self->masked_email;
    page->topics = arena_array(arena, self->choices_count + 1, sizeof *page->topics);
    for (size_t i = 0; i < self->choices_count && page->kind == LETTER_JOIN; i++)
        page->topics[page->topics_count++] = self->choices[i].name;
    if (!is_old && page->kind != LETTER_TEST)
        page->action_url = made_up_url(service, arena, is_of_contact ? 'p' : 'c');
    page->manage_url = is_of_contact ? made_up_url(service, arena, 'p') : NULL;
    page->links.unsubscribe = is_of_contact || is_old ? made_up_url(service, arena, 'u') : NULL;
}

enum status preview_letter(const struct service *service, struct arena *arena,
                           const struct preview_request *request, int64_t now_s,
                           struct letter_page *out)
{
    struct preview_request manage = *request;
    struct preview preview;
    size_t at = 0;

    while (at < LETTERS && strcmp(letters[at].page, request->page) != 0)
        at++;
    if (at == LETTERS)
        return STATUS_NOT_FOUND;
    manage.page = "manage";
    enum status status = preview_look(service, arena, &manage, now_s, &preview);
    if (status != STATUS_OK)
        return status;
    int64_t days = 0;
    status = settings_number(
        service->store, arena,
        letters[at].kind == LETTER_LINK ? SETTING_LINK_LIFE_DAYS : SETTING_CONFIRM_DAYS, &days);
    if (status != STATUS_OK)
        return status;
    struct letter_page page = {
        .is_due = true,
        .kind = letters[at].kind,
        .variant = letters[at].variant,
        .lang = request->lang,
        .from = "",
        .from_name = "",
        .to = MADE_UP_EMAIL,
        .to_name = "",
        .until = now_s + days * DAY_S,
    };
    fill_letter(service, arena, &preview.self, &page);
    *out = page;
    return STATUS_OK;
}
