/*
 * Who runs the list: invitations, roles, disabling, removing, and that an owner always stays.
 */
#include <string.h>

#include "base/clock.h"
#include "crypto/crypto.h"
#include "service/auth.h"
#include "service/team.h"
#include "store/factors.h"
#include "store/invitations.h"
#include "unit/site.h"

static struct site site;
static int64_t ada, now_s;

static int64_t add_owner(const char *email)
{
    const struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    struct txn *txn = site_begin(&site);
    int64_t id = 0;
    assert_int_equal(
        auth_admin_add(&site.service, txn, email, email, "Ada", ROLE_OWNER, "a hash", &origin, &id),
        STATUS_OK);
    site_commit(txn);
    return id;
}

static int open_site(void **state)
{
    site_open(&site);
    now_s = clock_now_s();
    ada = add_owner("ada@example.org");
    return 0;
}

static int close_site(void **state)
{
    site_close(&site);
    return 0;
}

static struct team_done apply(struct team_act act)
{
    struct team_done done;
    struct txn *txn = site_begin(&site);
    act.now_s = now_s;
    if (act.origin.actor == 0 && act.origin.actor_id == 0)
        act.origin = site_origin(ACTOR_ADMIN, ada);
    assert_int_equal(team_apply(&site.service, txn, site.arena, &act, &done), STATUS_OK);
    site_commit(txn);
    return done;
}

static struct team_done invite(const char *email, enum admin_role role)
{
    return apply(
        (struct team_act){.what = TEAM_INVITE, .email = email, .name = "Bo", .role = role});
}

static enum status accept(const char *token)
{
    struct txn *txn = site_begin(&site);
    enum status status = team_accept(&site.service, txn, site.arena, token, "hash of Bo",
                                     "192.0.2.1", "Browser", now_s);
    if (status == STATUS_OK)
        site_commit(txn);
    else
        txn_rollback(txn);
    return status;
}

static const char *last_note(void)
{
    return site_entry(&site, site_head(&site)).private.note;
}

