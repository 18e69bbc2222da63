/*
 * People as admins see and edit them: the list and its pages, one person with history, saving,
 * undoing, two admins at once.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "service/auth.h"
#include "service/keys.h"
#include "service/people.h"
#include "service/topic_admin.h"
#include "store/contacts.h"
#include "unit/site.h"

static struct site site;
static int64_t ada, bob;

static int64_t add_admin(const char *email, const char *name)
{
    const struct origin origin = {.actor = ACTOR_OPERATOR, .proof_kind = PROOF_COMMAND};
    int64_t id = 0;
    struct txn *txn = site_begin(&site);
    assert_int_equal(
        auth_admin_add(&site.service, txn, email, email, name, ROLE_OWNER, "hash", &origin, &id),
        STATUS_OK);
    site_commit(txn);
    return id;
}

static int open_site(void **state)
{
    site_open(&site);
    ada = add_admin("ada@example.org", "Ada Admin");
    bob = add_admin("bob@example.org", "");
    return 0;
}

static int close_site(void **state)
{
    site_close(&site);
    return 0;
}

static struct people_query everyone(void)
{
    return (struct people_query){.search = "",
                                 .status = DIRECTORY_ANY,
                                 .subscribed = DIRECTORY_ANY,
                                 .type = DIRECTORY_ANY,
                                 .sort = DIRECTORY_BY_EMAIL,
                                 .cursor = ""};
}

static struct people_list list(const struct people_query *query)
{
    struct people_list found;
    assert_int_equal(people_list(&site.service, site.arena, query, clock_now_s(), &found),
                     STATUS_OK);
    return found;
}

static struct person_saved save(const struct person_edit *edit)
{
    struct person_saved saved;
    struct position head = site_head(&site);
    struct txn *txn = site_begin(&site);
    assert_int_equal(people_save(&site.service, txn, site.arena, edit, &saved), STATUS_OK);
    site_commit(txn);
    if (saved.fault != EDIT_FINE || saved.is_unchanged)
        assert_int_equal(site_head(&site).value, head.value);
    return saved;
}

static struct person_edit new_person(const char *email)
{
    return (struct person_edit){
        .email = email, .name = "", .consent = "", .origin = site_origin(ACTOR_ADMIN, ada)};
}

static struct person_page get(struct public_id id, int64_t admin)
{
    struct person_page page;
    assert_int_equal(people_get(&site.service, site.arena, id, admin, clock_now_s(), &page),
                     STATUS_OK);
    return page;
}

/* The edit that the form of contact's page sends when nothing was touched. */
static struct person_edit form_of(struct public_id id, int64_t admin)
{
    struct person_page page = get(id, admin);
    struct person_edit edit = {.id = id,
                               .expected = page.version,
                               .email = page.email,
                               .name = page.name,
                               .language = page.language,
                               .type = contact_type_key(page.type),
                               .has_status = true,
                               .status = page.status,
                               .has_choices = true,
                               .consent = "",
                               .origin = site_origin(ACTOR_ADMIN, admin)};
    for (size_t i = 0; i < page.choices_count; i++) {
        edit.choices_shown |= UINT64_C(1) << page.choices[i].topic;
        if (page.choices[i].is_on)
            edit.choices_on |= UINT64_C(1) << page.choices[i].topic;
    }
    return edit;
}

