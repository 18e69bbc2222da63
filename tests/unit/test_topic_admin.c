/*
 * Topics as admins change them: added, edited, moved, retired, brought back, and counts after it.
 */
#include <string.h>

#include "base/clock.h"
#include "service/topic_admin.h"
#include "store/contacts.h"
#include "store/directory.h"
#include "store/topic_texts.h"
#include "store/topics.h"
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

static struct topic_saved save_edit(const struct topic_edit *edit)
{
    struct topic_saved saved;
    struct txn *txn = site_begin(&site);
    assert_int_equal(topic_admin_save(&site.service, txn, site.arena, edit, &saved), STATUS_OK);
    site_commit(txn);
    return saved;
}

static struct topic_saved save(enum topic_act act, const char *key, const char *name,
                               const char *about)
{
    const struct topic_edit edit = {.act = act,
                                    .key = key,
                                    .name = name,
                                    .description = about,
                                    .origin = site_origin(ACTOR_ADMIN, 1)};
    return save_edit(&edit);
}

static struct topic_page list(void)
{
    struct topic_page page;
    assert_int_equal(topic_admin_list(&site.service, site.arena, &page), STATUS_OK);
    return page;
}

/* "newsletter product_updates …": keys in the order of the page. */
static const char *order(void)
{
    struct topic_page page = list();
    const char *keys = "";
    for (size_t i = 0; i < page.in_use_count; i++)
        keys = arena_printf(site.arena, "%s%s%s", keys, i == 0 ? "" : " ", page.topics[i].key);
    return keys;
}

/* The entry of a change whose texts were kept with it, in the entry after it. */
static struct entry changed(void)
{
    const struct position head = site_head(&site);

    assert_int_equal(site_entry(&site, head).kind, ENTRY_WORDING);
    return site_entry(&site, (struct position){head.value - 1});
}

static void a_topic_is_added(void **state)
{
    struct position head = site_head(&site);
    struct topic_saved saved = save(TOPIC_ADD, "", "  Événements ", "Where to meet");

    assert_int_equal(saved.fault, TOPIC_FINE);
    assert_int_equal(saved.topic.id.value, 5);
    assert_string_equal(saved.topic.key, "evenements");
    assert_string_equal(saved.topic.name, "Événements");
    assert_string_equal(order(), "newsletter product_updates marketing system_alerts evenements");
    struct entry entry = changed();
    assert_int_equal(entry.position.value, head.value + 1);
    assert_int_equal(entry.kind, ENTRY_TOPIC_ADDED);
    assert_int_equal(entry.subject, 5);
    site_check_ledger(&site);
}

static void keys_are_never_given_twice(void **state)
{
    assert_string_equal(save(TOPIC_ADD, "", "Events", "").topic.key, "events");
    save(TOPIC_RETIRE, "events", NULL, NULL);
    struct topic_saved saved = save(TOPIC_ADD, "", "Events", "");
    assert_string_equal(saved.topic.key, "events_2");
    assert_int_equal(saved.topic.id.value, 6);
    assert_int_equal(save(TOPIC_ADD, "events", "Other", "").fault, TOPIC_KEY_TAKEN);
    assert_int_equal(save(TOPIC_ADD, "Bad Key", "Other", "").fault, TOPIC_KEY_BAD);
    assert_string_equal(save(TOPIC_ADD, "", "ニュース", "").topic.key, "topic_7");
}

static void numbers_end_at_63(void **state)
{
    for (int i = 5; i <= TOPIC_MAX; i++) {
        struct topic_saved saved = save(TOPIC_ADD, "", arena_printf(site.arena, "T %d", i), "");
        assert_int_equal(saved.fault, TOPIC_FINE);
        assert_int_equal(saved.topic.id.value, i);
        save(TOPIC_RETIRE, saved.topic.key, NULL, NULL);
    }
    struct position head = site_head(&site);
    assert_int_equal(save(TOPIC_ADD, "", "One more", "").fault, TOPIC_NONE_LEFT);
    assert_int_equal(site_head(&site).value, head.value);
}

