/*
 * tests/unit/session_support: an owner, Ada, who is signed in, in a site of the test's own.
 */
#ifndef ASSENT_TESTS_SESSION_SUPPORT_H
#define ASSENT_TESTS_SESSION_SUPPORT_H

#include "service/auth.h"
#include "unit/site.h"

#define SESSION_HOME      "192.0.2.10"
#define SESSION_ELSEWHERE "198.51.100.4"

extern struct site session_site;
extern int64_t session_now_s;
extern int64_t session_ada;
extern struct auth_session session_hers; /* from SESSION_HOME */

int session_open(void **state);
int session_close(void **state);

struct login_attempt session_prepare(const char *address);
struct login_result session_log_in(const char *address, bool is_right);
enum status session_of(const char *cookie, struct auth_session *out);
const char *session_newest_note(void); /* of the ledger's newest entry */

/* A test in a site of its own, in cmocka's table. */
#define SESSION_TEST(title, function)                                                              \
    {                                                                                              \
        title, function, session_open, session_close, NULL                                         \
    }

#endif
