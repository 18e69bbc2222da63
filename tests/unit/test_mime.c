/*
 * base/mime: whatever a brand's name, a person's name or an address hold, the mail that comes out
 * is well-formed and says what it should. A stricter parser reads such mails in
 * tests/cli/courier.test.mjs.
 */
#include <string.h>

#include "base/message.h"
#include "base/mime.h"
#include "unit/support.h"

static struct mime_mail plain_mail(void)
{
    return (struct mime_mail){.from_name = "Example Travel",
                              .from_address = "noreply@example.com",
                              .to_name = "Ann Example",
                              .to_address = "ann@example.com",
                              .subject = "Your link",
                              .message_id = "assent.00112233445566778899aabbccddeeff@example.com",
                              .date_s = INT64_C(1795426045),
                              .language = "en",
                              .text = "Hello\n\nworld\n",
                              .html = "<p>Hello</p>\n"};
}

/* The rules that no value may break. */
static void check_form(const struct buf *mail)
{
    size_t column = 0;
    for (size_t i = 0; i < mail->len; i++) {
        const unsigned char c = (unsigned char)mail->data[i];
        if (c == '\n') {
            assert_true(i > 0 && mail->data[i - 1] == '\r');
            column = 0;
            continue;
        }
        if (c == '\r') {
            assert_int_equal(mail->data[i + 1], '\n');
            continue;
        }
        assert_true(c == '\t' || (c >= ' ' && c != 0x7f));
        if (++column > 998)
            fail_msg("a line is longer than 998");
    }
    assert_int_equal(column, 0);
}

/* Of the lines of the header, those that hold a blank behind their first word fit in 78. */
static void check_folding(const struct buf *mail)
{
    for (const char *line = mail->data; strncmp(line, "\r\n", 2) != 0;) {
        const size_t len = strcspn(line, "\r");
        if (len > 78 && strncmp(line, "List-Unsubscribe", 16) != 0 &&
            strncmp(line, "To: ", 4) != 0 && strncmp(line, " <", 2) != 0)
            fail_msg("longer than 78: %.*s", (int)len, line);
        assert_true(len > 0 && (line[0] != ' ' || line[1] != '\0'));
        line += len + 2;
    }
}

static const char *header(struct arena *arena, const struct buf *mail, const char *name,
                          size_t *fields)
{
    struct message message;
    message_parse(arena, mail->data, mail->len, &message);
    if (fields)
        *fields = message.count;
    const char *value = message_get(&message, name);
    assert_non_null(value);
    return value;
}

static void a_mail_is_laid_out_as_told(void **state)
{
    struct arena *arena = arena_new();
    struct buf out = {0};
    struct mime_mail mail = plain_mail();
    mail.list_unsubscribe = "<https://example.com/u/A>, <mailto:stop@example.com?subject=A>";
    mail.list_unsubscribe_post = "List-Unsubscribe=One-Click";
    mime_write(&out, &mail);
    check_form(&out);
    check_folding(&out);
    assert_string_equal(out.data,
                        "Date: Mon, 23 Nov 2026 09:27:25 +0000\r\n"
                        "From: \"Example Travel\" <noreply@example.com>\r\n"
                        "To: \"Ann Example\" <ann@example.com>\r\n"
                        "Subject: Your link\r\n"
                        "Message-ID: <assent.00112233445566778899aabbccddeeff@example.com>\r\n"
                        "List-Unsubscribe: <https://example.com/u/A>,\r\n"
                        " <mailto:stop@example.com?subject=A>\r\n"
                        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
                        "Auto-Submitted: auto-generated\r\n"
                        "Content-Language: en\r\n"
                        "MIME-Version: 1.0\r\n"
                        "Content-Type: multipart/alternative;\r\n"
                        " boundary=\"=_assent00112233445566778899aabbccddeeff\"\r\n"
                        "\r\n"
                        "--=_assent00112233445566778899aabbccddeeff\r\n"
                        "Content-Type: text/plain; charset=utf-8; format=flowed\r\n"
                        "Content-Transfer-Encoding: quoted-printable\r\n"
                        "\r\n"
                        "Hello\r\n\r\nworld\r\n"
                        "\r\n--=_assent00112233445566778899aabbccddeeff\r\n"
                        "Content-Type: text/html; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: quoted-printable\r\n"
                        "\r\n"
                        "<p>Hello</p>\r\n"
                        "\r\n--=_assent00112233445566778899aabbccddeeff--\r\n");
    buf_free(&out);
    arena_free(arena);
}

