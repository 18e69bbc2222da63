/*
 * service/letters and view/letter: a fresh link and a test mail, composed when they are sent, and
 * what both parts of a mail say.
 */
#include <stdlib.h>
#include <string.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "service/letters.h"
#include "unit/site.h"
#include "view/letter.h"

static struct site site;

static int open_site(void **state)
{
    (void)state;
    site_open(&site);
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    site_close(&site);
    return 0;
}

static struct letter_page compose(enum letter_kind kind, const char *address, const char *language)
{
    const struct letter letter = {.kind = kind, .address = address, .language = language};
    struct letter_page page;
    assert_int_equal(letters_compose(&site.service, site.arena, &letter, clock_now_s(), &page),
                     STATUS_OK);
    return page;
}

static struct contact add(const char *email, const char *name, const char *language)
{
    const struct contact made = site_add(&site, email, NEWSLETTER);
    const struct change change = {.kind = ENTRY_DETAILS,
                                  .contact = made.id,
                                  .name = name,
                                  .language = language,
                                  .origin = site_origin(ACTOR_ADMIN, 1)};
    site_change(&site, &change);
    return site_get(&site, made.id);
}

static void a_link_goes_to_the_address_on_file(void **state)
{
    (void)state;
    const struct contact contact = add("ann@example.org", "Ann Example", "fr");
    struct letter_page page = compose(LETTER_LINK, " ANN@Example.ORG", "");
    struct link_claims claims;
    enum link_state link;
    assert_true(page.is_due);
    assert_string_equal(page.to, "ann@example.org"); /* and not as a stranger typed it */
    assert_string_equal(page.to_name, "Ann Example");
    assert_string_equal(page.masked, "a•••••@example.org");
    assert_int_equal(page.lang, LOCALE_FR);
    assert_string_equal(page.action_url, page.manage_url);
    assert_non_null(strstr(page.links.list_unsubscribe, page.links.unsubscribe));
    assert_in_range(page.until - clock_now_s(), 400 * 86400 - 5, 400 * 86400);
    assert_int_equal(links_verify(&site.service, site.arena, site_token(page.manage_url),
                                  PURPOSE_MANAGE, &link, &claims),
                     STATUS_OK);
    assert_int_equal(link, LINK_GOOD);
    assert_int_equal(claims.contact.value, contact.public_id.value);
    assert_int_equal(claims.epoch, contact.epoch);
}

static void who_opted_out_gets_a_link_as_well(void **state)
{
    (void)state;
    site_add_out(&site, "out@example.org");
    assert_true(compose(LETTER_LINK, "out@example.org", "").is_due);
}

static void nobodys_address_gets_none(void **state)
{
    static const char *const addresses[] = {"nobody@example.org", "", "no address",
                                            "ann@example.org, bob@example.org", "ann@"};
    (void)state;
    add("ann@example.org", "Ann", "");
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        assert_false(compose(LETTER_LINK, addresses[i], "de").is_due);
}

/* What the person reads, else what was asked in, else what the site speaks, else English. */
static void the_language_is_the_best_that_is_known(void **state)
{
    (void)state;
    add("ann@example.org", "Ann", "pt-BR");
    add("bob@example.org", "Bob", "xx");
    assert_int_equal(compose(LETTER_LINK, "ann@example.org", "ja").lang, LOCALE_PT);
    assert_int_equal(compose(LETTER_LINK, "bob@example.org", "ja").lang, LOCALE_JA);
    assert_int_equal(compose(LETTER_LINK, "ann@example.org", "").lang, LOCALE_PT);
    assert_int_equal(compose(LETTER_LINK, "bob@example.org", "").lang, LOCALE_EN);
    assert_int_equal(compose(LETTER_TEST, "admin@example.org", "").lang, LOCALE_EN);
    site_put_setting(&site, "site_language", "ar");
    assert_int_equal(compose(LETTER_LINK, "bob@example.org", "").lang, LOCALE_AR);
    assert_int_equal(compose(LETTER_LINK, "bob@example.org", "xx").lang, LOCALE_AR);
    assert_int_equal(compose(LETTER_TEST, "admin@example.org", "").lang, LOCALE_AR);
}

