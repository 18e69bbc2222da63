/*
 * service/outbox_admin: see the header.
 */
#include "service/outbox_admin.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/email.h"
#include "base/mask.h"
#include "service/mail_file.h"
#include "store/contacts.h"

/* "DUE-OR-END.ID", both without a sign. */
static bool read_place(const char *cursor, struct letter_place *out)
{
    struct letter_place place;
    char *end;
    if (!isdigit((unsigned char)*cursor))
        return false;
    place.at_s = strtoll(cursor, &end, 10);
    if (*end != '.' || !isdigit((unsigned char)end[1]))
        return false;
    place.id = strtoll(end + 1, &end, 10);
    if (*end)
        return false;
    *out = place;
    return true;
}

static const char *cursor_of(struct arena *arena, const struct letter *letter)
{
    const int64_t at_s = letter->outcome == LETTER_WAITS ? letter->due_at : letter->ended_at;
    return arena_printf(arena, "%lld.%lld", (long long)at_s, (long long)letter->id);
}

static const char *trim(struct arena *arena, const char *text)
{
    text += strspn(text, " \t");
    size_t len = strlen(text);
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        len--;
    return arena_strndup(arena, text, len);
}

static enum status count_all(const struct service *service, struct outbox_list *list)
{
    enum status status =
        letters_count(service->store, LETTER_WAITS, OUTBOX_COUNT_MAX, &list->waiting);
    if (status == STATUS_OK)
        status = letters_count(service->store, LETTER_SENT, OUTBOX_COUNT_MAX, &list->sent);
    if (status == STATUS_OK)
        status = letters_count(service->store, LETTER_DEAD, OUTBOX_COUNT_MAX, &list->dead);
    return status;
}

static enum status is_overdue(const struct service *service, struct arena *arena, int64_t now_s,
                              bool *out)
{
    struct letter *letters;
    size_t count = 0;
    enum status status =
        letters_due(service->store, arena, now_s - OUTBOX_OVERDUE_S, 1, &letters, &count);
    *out = count > 0;
    return status;
}

/* One row more than is shown tells whether there is another page that way. */
static enum status read_rows(const struct service *service, struct arena *arena,
                             struct outbox_list *list)
{
    struct letter_place place;
    const bool has_place = read_place(list->query.cursor, &place);
    const bool is_backward = has_place && list->query.is_backward;
    const struct letter_query query = {
        .outcome = list->query.outcome,
        .address = *list->query.address ? list->query.address : NULL,
        .place = has_place ? &place : NULL,
        .is_backward = is_backward,
        .limit = OUTBOX_PAGE_ROWS + 1,
    };
    enum status status = letters_list(service->store, arena, &query, &list->letters, &list->count);
    if (status != STATUS_OK)
        return status;
    const bool has_more = list->count > OUTBOX_PAGE_ROWS;
    if (has_more) {
        list->letters += is_backward ? 1 : 0;
        list->count = OUTBOX_PAGE_ROWS;
    }
    if (list->count == 0)
        return STATUS_OK;
    if (is_backward ? has_more : has_place)
        list->previous_cursor = cursor_of(arena, &list->letters[0]);
    if (is_backward || has_more)
        list->next_cursor = cursor_of(arena, &list->letters[list->count - 1]);
    return STATUS_OK;
}

enum status outbox_admin_list(const struct service *service, struct arena *arena,
                              const struct outbox_query *query, int64_t now_s,
                              struct outbox_list *out)
{
    struct outbox_list list = {.query = *query, .has_smtp = service->conf->smtp != NULL};
    list.query.address = trim(arena, query->address);
    enum status status = count_all(service, &list);
    if (status == STATUS_OK)
        status = is_overdue(service, arena, now_s, &list.is_overdue);
    if (status == STATUS_OK)
        status = read_rows(service, arena, &list);
    if (status == STATUS_OK)
        *out = list;
    return status;
}

static enum status find_person(const struct service *service, struct arena *arena,
                               struct outbox_mail *mail)
{
    struct email email;
    struct contact contact;
    char text[PUBLIC_ID_TEXT_BYTES];
    const char *address = mail->letter.address;
    enum status status = email_parse(arena, address, strlen(address), &email, NULL);
    if (status == STATUS_OK)
        status = contacts_find_email(service->store, arena, email.key, &contact);
    if (status == STATUS_OK) {
        public_id_text(contact.public_id, text);
        mail->person = arena_strdup(arena, text);
    }
    return status == STATUS_INVALID || status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static void leave_out_links(struct arena *arena, struct letter_page *page)
{
    struct link_set *links = &page->links;
    page->action_url = mask_tokens(arena, page->action_url);
    page->manage_url = mask_tokens(arena, page->manage_url);
    links->manage = mask_tokens(arena, links->manage);
    links->mailto = mask_tokens(arena, links->mailto);
    links->unsubscribe = mask_tokens(arena, links->unsubscribe);
    links->list_unsubscribe = mask_tokens(arena, links->list_unsubscribe);
}

static enum status make(const struct service *service, struct arena *arena, int64_t now_s,
                        struct outbox_mail *mail)
{
    enum status status = letters_compose(service, arena, &mail->letter, now_s, &mail->page);
    if (status == STATUS_REFUSED) {
        mail->source = OUTBOX_KEYLESS;
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    mail->source = mail->page.is_due ? OUTBOX_MADE : OUTBOX_OVER;
    if (mail->page.is_due)
        leave_out_links(arena, &mail->page);
    return STATUS_OK;
}

enum status outbox_admin_get(const struct service *service, struct arena *arena, int64_t id,
                             enum admin_role role, int64_t now_s, struct outbox_mail *out)
{
    struct outbox_mail mail = {.source = OUTBOX_FILE,
                               .shows_links = role == ROLE_OWNER,
                               .public_url = service->conf->public_url,
                               .has_smtp = service->conf->smtp != NULL};
    enum status status = letters_get(service->store, arena, id, &mail.letter);
    if (status == STATUS_OK)
        status = find_person(service, arena, &mail);
    if (status != STATUS_OK)
        return status;
    status = mail.letter.outcome == LETTER_SENT
                 ? mail_file_get(arena, service->conf, id, &mail.file, &mail.file_len)
                 : STATUS_NOT_FOUND;
    if (status == STATUS_NOT_FOUND)
        status = make(service, arena, now_s, &mail);
    if (status == STATUS_OK)
        *out = mail;
    return status;
}

enum status outbox_admin_act(struct txn *txn, enum outbox_act act, int64_t id, int64_t now_s,
                             struct outbox_acted *out)
{
    enum status status = STATUS_INVALID;
    int count = 0;
    switch (act) {
    case OUTBOX_AGAIN:
        status = letters_again(txn, id, now_s);
        break;
    case OUTBOX_AGAIN_ALL:
        status = letters_again_all(txn, now_s, OUTBOX_AGAIN_MAX, &count);
        break;
    case OUTBOX_NOW:
        status = letters_hasten(txn, id, now_s);
        break;
    case OUTBOX_DISCARD:
        status = letters_discard(txn, id);
        break;
    case OUTBOX_ACT_COUNT:
        break;
    }
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *out = (struct outbox_acted){.is_gone = status == STATUS_NOT_FOUND, .count = count};
    return STATUS_OK;
}

enum status outbox_admin_dead(const struct service *service, int64_t *out)
{
    return letters_count(service->store, LETTER_DEAD, OUTBOX_BADGE_MAX + 1, out);
}
