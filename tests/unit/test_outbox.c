/*
 * service/outbox: mails wait, are claimed, tried again after longer and longer waits, and end.
 */
#include <string.h>

#include "service/outbox.h"
#include "unit/site.h"

#define NOW INT64_C(1800000000)

static void put(struct site *site, const char *address)
{
    const struct letter letter = {.kind = LETTER_LINK, .address = address, .language = "de"};
    struct txn *txn = site_begin(site);
    assert_int_equal(outbox_put(&site->service, txn, &letter, NOW), STATUS_OK);
    site_commit(txn);
}

static size_t claim(struct site *site, int64_t now_s, int limit, struct letter **out)
{
    size_t count = 0;
    struct txn *txn = site_begin(site);
    assert_int_equal(outbox_claim(txn, site->arena, now_s, limit, out, &count), STATUS_OK);
    site_commit(txn);
    return count;
}

static void settle(struct site *site, const struct letter *letter, enum outbox_result result,
                   const char *fault, int64_t now_s)
{
    struct txn *txn = site_begin(site);
    assert_int_equal(outbox_settle(txn, letter, result, fault, now_s), STATUS_OK);
    site_commit(txn);
}

static struct letter get(struct site *site, int64_t id)
{
    struct letter letter;
    assert_int_equal(letters_get(site->service.store, site->arena, id, &letter), STATUS_OK);
    return letter;
}

static int64_t count_of(struct site *site, enum letter_outcome outcome)
{
    int64_t count = -1;
    assert_int_equal(letters_count(site->service.store, outcome, OUTBOX_COUNT_MAX, &count),
                     STATUS_OK);
    return count;
}

static void what_is_put_is_claimed_once(void **state)
{
    struct site site;
    struct letter *first, *second;
    site_open(&site);
    put(&site, "Ann@example.com");
    put(&site, "bob@example.com");
    assert_int_equal(count_of(&site, LETTER_WAITS), 2);
    assert_int_equal(claim(&site, NOW - 1, 10, &first), 0);
    assert_int_equal(claim(&site, NOW, 1, &first), 1);
    assert_string_equal(first->address, "Ann@example.com");
    assert_string_equal(first->language, "de");
    assert_int_equal(first->kind, LETTER_LINK);
    assert_int_equal(first->created_at, NOW);
    assert_int_equal(first->tries, 1);
    assert_int_equal(claim(&site, NOW, 10, &second), 1);
    assert_string_equal(second->address, "bob@example.com");
    assert_memory_not_equal(first->message_id, second->message_id, LETTER_ID_BYTES);
    assert_int_equal(claim(&site, NOW + 59, 10, &second), 0);
    site_close(&site);
}

/* Whatever a killed courier had claimed is due again, under the same id. */
static void a_claim_that_nobody_settles_comes_again(void **state)
{
    struct site site;
    struct letter *first, *again;
    site_open(&site);
    put(&site, "ann@example.com");
    assert_int_equal(claim(&site, NOW, 10, &first), 1);
    site_reopen(&site);
    assert_int_equal(claim(&site, NOW + 60, 10, &again), 1);
    assert_int_equal(again->tries, 2);
    assert_memory_equal(first->message_id, again->message_id, LETTER_ID_BYTES);
    site_close(&site);
}

static void failures_wait_longer_and_end_after_five_days(void **state)
{
    struct site site;
    struct letter *letter;
    int64_t now_s = NOW, id = 0;
    site_open(&site);
    put(&site, "ann@example.com");
    for (int tries = 1; tries <= OUTBOX_TRIES; tries++) {
        assert_int_equal(claim(&site, now_s, 10, &letter), 1);
        id = letter->id;
        assert_int_equal(letter->tries, tries);
        settle(&site, letter, OUTBOX_LATER, "451 later", now_s);
        assert_string_equal(get(&site, id).fault, "451 later");
        assert_int_equal(claim(&site, now_s + outbox_wait_s(tries) - 1, 10, &letter), 0);
        if (tries < OUTBOX_TRIES) {
            assert_int_equal(get(&site, id).outcome, LETTER_WAITS);
            assert_true(outbox_wait_s(tries + 1) >= outbox_wait_s(tries));
            now_s += outbox_wait_s(tries);
        }
    }
    /* RFC 5321 section 4.5.4.1: at least four to five days. */
    assert_true(now_s - NOW > 4 * 86400 && now_s - NOW < 6 * 86400);
    assert_int_equal(get(&site, id).outcome, LETTER_DEAD);
    assert_int_equal(get(&site, id).ended_at, now_s);
    assert_int_equal(claim(&site, now_s + 10 * 86400, 10, &letter), 0);
    site_close(&site);
}