static void the_list_pages_both_ways(void **state)
{
    for (int i = 0; i < 120; i++)
        site_add(&site, arena_printf(site.arena, "p%03d@example.org", i), NEWSLETTER);
    struct people_query query = everyone();
    struct people_list page = list(&query);
    assert_int_equal(page.matches, 120);
    assert_int_equal(page.rows_count, PEOPLE_PAGE_ROWS);
    assert_int_equal(page.first, 1);
    assert_int_equal(page.last, 50);
    assert_null(page.previous_cursor);
    assert_int_equal(page.cards.total, 120);
    assert_int_equal(page.cards.subscribed, 120);
    assert_int_equal(page.topics_in_use, 4);
    assert_int_equal(page.rows[0].choices_on, 1);

    query.cursor = page.next_cursor;
    query.first = 51;
    page = list(&query);
    assert_string_equal(page.rows[0].email, "p050@example.org");
    assert_int_equal(page.first, 51);
    query.cursor = page.next_cursor;
    query.first = 0;
    page = list(&query);
    assert_int_equal(page.rows_count, 20);
    assert_int_equal(page.first, 101); /* the last page counts from the end */
    assert_int_equal(page.last, 120);
    assert_null(page.next_cursor);

    query.cursor = page.previous_cursor;
    query.is_backward = true;
    page = list(&query);
    assert_string_equal(page.rows[0].email, "p050@example.org");
    assert_string_equal(page.rows[49].email, "p099@example.org");
    query.cursor = page.previous_cursor;
    page = list(&query);
    assert_string_equal(page.rows[0].email, "p000@example.org");
    assert_int_equal(page.first, 1);
}

static void every_sort_order_has_its_cursor(void **state)
{
    for (int i = 0; i < 60; i++)
        site_add(&site, arena_printf(site.arena, "p%03d@example.org", i), 0);
    for (int sort = 0; sort < DIRECTORY_SORT_COUNT; sort++) {
        for (int down = 0; down < 2; down++) {
            struct people_query query = everyone();
            query.sort = (enum directory_sort)sort;
            query.is_descending = down == 1;
            struct people_list page = list(&query);
            assert_int_equal(page.rows_count, 50);
            char seen[PUBLIC_ID_TEXT_BYTES];
            memcpy(seen, page.rows[49].public_id, sizeof seen);
            query.cursor = page.next_cursor;
            page = list(&query);
            assert_int_equal(page.rows_count, 10);
            assert_string_not_equal(page.rows[0].public_id, seen);
            for (int other = 0; other < DIRECTORY_SORT_COUNT; other++) {
                struct people_list ignored;
                query.sort = (enum directory_sort)other;
                assert_int_equal(
                    people_list(&site.service, site.arena, &query, clock_now_s(), &ignored),
                    other == sort ? STATUS_OK : STATUS_INVALID);
            }
        }
    }
}

static void a_foreign_cursor_is_refused(void **state)
{
    static const char *const cursors[] = {
        "x", "!!!!", "AAAA", "bgAAAAAAAAAB_yg", "ZQ==", "../../etc/passwd"};
    struct people_list page;

    site_add(&site, "one@example.org", 0);
    for (size_t i = 0; i < sizeof cursors / sizeof *cursors; i++) {
        struct people_query query = everyone();
        query.cursor = cursors[i];
        assert_int_equal(people_list(&site.service, site.arena, &query, clock_now_s(), &page),
                         STATUS_INVALID);
    }
    struct people_query query = everyone();
    query.status = 7;
    assert_int_equal(people_list(&site.service, site.arena, &query, clock_now_s(), &page),
                     STATUS_INVALID);
    query = everyone();
    query.search = "\xff";
    assert_int_equal(people_list(&site.service, site.arena, &query, clock_now_s(), &page),
                     STATUS_INVALID);
}

static void search_folds_and_finds_whole_addresses(void **state)
{
    struct person_edit edit = new_person("olaf@bücher.example");
    edit.name = "Ólafsdóttir, Ása";
    assert_int_equal(save(&edit).fault, EDIT_FINE);
    site_add(&site, "someone@example.org", 0);
    static const char *const terms[] = {"OLAFSD", "  ólafs ", "olaf@BÜCHER.example", "Olaf@"};
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        struct people_query query = everyone();
        query.search = terms[i];
        assert_int_equal(list(&query).matches, 1);
    }
    struct people_query query = everyone();
    query.search = "absent";
    struct people_list none = list(&query);
    assert_int_equal(none.matches, 0);
    assert_int_equal(none.first, 0);
    assert_int_equal(none.cards.total, 2);
}

