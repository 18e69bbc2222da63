/*
 * service/outbox_admin: see the header.
 */
#include "service/outbox_admin.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/email.h"
#include "base/mask.h"
#include "service/change.h"
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

static const char *kind_of(enum letter_kind kind)
{
    static const char *const words[LETTER_KIND_COUNT] = {
        [LETTER_LINK] = "fresh link",
        [LETTER_JOIN] = "sign-up to confirm",
        [LETTER_NEW_ADDRESS] = "new address to confirm",
        [LETTER_OLD_ADDRESS] = "note to an old address",
        [LETTER_TEST] = "test",
    };
    return kind > 0 && kind < LETTER_KIND_COUNT ? words[kind] : "mail";
}

static enum status record(const struct service *service, struct txn *txn, const char *note,
                          const struct origin *origin)
{
    struct entry entry = {.kind = ENTRY_SETTING, .private = {.note = note}};
    return change_record(service, txn, &entry, origin);
}

static enum status act_on_one(const struct service *service, struct txn *txn, struct arena *arena,
                              enum outbox_act act, int64_t id, int64_t now_s,
                              const struct origin *origin)
{
    static const char *const words[OUTBOX_ACT_COUNT] = {
        [OUTBOX_AGAIN] = "was given up; it is tried again",
        [OUTBOX_NOW] = "waited; it is tried at once",
        [OUTBOX_DISCARD] = "was given up; it is discarded",
    };
    struct letter letter;
    enum status status = letters_get(txn_store(txn), arena, id, &letter);
    if (status != STATUS_OK)
        return status;
    status = act == OUTBOX_AGAIN ? letters_again(txn, id, now_s)
             : act == OUTBOX_NOW ? letters_hasten(txn, id, now_s)
                                 : letters_discard(txn, id);
    if (status != STATUS_OK)
        return status;
    return record(service, txn,
                  arena_printf(arena, OUTBOX_NOTE "mail %" PRId64 " (%s) %s", id,
                               kind_of(letter.kind), words[act]),
                  origin);
}

enum status outbox_admin_act(const struct service *service, struct txn *txn, struct arena *arena,
                             enum outbox_act act, int64_t id, int64_t now_s,
                             const struct origin *origin, struct outbox_acted *out)
{
    enum status status;
    int count = 0;
    if (act == OUTBOX_AGAIN_ALL) {
        status = letters_again_all(txn, now_s, OUTBOX_AGAIN_MAX, &count);
        if (status == STATUS_OK && count > 0)
            status = record(service, txn,
                            arena_printf(arena,
                                         count == 1 ? OUTBOX_NOTE
                                             "%d mail was given up; it is tried again"
                                                    : OUTBOX_NOTE
                                             "%d mails were given up; they are tried again",
                                         count),
                            origin);
    } else {
        status = act_on_one(service, txn, arena, act, id, now_s, origin);
    }
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *out = (struct outbox_acted){.is_gone = status == STATUS_NOT_FOUND, .count = count};
    return STATUS_OK;
}

enum status outbox_admin_test(const struct service *service, struct txn *txn, const char *address,
                              int64_t now_s, const struct origin *origin)
{
    const struct letter letter = {.kind = LETTER_TEST, .address = address, .language = ""};
    enum status status = outbox_put(service, txn, &letter, now_s);
    return status == STATUS_OK
               ? record(service, txn, OUTBOX_NOTE "a test mail to their own address", origin)
               : status;
}

enum status outbox_admin_dead(const struct service *service, int64_t *out)
{
    return letters_count(service->store, LETTER_DEAD, OUTBOX_BADGE_MAX + 1, out);
}