static const char long_ascii[] =
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrs";

/* What goes in, and how a reader sees it. */
static const struct {
    const char *name, *seen;
} nasty[] = {
    {"Ann", "Ann"},
    {"O'Hara, \"Jo\" <x@y.z>", "O'Hara, \"Jo\" <x@y.z>"},
    {"a\\b", "a\\b"},
    {"x\r\nBcc: everyone@example.com", "x Bcc: everyone@example.com"},
    {"x\nSubject: other\n\nbody", "x Subject: other body"},
    {"x\r\n\r\n<html>", "x <html>"},
    {"bare\rreturn", "bare return"},
    {"tab\tand\vmore\f", "tab and more"},
    {"  around  and   inside ", "around and inside"},
    {"\x01\x02\x7f", ""},
    {"next\xc2\x85line\xe2\x80\xa8sep\xe2\x80\xa9para", "next line sep para"},
    {"broken \xff\xfe utf-8 \xc3", "broken \xef\xbf\xbd\xef\xbf\xbd utf-8 \xef\xbf\xbd"},
    {"=?UTF-8?Q?faked?=", "=?UTF-8?Q?faked?="},
    {"J\xc3\xb6rg M\xc3\xbcller", "J\xc3\xb6rg M\xc3\xbcller"},
    {"\xe6\xa0\xaa\xe5\xbc\x8f\xe4\xbc\x9a\xe7\xa4\xbe\xe3\x82\xa2\xe3\x82\xbb\xe3\x83\xb3",
     "\xe6\xa0\xaa\xe5\xbc\x8f\xe4\xbc\x9a\xe7\xa4\xbe\xe3\x82\xa2\xe3\x82\xbb\xe3\x83\xb3"},
    {"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
     "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
     "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80",
     "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
     "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
     "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"},
    {"Fran\xc3\xa7ois the very long named person with many words and commas, stops. and so on and "
     "on and on until the line is long",
     "Fran\xc3\xa7ois the very long named person with many words and commas, stops. and so on and "
     "on and on until the line is long"},
    {long_ascii, long_ascii},
    {"\xd8\xb4\xd8\xb1\xd9\x83\xd8\xa9 \xd8\xa7\xd9\x84\xd8\xb3\xd9\x81\xd8\xb1",
     "\xd8\xb4\xd8\xb1\xd9\x83\xd8\xa9 \xd8\xa7\xd9\x84\xd8\xb3\xd9\x81\xd8\xb1"},
};

/* Takes the quotes and backslashes of a quoted-string off. */
static const char *unquoted(struct arena *arena, const char *text)
{
    char *out = arena_strdup(arena, text), *to = out;
    if (*text != '"')
        return out;
    for (const char *c = text + 1; *c && *c != '"'; c++)
        *to++ = *c == '\\' && c[1] ? *++c : *c;
    *to = '\0';
    return out;
}

static void check_mailbox(struct arena *arena, const struct buf *out, const char *field,
                          const char *name, const char *address)
{
    const char *value = header(arena, out, field, NULL);
    const char *at = strrchr(value, '<');
    if (*name == '\0') {
        assert_string_equal(value, address);
        return;
    }
    assert_non_null(at);
    assert_string_equal(at, arena_printf(arena, "<%s>", address));
    const char *before = arena_strndup(arena, value, (size_t)(at - value - 1));
    assert_string_equal(*before == '"' ? unquoted(arena, before) : message_decode(arena, before),
                        name);
}