static void a_nameless_person_shows_their_local_part(void **state)
{
    struct person_edit edit = new_person("jo.doe@example.org");
    save(&edit);
    struct people_query query = everyone();
    struct people_list page = list(&query);
    assert_string_equal(page.rows[0].name, "jo.doe");
    assert_false(page.rows[0].has_name);
}

static void an_export_walks_the_view(void **state)
{
    for (int i = 0; i < 25; i++)
        site_add(&site, arena_printf(site.arena, "p%02d@example.org", i), NEWSLETTER);
    site_add_out(&site, "out@example.org");
    struct people_query query = everyone();
    query.status = CONTACT_OPTED_IN;
    struct export_page page = {.next = ""};
    int rows = 0, pages = 0;
    while (page.next != NULL) {
        query.cursor = page.next;
        assert_int_equal(people_export(&site.service, site.arena, &query, 10, clock_now_s(), &page),
                         STATUS_OK);
        for (size_t i = 0; i < page.rows_count; i++, rows++)
            assert_string_equal(page.rows[i].email,
                                arena_printf(site.arena, "p%02d@example.org", rows));
        assert_int_equal(page.topics_count, 4);
        pages++;
    }
    assert_int_equal(rows, 25);
    assert_int_equal(pages, 3);
}

static void an_export_of_a_search_is_whole(void **state)
{
    for (int i = 0; i < 60; i++)
        site_add(&site, arena_printf(site.arena, "%s%02d@example.org", i % 4 ? "x" : "four", i), 0);
    for (int limit = 3; limit <= 30; limit += 9) {
        struct people_query query = everyone();
        query.search = "FOUR";
        struct export_page page = {.next = ""};
        int rows = 0;
        while (page.next != NULL) {
            query.cursor = page.next;
            assert_int_equal(
                people_export(&site.service, site.arena, &query, limit, clock_now_s(), &page),
                STATUS_OK);
            for (size_t i = 0; i < page.rows_count; i++, rows++)
                assert_string_equal(page.rows[i].email,
                                    arena_printf(site.arena, "four%02d@example.org", rows * 4));
        }
        assert_int_equal(rows, 15);
    }
}

static void a_person_is_added(void **state)
{
    struct person_edit edit = new_person(" New.Person@Example.org ");
    edit.name = "  New   Person ";
    edit.type = "Partner";
    edit.language = "pt_br";
    edit.has_choices = true;
    edit.choices_shown = NEWSLETTER | PRODUCT | MARKETING | ALERTS;
    edit.choices_on = NEWSLETTER | ALERTS;
    edit.consent = "asked for it at the fair";
    struct person_saved saved = save(&edit);
    assert_int_equal(saved.fault, EDIT_FINE);
    assert_string_equal(saved.summary, "Added, opted in; Newsletter and System Alerts on.");

    struct person_page page = get(saved.id, ada);
    assert_string_equal(page.email, "New.Person@Example.org");
    assert_string_equal(page.name, "New Person");
    assert_string_equal(page.language, "pt-BR");
    assert_int_equal(page.type, TYPE_PARTNER);
    assert_int_equal(page.history_count, 1);
    assert_string_equal(page.history[0].who, "Ada Admin");
    assert_string_equal(page.history[0].proof, "session");
    assert_string_equal(page.history[0].note, "asked for it at the fair");
    assert_int_equal(page.version.value, saved.position.value);
    const char *said;
    assert_int_equal(people_said(&site.service, site.arena, saved.id, saved.position, &said),
                     STATUS_OK);
    assert_string_equal(said, saved.summary);
    site_check_ledger(&site);
}

