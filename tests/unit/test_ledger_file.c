/*
 * tests/unit/test_ledger_file: an export is verified alike in pieces of any size, and a line has
 * one form alone.
 */
#include <stdio.h>
#include <string.h>

#include "service/ledger_file.h"
#include "service/ledger_line.h"
#include "unit/tamper_support.h"

static struct buf whole;

static bool take(void *context, const struct buf *piece, int64_t done, int64_t total)
{
    buf_add(context, piece->data, piece->len);
    return done <= total;
}

static int open_all(void **state)
{
    tamper_open(state);
    const struct ledger_export plan = {
        .service = &tamper_site.service, .take = take, .context = &whole};
    return ledger_export(&plan) == STATUS_OK ? 0 : -1;
}

static int close_all(void **state)
{
    buf_free(&whole);
    return tamper_close(state);
}

static struct ledger_report verify(const char *text, size_t len, int threads, int64_t piece)
{
    struct ledger_report report;
    const char *path = support_write(tamper_site.conf.data, "export", 0600, text, len);
    const struct ledger_file_plan plan = {.path = path, .threads = threads, .piece = piece};
    assert_int_equal(ledger_file_verify(&plan, tamper_site.arena, &report), STATUS_OK);
    return report;
}

/* The line of an entry, from its position on. */
static char *line_of(char *text, int64_t position)
{
    return strstr(text,
                  arena_printf(tamper_site.arena, "{\"position\":%lld,", (long long)position));
}

static void pieces_of_any_size_give_the_same(void **state)
{
    static const int64_t sizes[] = {0, 1, 64, 577, 1000, 5000};
    (void)state;
    const struct position head = site_head(&tamper_site);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct ledger_report report = verify(whole.data, whole.len, 2, sizes[i]);
        assert_true(ledger_tally_is_clean(&report.tally));
        assert_int_equal(report.head.value, head.value);
        assert_memory_equal(report.head_hash, site_entry(&tamper_site, head).hash,
                            LEDGER_HASH_BYTES);
        for (int64_t at = 1; at <= head.value; at += 6) {
            char *text = arena_strdup(tamper_site.arena, whole.data), *line = line_of(text, at);
            char *next = strchr(line, '\n') + 1;
            strstr(line, "\"actor_id\":")[strlen("\"actor_id\":")] ^= 1;
            report = verify(text, whole.len, 2, sizes[i]);
            assert_int_equal(report.tally.first[LEDGER_ALTERED].position.value, at);
            memmove(line, next, strlen(next) + 1);
            report = verify(text, strlen(text), 1, sizes[i]);
            if (at == head.value) /* the last one: the file's end says that there was more */
                assert_int_equal(report.tally.first[LEDGER_CUT_SHORT].position.value, at);
            else
                assert_int_equal(report.tally.first[LEDGER_MISSING].position.value, at);
        }
    }
}

static void a_line_reads_back_as_it_was_in_one_form_alone(void **state)
{
    struct entry entry = site_entry(&tamper_site, site_head(&tamper_site)), back = {0};
    static const char *const others[][2] = {{"\"position\":", "\"position\":0"},
                                            {"\"position\":", "\"position\": "},
                                            {"\"kind\":", "\"kind\":+"},
                                            {"\"kind\":2", "\"kind\":65536"},
                                            {"\"actor\":4", "\"actor\":256"},
                                            {"\"wording\":0", "\"wording\":-0"},
                                            {"\"wording\":0", "\"wording\":2147483648"},
                                            {"\"undoes\":0", "\"undoes\":"},
                                            {"\"at\":", "\"at\":99999999999"},
                                            {"\"at\":", "\"At\":"},
                                            {"\"hash\":\"", "\"hash\":\"0"},
                                            {"\"proof\":\"", "\"proof\":\"AA"},
                                            {"\"proof\":\"", "\"proof\":\"00"},
                                            {"\"subject\":\"f", "\"subject\":\""},
                                            {"}", "} "},
                                            {"}", ",\"more\":1}"}};
    struct buf line = {0};
    (void)state;
    entry.contact.value = INT64_MIN;
    entry.actor_id = INT64_MAX;
    entry.wording = -5;
    entry.subject = -1;
    entry.choices_after = UINT64_C(1) << 63;
    ledger_line_add(&line, &entry, false);
    assert_true(ledger_line_read(line.data, line.len, &back));
    assert_true(back.contact.value == INT64_MIN && back.actor_id == INT64_MAX &&
                back.wording == -5 && back.subject == -1 &&
                back.choices_after == UINT64_C(1) << 63 && back.proof_len == entry.proof_len &&
                back.at == entry.at && back.kind == entry.kind);
    assert_memory_equal(back.hash, entry.hash, sizeof back.hash);
    assert_memory_equal(back.private_hash, entry.private_hash, sizeof back.hash);
    entry.wording = 0;
    buf_clear(&line);
    ledger_line_add(&line, &entry, true);
    assert_true(ledger_line_read(line.data, line.len, &back));
    buf_clear(&line);
    ledger_line_add(&line, &entry, false);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const char *found = strstr(line.data, others[i][0]);
        assert_non_null(found);
        const char *text = arena_printf(tamper_site.arena, "%.*s%s%s", (int)(found - line.data),
                                        line.data, others[i][1], found + strlen(others[i][0]));
        if (ledger_line_read(text, strlen(text), &back))
            fail_msg("%s", text);
    }
    for (size_t cut = 0; cut < line.len; cut++)
        assert_false(ledger_line_read(line.data, cut, &back));
    buf_free(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_of_any_size_give_the_same),
        cmocka_unit_test(a_line_reads_back_as_it_was_in_one_form_alone),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
