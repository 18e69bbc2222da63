/*
 * tests/unit/session_support: see the header.
 */
#include "unit/session_support.h"

#include "base/clock.h"

struct site session_site;
int64_t session_now_s, session_ada;
struct auth_session session_hers;

struct login_attempt session_prepare(const char *address)
{
    struct login_attempt attempt;
    assert_int_equal(auth_prepare(&session_site.service, session_site.arena, "ada@example.org",
                                  address, session_now_s, &attempt),
                     STATUS_OK);
    return attempt;
}

struct login_result session_log_in(const char *address, bool is_right)
{
    struct login_attempt attempt = session_prepare(address);
    struct login_result result;
    struct txn *txn = site_begin(&session_site);
    assert_int_equal(auth_finish(&session_site.service, txn, &attempt, is_right, address, "Browser",
                                 session_now_s, &result),
                     STATUS_OK);
    site_commit(txn);
    return result;
}

enum status session_of(const char *cookie, struct auth_session *out)
{
    return auth_session_get(&session_site.service, session_site.arena, cookie, session_now_s, out);
}

int session_open(void **state)
{
    const struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    site_open(&session_site);
    session_now_s = clock_now_s();
    struct txn *txn = site_begin(&session_site);
    assert_int_equal(auth_admin_add(&session_site.service, txn, "ada@example.org",
                                    "ada@example.org", "Ada", ROLE_OWNER, "hash one", &origin,
                                    &session_ada),
                     STATUS_OK);
    site_commit(txn);
    struct login_result login = session_log_in(SESSION_HOME, true);
    assert_true(login.is_in);
    return session_of(login.cookie, &session_hers) == STATUS_OK ? 0 : -1;
}

int session_close(void **state)
{
    site_close(&session_site);
    return 0;
}

const char *session_newest_note(void)
{
    return site_entry(&session_site, site_head(&session_site)).private.note;
}