static void each_field_has_its_fault(void **state)
{
    char long_text[REASON_MAX_BYTES + 2];
    struct contact taken = site_add(&site, "taken@example.org", 0);
    site_suppress(&site, "gone@example.org");
    memset(long_text, 'x', sizeof long_text);
    long_text[sizeof long_text - 1] = '\0';

    struct person_edit edit = new_person("no address");
    struct person_saved saved = save(&edit);
    assert_int_equal(saved.fault, EDIT_EMAIL_BAD);
    assert_int_not_equal(saved.email_fault, 0);
    edit = new_person(NULL);
    assert_int_equal(save(&edit).fault, EDIT_EMAIL_BAD);
    edit = new_person("TAKEN@example.org");
    assert_int_equal(save(&edit).fault, EDIT_EMAIL_TAKEN);
    edit = new_person("gone@example.org");
    assert_int_equal(save(&edit).fault, EDIT_SUPPRESSED);
    edit = new_person("a@example.org");
    edit.name = long_text;
    assert_int_equal(save(&edit).fault, EDIT_NAME_BAD);
    edit = new_person("a@example.org");
    edit.type = "vip";
    assert_int_equal(save(&edit).fault, EDIT_TYPE_BAD);
    edit = new_person("a@example.org");
    edit.language = "english please";
    assert_int_equal(save(&edit).fault, EDIT_LANGUAGE_BAD);
    edit = new_person("a@example.org");
    edit.consent = long_text;
    assert_int_equal(save(&edit).fault, EDIT_CONSENT_BAD);

    struct contact other = site_add(&site, "other@example.org", 0);
    edit = form_of(other.public_id, ada);
    edit.email = taken.email;
    assert_int_equal(save(&edit).fault, EDIT_EMAIL_TAKEN);
    edit = form_of(other.public_id, ada);
    edit.id.value ^= 1;
    assert_int_equal(save(&edit).fault, EDIT_GONE);
}

static void details_and_choices_go_together(void **state)
{
    struct contact contact = site_add(&site, "both@example.org", NEWSLETTER);
    struct position head = site_head(&site);
    struct person_edit edit = form_of(contact.public_id, ada);
    edit.name = "Zoe";
    edit.choices_on = MARKETING;
    struct person_saved saved = save(&edit);
    assert_int_equal(saved.fault, EDIT_FINE);
    assert_string_equal(saved.summary,
                        "Saved. Marketing on, Newsletter off; name: Zoë Ångström → Zoe.");
    assert_int_equal(site_head(&site).value, head.value + 1);
    struct contact now = site_get(&site, contact.id);
    assert_string_equal(now.name, "Zoe");
    assert_int_equal(now.choices, MARKETING);

    /* Refused together, too: a taken address keeps the choices as they were. */
    site_add(&site, "taken@example.org", 0);
    edit = form_of(contact.public_id, ada);
    edit.email = "taken@example.org";
    edit.choices_on = ALERTS;
    assert_int_equal(save(&edit).fault, EDIT_EMAIL_TAKEN);
    assert_int_equal(site_get(&site, contact.id).choices, MARKETING);
    site_check_ledger(&site);
}

static void an_untouched_form_saves_nothing(void **state)
{
    struct contact contact = site_add(&site, "same@example.org", NEWSLETTER);
    struct person_edit edit = form_of(contact.public_id, ada);
    struct person_saved saved = save(&edit);
    assert_int_equal(saved.fault, EDIT_FINE);
    assert_true(saved.is_unchanged);
}

static void opting_in_again_needs_consent(void **state)
{
    struct contact contact = site_add(&site, "back@example.org", NEWSLETTER);
    struct person_edit edit = form_of(contact.public_id, ada);
    edit.status = CONTACT_OPTED_OUT;
    assert_string_equal(save(&edit).summary, "Saved. Opted out; Newsletter off.");

    edit = form_of(contact.public_id, ada);
    edit.status = CONTACT_OPTED_IN;
    edit.choices_on = MARKETING;
    assert_int_equal(save(&edit).fault, EDIT_NEEDS_CONSENT);
    edit.consent = "   ";
    assert_int_equal(save(&edit).fault, EDIT_NEEDS_CONSENT);
    edit.consent = "signed the form of 3 May";
    struct person_saved saved = save(&edit);
    assert_string_equal(saved.summary, "Saved. Opted in; Marketing on.");
    assert_string_equal(get(contact.public_id, ada).history[0].note, "signed the form of 3 May");
    assert_int_equal(site_get(&site, contact.id).choices, MARKETING);
}

