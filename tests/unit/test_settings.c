/*
 * The registry of settings: every check, what is in force, saving all or nothing, stale forms, the
 * ledger, taking the last save back.
 */
#include <string.h>

#include "base/clock.h"
#include "service/preview.h"
#include "service/settings.h"
#include "store/entries.h"
#include "unit/site.h"

static struct site site;

static int open_site(void **state)
{
    site_open(&site);
    return 0;
}

static int close_site(void **state)
{
    site_close(&site);
    return 0;
}

static const char *checked(enum setting setting, const char *typed)
{
    const char *value = NULL, *fault = NULL, *offer = NULL;

    if (setting_check(site.arena, setting, typed, &value, &fault, &offer) != STATUS_OK)
        fail_msg("%s: %s: %s", setting_key(setting), typed, fault);
    return value;
}

static const char *refused(enum setting setting, const char *typed, const char **offer)
{
    const char *value = NULL, *fault = NULL;

    *offer = NULL;
    if (setting_check(site.arena, setting, typed, &value, &fault, offer) == STATUS_OK)
        fail_msg("%s: \"%s\" was taken as \"%s\"", setting_key(setting), typed, value);
    assert_null(value);
    assert_memory_equal(fault, "it m", 4);
    return fault;
}

static void every_default_passes_its_own_check(void **state)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        const enum setting setting = (enum setting)i;
        enum setting found = SETTING_COUNT;
        assert_true(setting_parse(setting_key(setting), &found));
        assert_int_equal(found, setting);
        assert_string_equal(checked(setting, setting_default(setting)), setting_default(setting));
        assert_string_equal(checked(setting, " \n "), setting_default(setting));
        assert_true(strlen(setting_about(setting)) > 10);
    }
    enum setting found = SETTING_COUNT;
    assert_false(setting_parse("no_such", &found));
    assert_false(setting_parse("", &found));
}

static void what_is_typed_is_cleaned(void **state)
{
    assert_string_equal(checked(SETTING_BRAND_NAME, "  Brød \t & Brot\n"), "Brød & Brot");
    assert_string_equal(checked(SETTING_WELCOME_WORDS, "\n One \n two\r\n\n\n\nThree\n\n"),
                        "One\ntwo\n\nThree");
    assert_string_equal(checked(SETTING_LINK_LIFE_DAYS, " 007 "), "7");
    assert_string_equal(checked(SETTING_BRAND_COLOR, "1F5FD6"), "#1f5fd6");
    assert_string_equal(checked(SETTING_BRAND_COLOR, "#b00"), "#bb0000");
    assert_string_equal(checked(SETTING_SITE_LANGUAGE, "pt-BR"), "pt");
    assert_string_equal(checked(SETTING_BRAND_PRIVACY_URL, "https://example.org/a?b=c#d"),
                        "https://example.org/a?b=c#d");
    assert_string_equal(checked(SETTING_SENDER_ADDRESS, " News@Example.org "), "News@Example.org");
}

