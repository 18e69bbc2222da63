/*
 * One person as admins see and edit them: saving, undoing, two admins at once, history, their link.
 */
#include <string.h>

#include "base/clock.h"
#include "service/keys.h"
#include "unit/desk_support.h"

static void a_person_is_added(void **state)
{
    struct person_edit edit = desk_new_person(" New.Person@Example.org ");
    edit.name = "  New   Person ";
    edit.type = "Partner";
    edit.language = "pt_br";
    edit.has_choices = true;
    edit.choices_shown = NEWSLETTER | PRODUCT | MARKETING | ALERTS;
    edit.choices_on = NEWSLETTER | ALERTS;
    edit.consent = "asked for it at the fair";
    struct person_saved saved = desk_save(&edit);
    assert_int_equal(saved.fault, EDIT_FINE);
    assert_string_equal(saved.summary, "Added, opted in; Newsletter and System Alerts on.");

    struct person_page page = desk_get(saved.id, desk_ada);
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
    assert_int_equal(
        people_said(&desk_site.service, desk_site.arena, saved.id, saved.position, &said),
        STATUS_OK);
    assert_string_equal(said, saved.summary);
    site_check_ledger(&desk_site);
}

static void each_field_has_its_fault(void **state)
{
    char long_text[REASON_MAX_BYTES + 2];
    struct contact taken = site_add(&desk_site, "taken@example.org", 0);
    site_suppress(&desk_site, "gone@example.org");
    memset(long_text, 'x', sizeof long_text);
    long_text[sizeof long_text - 1] = '\0';

    struct person_edit edit = desk_new_person("no address");
    struct person_saved saved = desk_save(&edit);
    assert_int_equal(saved.fault, EDIT_EMAIL_BAD);
    assert_int_not_equal(saved.email_fault, 0);
    edit = desk_new_person(NULL);
    assert_int_equal(desk_save(&edit).fault, EDIT_EMAIL_BAD);
    edit = desk_new_person("TAKEN@example.org");
    assert_int_equal(desk_save(&edit).fault, EDIT_EMAIL_TAKEN);
    edit = desk_new_person("gone@example.org");
    assert_int_equal(desk_save(&edit).fault, EDIT_SUPPRESSED);
    edit = desk_new_person("a@example.org");
    edit.name = long_text;
    assert_int_equal(desk_save(&edit).fault, EDIT_NAME_BAD);
    edit = desk_new_person("a@example.org");
    edit.type = "vip";
    assert_int_equal(desk_save(&edit).fault, EDIT_TYPE_BAD);
    edit = desk_new_person("a@example.org");
    edit.language = "english please";
    assert_int_equal(desk_save(&edit).fault, EDIT_LANGUAGE_BAD);
    edit = desk_new_person("a@example.org");
    edit.consent = long_text;
    assert_int_equal(desk_save(&edit).fault, EDIT_CONSENT_BAD);

    struct contact other = site_add(&desk_site, "other@example.org", 0);
    edit = desk_form_of(other.public_id, desk_ada);
    edit.email = taken.email;
    assert_int_equal(desk_save(&edit).fault, EDIT_EMAIL_TAKEN);
    edit = desk_form_of(other.public_id, desk_ada);
    edit.id.value ^= 1;
    assert_int_equal(desk_save(&edit).fault, EDIT_GONE);
}

static void details_and_choices_go_together(void **state)
{
    struct contact contact = site_add(&desk_site, "both@example.org", NEWSLETTER);
    struct position head = site_head(&desk_site);
    struct person_edit edit = desk_form_of(contact.public_id, desk_ada);
    edit.name = "Zoe";
    edit.choices_on = MARKETING;
    struct person_saved saved = desk_save(&edit);
    assert_int_equal(saved.fault, EDIT_FINE);
    assert_string_equal(saved.summary,
                        "Saved. Marketing on, Newsletter off; name: Zoë Ångström → Zoe.");
    assert_int_equal(site_head(&desk_site).value, head.value + 1);
    struct contact now = site_get(&desk_site, contact.id);
    assert_string_equal(now.name, "Zoe");
    assert_int_equal(now.choices, MARKETING);

    /* Refused together, too: a taken address keeps the choices as they were. */
    site_add(&desk_site, "taken@example.org", 0);
    edit = desk_form_of(contact.public_id, desk_ada);
    edit.email = "taken@example.org";
    edit.choices_on = ALERTS;
    assert_int_equal(desk_save(&edit).fault, EDIT_EMAIL_TAKEN);
    assert_int_equal(site_get(&desk_site, contact.id).choices, MARKETING);
    site_check_ledger(&desk_site);
}

