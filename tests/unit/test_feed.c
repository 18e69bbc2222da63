/*
 * Unit test of service/feed: every entry that is told, in order and once, whatever the pieces; what
 * is passed over; an address as it was.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/feed.h"
#include "service/hook_kinds.h"
#include "store/entries.h"
#include "unit/site.h"

static struct feed feed_of(struct site *site, enum feed_form form)
{
    return (struct feed){.form = form,
                         .source = "https://lists.example.com",
                         .kinds = hook_kinds_all(),
                         .last = site_head(site)};
}

/* All pieces, one after the other, from the arena. */
static const char *read_all(struct site *site, struct feed *feed)
{
    struct buf out = {0};
    while (feed->at.value < feed->last.value) {
        const int64_t before = feed->at.value;
        assert_int_equal(feed_piece(&site->service, site->arena, feed, &out), STATUS_OK);
        assert_true(feed->at.value > before);
    }
    const char *text = arena_strndup(site->arena, out.data ? out.data : "", out.len);
    buf_free(&out);
    return text;
}

static void pieces_hold_every_entry_in_order_and_once(void **state)
{
    struct site site;
    site_open(&site);
    for (int i = 0; i < 2 * FEED_PIECE_EVENTS + 7; i++)
        site_add(&site, arena_printf(site.arena, "p%d@example.com", i), NEWSLETTER);
    struct feed feed = feed_of(&site, FEED_LINES);
    feed.kinds = UINT64_C(1) << ENTRY_CONTACT_ADDED;
    const char *at = read_all(&site, &feed);
    int count = 0;
    for (; *at; at = strchr(at, '\n') + 1, count++) {
        const char *address = arena_printf(site.arena, "\"email\":\"p%d@example.com\"", count);
        const char *found = strstr(at, address);
        assert_true(found && found < strchr(at, '\n'));
    }
    assert_int_equal(count, 2 * FEED_PIECE_EVENTS + 7);
    assert_int_equal(feed.at.value, site_head(&site).value);
    site_close(&site);
}

static void each_form_frames_the_same_event(void **state)
{
    struct site site;
    site_open(&site);
    site_add(&site, "ada@example.com", NEWSLETTER);
    const struct position head = site_head(&site);
    const char *texts[FEED_FORM_COUNT];
    for (int form = 0; form < FEED_FORM_COUNT; form++) {
        struct feed feed = feed_of(&site, (enum feed_form)form);
        feed.at.value = head.value - 1;
        texts[form] = read_all(&site, &feed);
    }
    const char *line = arena_strndup(site.arena, texts[FEED_LINES], strlen(texts[FEED_LINES]) - 1);
    assert_string_equal(texts[FEED_BATCH], arena_printf(site.arena, "[%s", line));
    assert_string_equal(texts[FEED_STREAM], arena_printf(site.arena, "id: %lld\ndata: %s\n\n",
                                                         (long long)head.value, line));
    assert_non_null(strstr(line, arena_printf(site.arena,
                                              "{\"specversion\":\"1.0\",\"id\":\"%lld\","
                                              "\"source\":\"https://lists.example.com\","
                                              "\"type\":\"contact.added\"",
                                              (long long)head.value)));
    site_close(&site);
}

static void an_address_is_as_it_was(void **state)
{
    struct site site;
    site_open(&site);
    struct contact ada = site_add(&site, "ada@example.com", NEWSLETTER);
    const struct position added = site_head(&site);
    struct change change = {.kind = ENTRY_DETAILS,
                            .contact = ada.id,
                            .email = "Ada@example.com", /* the same mailbox, written otherwise */
                            .email_key = "ada@example.com",
                            .origin = site_origin(ACTOR_OPERATOR, 0)};
    site_change(&site, &change);
    change.email = change.email_key = "lovelace@example.com";
    site_change(&site, &change);
    struct feed feed = feed_of(&site, FEED_LINES);
    feed.at.value = added.value - 1;
    const char *text = read_all(&site, &feed);
    static const char *const wanted[] = {
        "\"email\":\"ada@example.com\",\"was\":null",
        "\"email\":\"Ada@example.com\",\"previous_email\":\"ada@example.com\"",
        "\"email\":\"lovelace@example.com\",\"previous_email\":\"Ada@example.com\"",
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        text = strstr(text, wanted[i]);
        assert_non_null(text);
    }
    site_close(&site);
}

static void what_is_not_told_is_passed_over(void **state)
{
    struct site site;
    bool has_found = true;
    site_open(&site);
    site_add(&site, "ada@example.com", NEWSLETTER);
    const struct position added = site_head(&site);
    site_add(&site, "bob@example.com", NEWSLETTER);
    struct feed feed = feed_of(&site, FEED_LINES);
    feed.kinds = UINT64_C(1) << ENTRY_TOPIC_RETIRED;
    assert_int_equal(feed_skip(&site.service, &feed, &has_found), STATUS_OK);
    assert_false(has_found);
    assert_int_equal(feed.at.value, feed.last.value);
    feed = feed_of(&site, FEED_LINES);
    feed.kinds = UINT64_C(1) << ENTRY_CONTACT_ADDED;
    assert_int_equal(feed_skip(&site.service, &feed, &has_found), STATUS_OK);
    assert_true(has_found);
    assert_int_equal(feed.at.value, added.value - 1);
    site_close(&site);
}

static void kinds_are_read_by_their_keys(void **state)
{
    struct arena *arena = arena_new();
    const char *wrong = NULL;
    uint64_t kinds = 0;
    assert_true(feed_kinds_parse(arena, "contact.added,topic.edited", &kinds, &wrong));
    assert_true(kinds == (UINT64_C(1) << ENTRY_CONTACT_ADDED | UINT64_C(1) << ENTRY_TOPIC_EDITED));
    static const char *const bad[] = {"", ",", "contact.added,", "contact.resumed",
                                      "contact.Added"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(feed_kinds_parse(arena, bad[i], &kinds, &wrong));
    assert_string_equal(wrong, "contact.Added");
    assert_non_null(strstr(feed_kinds_text(arena), "contact.added, "));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_hold_every_entry_in_order_and_once),
        cmocka_unit_test(each_form_frames_the_same_event),
        cmocka_unit_test(an_address_is_as_it_was),
        cmocka_unit_test(what_is_not_told_is_passed_over),
        cmocka_unit_test(kinds_are_read_by_their_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
