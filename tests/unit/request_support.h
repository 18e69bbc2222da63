/*
 * tests/unit/request_support: what waits for a button behind a mailed link, asked for and pressed
 * in a site of the test's own. What should be done and is not ends the test.
 */
#ifndef ASSENT_TESTS_REQUEST_SUPPORT_H
#define ASSENT_TESTS_REQUEST_SUPPORT_H

#include "service/confirm.h"
#include "service/verdict.h"
#include "unit/site.h"

#define DAY_S  86400
#define HOUR_S 3600

extern struct site request_site;

int request_open_site(void **state);
int request_close_site(void **state);
void request_pass(int64_t seconds);
struct email request_address_of(const char *text);
void request_ask_from(const char *email, uint64_t choices, const char *network);
void request_ask(const char *email, uint64_t choices);
/* The letters that wait, the oldest first. */
size_t request_letters(struct letter **out);
size_t request_letters_count_now(void);
struct letter request_newest_letter(void);
struct confirmation request_of(const struct letter *letter);
/* The token that the newest letter's mail would hold. */
const char *request_newest_token(void);
struct confirm_opened request_open_token(const char *token);
struct confirm_page request_press_link(const struct confirm_opened *link, enum confirm_act act);
struct confirm_page request_press(const char *token, enum confirm_act act);
bool request_find(const char *email_key, struct contact *out);
enum verdict request_verdict_of(const char *email_key, uint8_t topic);
bool request_is_suppressed(const char *email_key);
void request_set_topic(uint8_t id, bool double_opt_in, bool on_join);

/* A test in a site of its own, in cmocka's table. */
#define CASE(name, test)                                                                           \
    {                                                                                              \
        name, test, request_open_site, request_close_site, NULL                                    \
    }

#endif