static void each_result_has_its_end(void **state)
{
    struct site site;
    struct letter *letters, *again;
    char words[1000];
    site_open(&site);
    for (int i = 0; i < 5; i++)
        put(&site, "ann@example.com");
    assert_int_equal(claim(&site, NOW, 10, &letters), 5);
    memset(words, 'x', sizeof words);
    memcpy(words + OUTBOX_FAULT_BYTES - 1, "\xc3\xa9", 2);
    words[sizeof words - 1] = '\0';
    settle(&site, &letters[0], OUTBOX_SENT, "", NOW + 1);
    settle(&site, &letters[1], OUTBOX_NEVER, words, NOW + 1);
    settle(&site, &letters[2], OUTBOX_DROPPED, "", NOW + 1);
    settle(&site, &letters[3], OUTBOX_UNTRIED, "", NOW + 1);
    assert_int_equal(get(&site, letters[0].id).outcome, LETTER_SENT);
    assert_int_equal(get(&site, letters[1].id).outcome, LETTER_DEAD);
    /* Cut before a character that has no room. */
    assert_int_equal(strlen(get(&site, letters[1].id).fault), OUTBOX_FAULT_BYTES - 1);
    struct letter gone;
    assert_int_equal(letters_get(site.service.store, site.arena, letters[2].id, &gone),
                     STATUS_NOT_FOUND);
    assert_int_equal(claim(&site, NOW + 1, 10, &again), 1);
    assert_int_equal(again->id, letters[3].id);
    assert_int_equal(again->tries, 1);
    assert_int_equal(count_of(&site, LETTER_WAITS), 2);
    assert_int_equal(count_of(&site, LETTER_SENT), 1);
    assert_int_equal(count_of(&site, LETTER_DEAD), 1);
    site_close(&site);
}

static void a_late_result_does_not_undo_an_end(void **state)
{
    struct site site;
    struct letter *letters;
    site_open(&site);
    put(&site, "ann@example.com");
    assert_int_equal(claim(&site, NOW, 10, &letters), 1);
    settle(&site, letters, OUTBOX_SENT, "", NOW + 1);
    settle(&site, letters, OUTBOX_LATER, "451", NOW + 2);
    settle(&site, letters, OUTBOX_UNTRIED, "", NOW + 2);
    settle(&site, letters, OUTBOX_NEVER, "550", NOW + 2);
    assert_int_equal(get(&site, letters->id).outcome, LETTER_SENT);
    assert_int_equal(get(&site, letters->id).ended_at, NOW + 1);
    assert_string_equal(get(&site, letters->id).fault, "");
    site_close(&site);
}

static void a_dead_one_can_be_tried_again(void **state)
{
    struct site site;
    struct letter *letters, *again;
    site_open(&site);
    put(&site, "ann@example.com");
    assert_int_equal(claim(&site, NOW, 10, &letters), 1);
    struct txn *txn = site_begin(&site);
    assert_int_equal(outbox_again(txn, letters->id, NOW), STATUS_NOT_FOUND);
    site_commit(txn);
    settle(&site, letters, OUTBOX_NEVER, "550 no", NOW);
    txn = site_begin(&site);
    assert_int_equal(outbox_again(txn, letters->id + 1, NOW + 5), STATUS_NOT_FOUND);
    assert_int_equal(outbox_again(txn, letters->id, NOW + 5), STATUS_OK);
    site_commit(txn);
    assert_int_equal(claim(&site, NOW + 5, 10, &again), 1);
    assert_int_equal(again->tries, 1);
    assert_memory_equal(again->message_id, letters->message_id, LETTER_ID_BYTES);
    site_close(&site);
}

