/*
 * What recipients' pages have in common is kept between requests, and is never older than the
 * request that shows it, whoever changed it: this process or another.
 */
#include <string.h>

#include "base/clock.h"
#include "service/common.h"
#include "service/keys.h"
#include "service/selfservice.h"
#include "service/setup.h"
#include "unit/site.h"

static struct site site;
static struct service reader; /* as a worker has it */

static int open_site(void **state)
{
    site_open(&site);
    reader = site_service(&site, false);
    common_keep(&reader);
    return 0;
}

static int close_site(void **state)
{
    setup_close(&reader);
    site_close(&site);
    return 0;
}

static struct common look(void)
{
    struct common common;
    assert_int_equal(common_look(&reader, site.arena, &common), STATUS_OK);
    assert_non_null(common.kept);
    return common;
}

static const char *brand_name(const struct common *common)
{
    struct brand brand;
    assert_int_equal(common_brand(common, &brand), STATUS_OK);
    return brand.name;
}

static struct topic topic_named(const struct common *common, enum locale lang, const char *key)
{
    struct topic *topics, none = {.key = NULL};
    size_t count;
    assert_int_equal(common_topics(common, lang, &topics, &count), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        if (strcmp(topics[i].key, key) == 0)
            return topics[i];
    return none;
}

static struct self_page page_of(const struct contact *person)
{
    struct link_opened link;
    struct self_page page;
    const char *token = site_token(site_links(&site, person, 0).manage);
    assert_int_equal(links_open(&reader, site.arena, token, PURPOSE_MANAGE, clock_now_s(), &link),
                     STATUS_OK);
    assert_int_equal(selfservice_look(&reader, site.arena, &link, token, &page), STATUS_OK);
    return page;
}

static void another_process_changes_every_part(void **state)
{
    struct common before = look();
    int32_t wording = 0, wording_after = 0;
    int64_t days = 0;
    enum locale lang;
    assert_string_equal(brand_name(&before), "lists.example.org");
    assert_string_equal(topic_named(&before, LOCALE_EN, "marketing").name, "Marketing");
    assert_string_equal(topic_named(&before, LOCALE_DE, "marketing").name, "Marketing");
    assert_int_equal(common_wording(&before, &wording), STATUS_OK);
    assert_int_equal(common_link_life(&before, &days), STATUS_OK);
    assert_int_equal(days, LINK_LIFE_DAYS);
    assert_int_equal(common_locale(&before, &lang), STATUS_OK);
    assert_int_equal(lang, LOCALE_EN);

    assert_int_equal(
        site_sql(&site, "INSERT INTO setting VALUES ('brand_name', 'Bee Post', 1), "
                        "('link_life_days', '30', 1), ('site_language', 'pl', 1);"
                        "UPDATE topic SET name = 'Deals' WHERE key = 'marketing';"
                        "INSERT INTO topic_text VALUES (3, 'de', 'Angebote', '');"
                        "INSERT INTO wording_set SELECT number + 1, at, position + 1, hash, pages "
                        "FROM wording_set ORDER BY number DESC LIMIT 1;"),
        0);
    struct common after = look();
    assert_string_equal(brand_name(&after), "Bee Post");
    assert_string_equal(topic_named(&after, LOCALE_EN, "marketing").name, "Deals");
    assert_string_equal(topic_named(&after, LOCALE_DE, "marketing").name, "Angebote");
    assert_int_equal(common_wording(&after, &wording_after), STATUS_OK);
    assert_int_equal(wording_after, wording + 1);
    assert_int_equal(common_link_life(&after, &days), STATUS_OK);
    assert_int_equal(days, 30);
    assert_int_equal(common_locale(&after, &lang), STATUS_OK);
    assert_int_equal(lang, LOCALE_PL);
}

static void what_was_got_stays_as_it_was(void **state)
{
    struct common common = look();
    struct brand brand;
    assert_int_equal(common_brand(&common, &brand), STATUS_OK);
    struct topic topic = topic_named(&common, LOCALE_EN, "marketing");
    site_put_setting(&site, "brand_name", "Bee Post");
    struct common after = look();
    assert_string_equal(brand_name(&after), "Bee Post");
    assert_string_equal(topic_named(&after, LOCALE_FR, "marketing").key, "marketing");
    assert_string_equal(brand.name, "lists.example.org");
    assert_string_equal(topic.name, "Marketing");
}

static void what_is_changed_in_a_copy_is_not_kept(void **state)
{
    struct common common = look();
    struct topic *topics;
    size_t count;
    assert_int_equal(common_topics(&common, LOCALE_EN, &topics, &count), STATUS_OK);
    assert_int_equal(count, 4);
    topics[0].name = "mine";
    assert_string_equal(topic_named(&common, LOCALE_EN, topics[0].key).name, "Newsletter");
}

static void a_revoked_key_opens_nothing_from_then_on(void **state)
{
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    const char *token = site_token(site_links(&site, &person, 0).unsubscribe);
    struct link_opened link;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            links_open(&reader, site.arena, token, PURPOSE_UNSUBSCRIBE, clock_now_s(), &link),
            STATUS_OK);
        assert_int_equal(link.state, LINK_GOOD);
    }
    assert_int_equal(site_sql(&site, "UPDATE link_key SET state = 3"), 0);
    assert_int_equal(
        links_open(&reader, site.arena, token, PURPOSE_UNSUBSCRIBE, clock_now_s(), &link),
        STATUS_OK);
    assert_int_equal(link.state, LINK_REVOKED);
}