static void no_value_breaks_out_of_its_line(void **state)
{
    for (size_t i = 0; i < sizeof nasty / sizeof *nasty; i++) {
        struct arena *arena = arena_new();
        struct buf out = {0};
        struct mime_mail mail = plain_mail();
        size_t fields = 0;
        mail.from_name = mail.to_name = mail.subject = nasty[i].name;
        mime_write(&out, &mail);
        check_form(&out);
        check_folding(&out);
        assert_string_equal(message_decode(arena, header(arena, &out, "subject", &fields)),
                            nasty[i].seen);
        assert_int_equal(fields, 9);
        check_mailbox(arena, &out, "from", nasty[i].seen, "noreply@example.com");
        check_mailbox(arena, &out, "to", nasty[i].seen, "ann@example.com");
        buf_free(&out);
        arena_free(arena);
    }
}

static void uris_and_tags_can_not_either(void **state)
{
    struct arena *arena = arena_new();
    struct buf out = {0};
    struct mime_mail mail = plain_mail();
    size_t fields = 0;
    mail.list_unsubscribe = "<https://e.com/\r\nX: 1>";
    mail.list_unsubscribe_post = "a\nb\xc3\xa9";
    mail.language = "de\r\n\r\nx";
    mail.message_id = "assent.1\r\nX: 2@e.com";
    mail.to_address = "a@e.com\r\nRCPT: b@e.com";
    mime_write(&out, &mail);
    check_form(&out);
    assert_string_equal(header(arena, &out, "list-unsubscribe", &fields), "<https://e.com/X: 1>");
    assert_int_equal(fields, 11);
    assert_string_equal(header(arena, &out, "content-language", NULL), "dex");
    assert_string_equal(header(arena, &out, "message-id", NULL), "<assent.1X2@e.com>");
    buf_free(&out);
    arena_free(arena);
}

/* An encoded-word is no longer than 75 and holds whole characters (RFC 2047 sections 2 and 5). */
static void encoded_words_keep_their_bounds(void **state)
{
    struct buf name = {0}, out = {0};
    struct mime_mail mail = plain_mail();
    size_t words = 0;
    for (int i = 0; i < 300; i++)
        buf_adds(&name, i % 7 == 0 ? "\xf0\x9f\x98\x80" : i % 3 == 0 ? "\xe6\xa0\xaa" : "\xc3\xa9");
    mail.subject = name.data;
    mime_write(&out, &mail);
    for (const char *at = out.data; (at = strstr(at, "=?")) != NULL; words++) {
        const char *end = strstr(at + 10, "?=");
        assert_non_null(end);
        assert_true(end + 2 - at <= 75);
        struct arena *arena = arena_new();
        const char *alone = message_decode(arena, arena_strndup(arena, at, (size_t)(end + 2 - at)));
        assert_null(strstr(alone, "\xef\xbf\xbd"));
        arena_free(arena);
        at = end;
    }
    assert_true(words > 10);
    buf_free(&name);
    buf_free(&out);
}