static void the_settings_are_in_it(void **state)
{
    (void)state;
    add("ann@example.org", "Ann", "");
    struct letter_page page = compose(LETTER_LINK, "ann@example.org", "");
    assert_string_equal(page.from, "noreply@lists.example.org");
    assert_string_equal(page.from_name, page.brand.name);
    assert_string_equal(page.colour, "#1f5fd6");
    site_put_setting(&site, "brand_name", "Example Travel");
    assert_string_equal(compose(LETTER_LINK, "ann@example.org", "").from_name, "Example Travel");
    site_put_setting(&site, "sender_name", "Your friends");
    site_put_setting(&site, "sender_address", "hello@example.org");
    site_put_setting(&site, "brand_color", "#0a7a3b");
    site_put_setting(&site, "link_life_days", "30");
    page = compose(LETTER_LINK, "ann@example.org", "");
    assert_string_equal(page.from, "hello@example.org");
    assert_string_equal(page.from_name, "Your friends");
    assert_string_equal(page.brand.name, "Example Travel");
    assert_string_equal(page.colour, "#0a7a3b");
    assert_in_range(page.until - clock_now_s(), 30 * 86400 - 5, 30 * 86400);
}

/* While the server has an address of a machine alone, no domain that is somebody's is named. */
static void a_machines_address_is_nobodys_domain(void **state)
{
    (void)state;
    site.service.conf = &(struct conf){.public_url = "http://127.0.0.1:8888"};
    assert_string_equal(compose(LETTER_TEST, "admin@example.org", "").from, "noreply@localhost");
    site.service.conf = &site.conf;
}

static void a_test_mail_is_about_nobody(void **state)
{
    (void)state;
    add("admin@example.org", "Ada", "de");
    struct letter_page page = compose(LETTER_TEST, "admin@example.org", "");
    assert_true(page.is_due);
    assert_string_equal(page.to, "admin@example.org");
    assert_string_equal(page.to_name, "");
    assert_null(page.action_url);
    assert_null(page.manage_url);
    assert_null(page.links.unsubscribe);
    assert_null(page.links.list_unsubscribe);
}

static void a_kind_from_elsewhere_is_refused(void **state)
{
    (void)state;
    const struct letter letter = {
        .kind = LETTER_KIND_COUNT, .address = "a@example.org", .language = ""};
    struct letter_page page;
    assert_int_equal(letters_compose(&site.service, site.arena, &letter, clock_now_s(), &page),
                     STATUS_INVALID);
}

static const char *part(struct buf *html, struct buf *text, const struct letter_page *page)
{
    const char *subject = NULL;
    buf_clear(html);
    buf_clear(text);
    view_letter(html, text, &subject, site.arena, page);
    return subject;
}

/* Names are shown, never read as HTML; links stand in both parts. */
static void both_parts_say_it_and_names_stay_names(void **state)
{
    (void)state;
    struct buf html = {0}, text = {0};
    site_put_setting(&site, "brand_name", "A & <b>B</b>");
    site_put_setting(&site, "brand_postal_address", "1 Main Street");
    add("ann@example.org", "Ann", "");
    struct letter_page page = compose(LETTER_LINK, "ann@example.org", "en");
    assert_string_equal(part(&html, &text, &page), "Your link to your email preferences");
    assert_null(strstr(html.data, "<b>"));
    assert_non_null(strstr(html.data, "A &amp; &lt;b&gt;B&lt;/b&gt;"));
    assert_non_null(strstr(text.data, "A & <b>B</b>, 1 Main Street"));
    assert_non_null(strstr(html.data, page.manage_url));
    assert_non_null(strstr(text.data, page.manage_url));
    assert_non_null(strstr(html.data, page.links.unsubscribe));
    assert_non_null(strstr(text.data, page.links.unsubscribe));
    /* Somebody whose button could lead nowhere gets none. */
    page = compose(LETTER_TEST, "admin@example.org", "he");
    part(&html, &text, &page);
    assert_non_null(strstr(html.data, "<html lang=\"he\" dir=\"rtl\">"));
    assert_null(strstr(html.data, "href"));
    assert_null(strstr(text.data, "http"));
    buf_free(&html);
    buf_free(&text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_site, close_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_link_goes_to_the_address_on_file),
        TEST(who_opted_out_gets_a_link_as_well),
        TEST(nobodys_address_gets_none),
        TEST(the_language_is_the_best_that_is_known),
        TEST(the_settings_are_in_it),
        TEST(a_machines_address_is_nobodys_domain),
        TEST(a_test_mail_is_about_nobody),
        TEST(a_kind_from_elsewhere_is_refused),
        TEST(both_parts_say_it_and_names_stay_names),
    };
    return cmocka_run_group_tests_name("letters", tests, NULL, NULL);
}
