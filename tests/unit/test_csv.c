/*
 * tests/unit/test_csv: files as spreadsheets write them, and files that are broken: which rows
 * come, at which line, and where reading goes on.
 */
#include "unit/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/csv.h"

/* All rows of the text as "line:field|field|" or "line!fault<raw>", one a line. */
static const char *read_all(struct buf *out, const char *text, size_t len)
{
    FILE *file = fmemopen((void *)(uintptr_t)text, len ? len : 1, "r");
    assert_non_null(file);
    if (len == 0)
        fgetc(file); /* fmemopen wants a byte */
    struct csv_reader *reader = csv_open(file);
    struct csv_row row;
    enum status status;
    buf_clear(out);
    buf_adds(out, "");
    while ((status = csv_next(reader, &row)) == STATUS_OK) {
        if (row.fault) {
            assert_int_equal(row.count, 0);
            buf_printf(out, "%d!%.*s<", (int)row.line, 12, row.fault);
            buf_add(out, row.raw, row.raw_len);
            buf_adds(out, ">\n");
            continue;
        }
        buf_printf(out, "%d:", (int)row.line);
        for (size_t i = 0; i < row.count; i++) {
            assert_int_equal(row.fields[i][row.lens[i]], 0);
            buf_add(out, row.fields[i], row.lens[i]);
            buf_addc(out, '|');
        }
        buf_addc(out, '\n');
    }
    assert_int_equal(status, STATUS_NOT_FOUND);
    assert_int_equal(csv_next(reader, &row), STATUS_NOT_FOUND);
    if (len)
        assert_int_equal(csv_offset(reader), len);
    csv_close(reader);
    fclose(file);
    return out->data;
}

#define QUOTES "a quotation "
#define OPEN   "a quoted fie"
#define UTF8   "the row is n"

static void rows_come_with_their_lines(void **state)
{
    static const struct {
        const char *text, *rows;
    } samples[] = {
        {"", ""},
        {"\n\r\n \t\n", ""},
        {"a,b\nc,d\n", "1:a|b|\n2:c|d|\n"},
        {"a,b\r\nc,d\r\n", "1:a|b|\n2:c|d|\n"},
        {"a,b\rc,d\r", "1:a|b|\n2:c|d|\n"},
        {"a,b\nc,d", "1:a|b|\n2:c|d|\n"},
        {"\xef\xbb\xbf"
         "a,b\n",
         "1:a|b|\n"},
        {"\xef\xbb\xbf\"a\",b\n", "1:a|b|\n"},
        {"\n\na\n\n\nb\n", "3:a|\n6:b|\n"},
        {"a,\"two\nlines\",c\nnext\n", "1:a|two\nlines|c|\n3:next|\n"},
        {"a,\"two\r\nlines\r\n\r\n\"\r\nnext", "1:a|two\r\nlines\r\n\r\n|\n5:next|\n"},
        {"\"say \"\"hi\"\"\",\"\",\"\"\"\"\n", "1:say \"hi\"||\"|\n"},
        {"\"a,b\",c\n", "1:a,b|c|\n"},
        {" a , \"b\" ,\tc\t\n", "1:a|b|c|\n"},
        {"\" a \"\n", "1: a |\n"},
        {",\n", "1:||\n"},
        {"a,\n,b", "1:a||\n2:|b|\n"},
        {"用户@例え.jp,用户\n", "1:用户@例え.jp|用户|\n"},
        {"\"last\"", "1:last|\n"},
    };
    struct buf buf = {0};
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        assert_string_equal(read_all(&buf, samples[i].text, strlen(samples[i].text)),
                            samples[i].rows);
    assert_memory_equal(read_all(&buf, "a\0b,c\nd\n", 8), "1:a\0b|c|\n2:d|\n", 15);
    buf_free(&buf);
}

static void a_bad_row_is_told_and_left_behind(void **state)
{
    static const struct {
        const char *text, *rows;
    } samples[] = {
        {"a\"b,c\nok\n", "1!" QUOTES "<a\"b,c>\n2:ok|\n"},
        {"\"a\"b,c\r\nok\r\n", "1!" QUOTES "<\"a\"b,c>\n2:ok|\n"},
        {"ok\nx,\"stray\nok,\"fine\"\nlast\n",
         "1:ok|\n2!" QUOTES "<x,\"stray>\n3:ok|fine|\n4:last|\n"},
        {"\"open", "1!" OPEN "<\"open>\n"},
        {"\"open\nok\n", "1!" OPEN "<\"open>\n2:ok|\n"},
        {"a,\"x\"y", "1!" QUOTES "<a,\"x\"y>\n"},
        {"caf\xe9,1\ncaf\xc3\xa9,2\n", "1!" UTF8 "<caf\xe9,1>\n2:café|2|\n"},
        {"\"two\nl\xefnes\",1\nok\n", "1!" UTF8 "<\"two>\n3:ok|\n"},
        {"\xff\xfe"
         "a\0,\0",
         "1!the file is <>\n"},
    };
    struct buf buf = {0};
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        assert_string_equal(read_all(&buf, samples[i].text, strlen(samples[i].text)),
                            samples[i].rows);
    buf_free(&buf);
}

