/*
 * tests/unit/request_support: see request_support.h.
 */
#include "unit/request_support.h"

#include <string.h>

#include "base/clock.h"
#include "service/join.h"
#include "store/contacts.h"
#include "store/settings.h"
#include "store/topics.h"

struct site request_site;
static int64_t shifted_s;

int request_open_site(void **state)
{
    (void)state;
    site_open(&request_site);
    return 0;
}

int request_close_site(void **state)
{
    (void)state;
    clock_shift_s(-shifted_s);
    shifted_s = 0;
    site_close(&request_site);
    return 0;
}

void request_pass(int64_t seconds)
{
    clock_shift_s(seconds);
    shifted_s += seconds;
}

struct email request_address_of(const char *text)
{
    struct email email;
    assert_int_equal(email_parse(request_site.arena, text, strlen(text), &email, NULL), STATUS_OK);
    return email;
}

void request_ask_from(const char *email, uint64_t choices, const char *network)
{
    const struct join_request request = {.email = request_address_of(email),
                                         .name = "Ada Lovelace",
                                         .choices = choices,
                                         .language = LOCALE_DE,
                                         .address = network,
                                         .agent = "Form/1.0"};
    struct txn *txn = site_begin(&request_site);
    assert_int_equal(
        join_ask(&request_site.service, txn, request_site.arena, &request, clock_now_s()),
        STATUS_OK);
    site_commit(txn);
}

void request_ask(const char *email, uint64_t choices)
{
    request_ask_from(email, choices, "203.0.113.7");
}

size_t request_letters(struct letter **out)
{
    size_t count = 0;
    assert_int_equal(letters_due(request_site.service.store, request_site.arena, clock_now_s(), 500,
                                 out, &count),
                     STATUS_OK);
    return count;
}

size_t request_letters_count_now(void)
{
    struct letter *list;
    return request_letters(&list);
}

struct letter request_newest_letter(void)
{
    struct letter *list = NULL;
    size_t count = request_letters(&list);
    size_t newest = 0;
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++)
        if (list[i].id > list[newest].id)
            newest = i;
    return list[newest];
}

struct confirmation request_of(const struct letter *letter)
{
    struct confirmation row;
    assert_int_equal(confirmations_get(request_site.service.store, request_site.arena,
                                       letter->confirmation, &row),
                     STATUS_OK);
    return row;
}

const char *request_newest_token(void)
{
    const struct letter letter = request_newest_letter();
    const struct confirmation row = request_of(&letter);
    const char *url = NULL;
    assert_int_equal(links_mint_confirm(&request_site.service, request_site.arena, row.public_id,
                                        clock_now_s(), &url),
                     STATUS_OK);
    return site_token(url);
}

struct confirm_opened request_open_token(const char *token)
{
    struct confirm_opened link;
    assert_int_equal(
        confirm_open(&request_site.service, request_site.arena, token, clock_now_s(), &link),
        STATUS_OK);
    return link;
}

struct confirm_page request_press_link(const struct confirm_opened *link, enum confirm_act act)
{
    const struct confirm_request request = {
        .act = act, .lang = LOCALE_DE, .address = "198.51.100.9", .agent = "Mail/2.0"};
    struct confirm_page page;
    struct txn *txn = site_begin(&request_site);
    assert_int_equal(confirm_act(&request_site.service, txn, request_site.arena, link, "TOKEN",
                                 &request, clock_now_s(), &page),
                     STATUS_OK);
    site_commit(txn);
    return page;
}

struct confirm_page request_press(const char *token, enum confirm_act act)
{
    const struct confirm_opened link = request_open_token(token);
    return request_press_link(&link, act);
}

bool request_find(const char *email_key, struct contact *out)
{
    enum status status =
        contacts_find_email(request_site.service.store, request_site.arena, email_key, out);
    assert_true(status == STATUS_OK || status == STATUS_NOT_FOUND);
    return status == STATUS_OK;
}

enum verdict request_verdict_of(const char *email_key, uint8_t topic)
{
    enum verdict verdict;
    assert_int_equal(verdict_for(&request_site.service, request_site.arena, email_key,
                                 (struct topic_id){topic}, clock_now_s(), &verdict, NULL),
                     STATUS_OK);
    return verdict;
}

bool request_is_suppressed(const char *email_key)
{
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    bool is = false;
    secrets_suppression_hash(request_site.service.secrets, email_key, hash);
    assert_int_equal(suppressions_has(request_site.service.store, hash, &is), STATUS_OK);
    return is;
}

void request_set_topic(uint8_t id, bool double_opt_in, bool on_join)
{
    struct topic *topics;
    size_t count;
    struct txn *txn = site_begin(&request_site);
    assert_int_equal(topics_list(txn_store(txn), request_site.arena, &topics, &count), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        if (topics[i].id.value == id) {
            topics[i].double_opt_in = double_opt_in;
            topics[i].on_join = on_join;
            assert_int_equal(topics_put(txn, &topics[i]), STATUS_OK);
        }
    site_commit(txn);
}
