/*
 * service/outbox_admin and view/outbox: what admins see of our own mails, and to whom their links
 * are shown.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mask.h"
#include "base/mime.h"
#include "service/mail_file.h"
#include "service/outbox_admin.h"
#include "service/outbox_fault.h"
#include "unit/site.h"
#include "view/letter_mail.h"
#include "view/outbox.h"

#define NOW INT64_C(1800000000)

static int64_t put(struct site *site, enum letter_kind kind, const char *address)
{
    const struct letter letter = {.kind = kind, .address = address, .language = "en"};
    const struct letter_query newest = {.outcome = LETTER_ANY, .limit = 1};
    struct letter *letters;
    size_t count = 0;
    struct txn *txn = site_begin(site);
    assert_int_equal(outbox_put(&site->service, txn, &letter, NOW), STATUS_OK);
    site_commit(txn);
    assert_int_equal(letters_list(site->service.store, site->arena, &newest, &letters, &count),
                     STATUS_OK);
    assert_int_equal(count, 1);
    return letters->id;
}

static void end(struct site *site, int64_t id, enum letter_outcome outcome, const char *fault)
{
    struct txn *txn = site_begin(site);
    assert_int_equal(letters_end(txn, id, outcome, NOW + id, fault, "Subject"), STATUS_OK);
    site_commit(txn);
}

static struct outbox_list list(struct site *site, int outcome, const char *address,
                               const char *cursor, bool is_backward)
{
    const struct outbox_query query = {outcome, address, cursor, is_backward};
    struct outbox_list found;
    assert_int_equal(outbox_admin_list(&site->service, site->arena, &query, NOW, &found),
                     STATUS_OK);
    return found;
}

static struct outbox_mail get(struct site *site, int64_t id, enum admin_role role)
{
    struct outbox_mail mail;
    assert_int_equal(outbox_admin_get(&site->service, site->arena, id, role, NOW, &mail),
                     STATUS_OK);
    return mail;
}

static struct outbox_acted act(struct site *site, enum outbox_act what, int64_t id)
{
    struct outbox_acted acted;
    const struct origin origin = site_origin(ACTOR_ADMIN, 3);
    struct txn *txn = site_begin(site);
    assert_int_equal(
        outbox_admin_act(&site->service, txn, site->arena, what, id, NOW + 50, &origin, &acted),
        STATUS_OK);
    site_commit(txn);
    return acted;
}

/* Whether a text holds what could be a token. */
static bool has_token(const char *text)
{
    struct arena *arena = arena_new();
    const bool has = text && strcmp(mask_tokens(arena, text), text) != 0;
    arena_free(arena);
    return has;
}

static void pages_hang_together_both_ways(void **state)
{
    struct site site;
    site_open(&site);
    struct outbox_list page = list(&site, LETTER_ANY, "", "", false);
    assert_int_equal(page.count, 0);
    assert_null(page.next_cursor);
    for (int i = 0; i < 2 * OUTBOX_PAGE_ROWS + 1; i++)
        (void)put(&site, LETTER_TEST, "ann@example.com");
    page = list(&site, LETTER_ANY, "", "", false);
    assert_int_equal(page.count, OUTBOX_PAGE_ROWS);
    assert_int_equal(page.letters[0].id, 2 * OUTBOX_PAGE_ROWS + 1);
    assert_null(page.previous_cursor);
    page = list(&site, LETTER_ANY, "", page.next_cursor, false);
    assert_int_equal(page.letters[0].id, OUTBOX_PAGE_ROWS + 1);
    struct outbox_list last = list(&site, LETTER_ANY, "", page.next_cursor, false);
    assert_int_equal(last.count, 1);
    assert_null(last.next_cursor);
    last = list(&site, LETTER_ANY, "", last.previous_cursor, true);
    assert_int_equal(last.letters[0].id, page.letters[0].id);
    last = list(&site, LETTER_ANY, "", page.previous_cursor, true);
    assert_int_equal(last.letters[0].id, 2 * OUTBOX_PAGE_ROWS + 1);
    assert_null(last.previous_cursor);
    assert_non_null(last.next_cursor);
    /* What is no cursor of ours shows the first page. */
    static const char *const bad[] = {
        "x", "1", "1.", ".1", "1.1x", "-1.-1", "%s", "1.99999999999999999999999", "1.1.1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        page = list(&site, LETTER_ANY, "", bad[i], false);
        assert_int_equal(page.count, OUTBOX_PAGE_ROWS);
        assert_int_equal(page.letters[0].id, 2 * OUTBOX_PAGE_ROWS + 1);
    }
    page = list(&site, LETTER_ANY, "  ANN@example.com ", "", false);
    assert_int_equal(page.count, OUTBOX_PAGE_ROWS);
    assert_string_equal(page.query.address, "ANN@example.com");
    assert_int_equal(list(&site, LETTER_SENT, "ann@example.com", "", false).count, 0);
    assert_int_equal(list(&site, LETTER_ANY, "ann@example", "", false).count, 0);
    assert_int_equal(page.waiting, 2 * OUTBOX_PAGE_ROWS + 1);
    site_close(&site);
}