static void the_second_of_two_admins_is_told(void **state)
{
    struct contact contact = site_add(&site, "two@example.org", NEWSLETTER);
    struct person_edit first = form_of(contact.public_id, ada);
    struct person_edit second = form_of(contact.public_id, bob);
    first.choices_on = NEWSLETTER | MARKETING;
    assert_int_equal(save(&first).fault, EDIT_FINE);
    first = form_of(contact.public_id, ada);
    first.name = "Renamed";
    assert_int_equal(save(&first).fault, EDIT_FINE);

    second.choices_on = 0;
    struct person_saved saved = save(&second);
    assert_int_equal(saved.fault, EDIT_CHANGED_MEANWHILE);
    assert_int_equal(saved.changed_count, 2);
    assert_non_null(strstr(saved.changed[0], "Name: Zoë Ångström → Renamed, by Ada Admin"));
    assert_non_null(strstr(saved.changed[1], "Marketing on, by Ada Admin"));
    assert_int_equal(site_get(&site, contact.id).choices, NEWSLETTER | MARKETING);

    second = form_of(contact.public_id, bob);
    second.choices_on = 0;
    assert_int_equal(save(&second).fault, EDIT_FINE);
    assert_string_equal(get(contact.public_id, ada).history[0].who, "bob@example.org");
}

static void a_topic_retired_meanwhile_is_told(void **state)
{
    struct contact contact = site_add(&site, "late@example.org", NEWSLETTER);
    struct person_edit edit = form_of(contact.public_id, ada);
    site_retire(&site, 3);
    edit.choices_on |= MARKETING;
    struct person_saved saved = save(&edit);
    assert_int_equal(saved.fault, EDIT_CHANGED_MEANWHILE);
    assert_int_equal(saved.changed_count, 1);
    assert_string_equal(saved.changed[0], "Marketing was retired and can't be turned on any more");
    assert_int_equal(get(contact.public_id, ada).choices_count, 3);
}

static void a_change_is_undone_within_the_hour(void **state)
{
    struct contact contact = site_add(&site, "undo@example.org", NEWSLETTER | ALERTS);
    struct person_edit edit = form_of(contact.public_id, ada);
    edit.status = CONTACT_OPTED_OUT;
    struct person_saved saved = save(&edit);
    assert_int_equal(get(contact.public_id, ada).undoable.value, saved.position.value);
    assert_int_equal(get(contact.public_id, bob).undoable.value, 0);

    struct person_edit undo = {.id = contact.public_id,
                               .undoes = saved.position,
                               .consent = "",
                               .origin = site_origin(ACTOR_ADMIN, bob)};
    assert_int_equal(save(&undo).fault, EDIT_UNDO_LATE);
    undo.origin = site_origin(ACTOR_ADMIN, ada);
    saved = save(&undo);
    assert_int_equal(saved.fault, EDIT_FINE);
    assert_string_equal(saved.summary, "Undone: Opted in; Newsletter and System Alerts on.");
    assert_int_equal(site_get(&site, contact.id).choices, NEWSLETTER | ALERTS);
    assert_true(save(&undo).is_unchanged);

    edit = form_of(contact.public_id, ada);
    edit.choices_on = NEWSLETTER;
    saved = save(&edit);
    clock_shift_s(UNDO_WINDOW_S + 1);
    assert_int_equal(get(contact.public_id, ada).undoable.value, 0);
    undo.undoes = saved.position;
    assert_int_equal(save(&undo).fault, EDIT_UNDO_LATE);
    clock_shift_s(-UNDO_WINDOW_S - 1);
    site_check_ledger(&site);
}