static void what_can_not_be_is_refused(void **state)
{
    char long_text[700];
    const char *offer;

    memset(long_text, 'a', sizeof long_text);
    long_text[sizeof long_text - 1] = '\0';
    const struct {
        enum setting setting;
        const char *typed;
    } cases[] = {
        {SETTING_BRAND_NAME, long_text},
        {SETTING_BRAND_NAME, "bad \xff"},
        {SETTING_WELCOME_WORDS, long_text},
        {SETTING_BRAND_PRIVACY_URL, "http://example.org"},
        {SETTING_BRAND_PRIVACY_URL, "https://"},
        {SETTING_BRAND_PRIVACY_URL, "https:///x"},
        {SETTING_BRAND_PRIVACY_URL, "https://a b"},
        {SETTING_BRAND_PRIVACY_URL, "https://x\"onclick="},
        {SETTING_BRAND_PRIVACY_URL, "javascript:alert(1)"},
        {SETTING_BRAND_PRIVACY_URL, "//example.org"},
        {SETTING_SENDER_ADDRESS, "nobody"},
        {SETTING_SENDER_ADDRESS, "a@b.example, c@d.example"},
        {SETTING_MAILTO_ADDRESS, "ünï@b.example"},
        {SETTING_LINK_LIFE_DAYS, "0"},
        {SETTING_LINK_LIFE_DAYS, "3651"},
        {SETTING_LINK_LIFE_DAYS, "-1"},
        {SETTING_LINK_LIFE_DAYS, "1e2"},
        {SETTING_LINK_LIFE_DAYS, "99999999999999999999"},
        {SETTING_CONFIRM_DAYS, "91"},
        {SETTING_JOIN_OPEN, "maybe"},
        {SETTING_SITE_LANGUAGE, "tlh"},
        {SETTING_SITE_LANGUAGE, "english"},
        {SETTING_BRAND_COLOR, "red"},
        {SETTING_BRAND_COLOR, "#12345"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        refused(cases[i].setting, cases[i].typed, &offer);
        assert_null(offer);
    }
}

static void a_pale_colour_is_refused_with_the_nearest(void **state)
{
    const char *offer;

    assert_non_null(strstr(refused(SETTING_BRAND_COLOR, "#ffcc00", &offer), "3:1"));
    assert_string_equal(checked(SETTING_BRAND_COLOR, offer), offer);
    assert_string_equal(checked(SETTING_BRAND_COLOR_DARK, "#ffcc00"), "#ffcc00");
    refused(SETTING_BRAND_COLOR_DARK, "#0b1f4d", &offer);
    assert_string_equal(checked(SETTING_BRAND_COLOR_DARK, offer), offer);
}

static void a_default_is_in_force_until_something_valid_is_set(void **state)
{
    const char *text;
    int64_t number;
    bool yes;
    enum locale locale = LOCALE_HE;
    struct store *store = site.service.store;

    assert_int_equal(settings_text(store, site.arena, SETTING_BRAND_NAME, &text), STATUS_OK);
    assert_string_equal(text, "");
    assert_int_equal(settings_number(store, site.arena, SETTING_CONFIRM_DAYS, &number), STATUS_OK);
    assert_int_equal(number, 7);
    assert_int_equal(settings_yes(store, site.arena, SETTING_JOIN_OPEN, &yes), STATUS_OK);
    assert_true(yes);
    assert_int_equal(settings_locale(store, site.arena, &locale), STATUS_OK);
    assert_int_equal(locale, LOCALE_EN);

    site_put_setting(&site, "confirm_days", "12");
    site_put_setting(&site, "join_open", "no");
    site_put_setting(&site, "site_language", "de");
    assert_int_equal(settings_number(store, site.arena, SETTING_CONFIRM_DAYS, &number), STATUS_OK);
    assert_int_equal(number, 12);
    assert_int_equal(settings_yes(store, site.arena, SETTING_JOIN_OPEN, &yes), STATUS_OK);
    assert_false(yes);
    assert_int_equal(settings_locale(store, site.arena, &locale), STATUS_OK);
    assert_int_equal(locale, LOCALE_DE);

    site_put_setting(&site, "confirm_days", "for ever");
    site_put_setting(&site, "brand_color", "#ffffff");
    assert_int_equal(settings_number(store, site.arena, SETTING_CONFIRM_DAYS, &number), STATUS_OK);
    assert_int_equal(number, 7);
    assert_int_equal(settings_text(store, site.arena, SETTING_BRAND_COLOR, &text), STATUS_OK);
    assert_string_equal(text, "#1f5fd6");
}

static void the_preview_of_a_confirmation_shows_the_days_that_are_set(void **state)
{
    const struct preview_request request = {.page = "confirm", .as = ""};
    struct preview preview;

    site_put_setting(&site, "confirm_days", "3");
    assert_int_equal(preview_look(&site.service, site.arena, &request, 1000, &preview), STATUS_OK);
    assert_int_equal(preview.confirm.expires_at, 1000 + 3 * 86400);
}

static struct settings_page list(int64_t admin)
{
    struct settings_page page;
    struct origin origin = site_origin(ACTOR_ADMIN, admin);

    assert_int_equal(settings_list(&site.service, site.arena, &origin, clock_now_s(), &page),
                     STATUS_OK);
    return page;
}

static struct settings_saved save(const struct settings_edit *edit)
{
    struct settings_saved saved;
    struct txn *txn = site_begin(&site);

    assert_int_equal(settings_save(&site.service, txn, site.arena, edit, &saved), STATUS_OK);
    site_commit(txn);
    return saved;
}

static struct settings_saved undo(int64_t admin)
{
    struct settings_saved saved;
    struct origin origin = site_origin(ACTOR_ADMIN, admin);
    struct txn *txn = site_begin(&site);

    assert_int_equal(settings_undo(&site.service, txn, site.arena, &origin, &saved), STATUS_OK);
    site_commit(txn);
    return saved;
}

#define BIT(setting) (INT64_C(1) << (setting))

static void every_change_is_in_the_ledger(void **state)
{
    const struct position head = site_head(&site);
    struct settings_edit edit = {.version = list(1).version, .origin = site_origin(ACTOR_ADMIN, 1)};
    edit.typed[SETTING_BRAND_NAME] = "Northwind";
    edit.typed[SETTING_CONFIRM_DAYS] = "7"; /* as it is */
    edit.typed[SETTING_LINK_LIFE_DAYS] = "30";

    assert_int_equal(save(&edit).changed, BIT(SETTING_BRAND_NAME) | BIT(SETTING_LINK_LIFE_DAYS));
    assert_int_equal(site_head(&site).value, head.value + 3);
    /* Texts that stand on recipients' pages are kept with it. */
    assert_int_equal(site_entry(&site, site_head(&site)).kind, ENTRY_WORDING);
    struct entry entry = site_entry(&site, (struct position){head.value + 2});
    assert_int_equal(entry.kind, ENTRY_SETTING);
    assert_int_equal(entry.actor, ACTOR_ADMIN);
    assert_string_equal(entry.private.note, "link_life_days: 400 → 30");
    assert_string_equal(list(1).lines[SETTING_BRAND_NAME].value, "Northwind");
    assert_false(list(1).lines[SETTING_BRAND_NAME].is_default);

    edit.version = list(1).version;
    assert_int_equal(save(&edit).changed, 0);
    assert_int_equal(site_head(&site).value, head.value + 3);
    site_check_ledger(&site);
}

static void one_fault_keeps_all_as_it_was(void **state)
{
    const struct position head = site_head(&site);
    struct settings_edit edit = {.version = -1, .origin = site_origin(ACTOR_ADMIN, 1)};
    edit.typed[SETTING_BRAND_NAME] = "Northwind";
    edit.typed[SETTING_BRAND_COLOR] = "#ffcc00";

    struct settings_saved saved = save(&edit);
    assert_true(saved.is_refused);
    assert_int_equal(saved.changed, 0);
    assert_null(saved.faults[SETTING_BRAND_NAME]);
    assert_non_null(saved.faults[SETTING_BRAND_COLOR]);
    assert_non_null(saved.offers[SETTING_BRAND_COLOR]);
    assert_int_equal(site_head(&site).value, head.value);
    assert_string_equal(list(1).lines[SETTING_BRAND_NAME].value, "");
}

static void a_form_made_before_another_change_is_stale(void **state)
{
    struct settings_edit edit = {.version = list(1).version, .origin = site_origin(ACTOR_ADMIN, 1)};
    edit.typed[SETTING_BRAND_NAME] = "Northwind";
    struct settings_edit other = edit;
    other.typed[SETTING_BRAND_NAME] = "Southwind";

    save(&edit);
    assert_true(save(&other).is_stale);
    assert_string_equal(list(1).lines[SETTING_BRAND_NAME].value, "Northwind");
    other.typed[SETTING_BRAND_NAME] = "Northwind"; /* what is so already does no harm */
    assert_false(save(&other).is_stale);
    other.version = list(1).version;
    other.typed[SETTING_BRAND_NAME] = "Southwind";
    assert_int_equal(save(&other).changed, BIT(SETTING_BRAND_NAME));
}

static void the_last_save_can_be_taken_back_once_by_its_maker(void **state)
{
    struct settings_edit edit = {.version = -1, .origin = site_origin(ACTOR_ADMIN, 1)};
    edit.typed[SETTING_WELCOME_WORDS] = "Hello & welcome = 1\n\nto us";
    save(&edit);
    edit.typed[SETTING_WELCOME_WORDS] = "Other words";
    edit.typed[SETTING_JOIN_OPEN] = "no";
    save(&edit);

    assert_false(list(2).is_undoable);
    assert_true(undo(2).undo_is_late);
    assert_true(list(1).is_undoable);
    assert_int_equal(list(1).last_changed, BIT(SETTING_WELCOME_WORDS) | BIT(SETTING_JOIN_OPEN));
    assert_int_equal(undo(1).changed, BIT(SETTING_WELCOME_WORDS) | BIT(SETTING_JOIN_OPEN));
    assert_string_equal(list(1).lines[SETTING_WELCOME_WORDS].value, "Hello & welcome = 1\n\nto us");
    assert_string_equal(list(1).lines[SETTING_JOIN_OPEN].value, "yes");
    assert_false(list(1).is_undoable);
    assert_true(undo(1).undo_is_late);
    site_check_ledger(&site);
}

static void a_later_change_by_others_ends_the_undo(void **state)
{
    struct settings_edit edit = {.version = -1, .origin = site_origin(ACTOR_ADMIN, 1)};
    edit.typed[SETTING_BRAND_NAME] = "Northwind";
    save(&edit);
    assert_true(list(1).is_undoable);
    struct origin origin = site_origin(ACTOR_ADMIN, 2);
    struct txn *txn = site_begin(&site);
    assert_int_equal(
        settings_record(&site.service, txn, site.arena, "brand_logo", "none", "x", &origin, false),
        STATUS_OK);
    site_commit(txn);
    assert_string_equal(site_entry(&site, site_head(&site)).private.note, "brand_logo: none → x");
    assert_false(list(1).is_undoable);
    assert_true(undo(1).undo_is_late);
    assert_string_equal(list(1).lines[SETTING_BRAND_NAME].value, "Northwind");
}

/* The role is that of the transaction: who was an owner when the page was made may be none now. */
static void what_owners_alone_may_change_is_refused_to_others(void **state)
{
    struct admin admin = {.email = "o@x.example",
                          .email_key = "o@x.example",
                          .name = "",
                          .role = ROLE_OWNER,
                          .password = "x"};
    int64_t id;
    struct txn *txn = site_begin(&site);
    assert_int_equal(admins_put(txn, &admin, &id), STATUS_OK);
    site_commit(txn);
    struct settings_edit edit = {.version = -1, .origin = site_origin(ACTOR_ADMIN, id + 1)};
    edit.typed[SETTING_FACTOR_REQUIRED] = "yes";
    edit.typed[SETTING_BRAND_NAME] = "Northwind";
    const struct position head = site_head(&site);
    assert_true(save(&edit).needs_owner);
    edit.origin.actor_id = id;
    assert_int_equal(save(&edit).changed, BIT(SETTING_FACTOR_REQUIRED) | BIT(SETTING_BRAND_NAME));
    txn = site_begin(&site);
    admin.id = id;
    admin.role = ROLE_MANAGER;
    assert_int_equal(admins_put(txn, &admin, &id), STATUS_OK);
    site_commit(txn);
    assert_true(undo(id).needs_owner);
    assert_string_equal(list(id).lines[SETTING_FACTOR_REQUIRED].value, "yes");
    edit.typed[SETTING_FACTOR_REQUIRED] = "no";
    assert_true(save(&edit).needs_owner);
    edit.typed[SETTING_FACTOR_REQUIRED] = "yes"; /* as it is: others may save the rest */
    edit.typed[SETTING_BRAND_NAME] = "Southwind";
    assert_int_equal(save(&edit).changed, BIT(SETTING_BRAND_NAME));
    edit.typed[SETTING_FACTOR_REQUIRED] = "no";
    edit.origin = site_origin(ACTOR_OPERATOR, 0);
    assert_int_equal(save(&edit).changed, BIT(SETTING_FACTOR_REQUIRED));
    assert_true(site_head(&site).value > head.value);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_site, close_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_default_passes_its_own_check),
        TEST(what_is_typed_is_cleaned),
        TEST(what_can_not_be_is_refused),
        TEST(a_pale_colour_is_refused_with_the_nearest),
        TEST(a_default_is_in_force_until_something_valid_is_set),
        TEST(the_preview_of_a_confirmation_shows_the_days_that_are_set),
        TEST(every_change_is_in_the_ledger),
        TEST(one_fault_keeps_all_as_it_was),
        TEST(a_form_made_before_another_change_is_stale),
        TEST(the_last_save_can_be_taken_back_once_by_its_maker),
        TEST(a_later_change_by_others_ends_the_undo),
        TEST(what_owners_alone_may_change_is_refused_to_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