static void ended_ones_are_swept_after_their_days(void **state)
{
    struct site site;
    struct letter *letters;
    int64_t ids[10];
    size_t count = 0;
    site_open(&site);
    for (int i = 0; i < 4; i++)
        put(&site, "ann@example.com");
    assert_int_equal(claim(&site, NOW, 10, &letters), 4);
    settle(&site, &letters[0], OUTBOX_SENT, "", NOW);
    settle(&site, &letters[1], OUTBOX_NEVER, "550", NOW);
    settle(&site, &letters[2], OUTBOX_SENT, "", NOW + 1);
    struct txn *txn = site_begin(&site);
    assert_int_equal(outbox_sweep(txn, NOW + OUTBOX_KEEP_S, 10, ids, &count), STATUS_OK);
    assert_int_equal(count, 0);
    assert_int_equal(outbox_sweep(txn, NOW + OUTBOX_KEEP_S + 1, 1, ids, &count), STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(ids[0], letters[0].id);
    assert_int_equal(outbox_sweep(txn, NOW + OUTBOX_KEEP_S + 1, 10, ids, &count), STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(ids[0], letters[1].id);
    site_commit(txn);
    assert_int_equal(count_of(&site, LETTER_SENT), 1);
    assert_int_equal(count_of(&site, LETTER_WAITS), 1);
    site_close(&site);
}

static enum status list(struct site *site, int outcome, const struct letter_place *after,
                        struct letter **out, size_t *count)
{
    const struct letter_query query = {.outcome = outcome, .place = after, .limit = 3};
    return letters_list(site->service.store, site->arena, &query, out, count);
}

static void what_a_wrong_clock_put_off_is_sent_when_it_is_right_again(void **state)
{
    struct site site;
    struct letter *letters;
    int64_t ids[2];
    size_t count = 0;
    const int64_t then_s = NOW - 3650 * INT64_C(86400);
    site_open(&site);
    put(&site, "ann@example.com");
    assert_int_equal(claim(&site, NOW, 1, &letters), 1); /* nobody settles it: in a minute */
    assert_int_equal(claim(&site, then_s, 1, &letters), 0);
    struct txn *txn = site_begin(&site);
    assert_int_equal(outbox_sweep(txn, then_s, 2, ids, &count), STATUS_OK);
    site_commit(txn);
    assert_int_equal(count, 0);
    assert_int_equal(claim(&site, then_s, 1, &letters), 1);
    /* What only waits for its time goes on waiting. */
    txn = site_begin(&site);
    assert_int_equal(outbox_sweep(txn, then_s, 2, ids, &count), STATUS_OK);
    site_commit(txn);
    assert_int_equal(claim(&site, then_s, 1, &letters), 0);
    site_close(&site);
}

static void lists_page_through_all(void **state)
{
    struct site site;
    struct letter *letters, *page;
    size_t count = 0, seen = 0;
    site_open(&site);
    for (int i = 0; i < 7; i++)
        put(&site, "ann@example.com");
    struct letter_place place = {0}, *after = NULL;
    int64_t last = 0;
    for (;; after = &place) {
        assert_int_equal(list(&site, LETTER_WAITS, after, &page, &count), STATUS_OK);
        if (count == 0)
            break;
        for (size_t i = 0; i < count; i++, seen++) {
            assert_true(page[i].id > last);
            last = page[i].id;
        }
        place = (struct letter_place){page[count - 1].due_at, page[count - 1].id};
    }
    assert_int_equal(seen, 7);
    assert_int_equal(claim(&site, NOW, 10, &letters), 7);
    for (int i = 0; i < 7; i++)
        settle(&site, &letters[i], OUTBOX_SENT, "", NOW + i / 2);
    last = INT64_MAX;
    seen = 0;
    for (after = NULL;; after = &place) {
        assert_int_equal(list(&site, LETTER_SENT, after, &page, &count), STATUS_OK);
        if (count == 0)
            break;
        for (size_t i = 0; i < count; i++, seen++) {
            assert_true(page[i].id < last);
            last = page[i].id;
        }
        place = (struct letter_place){page[count - 1].ended_at, page[count - 1].id};
    }
    assert_int_equal(seen, 7);
    site_close(&site);
}

static size_t ids_of(struct site *site, const struct letter_query *query, int64_t out[16])
{
    struct letter *letters;
    size_t count = 0;
    assert_int_equal(letters_list(site->service.store, site->arena, query, &letters, &count),
                     STATUS_OK);
    for (size_t i = 0; i < count; i++)
        out[i] = letters[i].id;
    return count;
}

/* Every order, forwards and back: the page before the second is the first again. */
static void a_page_can_be_left_backwards(void **state)
{
    static const struct {
        int outcome;
        const char *address;
    } orders[] = {{LETTER_ANY, NULL},
                  {LETTER_WAITS, NULL},
                  {LETTER_SENT, NULL},
                  {LETTER_ANY, "ANN@example.com"},
                  {LETTER_SENT, "ann@example.com"}};
    struct site site;
    struct letter *letters;
    site_open(&site);
    for (int i = 0; i < 12; i++)
        put(&site, i == 5 ? "bob@example.com" : "Ann@example.com");
    assert_int_equal(claim(&site, NOW, 6, &letters), 6);
    for (int i = 0; i < 6; i++)
        settle(&site, &letters[i], OUTBOX_SENT, "", NOW + i / 2);
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        int64_t first[16], second[16], again[16];
        struct letter end;
        struct letter_query query = {
            .outcome = orders[i].outcome, .address = orders[i].address, .limit = 2};
        assert_int_equal(ids_of(&site, &query, first), 2);
        end = get(&site, first[1]);
        struct letter_place place = {orders[i].outcome == LETTER_WAITS ? end.due_at : end.ended_at,
                                     end.id};
        query.place = &place;
        assert_int_equal(ids_of(&site, &query, second), 2);
        assert_true(second[0] != first[0] && second[0] != first[1]);
        end = get(&site, second[0]);
        place = (struct letter_place){orders[i].outcome == LETTER_WAITS ? end.due_at : end.ended_at,
                                      end.id};
        query.is_backward = true;
        assert_int_equal(ids_of(&site, &query, again), 2);
        assert_memory_equal(first, again, 2 * sizeof *first);
    }
    const struct letter_query bob = {
        .outcome = LETTER_ANY, .address = "bob@example.com", .limit = 9};
    const struct letter_query none = {
        .outcome = LETTER_DEAD, .address = "bob@example.com", .limit = 9};
    int64_t found[16];
    assert_int_equal(ids_of(&site, &bob, found), 1);
    assert_int_equal(ids_of(&site, &none, found), 0);
    site_close(&site);
}

/* So that what was sent can be told apart later, though no words of it are kept. */
static void a_subject_is_kept_as_it_was_made(void **state)
{
    struct site site;
    struct letter *letters;
    site_open(&site);
    put(&site, "ann@example.com");
    assert_int_equal(claim(&site, NOW, 10, &letters), 1);
    assert_string_equal(letters->subject, "");
    letters->subject = "Ihr Link";
    settle(&site, letters, OUTBOX_LATER, "451", NOW);
    assert_string_equal(get(&site, letters->id).subject, "Ihr Link");
    assert_int_equal(claim(&site, NOW + 60, 10, &letters), 1);
    assert_string_equal(letters->subject, "Ihr Link");
    settle(&site, letters, OUTBOX_SENT, "", NOW + 60);
    assert_string_equal(get(&site, letters->id).subject, "Ihr Link");
    site_close(&site);
}

#define NAMED(name, test)                                                                          \
    {                                                                                              \
        name, test, NULL, NULL, NULL                                                               \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        NAMED("what is put is claimed once", what_is_put_is_claimed_once),
        NAMED("a claim that nobody settles comes again, with the same id",
              a_claim_that_nobody_settles_comes_again),
        NAMED("failures wait longer and longer, and end after about five days (RFC 5321)",
              failures_wait_longer_and_end_after_five_days),
        NAMED("each result has its end", each_result_has_its_end),
        NAMED("a late result does not undo an end", a_late_result_does_not_undo_an_end),
        NAMED("a dead letter can be tried again", a_dead_one_can_be_tried_again),
        NAMED("ended letters are swept after their days", ended_ones_are_swept_after_their_days),
        NAMED("lists page through all, each once",
              what_a_wrong_clock_put_off_is_sent_when_it_is_right_again),
        NAMED("lists page through all, each once", lists_page_through_all),
        NAMED("a page can be left backwards, in every order", a_page_can_be_left_backwards),
        NAMED("a subject is kept as it was made", a_subject_is_kept_as_it_was_made),
    };
    return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