static void fill(struct buf *buf, const char *before, char c, size_t count, const char *after)
{
    buf_adds(buf, before);
    buf_reserve(buf, count);
    memset(buf->data + buf->len, c, count);
    buf->len += count;
    buf_adds(buf, after);
}

static void long_rows_are_faults_and_reading_goes_on(void **state)
{
    struct buf file = {0}, rows = {0};
    (void)state;
    for (size_t extra = 0; extra < 3; extra++) {
        static const char *const ends[] = {"\n", "\r\n", "\r"};
        for (size_t e = 0; e < 3; e++) {
            size_t len = CSV_ROW_MAX_BYTES - strlen(ends[e]) + extra;
            buf_clear(&file);
            fill(&file, "first", '\n', 1, "");
            fill(&file, "", 'x', len, ends[e]);
            fill(&file, "ok,1", '\n', 1, "");
            read_all(&rows, file.data, file.len);
            assert_non_null(strstr(rows.data, extra ? "2!the row is l<xxx" : "2:xxx"));
            assert_non_null(strstr(rows.data, "\n3:ok|1|\n"));
        }
    }
    /* Longer than any buffer; and the same within quotes, over many lines. */
    buf_clear(&file);
    fill(&file, "", 'y', 1000000, "\n");
    fill(&file, "\"", 'z', 70000, "\",2\nok,3\n");
    read_all(&rows, file.data, file.len);
    assert_int_equal(strncmp(rows.data, "1!the row is l<yyy", 18), 0);
    assert_non_null(strstr(rows.data, "\n2!the row is l<\"zzz"));
    assert_non_null(strstr(rows.data, "\n3:ok|3|\n"));
    buf_clear(&file);
    buf_adds(&file, "\"never closed\n");
    for (int i = 0; i < 40000; i++)
        buf_adds(&file, "a@b.cd,1\n");
    read_all(&rows, file.data, file.len);
    assert_int_equal(strncmp(rows.data, "1!the row is l<\"never closed>\n2:a@b.cd|1|\n", 41), 0);
    assert_non_null(strstr(rows.data, "\n40001:a@b.cd|1|\n"));
    buf_free(&file);
    buf_free(&rows);
}

static void too_many_fields_are_a_fault(void **state)
{
    struct buf file = {0}, rows = {0};
    (void)state;
    fill(&file, "", ',', CSV_ROW_MAX_FIELDS - 1, "\n");
    fill(&file, "", ',', CSV_ROW_MAX_FIELDS, "\nok\n");
    read_all(&rows, file.data, file.len);
    assert_int_equal(strncmp(rows.data, "1:|||", 5), 0);
    assert_non_null(strstr(rows.data, "\n2!the row has <,,,"));
    assert_non_null(strstr(rows.data, ">\n3:ok|\n"));
    buf_free(&file);
    buf_free(&rows);
}

/* Rows of every length across the buffer's seams, each end of line, with quotes now and then. */
static void no_row_is_lost_where_the_buffer_ends(void **state)
{
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    struct buf file = {0}, rows = {0}, wanted = {0};
    (void)state;
    for (size_t e = 0; e < 3; e++) {
        buf_clear(&file);
        buf_clear(&wanted);
        for (int i = 1; i <= 8000; i++) {
            const char *quote = i % 5 ? "" : "\"";
            buf_printf(&file, "%s%0*d%s,%d%s", quote, i % 331 + 5, i, quote, i, ends[e]);
            buf_printf(&wanted, "%d:%0*d|%d|\n", i, i % 331 + 5, i, i);
        }
        assert_string_equal(read_all(&rows, file.data, file.len), wanted.data);
    }
    buf_free(&file);
    buf_free(&rows);
    buf_free(&wanted);
}

static void a_failing_file_is_told_apart_from_its_end(void **state)
{
    FILE *file = fopen("/proc/self/mem", "r"); /* address 0 can't be read */
    struct csv_row row;
    (void)state;
    assert_non_null(file);
    struct csv_reader *reader = csv_open(file);
    assert_int_equal(csv_next(reader, &row), STATUS_IO);
    assert_int_equal(csv_next(reader, &row), STATUS_IO);
    csv_close(reader);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_with_their_lines),
        cmocka_unit_test(a_bad_row_is_told_and_left_behind),
        cmocka_unit_test(long_rows_are_faults_and_reading_goes_on),
        cmocka_unit_test(too_many_fields_are_a_fault),
        cmocka_unit_test(no_row_is_lost_where_the_buffer_ends),
        cmocka_unit_test(a_failing_file_is_told_apart_from_its_end),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
