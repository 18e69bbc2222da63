/*
 * Which texts a person saw: what a set of texts is made of, when a new one
 * comes to stand, which one an act names, what was on the page, and that altered texts are found.
 */
#include <sqlite3.h>
#include <string.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "service/settings.h"
#include "service/setup.h"
#include "service/topic_admin.h"
#include "service/wording.h"
#include "store/entries.h"
#include "unit/self_support.h"

/* What somebody with the file and SQLite could do to it. */
static void tamper(const char *sql)
{
    sqlite3 *db = NULL;
    char *fault = NULL;

    assert_int_equal(sqlite3_open(self_site.conf.db_path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &fault) != SQLITE_OK)
        fail_msg("%s: %s", sql, fault);
    sqlite3_close(db);
}

#define TRIGGERS_OFF                                                                               \
    "DROP TRIGGER wording_text_is_never_updated; DROP TRIGGER wording_text_is_never_deleted;"      \
    "DROP TRIGGER wording_set_is_never_updated; DROP TRIGGER wording_set_is_never_deleted;"

static int32_t now(void)
{
    int32_t set = -1;

    assert_int_equal(wording_now(&self_site.service, &set), STATUS_OK);
    return set;
}

static const char *hash_of(int32_t number)
{
    struct wording_set set;
    char text[CONTENT_HASH_TEXT_BYTES];

    assert_int_equal(wordings_get(self_site.service.store, number, &set), STATUS_OK);
    content_hash_text(set.hash, text);
    return arena_strdup(self_site.arena, text);
}

static void save_topic(struct topic_edit edit)
{
    struct topic_saved saved;
    struct txn *txn = site_begin(&self_site);

    edit.origin = site_origin(ACTOR_ADMIN, 1);
    assert_int_equal(topic_admin_save(&self_site.service, txn, self_site.arena, &edit, &saved),
                     STATUS_OK);
    assert_int_equal(saved.fault, TOPIC_FINE);
    site_commit(txn);
}

static void rename_topic(const char *name)
{
    save_topic((struct topic_edit){
        .act = TOPIC_EDIT, .key = "newsletter", .name = name, .description = "All that is new"});
}

static void set_one(enum setting setting, const char *value)
{
    struct settings_edit edit = {.version = -1, .origin = site_origin(ACTOR_ADMIN, 1)};
    struct settings_saved saved;
    struct txn *txn = site_begin(&self_site);

    edit.typed[setting] = value;
    assert_int_equal(settings_save(&self_site.service, txn, self_site.arena, &edit, &saved),
                     STATUS_OK);
    assert_false(saved.is_refused);
    site_commit(txn);
}

static struct wording_shown shown(enum wording_page page, enum locale lang, int32_t set)
{
    struct wording_shown out;

    assert_int_equal(
        wording_show(&self_site.service, self_site.arena, wording_pack(page, lang, set), &out),
        STATUS_OK);
    return out;
}

static void a_list_begins_with_its_texts_kept_and_the_ledger_covers_them(void **state)
{
    struct wording_set set;
    const char *fault = "";

    assert_int_equal(now(), 1);
    assert_int_equal(wordings_get(self_site.service.store, 1, &set), STATUS_OK);
    const struct entry entry = site_entry(&self_site, set.position);
    assert_int_equal(entry.kind, ENTRY_WORDING);
    assert_int_equal(entry.subject, 1);
    assert_int_equal(entry.at, set.at);
    assert_int_equal(entry.actor, ACTOR_SYSTEM);
    assert_memory_equal(entry.private_hash, set.hash, sizeof set.hash);
    const struct position head = site_head(&self_site);
    assert_int_equal(setup_init(self_site.arena, &self_site.conf, &fault), STATUS_OK);
    assert_int_equal(setup_keep_wording(self_site.arena, &self_site.service, &fault), STATUS_OK);
    assert_int_equal(site_head(&self_site).value, head.value);
    site_check_ledger(&self_site);
}

