/*
 * Unit test of service/api_keys: a key is believed while it is whole, in use and not expired, and
 * the database holds nothing of it but its hash.
 */
#include <string.h>

#include "base/clock.h"
#include "service/api_keys.h"
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

static struct api_key_made make(const char *name, unsigned scopes, int64_t expires_at)
{
    struct api_key_made made;
    struct origin origin = site_origin(ACTOR_ADMIN, 1);
    struct txn *txn = site_begin(&site);
    assert_int_equal(
        api_keys_make(&site.service, txn, site.arena, name, scopes, expires_at, &origin, &made),
        STATUS_OK);
    site_commit(txn);
    return made;
}

static enum status end(int64_t id)
{
    struct origin origin = site_origin(ACTOR_ADMIN, 1);
    struct txn *txn = site_begin(&site);
    enum status status = api_keys_end(&site.service, txn, site.arena, id, &origin);
    if (status == STATUS_OK)
        site_commit(txn);
    else
        txn_rollback(txn);
    return status;
}

static enum status open_key(const char *text, struct api_key *out)
{
    return api_keys_open(&site.service, site.arena, text, clock_now_s(), out);
}

static void a_key_opens_what_it_was_made_for(void **state)
{
    struct api_key_made made = make("  The   mailer ", SCOPE_CHECK | SCOPE_EVENTS, 0);
    struct api_key key;
    assert_int_equal(made.fault, API_KEY_FINE);
    assert_int_equal(strlen(made.text), API_KEY_TEXT_BYTES - 1);
    assert_int_equal(open_key(made.text, &key), STATUS_OK);
    assert_int_equal(key.id, made.key.id);
    assert_string_equal(key.name, "The mailer");
    assert_int_equal(key.scopes, SCOPE_CHECK | SCOPE_EVENTS);
    assert_memory_equal(key.hint, made.text, strlen(key.hint));
    assert_int_equal(strlen(key.hint), 11);
    struct origin origin = api_keys_origin(&key, "192.0.2.1", "curl");
    assert_int_equal(origin.actor, ACTOR_API);
    assert_int_equal(origin.actor_id, key.id);
}

static void an_altered_key_opens_nothing(void **state)
{
    struct api_key_made made = make("x", SCOPE_LINKS, 0);
    struct api_key key;
    for (size_t i = 0; i < API_KEY_TEXT_BYTES - 1; i++) {
        char text[API_KEY_TEXT_BYTES];
        memcpy(text, made.text, sizeof text);
        text[i] = text[i] == 'A' ? 'B' : 'A';
        assert_int_equal(open_key(text, &key), STATUS_NOT_FOUND);
        memcpy(text, made.text, sizeof text);
        text[i] = '\0';
        assert_int_equal(open_key(text, &key), STATUS_NOT_FOUND);
    }
    assert_int_equal(open_key(arena_printf(site.arena, "%sA", made.text), &key), STATUS_NOT_FOUND);
}

static void a_revoked_key_is_refused_at_once_and_for_ever(void **state)
{
    struct api_key_made first = make("first", SCOPE_CHECK, 0);
    struct api_key_made second = make("second", SCOPE_CHECK, 0);
    struct api_key key;
    assert_int_equal(end(first.key.id), STATUS_OK);
    assert_int_equal(open_key(first.text, &key), STATUS_REFUSED);
    assert_int_equal(open_key(second.text, &key), STATUS_OK);
    assert_int_equal(end(first.key.id), STATUS_NOT_FOUND);
    assert_int_equal(end(second.key.id + 100), STATUS_NOT_FOUND);
}

static void a_key_ends_on_its_day(void **state)
{
    struct api_key_made made = make("short", SCOPE_CHECK, clock_now_s() + 10);
    struct api_key key;
    assert_int_equal(open_key(made.text, &key), STATUS_OK);
    assert_int_equal(api_keys_open(&site.service, site.arena, made.text, made.key.expires_at, &key),
                     STATUS_REFUSED);
}

static void what_makes_no_key_is_said(void **state)
{
    static const char *const names[] = {"", "   ", "a\xff"};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(make(names[i], SCOPE_CHECK, 0).fault, API_KEY_NAME_BAD);
    assert_int_equal(make("x", 0, 0).fault, API_KEY_NO_SCOPE);
    assert_int_equal(make("x", 32, 0).fault, API_KEY_NO_SCOPE);
    assert_int_equal(make("x", 1, clock_now_s()).fault, API_KEY_EXPIRY_BAD);

    struct api_key *keys;
    size_t count = 1;
    assert_int_equal(api_keys_all(&site.service, site.arena, &keys, &count), STATUS_OK);
    assert_int_equal(count, 0);
}

static void each_key_made_and_ended_is_in_the_ledger(void **state)
{
    struct position before = site_head(&site);
    struct api_key_made made = make("Mailer", SCOPE_CHECK | SCOPE_CONTACTS_WRITE, 0);
    assert_int_equal(end(made.key.id), STATUS_OK);
    struct entry added = site_entry(&site, (struct position){before.value + 1});
    struct entry ended = site_entry(&site, (struct position){before.value + 2});
    assert_int_equal(added.kind, ENTRY_API_KEY_ADDED);
    assert_int_equal(added.subject, made.key.id);
    assert_string_equal(added.private.note, "Mailer: check, contacts:write");
    assert_int_equal(ended.kind, ENTRY_API_KEY_REVOKED);
    assert_int_equal(ended.subject, made.key.id);
    assert_null(strstr(added.private.note, made.text + 7));
    site_check_ledger(&site);
}

static void scopes_are_read_and_written_alike(void **state)
{
    unsigned scopes = 0;
    assert_true(api_scopes_parse("events, check,,contacts:read", &scopes));
    assert_int_equal(scopes, SCOPE_EVENTS | SCOPE_CHECK | SCOPE_CONTACTS_READ);
    assert_string_equal(api_scopes_text(site.arena, scopes), "check, contacts:read, events");
    assert_false(api_scopes_parse("", &scopes));
    assert_false(api_scopes_parse("checks", &scopes));
    assert_false(api_scopes_parse("check,contacts", &scopes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_key_opens_what_it_was_made_for, open_site, close_site),
        cmocka_unit_test_setup_teardown(an_altered_key_opens_nothing, open_site, close_site),
        cmocka_unit_test_setup_teardown(a_revoked_key_is_refused_at_once_and_for_ever, open_site,
                                        close_site),
        cmocka_unit_test_setup_teardown(a_key_ends_on_its_day, open_site, close_site),
        cmocka_unit_test_setup_teardown(what_makes_no_key_is_said, open_site, close_site),
        cmocka_unit_test_setup_teardown(each_key_made_and_ended_is_in_the_ledger, open_site,
                                        close_site),
        cmocka_unit_test_setup_teardown(scopes_are_read_and_written_alike, open_site, close_site),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