static void an_untouched_form_saves_nothing(void **state)
{
    struct contact contact = site_add(&desk_site, "same@example.org", NEWSLETTER);
    struct person_edit edit = desk_form_of(contact.public_id, desk_ada);
    struct person_saved saved = desk_save(&edit);
    assert_int_equal(saved.fault, EDIT_FINE);
    assert_true(saved.is_unchanged);
}

static void opting_in_again_needs_consent(void **state)
{
    struct contact contact = site_add(&desk_site, "back@example.org", NEWSLETTER);
    struct person_edit edit = desk_form_of(contact.public_id, desk_ada);
    edit.status = CONTACT_OPTED_OUT;
    assert_string_equal(desk_save(&edit).summary, "Saved. Opted out; Newsletter off.");

    edit = desk_form_of(contact.public_id, desk_ada);
    edit.status = CONTACT_OPTED_IN;
    edit.choices_on = MARKETING;
    assert_int_equal(desk_save(&edit).fault, EDIT_NEEDS_CONSENT);
    edit.consent = "   ";
    assert_int_equal(desk_save(&edit).fault, EDIT_NEEDS_CONSENT);
    edit.consent = "signed the form of 3 May";
    struct person_saved saved = desk_save(&edit);
    assert_string_equal(saved.summary, "Saved. Opted in; Marketing on.");
    assert_string_equal(desk_get(contact.public_id, desk_ada).history[0].note,
                        "signed the form of 3 May");
    assert_int_equal(site_get(&desk_site, contact.id).choices, MARKETING);
}

static void the_second_of_two_admins_is_told(void **state)
{
    struct contact contact = site_add(&desk_site, "two@example.org", NEWSLETTER);
    struct person_edit first = desk_form_of(contact.public_id, desk_ada);
    struct person_edit second = desk_form_of(contact.public_id, desk_bob);
    first.choices_on = NEWSLETTER | MARKETING;
    assert_int_equal(desk_save(&first).fault, EDIT_FINE);
    first = desk_form_of(contact.public_id, desk_ada);
    first.name = "Renamed";
    assert_int_equal(desk_save(&first).fault, EDIT_FINE);

    second.choices_on = 0;
    struct person_saved saved = desk_save(&second);
    assert_int_equal(saved.fault, EDIT_CHANGED_MEANWHILE);
    assert_int_equal(saved.changed_count, 2);
    assert_non_null(strstr(saved.changed[0], "Name: Zoë Ångström → Renamed, by Ada Admin"));
    assert_non_null(strstr(saved.changed[1], "Marketing on, by Ada Admin"));
    assert_int_equal(site_get(&desk_site, contact.id).choices, NEWSLETTER | MARKETING);

    second = desk_form_of(contact.public_id, desk_bob);
    second.choices_on = 0;
    assert_int_equal(desk_save(&second).fault, EDIT_FINE);
    assert_string_equal(desk_get(contact.public_id, desk_ada).history[0].who, "bob@example.org");
}

static void a_topic_retired_meanwhile_is_told(void **state)
{
    struct contact contact = site_add(&desk_site, "late@example.org", NEWSLETTER);
    struct person_edit edit = desk_form_of(contact.public_id, desk_ada);
    site_retire(&desk_site, 3);
    edit.choices_on |= MARKETING;
    struct person_saved saved = desk_save(&edit);
    assert_int_equal(saved.fault, EDIT_CHANGED_MEANWHILE);
    assert_int_equal(saved.changed_count, 1);
    assert_string_equal(saved.changed[0], "Marketing was retired and can't be turned on any more");
    assert_int_equal(desk_get(contact.public_id, desk_ada).choices_count, 3);
}