static void every_change_of_a_text_makes_a_set_and_nothing_else_does(void **state)
{
    struct topic_edit in_german = {.act = TOPIC_EDIT,
                                   .key = "marketing",
                                   .name = "Marketing",
                                   .description = "Offers, events and invitations",
                                   .sets_words = true};
    for (unsigned lang = 0; lang < LOCALE_COUNT; lang++)
        in_german.words[lang] = (struct topic_words){"", ""};
    in_german.words[LOCALE_DE].name = "Angebote";
    const struct topic_edit edits[] = {
        {.act = TOPIC_EDIT, .key = "newsletter", .name = "Letter", .description = "x"},
        {.act = TOPIC_EDIT, .key = "newsletter", .name = "Letter", .description = "y"},
        {.act = TOPIC_EDIT,
         .key = "newsletter",
         .name = "Letter",
         .description = "y",
         .sets_options = true,
         .offers_frequency = true,
         .double_opt_in = true,
         .on_join = true},
        {.act = TOPIC_EDIT,
         .key = "newsletter",
         .name = "Letter",
         .description = "y",
         .sets_options = true,
         .offers_frequency = true,
         .double_opt_in = true},
        in_german,
        {.act = TOPIC_ADD, .key = "jobs", .name = "Jobs"},
        {.act = TOPIC_UP, .key = "jobs"},
        {.act = TOPIC_RETIRE, .key = "jobs"},
    };
    static const struct {
        enum setting setting;
        const char *value;
    } words[] = {
        {SETTING_BRAND_NAME, "Blue Heron"},
        {SETTING_BRAND_POSTAL_ADDRESS, "1 Main Street"},
        {SETTING_BRAND_PRIVACY_URL, "https://example.org/privacy"},
        {SETTING_WELCOME_WORDS, "Hello\n\nthere \\ you"},
        {SETTING_GOODBYE_WORDS, "Bye"},
    };
    int32_t sets = 1;

    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        save_topic(edits[i]);
        assert_int_equal(now(), ++sets);
        save_topic(edits[i].act == TOPIC_ADD  ? edits[i - 1]
                   : edits[i].act == TOPIC_UP ? edits[i - 2]
                                              : edits[i]);
        assert_int_equal(now(), sets);
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        set_one(words[i].setting, words[i].value);
        assert_int_equal(now(), ++sets);
        assert_string_not_equal(hash_of(sets), hash_of(sets - 1));
    }
    set_one(SETTING_BRAND_COLOR, "#005566");
    set_one(SETTING_LINK_LIFE_DAYS, "30");
    set_one(SETTING_JURISDICTION, "Norway");
    site_add(&self_site, "ada@example.org", NEWSLETTER);
    assert_int_equal(now(), sets);
    site_check_ledger(&self_site);
}

static void the_same_texts_again_have_the_same_hash(void **state)
{
    rename_topic("One");
    rename_topic("Two");
    rename_topic("One");
    assert_int_equal(now(), 4);
    assert_string_not_equal(hash_of(2), hash_of(3));
    assert_string_equal(hash_of(2), hash_of(4));
    const struct wording_shown a = shown(WORDING_MANAGE, LOCALE_EN, 2),
                               b = shown(WORDING_MANAGE, LOCALE_EN, 3),
                               c = shown(WORDING_MANAGE, LOCALE_EN, 4);
    assert_string_not_equal(a.hash, b.hash);
    assert_string_equal(a.hash, c.hash);
    /* What moved is in one of the three texts alone. */
    assert_string_equal(a.sources[0].hash, b.sources[0].hash);
    assert_string_not_equal(a.sources[1].hash, b.sources[1].hash);
    assert_string_equal(a.sources[2].hash, b.sources[2].hash);
}

static int64_t entry_wording(struct position position)
{
    return site_entry(&self_site, position).wording;
}

static struct self_page save_seen(const struct link_opened *link, int32_t seen, uint64_t on)
{
    return self_act(link, (struct self_request){.act = SELF_SAVE,
                                                .choices_on = on,
                                                .choices_shown = NEWSLETTER | MARKETING,
                                                .wording = seen});
}

static void an_act_names_what_its_page_showed_though_a_topic_was_renamed_since(void **state)
{
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = self_manage_link(&person);
    struct self_page page;
    assert_int_equal(selfservice_look(&self_site.service, self_site.arena, &link, "t", &page),
                     STATUS_OK);
    assert_int_equal(page.wording_set, 1);
    const int32_t seen = wording_pack(WORDING_MANAGE, LOCALE_JA, page.wording_set);

    rename_topic("The Letter");
    page = save_seen(&link, seen, NEWSLETTER);
    assert_int_equal(entry_wording(page.undoable), seen);
    assert_int_equal(page.wording_set, 2);
    assert_string_equal(shown(WORDING_MANAGE, LOCALE_EN, 1).topics[0].name, "Newsletter");
    assert_string_equal(shown(WORDING_MANAGE, LOCALE_EN, 2).topics[0].name, "The Letter");
}