static void what_nobody_tries_is_said_to_be_overdue(void **state)
{
    struct site site;
    struct outbox_list page;
    const struct outbox_query all = {LETTER_ANY, "", "", false};
    site_open(&site);
    const int64_t id = put(&site, LETTER_TEST, "ann@example.com");
    assert_int_equal(
        outbox_admin_list(&site.service, site.arena, &all, NOW + OUTBOX_OVERDUE_S - 1, &page),
        STATUS_OK);
    assert_false(page.is_overdue);
    assert_int_equal(
        outbox_admin_list(&site.service, site.arena, &all, NOW + OUTBOX_OVERDUE_S, &page),
        STATUS_OK);
    assert_true(page.is_overdue);
    end(&site, id, LETTER_SENT, "");
    assert_int_equal(outbox_admin_list(&site.service, site.arena, &all, NOW + 9999, &page),
                     STATUS_OK);
    assert_false(page.is_overdue);
    site_close(&site);
}

/* A confirmation belongs to a mailbox: what is made anew has no link for anybody, owners neither.
 */
static void a_mail_made_anew_holds_no_link(void **state)
{
    static const enum letter_outcome outcomes[] = {LETTER_WAITS, LETTER_SENT, LETTER_DEAD};
    struct site site;
    site_open(&site);
    site_put_setting(&site, "mailto_address", "stop@example.com");
    const struct contact ann = site_add(&site, "ann@example.com", NEWSLETTER);
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        const int64_t id = put(&site, LETTER_LINK, "Ann@Example.com");
        if (outcomes[i] != LETTER_WAITS)
            end(&site, id, outcomes[i], "");
        const struct outbox_mail mail = get(&site, id, ROLE_OWNER);
        struct buf page = {0}, html = {0}, eml = {0};
        const struct admin_shell shell = {.admin_email = "ada@example.com", .csrf = "x"};
        char text[PUBLIC_ID_TEXT_BYTES];
        public_id_text(ann.public_id, text);
        assert_string_equal(mail.person, text);
        assert_int_equal(mail.source, OUTBOX_MADE);
        view_outbox_mail(&page, site.arena, &shell, &mail, true);
        assert_true(view_outbox_html(&html, site.arena, &mail));
        assert_true(view_outbox_eml(&eml, site.arena, &mail));
        assert_non_null(strstr(html.data, "/p/..."));
        assert_non_null(strstr(eml.data, "/u/...>"));
        assert_false(has_token(page.data));
        assert_false(has_token(html.data));
        assert_false(has_token(eml.data));
        buf_free(&page);
        buf_free(&html);
        buf_free(&eml);
    }
    const struct outbox_mail nobody =
        get(&site, put(&site, LETTER_LINK, "nobody@example.com"), ROLE_OWNER);
    assert_int_equal(nobody.source, OUTBOX_OVER);
    assert_null(nobody.person);
    site_close(&site);
}

/* As the courier does. */
static void write_file(struct site *site, int64_t id)
{
    struct letter letter;
    struct letter_page page;
    struct letter_mail made;
    struct buf bytes = {0};
    assert_int_equal(letters_get(site->service.store, site->arena, id, &letter), STATUS_OK);
    assert_int_equal(letters_compose(&site->service, site->arena, &letter, NOW, &page), STATUS_OK);
    assert_int_equal(
        view_letter_mail(&bytes, site->arena, &letter, &page, site->conf.public_url, &made),
        STATUS_OK);
    assert_true(mail_file_put(&site->conf, id, bytes.data, bytes.len));
    buf_free(&bytes);
}