static void a_change_is_undone_within_the_hour(void **state)
{
    struct contact contact = site_add(&desk_site, "undo@example.org", NEWSLETTER | ALERTS);
    struct person_edit edit = desk_form_of(contact.public_id, desk_ada);
    edit.status = CONTACT_OPTED_OUT;
    struct person_saved saved = desk_save(&edit);
    assert_int_equal(desk_get(contact.public_id, desk_ada).undoable.value, saved.position.value);
    assert_int_equal(desk_get(contact.public_id, desk_bob).undoable.value, 0);

    struct person_edit undo = {.id = contact.public_id,
                               .undoes = saved.position,
                               .consent = "",
                               .origin = site_origin(ACTOR_ADMIN, desk_bob)};
    assert_int_equal(desk_save(&undo).fault, EDIT_UNDO_LATE);
    undo.origin = site_origin(ACTOR_ADMIN, desk_ada);
    saved = desk_save(&undo);
    assert_int_equal(saved.fault, EDIT_FINE);
    assert_string_equal(saved.summary, "Undone: Opted in; Newsletter and System Alerts on.");
    assert_int_equal(site_get(&desk_site, contact.id).choices, NEWSLETTER | ALERTS);
    assert_true(desk_save(&undo).is_unchanged);

    edit = desk_form_of(contact.public_id, desk_ada);
    edit.choices_on = NEWSLETTER;
    saved = desk_save(&edit);
    clock_shift_s(UNDO_WINDOW_S + 1);
    assert_int_equal(desk_get(contact.public_id, desk_ada).undoable.value, 0);
    undo.undoes = saved.position;
    assert_int_equal(desk_save(&undo).fault, EDIT_UNDO_LATE);
    clock_shift_s(-UNDO_WINDOW_S - 1);
    site_check_ledger(&desk_site);
}

static void a_pause_is_set_seen_and_ended(void **state)
{
    (void)state;
    const struct contact contact = site_add(&desk_site, "zoe@example.org", NEWSLETTER);
    struct people_query query = desk_everyone();
    struct person_edit edit = desk_form_of(contact.public_id, desk_ada);
    edit.pause = "8";
    assert_int_equal(desk_save(&edit).fault, EDIT_PAUSE_BAD);
    edit.pause = "";
    assert_true(desk_save(&edit).is_unchanged);
    edit.pause = "30";
    struct person_saved saved = desk_save(&edit);
    struct person_page page = desk_get(contact.public_id, desk_ada);
    assert_true(page.paused_until > clock_now_s());
    assert_int_equal(page.undoable.value, saved.position.value);
    assert_int_equal(strncmp(saved.summary, "Saved. Paused until ", 20), 0);
    assert_int_equal(strncmp(page.history[0].what, "Paused until ", 13), 0);
    assert_true(desk_list(&query).rows[0].is_paused);
    assert_int_equal(desk_list(&query).cards.subscribed, 0);

    edit = desk_form_of(contact.public_id, desk_bob);
    edit.pause = "end";
    saved = desk_save(&edit);
    assert_string_equal(saved.summary, "Saved. Pause ended.");
    assert_int_equal(desk_list(&query).cards.subscribed, 1);
    edit = (struct person_edit){.id = contact.public_id,
                                .undoes = saved.position,
                                .consent = "",
                                .origin = site_origin(ACTOR_ADMIN, desk_bob)};
    saved = desk_save(&edit);
    assert_int_equal(strncmp(saved.summary, "Undone: Paused until ", 21), 0);
    assert_true(desk_list(&query).rows[0].is_paused);

    clock_shift_s(INT64_C(31) * 86400); /* it ends by itself */
    assert_false(desk_list(&query).rows[0].is_paused);
    assert_int_equal(desk_list(&query).cards.subscribed, 1);
    assert_int_equal(desk_get(contact.public_id, desk_ada).paused_until, 0);
    clock_shift_s(INT64_C(-31) * 86400);
}