static void a_number_that_can_not_be_falls_back_and_refuses_nothing(void **state)
{
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER);
    struct link_opened link = self_manage_link(&person);
    const int32_t newest = wording_pack(WORDING_MANAGE, LOCALE_EN, 2);
    const int32_t forged[] = {0,
                              -1,
                              1,
                              10,
                              INT32_MAX,
                              wording_pack(WORDING_MANAGE, LOCALE_EN, 0),
                              wording_pack(WORDING_MANAGE, LOCALE_EN, 3),
                              wording_pack(WORDING_MANAGE, LOCALE_EN, WORDING_SET_MAX),
                              wording_pack(WORDING_UNSUBSCRIBE, LOCALE_EN, 1),
                              wording_pack(WORDING_JOIN, LOCALE_DE, 1)};

    rename_topic("The Letter");
    for (size_t i = 0; i < sizeof forged / sizeof *forged; i++) {
        const struct self_page page = save_seen(&link, forged[i], i % 2 ? NEWSLETTER : MARKETING);
        assert_int_equal(page.notice, SELF_NOTICE_SAVED);
        assert_int_equal(entry_wording(page.undoable), newest);
    }
}

static void nobody_read_a_page_for_one_click(void **state)
{
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER);
    struct link_opened link = self_stop_link(&person, 0);
    const struct self_page page = self_act(
        &link, (struct self_request){.act = SELF_STOP_TOPIC,
                                     .is_one_click = true,
                                     .wording = wording_pack(WORDING_UNSUBSCRIBE, LOCALE_EN, 1)});
    assert_int_equal(entry_wording(page.undoable), 0);
}

static void a_link_may_take_back_its_own_stop_from_whatever_version_of_its_page(void **state)
{
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER);
    struct link_opened manage = self_manage_link(&person), stop = self_stop_link(&person, 0);
    manage.state = LINK_EXPIRED;
    const struct self_page stopped = self_act(&manage, (struct self_request){.act = SELF_STOP_ALL});
    assert_int_equal(entry_wording(stopped.undoable), wording_pack(WORDING_LINK, LOCALE_EN, 1));
    /* The unsubscribe link of the same mail has the same proof, and did not do it. */
    assert_int_equal(self_undo(&stop, stopped.undoable).notice, SELF_NOTICE_UNDO_LATE);
    rename_topic("The Letter");
    const struct self_page undone = self_act(
        &manage, (struct self_request){.act = SELF_UNDO,
                                       .undoes = stopped.undoable,
                                       .wording = wording_pack(WORDING_MANAGE_DONE, LOCALE_EN, 1)});
    assert_int_equal(undone.notice, SELF_NOTICE_UNDONE);
    assert_int_equal(entry_wording(site_head(&self_site)),
                     wording_pack(WORDING_MANAGE_DONE, LOCALE_EN, 1));
}

static const char *text_of(const struct wording_shown *shown, const char *key)
{
    for (size_t i = 0; i < shown->lines_count; i++)
        if (strcmp(shown->lines[i].key, key) == 0)
            return shown->lines[i].text;
    return NULL;
}

static void every_page_shows_its_texts_in_every_language(void **state)
{
    static const struct {
        enum wording_page page;
        const char *key;
        enum text text;
        size_t topics;
    } pages[] = {
        {WORDING_MANAGE, "manage.lead", TEXT_MANAGE_LEAD, 4},
        {WORDING_UNSUBSCRIBE, "unsubscribe.topic_lead", TEXT_UNSUBSCRIBE_TOPIC_LEAD, 4},
        {WORDING_JOIN, "join.note", TEXT_JOIN_NOTE, 4},
        {WORDING_CONFIRM, "confirm.join_button", TEXT_CONFIRM_JOIN_BUTTON, 4},
        {WORDING_ADDRESS, "confirm.address_lead", TEXT_CONFIRM_ADDRESS_LEAD, 0},
        {WORDING_LINK, "link.expired_lead", TEXT_LINK_EXPIRED_LEAD, 0},
        {WORDING_MANAGE_DONE, "done.why", TEXT_DONE_WHY, 0},
        {WORDING_UNSUBSCRIBE_DONE, "reason.other", TEXT_REASON_OTHER, 0},
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        for (unsigned lang = 0; lang < LOCALE_COUNT; lang++) {
            const struct wording_shown page = shown(pages[i].page, (enum locale)lang, 1);
            const char *text = text_of(&page, pages[i].key);
            assert_true(page.is_kept);
            assert_non_null(text);
            assert_string_equal(text, text_rows[lang][pages[i].text].text);
            assert_int_equal(page.topics_count, pages[i].topics);
            assert_int_equal(strlen(page.hash), 64);
            assert_string_equal(page.brand[0].text, "lists.example.org");
            if (page.topics_count > 0)
                assert_string_equal(page.topics[0].name, TEXT(self_site.arena, (enum locale)lang,
                                                              TEXT_TOPIC_NEWSLETTER));
        }
    }
    /* What stands on other pages alone does not stand here. */
    const struct wording_shown page = shown(WORDING_UNSUBSCRIBE, LOCALE_EN, 1);
    assert_null(text_of(&page, "manage.lead"));
    assert_null(text_of(&page, "sheet.staff"));
}