static void a_file_is_shown_whole_to_owners_and_without_links_to_others(void **state)
{
    struct site site;
    site_open(&site);
    (void)site_add(&site, "ann@example.com", NEWSLETTER);
    const int64_t id = put(&site, LETTER_LINK, "ann@example.com");
    write_file(&site, id);
    end(&site, id, LETTER_SENT, "");
    for (int role = ROLE_VIEWER; role < ROLE_COUNT; role++) {
        const bool is_owner = role == ROLE_OWNER;
        const struct outbox_mail mail = get(&site, id, (enum admin_role)role);
        const struct admin_shell shell = {.admin_email = "ada@example.com", .csrf = "x"};
        struct buf page = {0}, html = {0}, eml = {0};
        assert_int_equal(mail.source, OUTBOX_FILE);
        view_outbox_mail(&page, site.arena, &shell, &mail, role != ROLE_VIEWER);
        assert_true(view_outbox_html(&html, site.arena, &mail));
        assert_int_equal(has_token(page.data), is_owner);
        assert_int_equal(has_token(html.data), is_owner);
        assert_int_equal(view_outbox_eml(&eml, site.arena, &mail), is_owner);
        assert_int_equal(strstr(page.data, "href=\"/p/") != NULL, is_owner);
        assert_int_equal(strstr(page.data, "href=\"/u/") != NULL, is_owner);
        assert_int_equal(strstr(page.data, "/eml\"") != NULL, is_owner);
        if (is_owner)
            assert_memory_equal(eml.data, mail.file, mail.file_len);
        buf_free(&page);
        buf_free(&html);
        buf_free(&eml);
    }
    site_close(&site);
}

static void what_is_no_file_of_ours_is_not_shown_as_one(void **state)
{
    struct site site;
    const char *data;
    size_t len;
    site_open(&site);
    (void)site_add(&site, "ann@example.com", NEWSLETTER);
    const int64_t id = put(&site, LETTER_LINK, "ann@example.com");
    end(&site, id, LETTER_SENT, "");
    assert_int_equal(mail_file_get(site.arena, &site.conf, id, &data, &len), STATUS_NOT_FOUND);
    assert_true(mail_file_put(&site.conf, id, "x", 1));
    assert_int_equal(mail_file_get(site.arena, &site.conf, id, &data, &len), STATUS_OK);
    assert_int_equal(len, 1);
    const char *path =
        arena_printf(site.arena, "%s/outbox/%lld.eml", site.conf.data, (long long)id);
    struct buf page = {0}, html = {0};
    const struct admin_shell shell = {.admin_email = "ada@example.com", .csrf = "x"};
    const struct outbox_mail cut = get(&site, id, ROLE_OWNER);
    view_outbox_mail(&page, site.arena, &shell, &cut, true);
    assert_non_null(strstr(page.data, "it was changed or cut"));
    assert_false(view_outbox_html(&html, site.arena, &cut));
    buf_free(&page);
    /* Neither a link that leads elsewhere, nor a pipe, nor what is too large. */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/etc/hostname", path), 0);
    assert_int_equal(get(&site, id, ROLE_OWNER).source, OUTBOX_MADE);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(get(&site, id, ROLE_OWNER).source, OUTBOX_MADE);
    assert_int_equal(unlink(path), 0);
    assert_true(mail_file_put(&site.conf, id, "x", 1));
    assert_int_equal(truncate(path, MAIL_FILE_MAX_BYTES + 1), 0);
    assert_int_equal(get(&site, id, ROLE_OWNER).source, OUTBOX_MADE);
    site_close(&site);
}

static void acts_do_what_they_say_and_nothing_to_others(void **state)
{
    struct site site;
    int64_t ids[6], dead = 0;
    struct outbox_mail gone;
    site_open(&site);
    for (int i = 0; i < 6; i++)
        ids[i] = put(&site, LETTER_TEST, "ann@example.com");
    end(&site, ids[0], LETTER_DEAD, "550 no");
    end(&site, ids[1], LETTER_DEAD, "550 no");
    end(&site, ids[2], LETTER_DEAD, "550 no");
    end(&site, ids[3], LETTER_SENT, "");
    assert_int_equal(outbox_admin_dead(&site.service, &dead), STATUS_OK);
    assert_int_equal(dead, 3);
    assert_true(act(&site, OUTBOX_AGAIN, ids[3]).is_gone);
    assert_true(act(&site, OUTBOX_AGAIN, ids[4]).is_gone);
    assert_true(act(&site, OUTBOX_AGAIN, 9999).is_gone);
    assert_true(act(&site, OUTBOX_DISCARD, ids[3]).is_gone);
    assert_true(act(&site, OUTBOX_DISCARD, ids[4]).is_gone);
    assert_true(act(&site, OUTBOX_NOW, ids[3]).is_gone);
    assert_true(act(&site, OUTBOX_NOW, ids[0]).is_gone);
    assert_false(act(&site, OUTBOX_AGAIN, ids[0]).is_gone);
    const struct outbox_mail again = get(&site, ids[0], ROLE_VIEWER);
    assert_int_equal(again.letter.outcome, LETTER_WAITS);
    assert_int_equal(again.letter.due_at, NOW + 50);
    assert_int_equal(again.letter.tries, 0);
    assert_false(act(&site, OUTBOX_DISCARD, ids[1]).is_gone);
    assert_int_equal(outbox_admin_get(&site.service, site.arena, ids[1], ROLE_OWNER, NOW, &gone),
                     STATUS_NOT_FOUND);
    assert_false(act(&site, OUTBOX_NOW, ids[4]).is_gone);
    assert_int_equal(get(&site, ids[4], ROLE_OWNER).letter.due_at, NOW + 50);
    assert_int_equal(get(&site, ids[5], ROLE_OWNER).letter.due_at, NOW);
    assert_int_equal(act(&site, OUTBOX_AGAIN_ALL, 0).count, 1);
    assert_int_equal(act(&site, OUTBOX_AGAIN_ALL, 0).count, 0);
    assert_int_equal(outbox_admin_dead(&site.service, &dead), STATUS_OK);
    assert_int_equal(dead, 0);
    site_close(&site);
}