static void a_pause_is_set_seen_and_ended(void **state)
{
    (void)state;
    const struct contact contact = site_add(&site, "zoe@example.org", NEWSLETTER);
    struct people_query query = everyone();
    struct person_edit edit = form_of(contact.public_id, ada);
    edit.pause = "8";
    assert_int_equal(save(&edit).fault, EDIT_PAUSE_BAD);
    edit.pause = "";
    assert_true(save(&edit).is_unchanged);
    edit.pause = "30";
    struct person_saved saved = save(&edit);
    struct person_page page = get(contact.public_id, ada);
    assert_true(page.paused_until > clock_now_s());
    assert_int_equal(page.undoable.value, saved.position.value);
    assert_int_equal(strncmp(saved.summary, "Saved. Paused until ", 20), 0);
    assert_int_equal(strncmp(page.history[0].what, "Paused until ", 13), 0);
    assert_true(list(&query).rows[0].is_paused);
    assert_int_equal(list(&query).cards.subscribed, 0);

    edit = form_of(contact.public_id, bob);
    edit.pause = "end";
    saved = save(&edit);
    assert_string_equal(saved.summary, "Saved. Pause ended.");
    assert_int_equal(list(&query).cards.subscribed, 1);
    edit = (struct person_edit){.id = contact.public_id,
                                .undoes = saved.position,
                                .consent = "",
                                .origin = site_origin(ACTOR_ADMIN, bob)};
    saved = save(&edit);
    assert_int_equal(strncmp(saved.summary, "Undone: Paused until ", 21), 0);
    assert_true(list(&query).rows[0].is_paused);

    clock_shift_s(INT64_C(31) * 86400); /* it ends by itself */
    assert_false(list(&query).rows[0].is_paused);
    assert_int_equal(list(&query).cards.subscribed, 1);
    assert_int_equal(get(contact.public_id, ada).paused_until, 0);
    clock_shift_s(INT64_C(-31) * 86400);
}

static void a_new_address_voids_the_old_links(void **state)
{
    (void)state;
    const struct contact contact = site_add(&site, "old@example.org", NEWSLETTER);
    const char *token = site_token(site_links(&site, &contact, 0).manage);
    struct link_opened link;
    struct person_edit edit = form_of(contact.public_id, ada);
    edit.email = "new@example.org";
    assert_string_equal(save(&edit).summary, "Saved. Email: old@example.org → new@example.org; "
                                             "earlier links: good → void.");
    assert_string_equal(get(contact.public_id, ada).history[0].note, "");
    assert_int_equal(
        links_open(&site.service, site.arena, token, PURPOSE_MANAGE, clock_now_s(), &link),
        STATUS_OK);
    assert_int_equal(link.state, LINK_VOID);
}

static void history_says_who_and_by_which_proof(void **state)
{
    struct contact contact = site_add(&site, "story@example.org", NEWSLETTER);
    struct change change = {.kind = ENTRY_CHOICES,
                            .contact = contact.id,
                            .intent = INTENT_OPT_OUT,
                            .origin = {.actor = ACTOR_ONE_CLICK,
                                       .proof_kind = PROOF_LINK,
                                       .proof = {0x1a, 0x2b, 0x3c, 0x4d, 0x65, 0x53, 0xf1, 0x00},
                                       .proof_len = 8}};
    struct change_result stopped = site_change(&site, &change);
    assert_int_equal(stopped.verdict, CHANGE_APPLIED);
    change = (struct change){.kind = ENTRY_REASON,
                             .contact = contact.id,
                             .undoes = stopped.position,
                             .leave_reason = LEAVE_TOO_MANY,
                             .note = "three a day",
                             .origin = {.actor = ACTOR_RECIPIENT}};
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_APPLIED);
    struct person_page page = get(contact.public_id, ada);
    assert_int_equal(page.history_count, 3);
    assert_false(page.history_is_cut);
    assert_string_equal(page.history[0].what, "Gave a reason: Too many messages");
    assert_string_equal(page.history[0].note, "three a day");
    assert_string_equal(page.history[0].who, "the recipient");
    assert_string_equal(page.history[1].what, "Opted out; Newsletter off");
    assert_string_equal(page.history[1].who, "a mail program (one-click)");
    assert_string_equal(page.history[1].proof, "link key 1a2b3c4d, issued 14 Nov 2023");
    assert_string_equal(page.history[2].who, "the operator");
    const char *said;
    assert_int_equal(
        people_said(&site.service, site.arena, contact.public_id, (struct position){1}, &said),
        STATUS_OK);
    assert_string_equal(said, "");
}