static void a_new_address_voids_the_old_links(void **state)
{
    (void)state;
    const struct contact contact = site_add(&desk_site, "old@example.org", NEWSLETTER);
    const char *token = site_token(site_links(&desk_site, &contact, 0).manage);
    struct link_opened link;
    struct person_edit edit = desk_form_of(contact.public_id, desk_ada);
    edit.email = "new@example.org";
    assert_string_equal(desk_save(&edit).summary,
                        "Saved. Email: old@example.org → new@example.org; "
                        "earlier links: good → void.");
    assert_string_equal(desk_get(contact.public_id, desk_ada).history[0].note, "");
    assert_int_equal(links_open(&desk_site.service, desk_site.arena, token, PURPOSE_MANAGE,
                                clock_now_s(), &link),
                     STATUS_OK);
    assert_int_equal(link.state, LINK_VOID);
}

static void history_says_who_and_by_which_proof(void **state)
{
    struct contact contact = site_add(&desk_site, "story@example.org", NEWSLETTER);
    struct change change = {.kind = ENTRY_CHOICES,
                            .contact = contact.id,
                            .intent = INTENT_OPT_OUT,
                            .origin = {.actor = ACTOR_ONE_CLICK,
                                       .proof_kind = PROOF_LINK,
                                       .proof = {0x1a, 0x2b, 0x3c, 0x4d, 0x65, 0x53, 0xf1, 0x00},
                                       .proof_len = 8}};
    struct change_result stopped = site_change(&desk_site, &change);
    assert_int_equal(stopped.verdict, CHANGE_APPLIED);
    change = (struct change){.kind = ENTRY_REASON,
                             .contact = contact.id,
                             .undoes = stopped.position,
                             .leave_reason = LEAVE_TOO_MANY,
                             .note = "three a day",
                             .origin = {.actor = ACTOR_RECIPIENT}};
    assert_int_equal(site_change(&desk_site, &change).verdict, CHANGE_APPLIED);
    struct person_page page = desk_get(contact.public_id, desk_ada);
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
    assert_int_equal(people_said(&desk_site.service, desk_site.arena, contact.public_id,
                                 (struct position){1}, &said),
                     STATUS_OK);
    assert_string_equal(said, "");
}

static void a_link_is_copied(void **state)
{
    struct contact contact = site_add(&desk_site, "link@example.org", 0);
    const char *url = NULL;
    assert_true(desk_get(contact.public_id, desk_ada).can_copy_link);
    assert_int_equal(
        people_link(&desk_site.service, desk_site.arena, contact.public_id, clock_now_s(), &url),
        STATUS_OK);
    struct link_opened opened;
    assert_int_equal(links_open(&desk_site.service, desk_site.arena, site_token(url),
                                PURPOSE_MANAGE, clock_now_s(), &opened),
                     STATUS_OK);
    assert_int_equal(opened.state, LINK_GOOD);
    assert_int_equal(opened.contact.id.value, contact.id.value);
    struct person_page page;
    struct public_id nobody = {contact.public_id.value + 1};
    assert_int_equal(
        people_get(&desk_site.service, desk_site.arena, nobody, desk_ada, clock_now_s(), &page),
        STATUS_NOT_FOUND);
}

/* The process signs with the key it read at its start, whatever happened to that key since. */
static void no_link_of_a_revoked_key_is_copied(void **state)
{
    (void)state;
    struct contact contact = site_add(&desk_site, "revoked@example.org", 0);
    struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    const char *url = NULL;
    struct txn *txn = site_begin(&desk_site);
    assert_int_equal(keys_set_state(&desk_site.service, txn,
                                    keys_signer_id(desk_site.service.signer), KEY_REVOKED, &origin),
                     STATUS_OK);
    site_commit(txn);
    assert_int_equal(
        people_link(&desk_site.service, desk_site.arena, contact.public_id, clock_now_s(), &url),
        STATUS_REFUSED);
    assert_null(url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    return cmocka_run_group_tests_name("person", tests, NULL, NULL);
}