static enum team_state state_of(int64_t id)
{
    struct team_member *members;
    size_t count;
    assert_int_equal(team_list(&site.service, site.arena, &members, &count), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        if (members[i].admin.id == id)
            return members[i].state;
    fail_msg("nobody has the id");
    return TEAM_STATE_COUNT;
}

static void an_invitation_is_a_link_that_works_once(void **state)
{
    struct team_member member;
    struct login_attempt attempt;
    struct team_done done = invite(" Bo@Example.org ", ROLE_VIEWER);

    assert_int_equal(done.fault, TEAM_FINE);
    assert_int_equal(done.invite_ends, now_s + TEAM_INVITE_S);
    assert_int_equal(site_entry(&site, site_head(&site)).kind, ENTRY_ADMIN_INVITED);
    assert_string_equal(last_note(), "Bo@Example.org; role: viewer; sees masked addresses");
    assert_int_equal(state_of(done.admin.id), TEAM_INVITED);
    assert_non_null(strstr(team_link(&site.service, site.arena, done.token), "/admin/invite/"));
    assert_int_equal(
        auth_prepare(&site.service, site.arena, "bo@example.org", "::1", now_s, &attempt),
        STATUS_OK);
    assert_null(attempt.hash);

    assert_int_equal(team_invited(&site.service, site.arena, done.token, now_s, &member),
                     STATUS_OK);
    assert_int_equal(member.admin.id, done.admin.id);
    assert_int_equal(accept(done.token), STATUS_OK);
    assert_int_equal(state_of(done.admin.id), TEAM_ACTIVE);
    assert_int_equal(site_entry(&site, site_head(&site)).kind, ENTRY_ADMIN_PASSWORD);
    assert_int_equal(accept(done.token), STATUS_NOT_FOUND);
    assert_int_equal(team_invited(&site.service, site.arena, done.token, now_s, &member),
                     STATUS_NOT_FOUND);
    assert_int_equal(apply((struct team_act){.what = TEAM_RENEW, .admin = done.admin.id}).fault,
                     TEAM_GONE);
    assert_int_equal(invite("BO@example.org", ROLE_OWNER).fault, TEAM_EMAIL_TAKEN);
    site_check_ledger(&site);
}

static void a_link_is_stored_hashed_and_ends(void **state)
{
    struct team_member member;
    struct invitation stored;
    uint8_t random[32], hash[32];
    struct team_done first = invite("bo@example.org", ROLE_MANAGER);

    assert_true(crypto_base64url_decode(first.token, strlen(first.token), random, sizeof random));
    crypto_session_hash(random, sizeof random, hash);
    assert_int_equal(invitations_find(site.service.store, random, &stored), STATUS_NOT_FOUND);
    assert_int_equal(invitations_find(site.service.store, hash, &stored), STATUS_OK);

    now_s += TEAM_INVITE_S - 1;
    assert_int_equal(team_invited(&site.service, site.arena, first.token, now_s, &member),
                     STATUS_OK);
    now_s++;
    assert_int_equal(team_invited(&site.service, site.arena, first.token, now_s, &member),
                     STATUS_NOT_FOUND);
    assert_int_equal(accept(first.token), STATUS_NOT_FOUND);
    struct team_done second = apply((struct team_act){.what = TEAM_RENEW, .admin = first.admin.id});
    assert_int_equal(second.fault, TEAM_FINE);
    assert_string_not_equal(first.token, second.token);
    assert_int_equal(team_invited(&site.service, site.arena, second.token, now_s, &member),
                     STATUS_OK);
    assert_int_equal(team_invited(&site.service, site.arena, "", now_s, &member), STATUS_NOT_FOUND);
    assert_int_equal(apply((struct team_act){.what = TEAM_CANCEL, .admin = first.admin.id}).fault,
                     TEAM_FINE);
    assert_int_equal(accept(second.token), STATUS_NOT_FOUND);
    assert_int_equal(state_of(first.admin.id), TEAM_REMOVED);
    assert_string_equal(last_note(), "bo@example.org; invitation cancelled");
    assert_int_equal(invite("bo@example.org", ROLE_MANAGER).admin.id, first.admin.id);
}

static void an_owner_always_stays(void **state)
{
    static const enum team_do acts[] = {TEAM_DISABLE, TEAM_REMOVE, TEAM_EDIT};

    struct team_done invited = invite("cy@example.org", ROLE_OWNER);
    assert_int_equal(invited.fault, TEAM_FINE);
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        assert_int_equal(apply((struct team_act){.what = acts[i], .admin = ada}).fault,
                         TEAM_LAST_OWNER);
    int64_t bo = add_owner("bo@example.org");
    assert_int_equal(apply((struct team_act){.what = TEAM_DISABLE, .admin = bo}).fault, TEAM_FINE);
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        assert_int_equal(apply((struct team_act){.what = acts[i], .admin = ada}).fault,
                         TEAM_LAST_OWNER);
    assert_int_equal(apply((struct team_act){.what = TEAM_REMOVE, .admin = bo}).fault, TEAM_FINE);
    assert_int_equal(apply((struct team_act){.what = TEAM_CANCEL, .admin = invited.admin.id}).fault,
                     TEAM_FINE);
}

/* Both pages let their owner in; the second act is written after the first. */
static void two_owners_cannot_take_each_other_away(void **state)
{
    int64_t bo = add_owner("bo@example.org");
    const struct origin by_bo = site_origin(ACTOR_ADMIN, bo);

    assert_int_equal(apply((struct team_act){.what = TEAM_DISABLE, .admin = bo}).fault, TEAM_FINE);
    struct team_act act = {.what = TEAM_DISABLE, .admin = ada, .origin = by_bo};
    assert_int_equal(apply(act).fault, TEAM_NO_OWNER);
    assert_int_equal(apply((struct team_act){.what = TEAM_ENABLE, .admin = bo}).fault, TEAM_FINE);
    assert_int_equal(apply(act).fault, TEAM_FINE);
    assert_int_equal(state_of(ada), TEAM_DISABLED);
}

static void roles_change_and_the_ledger_says_how(void **state)
{
    struct team_done done = invite("bo@example.org", ROLE_VIEWER);
    assert_int_equal(accept(done.token), STATUS_OK);
    const int64_t bo = done.admin.id;
    struct team_act act = {.what = TEAM_EDIT, .admin = bo, .role = ROLE_MANAGER};

    assert_int_equal(apply(act).fault, TEAM_FINE);
    assert_string_equal(last_note(), "bo@example.org; role: viewer → manager");
    const int64_t head = site_head(&site).value;
    assert_true(apply(act).is_unchanged);
    assert_int_equal(site_head(&site).value, head);
    act.role = ROLE_VIEWER;
    act.sees_addresses = true;
    act.name = "Bo B";
    done = apply(act);
    assert_true(admins_is_shown_addresses(&done.admin));
    assert_string_equal(last_note(),
                        "bo@example.org; name: Bo → Bo B; role: manager → viewer; sees addresses");
    act.sees_addresses = false;
    done = apply(act);
    assert_false(admins_is_shown_addresses(&done.admin));

    act.origin = site_origin(ACTOR_ADMIN, bo);
    act.role = ROLE_OWNER;
    assert_int_equal(apply(act).fault, TEAM_NO_OWNER);
    act = (struct team_act){.what = TEAM_EDIT, .admin = bo, .name = "two\nlines\x01"};
    assert_int_equal(apply((struct team_act){.what = TEAM_EDIT, .admin = 999}).fault, TEAM_GONE);
    act.name = "\xff";
    assert_int_equal(apply(act).fault, TEAM_NAME_BAD);
    act = (struct team_act){.what = TEAM_INVITE, .email = "nobody", .name = ""};
    assert_int_equal(apply(act).fault, TEAM_EMAIL_BAD);
    site_check_ledger(&site);
}

static void disabling_ends_sessions_at_once(void **state)
{
    struct session session = {.admin = add_owner("bo@example.org"),
                              .created_at = now_s,
                              .seen_at = now_s,
                              .address = "",
                              .agent = "",
                              .hash = {1}};
    struct txn *txn = site_begin(&site);
    assert_int_equal(sessions_insert(txn, &session), STATUS_OK);
    site_commit(txn);
    assert_int_equal(apply((struct team_act){.what = TEAM_DISABLE, .admin = session.admin}).fault,
                     TEAM_FINE);
    assert_string_equal(last_note(), "bo@example.org; disabled");
    assert_int_equal(sessions_get(site.service.store, site.arena, session.hash, &session),
                     STATUS_NOT_FOUND);
    assert_true(
        apply((struct team_act){.what = TEAM_DISABLE, .admin = session.admin}).is_unchanged);
    assert_int_equal(apply((struct team_act){.what = TEAM_ENABLE, .admin = session.admin}).fault,
                     TEAM_FINE);
    assert_int_equal(state_of(session.admin), TEAM_ACTIVE);
}

static void who_comes_back_begins_anew(void **state)
{
    struct factor factor = {.begun_at = now_s, .since = now_s};
    struct team_done done = invite("bo@example.org", ROLE_VIEWER);
    assert_int_equal(accept(done.token), STATUS_OK);
    factor.admin = done.admin.id;
    struct txn *txn = site_begin(&site);
    assert_int_equal(factors_put(txn, &factor), STATUS_OK);
    site_commit(txn);

    struct team_act act = {.what = TEAM_DISABLE, .admin = factor.admin};
    assert_int_equal(apply(act).fault, TEAM_FINE);
    assert_int_equal(factors_get(site.service.store, factor.admin, &factor), STATUS_OK);
    act.what = TEAM_REMOVE;
    assert_int_equal(apply(act).fault, TEAM_FINE);
    assert_int_equal(factors_get(site.service.store, done.admin.id, &factor), STATUS_NOT_FOUND);
    assert_int_equal(invite("bo@example.org", ROLE_VIEWER).admin.id, done.admin.id);
}

#define TEST(name, function)                                                                       \
    {                                                                                              \
        name, function, open_site, close_site, NULL                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("an invitation is a link that works once", an_invitation_is_a_link_that_works_once),
        TEST("a link is stored hashed, ends, and dies with the next one",
             a_link_is_stored_hashed_and_ends),
        TEST("an owner who can log in always stays", an_owner_always_stays),
        TEST("two owners can't take each other away", two_owners_cannot_take_each_other_away),
        TEST("roles change, by owners alone, and the ledger says how",
             roles_change_and_the_ledger_says_how),
        TEST("disabling ends sessions at once", disabling_ends_sessions_at_once),
        TEST("who was removed and comes back begins anew", who_comes_back_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