static void a_link_is_copied(void **state)
{
    struct contact contact = site_add(&site, "link@example.org", 0);
    const char *url = NULL;
    assert_true(get(contact.public_id, ada).can_copy_link);
    assert_int_equal(people_link(&site.service, site.arena, contact.public_id, clock_now_s(), &url),
                     STATUS_OK);
    struct link_opened opened;
    assert_int_equal(links_open(&site.service, site.arena, site_token(url), PURPOSE_MANAGE,
                                clock_now_s(), &opened),
                     STATUS_OK);
    assert_int_equal(opened.state, LINK_GOOD);
    assert_int_equal(opened.contact.id.value, contact.id.value);
    struct person_page page;
    struct public_id nobody = {contact.public_id.value + 1};
    assert_int_equal(people_get(&site.service, site.arena, nobody, ada, clock_now_s(), &page),
                     STATUS_NOT_FOUND);
}

/* The process signs with the key it read at its start, whatever happened to that key since. */
static void no_link_of_a_revoked_key_is_copied(void **state)
{
    (void)state;
    struct contact contact = site_add(&site, "revoked@example.org", 0);
    struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    const char *url = NULL;
    struct txn *txn = site_begin(&site);
    assert_int_equal(keys_set_state(&site.service, txn, keys_signer_id(site.service.signer),
                                    KEY_REVOKED, &origin),
                     STATUS_OK);
    site_commit(txn);
    assert_int_equal(people_link(&site.service, site.arena, contact.public_id, clock_now_s(), &url),
                     STATUS_REFUSED);
    assert_null(url);
}

#define TEST(name, function)                                                                       \
    {                                                                                              \
        name, function, open_site, close_site, NULL                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("the list pages both ways", the_list_pages_both_ways),
        TEST("every sort order has its cursor", every_sort_order_has_its_cursor),
        TEST("a foreign cursor is refused", a_foreign_cursor_is_refused),
        TEST("U14: search folds, and finds whole addresses",
             search_folds_and_finds_whole_addresses),
        TEST("a nameless person shows their local part", a_nameless_person_shows_their_local_part),
        TEST("L3: an export walks the view", an_export_walks_the_view),
        TEST("an export of a search is whole", an_export_of_a_search_is_whole),
        TEST("a person is added", a_person_is_added),
        TEST("each field has its fault, and a fault writes nothing", each_field_has_its_fault),
        TEST("details and choices go together", details_and_choices_go_together),
        TEST("an untouched form saves nothing", an_untouched_form_saves_nothing),
        TEST("L5: opting in again needs consent", opting_in_again_needs_consent),
        TEST("the second of two admins is told", the_second_of_two_admins_is_told),
        TEST("a topic retired meanwhile is told", a_topic_retired_meanwhile_is_told),
        TEST("A3: a change is undone within the hour", a_change_is_undone_within_the_hour),
        TEST("a pause is set, seen, ended and undone (A3)", a_pause_is_set_seen_and_ended),
        TEST("a new address voids the old mailbox's links", a_new_address_voids_the_old_links),
        TEST("L5: history says who, and by which proof", history_says_who_and_by_which_proof),
        TEST("a link is copied", a_link_is_copied),
        TEST("no link of a revoked key is copied", no_link_of_a_revoked_key_is_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