static void bodies_come_back_as_they_were(void **state)
{
    static const char *const texts[] = {
        "Hello\n",
        "One line that is much longer than seventy-two characters and so has to be wrapped "
        "somewhere, at a blank.\n\nAnother.\n",
        "From here on\n> not quoted\n .dot\n.\n..\n",
        "https://example.com/p/"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        "\n",
        "J\xc3\xb6rg = 100 % = ok=\n",
        "\xe6\xa0\xaa\xe5\xbc\x8f\xe4\xbc\x9a\xe7\xa4\xbe \xe3\x82\xa2\n\xe3\x82\xbb\n",
        "\n\nempty lines first\n",
        "no end",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct arena *arena = arena_new();
        struct buf out = {0}, html = {0};
        struct mime_mail mail = plain_mail();
        for (int n = 0; n < 40; n++)
            buf_adds(&html, texts[i]);
        mail.text = texts[i];
        mail.html = html.data;
        mime_write(&out, &mail);
        check_form(&out);
        for (const char *line = strstr(out.data, "\r\n\r\n"); *line; line += 2) {
            const size_t len = strcspn(line, "\r");
            assert_true(len <= 76);
            line += len;
        }
        const char *text = mime_part(arena, out.data, out.len, "text/plain");
        const char *page = mime_part(arena, out.data, out.len, "text/html");
        assert_non_null(text);
        assert_non_null(page);
        assert_int_equal(strncmp(text, texts[i], strlen(texts[i])), 0);
        assert_true(strlen(text) <= strlen(texts[i]) + 1);
        assert_int_equal(strncmp(page, html.data, html.len), 0);
        assert_null(mime_part(arena, out.data, out.len, "text/calendar"));
        buf_free(&out);
        buf_free(&html);
        arena_free(arena);
    }
}

static void a_cut_or_changed_file_is_read_as_far_as_it_goes(void **state)
{
    struct arena *arena = arena_new();
    struct buf out = {0};
    struct mime_mail mail = plain_mail();
    mail.text = "\xe6\xa0\xaa\xe5\xbc\x8f\n";
    mime_write(&out, &mail);
    for (size_t len = 0; len <= out.len; len++) {
        char *copy = arena_strndup(arena, out.data, len);
        (void)mime_part(arena, copy, len, "text/plain");
        (void)mime_part(arena, copy, len, "text/html");
        if (len < out.len) {
            copy = arena_strndup(arena, out.data, out.len);
            copy[len] = '=';
            (void)mime_part(arena, copy, out.len, "text/html");
        }
    }
    assert_null(mime_part(arena, "", 0, "text/plain"));
    buf_free(&out);
    arena_free(arena);
}

static void addresses_go_out_with_a_labels(void **state)
{
    static const struct {
        const char *written, *sent;
    } cases[] = {
        {"Ann@Example.COM", "Ann@example.com"},
        {"info@b\xc3\xbc"
         "cher.example",
         "info@xn--bcher-kva.example"},
        {"\xe7\x94\xa8\xe6\x88\xb7@\xe4\xbe\x8b\xe3\x81\x88.jp",
         "\xe7\x94\xa8\xe6\x88\xb7@xn--r8jz45g.jp"},
        {"a@b.example\r\nBcc: c@d.example", NULL},
        {"a b@c.example", NULL},
        {"\"a\"@c.example", NULL},
        {"nobody", NULL},
        {"", NULL},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *sent = NULL;
        enum status status = mime_address(arena, cases[i].written, &sent);
        assert_int_equal(status, cases[i].sent ? STATUS_OK : STATUS_INVALID);
        if (cases[i].sent)
            assert_string_equal(sent, cases[i].sent);
    }
    arena_free(arena);
}

#define NAMED(name, test)                                                                          \
    {                                                                                              \
        name, test, NULL, NULL, NULL                                                               \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        NAMED("a mail is laid out as told", a_mail_is_laid_out_as_told),
        NAMED("no name or subject breaks out of its line", no_value_breaks_out_of_its_line),
        NAMED("URIs, ids and tags can't either", uris_and_tags_can_not_either),
        NAMED("encoded-words keep their bounds (RFC 2047)", encoded_words_keep_their_bounds),
        NAMED("bodies come back as they were, on lines of at most 76",
              bodies_come_back_as_they_were),
        NAMED("a cut or changed file is read as far as it goes",
              a_cut_or_changed_file_is_read_as_far_as_it_goes),
        NAMED("U14: addresses go out with their domains as A-labels",
              addresses_go_out_with_a_labels),
    };
    return cmocka_run_group_tests_name("mime", tests, NULL, NULL);
}