static void words_come_back_as_they_were_typed(void **state)
{
    set_one(SETTING_WELCOME_WORDS, "One = two\nC:\\new\\\\");
    save_topic((struct topic_edit){.act = TOPIC_EDIT,
                                   .key = "newsletter",
                                   .name = "A = B \\n",
                                   .description = "",
                                   .sets_options = true,
                                   .offers_frequency = true});
    struct wording_shown page = shown(WORDING_MANAGE, LOCALE_EN, now());
    assert_int_equal(page.brand_count, 2);
    assert_string_equal(page.brand[1].text, "One = two\nC:\\new\\\\");
    assert_string_equal(page.topics[0].name, "A = B \\n");
    assert_true(page.topics[0].offers_frequency);
    assert_false(page.topics[0].on_join);
    /* The sign-up form offers the rest; its welcome stands elsewhere. */
    page = shown(WORDING_JOIN, LOCALE_EN, now());
    assert_int_equal(page.topics_count, 3);
    assert_int_equal(page.brand_count, 1);
}

static void the_list_says_what_moved(void **state)
{
    struct wording_listed *rows;
    size_t count;

    rename_topic("The Letter");
    set_one(SETTING_BRAND_NAME, "Blue Heron");
    assert_int_equal(wording_list(&self_site.service, self_site.arena, 0, 10, &rows, &count),
                     STATUS_OK);
    assert_int_equal(count, 3);
    assert_int_equal(rows[0].set.number, 3);
    assert_true(rows[0].brand_moved && !rows[0].topics_moved && !rows[0].pages_moved);
    assert_true(rows[1].topics_moved && !rows[1].brand_moved && !rows[1].pages_moved);
    assert_true(rows[2].is_first && !rows[1].is_first);
    assert_int_equal(wording_list(&self_site.service, self_site.arena, 3, 1, &rows, &count),
                     STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].set.number, 2);
    assert_true(rows[0].topics_moved && !rows[0].is_first);
}

/* As a database that another release wrote last. */
static void another_release_wrote(void)
{
    tamper(TRIGGERS_OFF "UPDATE wording_set SET pages = zeroblob(32)");
}

static void a_release_with_new_words_makes_one_set_before_it_shows_a_page(void **state)
{
    const char *fault = "";

    another_release_wrote();
    assert_int_equal(now(), 0);
    assert_int_equal(setup_keep_wording(self_site.arena, &self_site.service, &fault), STATUS_OK);
    assert_int_equal(now(), 2);
    assert_int_equal(setup_keep_wording(self_site.arena, &self_site.service, &fault), STATUS_OK);
    assert_int_equal(setup_init(self_site.arena, &self_site.conf, &fault), STATUS_OK);
    assert_int_equal(now(), 2);
    const struct wording_set none = {0};
    struct wording_set set;
    assert_int_equal(wordings_newest_of(self_site.service.store, none.pages, &set), STATUS_OK);
    assert_int_equal(set.number, 1); /* what the other one goes on to name */
}

static void an_act_before_any_set_still_counts_and_names_its_page(void **state)
{
    another_release_wrote();
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER);
    struct link_opened link = self_manage_link(&person);
    const struct self_page page = save_seen(&link, 0, MARKETING);
    assert_int_equal(page.notice, SELF_NOTICE_SAVED);
    assert_int_equal(entry_wording(page.undoable), wording_pack(WORDING_MANAGE, LOCALE_EN, 0));
    struct wording_shown seen;
    assert_int_equal(wording_show(&self_site.service, self_site.arena,
                                  wording_pack(WORDING_MANAGE, LOCALE_EN, 0), &seen),
                     STATUS_OK);
    assert_false(seen.is_kept);
}