/* Every act of an admin is in the ledger, one that did nothing is not; no note names an address. */
static void acts_are_in_the_ledger_without_an_address(void **state)
{
    struct site site;
    int64_t ids[5];
    site_open(&site);
    for (int i = 0; i < 5; i++)
        ids[i] = put(&site, i == 0 ? LETTER_LINK : LETTER_TEST, "ann@example.com");
    for (int i = 0; i < 4; i++)
        end(&site, ids[i], LETTER_DEAD, "550 no");
    const struct position head = site_head(&site);
    assert_true(act(&site, OUTBOX_DISCARD, ids[4]).is_gone);
    assert_true(act(&site, OUTBOX_AGAIN, 9999).is_gone);
    assert_int_equal(site_head(&site).value, head.value);
    (void)act(&site, OUTBOX_AGAIN, ids[0]);
    (void)act(&site, OUTBOX_NOW, ids[4]);
    (void)act(&site, OUTBOX_DISCARD, ids[1]);
    (void)act(&site, OUTBOX_AGAIN_ALL, 0);
    (void)act(&site, OUTBOX_AGAIN_ALL, 0);
    const char *const notes[] = {
        arena_printf(site.arena, "outbox: mail %lld (fresh link) was given up; it is tried again",
                     (long long)ids[0]),
        arena_printf(site.arena, "outbox: mail %lld (test) waited; it is tried at once",
                     (long long)ids[4]),
        arena_printf(site.arena, "outbox: mail %lld (test) was given up; it is discarded",
                     (long long)ids[1]),
        "outbox: 2 mails were given up; they are tried again",
    };
    assert_int_equal(site_head(&site).value, head.value + 4);
    for (int i = 0; i < 4; i++) {
        const struct entry entry = site_entry(&site, (struct position){head.value + 1 + i});
        assert_int_equal(entry.kind, ENTRY_SETTING);
        assert_int_equal(entry.actor, ACTOR_ADMIN);
        assert_int_equal(entry.actor_id, 3);
        assert_string_equal(entry.private.note, notes[i]);
    }
    const struct origin origin = site_origin(ACTOR_ADMIN, 3);
    struct txn *txn = site_begin(&site);
    assert_int_equal(outbox_admin_test(&site.service, txn, "ada@example.com", NOW, &origin),
                     STATUS_OK);
    site_commit(txn);
    assert_null(strchr(site_entry(&site, site_head(&site)).private.note, '@'));
    site_check_ledger(&site);
    site_close(&site);
}