static void texts_are_checked(void **state)
{
    char longest[TOPIC_ABOUT_MAX_BYTES + 2];
    struct position head = site_head(&site);

    memset(longest, 'a', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(save(TOPIC_ADD, "", " ", "").fault, TOPIC_NAME_BAD);
    assert_int_equal(save(TOPIC_ADD, "", longest, "").fault, TOPIC_NAME_BAD);
    assert_int_equal(save(TOPIC_ADD, "", "Fine", longest).fault, TOPIC_ABOUT_BAD);
    assert_int_equal(save(TOPIC_ADD, "", "NEWSLETTER", "").fault, TOPIC_NAME_TAKEN);
    assert_int_equal(save(TOPIC_EDIT, "marketing", "Newsletter", "").fault, TOPIC_NAME_TAKEN);
    assert_int_equal(save(TOPIC_EDIT, "nothing", "Name", "").fault, TOPIC_GONE);
    assert_int_equal(site_head(&site).value, head.value);
}

static void a_topic_is_edited(void **state)
{
    struct topic_saved saved = save(TOPIC_EDIT, "marketing", "Offers", "Now and then");

    assert_int_equal(saved.fault, TOPIC_FINE);
    assert_string_equal(saved.topic.key, "marketing");
    assert_int_equal(saved.topic.id.value, 3);
    struct entry entry = changed();
    assert_int_equal(entry.kind, ENTRY_TOPIC_EDITED);
    assert_non_null(strstr(entry.private.note, "Marketing → Offers"));
    assert_string_equal(list().topics[2].name, "Offers");
    assert_true(save(TOPIC_EDIT, "marketing", "Offers", "Now and then").is_unchanged);
    assert_int_equal(site_head(&site).value, entry.position.value + 1);
}

static void a_topic_offers_frequency_where_its_form_says_so(void **state)
{
    struct topic_edit edit = {.act = TOPIC_EDIT,
                              .key = "marketing",
                              .name = "Marketing",
                              .description = list().topics[2].description,
                              .sets_options = true,
                              .offers_frequency = true,
                              .double_opt_in = true,
                              .on_join = true,
                              .origin = site_origin(ACTOR_ADMIN, 1)};

    assert_false(list().topics[2].offers_frequency);
    assert_int_equal(save_edit(&edit).fault, TOPIC_FINE);
    assert_true(list().topics[2].offers_frequency);
    struct entry entry = changed();
    assert_string_equal(entry.private.note, "daily or weekly on request: no → yes");
    assert_true(save_edit(&edit).is_unchanged);
    save(TOPIC_EDIT, "marketing", "Offers", "");
    assert_true(list().topics[2].offers_frequency); /* a form without the tick leaves it */
    edit.offers_frequency = false;
    save_edit(&edit);
    assert_false(list().topics[2].offers_frequency);
    site_check_ledger(&site);
}

static void who_signs_up_confirms_unless_the_topic_says_otherwise(void **state)
{
    struct topic_edit edit = {.act = TOPIC_EDIT,
                              .key = "marketing",
                              .name = "Marketing",
                              .description = list().topics[2].description,
                              .sets_options = true,
                              .origin = site_origin(ACTOR_ADMIN, 1)};

    assert_true(list().topics[2].double_opt_in && list().topics[2].on_join);
    assert_int_equal(save_edit(&edit).fault, TOPIC_FINE);
    assert_false(list().topics[2].double_opt_in || list().topics[2].on_join);
    assert_string_equal(changed().private.note,
                        "double opt-in: yes → no\non the sign-up form: yes → no");
    assert_true(save(TOPIC_ADD, "", "Events", "").topic.double_opt_in);
    edit.act = TOPIC_ADD;
    edit.key = "";
    edit.name = "Fairs";
    assert_false(save_edit(&edit).topic.on_join);
    assert_string_equal(changed().private.note,
                        "Fairs\ndouble opt-in: yes → no\non the sign-up form: yes → no");
}

static void a_topic_has_words_in_each_language(void **state)
{
    struct topic_edit edit = {.act = TOPIC_EDIT,
                              .key = "marketing",
                              .name = "Marketing",
                              .description = list().topics[2].description,
                              .sets_words = true,
                              .words[LOCALE_DE] = {" Angebote ", ""},
                              .words[LOCALE_AR] = {"", "عروض"},
                              .origin = site_origin(ACTOR_ADMIN, 1)};
    struct topic *topics;
    size_t count;

    assert_int_equal(save_edit(&edit).fault, TOPIC_FINE);
    assert_string_equal(changed().private.note,
                        "name (de):  → Angebote\ndescription (ar):  → عروض");
    assert_string_equal(list().topics[2].words[LOCALE_DE].name, "Angebote");
    assert_true(save_edit(&edit).is_unchanged);
    assert_int_equal(topics_list(site.service.store, site.arena, &topics, &count), STATUS_OK);
    assert_int_equal(topic_texts_apply(site.service.store, site.arena, LOCALE_DE, topics, count),
                     STATUS_OK);
    assert_string_equal(topics[2].name, "Angebote");
    assert_string_equal(topics[2].description, "Angebote, Veranstaltungen und Einladungen");
    assert_string_equal(topics[1].name, "Produktneuigkeiten");

    char longest[TOPIC_NAME_MAX_BYTES + 2];
    memset(longest, 'a', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    edit.words[LOCALE_FR].name = longest;
    struct topic_saved saved = save_edit(&edit);
    assert_int_equal(saved.fault, TOPIC_WORDS_BAD);
    assert_int_equal(saved.fault_lang, LOCALE_FR);
    save(TOPIC_EDIT, "marketing", "Offers", "");
    assert_string_equal(list().topics[2].words[LOCALE_DE].name, "Angebote"); /* left alone */
    memset(edit.words, 0, sizeof edit.words);
    assert_int_equal(save_edit(&edit).fault, TOPIC_FINE);
    assert_string_equal(list().topics[2].words[LOCALE_DE].name, "");
    site_check_ledger(&site);
}

/* The four that a list begins with: as translated until an admin finds other words, and never
 * against those. */
static void topics_begin_with_words_in_each_language(void **state)
{
    struct topic *topics;
    size_t count;
    for (enum locale lang = 0; lang < LOCALE_COUNT; lang++) {
        assert_int_equal(topics_list(site.service.store, site.arena, &topics, &count), STATUS_OK);
        for (size_t i = 0; i < 4; i++) {
            const struct topic before = topics[i];
            const char *name = topic_texts_usual_name(site.arena, lang, &before);
            const char *about = topic_texts_usual_description(site.arena, lang, &before);
            assert_true(*name && strlen(name) <= TOPIC_NAME_MAX_BYTES);
            assert_true(*about && strlen(about) <= TOPIC_ABOUT_MAX_BYTES);
            /* the migration's words are the catalogue's, or nothing would be translated */
            assert_int_equal(strcmp(about, before.description) == 0, lang == LOCALE_EN);
            assert_string_equal(list().topics[i].usual[lang].name, name);
        }
        assert_int_equal(topic_texts_apply(site.service.store, site.arena, lang, topics, count),
                         STATUS_OK);
        assert_string_equal(topics[3].name, list().topics[3].usual[lang].name);
    }
    assert_string_equal(list().topics[3].usual[LOCALE_AR].name, "تنبيهات النظام");
    save(TOPIC_EDIT, "system_alerts", "Trouble", "Outages, security and account notices");
    assert_string_equal(list().topics[3].usual[LOCALE_AR].name, "Trouble");
    assert_string_equal(list().topics[3].usual[LOCALE_AR].description,
                        "الأعطال والأمان وإشعارات الحساب");
    save(TOPIC_ADD, "", "Events", "");
    assert_string_equal(list().topics[4].usual[LOCALE_AR].name, "Events");
}

static void topics_are_moved(void **state)
{
    save(TOPIC_DOWN, "newsletter", NULL, NULL);
    assert_string_equal(order(), "product_updates newsletter marketing system_alerts");
    save(TOPIC_UP, "system_alerts", NULL, NULL);
    assert_string_equal(order(), "product_updates newsletter system_alerts marketing");
    struct position head = site_head(&site);
    assert_true(save(TOPIC_UP, "product_updates", NULL, NULL).is_unchanged);
    assert_true(save(TOPIC_DOWN, "marketing", NULL, NULL).is_unchanged);
    assert_int_equal(site_head(&site).value, head.value);
    save(TOPIC_RETIRE, "newsletter", NULL, NULL);
    save(TOPIC_ADD, "", "Last", "");
    assert_string_equal(order(), "product_updates system_alerts marketing last");
    save(TOPIC_UP, "last", NULL, NULL);
    assert_string_equal(order(), "product_updates system_alerts last marketing");
}

static struct directory_counts counts(void)
{
    struct directory_counts found;
    assert_int_equal(directory_count(site.service.store, clock_now_s(), &found), STATUS_OK);
    return found;
}

static int sweep(void)
{
    bool is_done = false;
    int steps = 0;
    for (; !is_done; steps++) {
        struct txn *txn = site_begin(&site);
        assert_int_equal(topic_admin_sweep(&site.service, txn, &is_done), STATUS_OK);
        site_commit(txn);
    }
    return steps;
}

static void retiring_keeps_choices_and_mends_counts(void **state)
{
    struct contact only = site_add(&site, "only@example.org", MARKETING);
    site_add(&site, "both@example.org", MARKETING | NEWSLETTER);
    assert_int_equal(counts().subscribed, 2);

    struct topic_saved saved = save(TOPIC_RETIRE, "marketing", NULL, NULL);
    assert_int_equal(saved.people, 2);
    assert_true(saved.needs_refacet);
    assert_string_equal(saved.summary, "Marketing was retired; 2 had it on. The history is kept.");
    assert_true(save(TOPIC_RETIRE, "marketing", NULL, NULL).is_unchanged);
    site_reopen(&site); /* what is left to do outlives the process */
    assert_true(sweep() >= 1);
    assert_int_equal(counts().subscribed, 1);
    assert_int_equal(site_get(&site, only.id).choices, MARKETING);
    struct topic_page page = list();
    assert_int_equal(page.count, 4);
    assert_int_equal(page.in_use_count, 3);
    assert_string_equal(page.topics[3].key, "marketing");
    assert_int_equal(page.topics[3].people, 2);

    saved = save(TOPIC_RESTORE, "marketing", NULL, NULL);
    assert_int_equal(saved.fault, TOPIC_FINE);
    sweep();
    assert_int_equal(counts().subscribed, 2);
    assert_string_equal(order(), "newsletter product_updates system_alerts marketing");
    site_check_ledger(&site);
}

static void a_sweep_goes_in_short_steps(void **state)
{
    for (int i = 0; i < 2100; i++) {
        site_add(&site, arena_printf(site.arena, "p%d@example.org", i), MARKETING);
    }
    save(TOPIC_RETIRE, "marketing", NULL, NULL);
    assert_true(sweep() >= 2);
    assert_int_equal(counts().subscribed, 0);
    assert_int_equal(sweep(), 1);
}

static void a_name_in_use_is_not_brought_back(void **state)
{
    save(TOPIC_RETIRE, "marketing", NULL, NULL);
    save(TOPIC_ADD, "", "Marketing", "");
    assert_int_equal(save(TOPIC_RESTORE, "marketing", NULL, NULL).fault, TOPIC_NAME_TAKEN);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_site, close_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_topic_is_added),
        TEST(keys_are_never_given_twice),
        TEST(numbers_end_at_63),
        TEST(texts_are_checked),
        TEST(a_topic_is_edited),
        TEST(a_topic_offers_frequency_where_its_form_says_so),
        TEST(who_signs_up_confirms_unless_the_topic_says_otherwise),
        TEST(a_topic_has_words_in_each_language),
        TEST(topics_begin_with_words_in_each_language),
        TEST(topics_are_moved),
        TEST(retiring_keeps_choices_and_mends_counts),
        TEST(a_sweep_goes_in_short_steps),
        TEST(a_name_in_use_is_not_brought_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