static void altered_texts_are_found(void **state)
{
    static const struct {
        const char *sql;
        enum wording_fault_kind kind;
        int64_t set;
        const char *part;
    } cases[] = {
        {"UPDATE wording_text SET text = replace(text, 'Newsletter', 'News letter')"
         " WHERE text LIKE 'newsletter.name = Newsletter%offers = join confirmation%'"
         " AND text LIKE '%Stories and news%'",
         WORDING_TEXT_ALTERED, 1, "topics en"},
        {"UPDATE wording_text SET text = text || ' ' WHERE text LIKE 'join.title = Anmelden%'",
         WORDING_TEXT_ALTERED, 1, "join de"},
        {"DELETE FROM wording_text WHERE text LIKE 'name = %'", WORDING_TEXT_MISSING, 1, "brand"},
        {"DELETE FROM wording_text WHERE text LIKE 'manage en %'", WORDING_TEXT_MISSING, 1,
         "pages"},
        {"UPDATE wording_set SET hash = (SELECT hash FROM wording_set WHERE number = 1)"
         " WHERE number = 2",
         WORDING_SET_ALTERED, 2, ""},
        {"UPDATE wording_set SET pages = zeroblob(32) WHERE number = 2", WORDING_SET_ALTERED, 2,
         "pages"},
        {"UPDATE wording_set SET position = 1 WHERE number = 2", WORDING_ENTRY_MISSING, 2, ""},
        {"DELETE FROM wording_set WHERE number = 1", WORDING_SET_MISSING, 1, ""},
        {"DELETE FROM wording_set WHERE number = 2", WORDING_SET_MISSING, 2, ""},
        {"INSERT INTO wording_set SELECT 3, at, position, hash, pages FROM wording_set"
         " WHERE number = 2",
         WORDING_ENTRY_MISSING, 3, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wording_fault fault;
        self_close_site(NULL);
        self_open_site(NULL);
        rename_topic("The Letter");
        assert_int_equal(wording_check(self_site.service.store, self_site.arena, 2, &fault),
                         STATUS_OK);
        assert_int_equal(fault.kind, WORDING_SOUND);
        tamper(TRIGGERS_OFF);
        tamper(cases[i].sql);
        assert_int_equal(wording_check(self_site.service.store, self_site.arena, 2, &fault),
                         STATUS_OK);
        if (fault.kind != cases[i].kind || fault.set != cases[i].set ||
            strcmp(fault.part, cases[i].part) != 0)
            fail_msg("%s: found %d, set %d, \"%s\"", cases[i].sql, (int)fault.kind, (int)fault.set,
                     fault.part);
    }
}

static void the_database_refuses_to_alter_what_was_kept(void **state)
{
    static const char *const sql[] = {"UPDATE wording_text SET text = 'x'",
                                      "DELETE FROM wording_text", "UPDATE wording_set SET at = 1",
                                      "DELETE FROM wording_set"};
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(self_site.conf.db_path, &db), SQLITE_OK);
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++)
        assert_int_equal(sqlite3_exec(db, sql[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
    sqlite3_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("a list begins with its texts kept, and the ledger covers them",
             a_list_begins_with_its_texts_kept_and_the_ledger_covers_them),
        CASE("every change of a text makes a set, and nothing else does",
             every_change_of_a_text_makes_a_set_and_nothing_else_does),
        CASE("the same texts again have the same hash", the_same_texts_again_have_the_same_hash),
        CASE("L5: an act names what its page showed, though a topic was renamed since",
             an_act_names_what_its_page_showed_though_a_topic_was_renamed_since),
        CASE("a number that can't be falls back, and refuses nothing",
             a_number_that_can_not_be_falls_back_and_refuses_nothing),
        CASE("nobody read a page for one-click", nobody_read_a_page_for_one_click),
        CASE("a link may take back its own stop from whatever version of its page",
             a_link_may_take_back_its_own_stop_from_whatever_version_of_its_page),
        CASE("every page shows its texts in every language",
             every_page_shows_its_texts_in_every_language),
        CASE("words come back as they were typed", words_come_back_as_they_were_typed),
        CASE("the list says what moved", the_list_says_what_moved),
        CASE("a release with new words makes one set before it shows a page",
             a_release_with_new_words_makes_one_set_before_it_shows_a_page),
        CASE("an act before any set still counts and names its page",
             an_act_before_any_set_still_counts_and_names_its_page),
        CASE("altered texts are found", altered_texts_are_found),
        CASE("the database refuses to alter what was kept",
             the_database_refuses_to_alter_what_was_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