/* By a link that is opened again and again nothing but the person is read; what was believed of
 * the site meanwhile is looked at once more when that read shows that somebody has committed. */
static void a_shorter_life_of_links_counts_at_once(void **state)
{
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    const char *token = site_token(site_links(&site, &person, 0).manage);
    const int64_t later_s = clock_now_s() + 40 * INT64_C(86400);
    struct link_opened link;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(links_open(&reader, site.arena, token, PURPOSE_MANAGE, later_s, &link),
                         STATUS_OK);
        assert_int_equal(link.state, LINK_GOOD);
    }
    site_put_setting(&site, "link_life_days", "30");
    assert_int_equal(links_open(&reader, site.arena, token, PURPOSE_MANAGE, later_s, &link),
                     STATUS_OK);
    assert_int_equal(link.state, LINK_EXPIRED);
}

static void a_key_that_is_new_is_known_at_once(void **state)
{
    struct common common = look();
    struct link_key key;
    struct link_key_id id;
    const struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    const uint8_t unknown[LINK_KEY_STORE_ID_BYTES] = {1, 2, 3, 4};
    assert_int_equal(common_link_key(&common, unknown, &key), STATUS_NOT_FOUND);
    struct txn *txn = site_begin(&site);
    assert_int_equal(keys_new(&site.service, txn, "another", &origin, &id), STATUS_OK);
    site_commit(txn);
    site_reopen(&site); /* which signs by the newest from then on */
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    const char *token = site_token(site_links(&site, &person, 0).manage);
    struct link_opened link;
    assert_int_equal(links_open(&reader, site.arena, token, PURPOSE_MANAGE, clock_now_s(), &link),
                     STATUS_OK);
    assert_int_equal(link.state, LINK_GOOD);
    assert_memory_equal(link.claims.key_id.value, id.value, sizeof id.value);
    assert_int_equal(common_link_key(&common, id.value, &key), STATUS_OK);
    assert_int_equal(key.state, KEY_SIGNING);
}

/* The first page fills what is kept, the second takes it from there, the third finds a no. */
static void a_page_shows_a_no_and_a_new_brand_at_once(void **state)
{
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    for (int i = 0; i < 2; i++) {
        struct self_page page = page_of(&person);
        assert_true(page.choices[0].is_on);
        assert_string_equal(page.brand.name, "lists.example.org");
    }
    struct change change = {.kind = ENTRY_CHOICES,
                            .contact = person.id,
                            .turn_off = NEWSLETTER,
                            .origin = site_origin(ACTOR_OPERATOR, 0)};
    site_change(&site, &change);
    site_put_setting(&site, "brand_name", "Bee Post");
    struct self_page page = page_of(&person);
    assert_false(page.choices[0].is_on);
    assert_string_equal(page.brand.name, "Bee Post");
}

/* Between a link's opening and its page somebody may commit: the page is of one of both. */
static void a_page_after_another_commit_asks_again(void **state)
{
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    const char *token = site_token(site_links(&site, &person, 0).manage);
    struct link_opened link;
    struct self_page page = page_of(&person);
    assert_int_equal(links_open(&reader, site.arena, token, PURPOSE_MANAGE, clock_now_s(), &link),
                     STATUS_OK);
    assert_true(link.has_seen);
    site_put_setting(&site, "brand_name", "Bee Post");
    look(); /* another request of this worker */
    assert_int_equal(selfservice_look(&reader, site.arena, &link, token, &page), STATUS_OK);
    assert_string_equal(page.brand.name, "Bee Post");
}

static void a_link_that_is_none_shows_the_brand_of_now(void **state)
{
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    struct link_opened link;
    struct self_page page = page_of(&person);
    assert_string_equal(page.brand.name, "lists.example.org");
    site_put_setting(&site, "brand_name", "Bee Post");
    assert_int_equal(links_open(&reader, site.arena, "x", PURPOSE_MANAGE, clock_now_s(), &link),
                     STATUS_OK);
    assert_int_equal(link.state, LINK_BROKEN);
    assert_false(link.has_seen);
    assert_int_equal(selfservice_look(&reader, site.arena, &link, "x", &page), STATUS_OK);
    assert_string_equal(page.brand.name, "Bee Post");
}

static void another_store_keeps_nothing(void **state)
{
    struct service inside = reader;
    struct common common;
    struct txn *txn = site_begin(&site);
    inside.store = txn_store(txn);
    assert_int_equal(common_look(&inside, site.arena, &common), STATUS_OK);
    assert_null(common.kept);
    assert_int_equal(common_look_after(&inside, site.arena, 1, &common), STATUS_OK);
    assert_null(common.kept);
    assert_string_equal(brand_name(&common), "lists.example.org");
    txn_rollback(txn);
    assert_int_equal(common_look(&site.service, site.arena, &common), STATUS_OK);
    assert_null(common.kept);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, open_site, close_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(another_process_changes_every_part),
        CASE(what_was_got_stays_as_it_was),
        CASE(what_is_changed_in_a_copy_is_not_kept),
        CASE(a_revoked_key_opens_nothing_from_then_on),
        CASE(a_shorter_life_of_links_counts_at_once),
        CASE(a_key_that_is_new_is_known_at_once),
        CASE(a_page_shows_a_no_and_a_new_brand_at_once),
        CASE(a_page_after_another_commit_asks_again),
        CASE(a_link_that_is_none_shows_the_brand_of_now),
        CASE(another_store_keeps_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