static void faults_have_plain_words(void **state)
{
    static const struct {
        const char *words;
        enum outbox_fault fault;
    } cases[] = {
        {"", OUTBOX_FAULT_NONE},
        {"550 5.1.1 <a@b>: User unknown", OUTBOX_FAULT_MAILBOX},
        {"550 no such user", OUTBOX_FAULT_MAILBOX},
        {"553", OUTBOX_FAULT_MAILBOX},
        {"452 4.2.2 over quota", OUTBOX_FAULT_FULL},
        {"552 mailbox full", OUTBOX_FAULT_FULL},
        {"552 5.3.4 too big", OUTBOX_FAULT_SIZE},
        {"550 5.7.1 spam", OUTBOX_FAULT_UNWANTED},
        {"554 go away", OUTBOX_FAULT_UNWANTED},
        {"535 5.7.8 bad credentials", OUTBOX_FAULT_LOGIN},
        {"530 5.7.0 Must issue a STARTTLS command first", OUTBOX_FAULT_LOGIN},
        {"451 4.7.1 greylisted", OUTBOX_FAULT_LATER},
        {"421", OUTBOX_FAULT_LATER},
        {"500 what?", OUTBOX_FAULT_NEVER},
        {"550 5.99999999999.1", OUTBOX_FAULT_MAILBOX},
        {"550 5.1.99999999999999999", OUTBOX_FAULT_MAILBOX},
        {"Could not resolve host: mail.example.com", OUTBOX_FAULT_NAME},
        {"Failed to connect to 127.0.0.1 port 1: Connection refused", OUTBOX_FAULT_AWAY},
        {"response reading failed (errno: 115)", OUTBOX_FAULT_AWAY},
        {"Operation timed out after 3000 milliseconds", OUTBOX_FAULT_TIME},
        {"SSL certificate problem: self-signed certificate", OUTBOX_FAULT_TRUST},
        {"Weird server reply", OUTBOX_FAULT_OTHER},
        {"Login denied", OUTBOX_FAULT_LOGIN},
        {"there is no key here to sign links with", OUTBOX_FAULT_KEYLESS},
        {"this is no address that mail servers take", OUTBOX_FAULT_ADDRESS},
        {"No space left on device", OUTBOX_FAULT_OTHER},
        {"55", OUTBOX_FAULT_OTHER},
        {"5500 x", OUTBOX_FAULT_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (outbox_fault_of(cases[i].words) != cases[i].fault)
            fail_msg("%s: %d", cases[i].words, outbox_fault_of(cases[i].words));
}

static void tokens_are_masked_wherever_they_stand(void **state)
{
    struct arena *arena = arena_new();
    char token[113], shy[MASK_TOKEN_CHARS];
    memset(token, 'a', sizeof token - 1);
    memcpy(token + 40, "-_-_Z9", 6);
    token[sizeof token - 1] = '\0';
    memset(shy, 'b', sizeof shy - 1);
    shy[sizeof shy - 1] = '\0';
    assert_string_equal(
        mask_tokens(arena, arena_printf(arena, "https://x/p/%s\n<%s>,%s", token, token, shy)),
        arena_printf(arena, "https://x/p/...\n<...>,%s", shy));
    assert_string_equal(mask_tokens(arena, token), "...");
    assert_string_equal(mask_tokens(arena, ""), "");
    assert_string_equal(mask_tokens(arena, "é…\xff"), "é…\xff");
    assert_null(mask_tokens(arena, NULL));
    arena_free(arena);
}

static void the_header_ends_where_the_body_begins(void **state)
{
    static const char mail[] = "To: a\r\nSubject: x\r\n y\r\n\r\nbody: z\r\n";
    struct arena *arena = arena_new();
    assert_string_equal(mime_head(arena, mail, sizeof mail - 1), "To: a\nSubject: x\n y\n");
    assert_string_equal(mime_head(arena, mail, 4), "To: \n");
    assert_string_equal(mime_head(arena, "", 0), "");
    assert_string_equal(mime_head(arena, "a\0b", 3), "a");
    arena_free(arena);
}

#define NAMED(name, test)                                                                          \
    {                                                                                              \
        name, test, NULL, NULL, NULL                                                               \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        NAMED("pages hang together both ways; a foreign cursor is none",
              pages_hang_together_both_ways),
        NAMED("what nobody tries is said to be overdue", what_nobody_tries_is_said_to_be_overdue),
        NAMED("a mail made anew holds no link, for nobody", a_mail_made_anew_holds_no_link),
        NAMED("a file is shown whole to owners, and without links to others",
              a_file_is_shown_whole_to_owners_and_without_links_to_others),
        NAMED("what is no file of ours is not shown as one",
              what_is_no_file_of_ours_is_not_shown_as_one),
        NAMED("acts do what they say, and nothing to others",
              acts_do_what_they_say_and_nothing_to_others),
        NAMED("acts are in the ledger, without an address",
              acts_are_in_the_ledger_without_an_address),
        NAMED("faults have plain words", faults_have_plain_words),
        NAMED("tokens are masked wherever they stand", tokens_are_masked_wherever_they_stand),
        NAMED("the header ends where the body begins", the_header_ends_where_the_body_begins),
    };
    return cmocka_run_group_tests_name("outbox_admin", tests, NULL, NULL);
}
