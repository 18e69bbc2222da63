/*
 * base/mime: see mime.h. The header first, then the body's two parts; bodies are in mime_body.c.
 */
#include "base/mime.h"

#include <string.h>
#include <time.h>

#include "base/email.h"
#include "base/mime_body.h"
#include "base/utf8.h"

#define LINE_MAX_CHARS 78

/* A line that holds an encoded-word has no more (RFC 2047 section 2). */
#define WORD_LINE_MAX 76

/* "=?UTF-8?B?" and "?=". */
#define WORD_FRAME 12

/* Room for fewer is not worth beginning an encoded-word. */
#define WORD_MIN 20

enum status mime_address(struct arena *arena, const char *written, const char **out)
{
    struct email email;
    enum status status = email_parse(arena, written, strlen(written), &email, NULL);
    if (status != STATUS_OK)
        return status;
    const char *at = strrchr(email.written, '@');
    *out = arena_printf(arena, "%.*s%s", (int)(at - email.written), email.written,
                        strrchr(email.key, '@'));
    return STATUS_OK;
}

/* Text as it may stand in a header: well-formed, no control character, no line end, trimmed. */
static void clean(struct buf *out, const char *text)
{
    const size_t len = strlen(text);
    for (size_t i = 0; i < len;) {
        uint32_t rune = 0xfffd;
        const size_t step = utf8_step(text + i, len - i, &rune);
        const bool is_blank =
            rune <= ' ' || (rune >= 0x7f && rune <= 0x9f) || rune == 0x2028 || rune == 0x2029;
        if (step == 0)
            buf_adds(out, "\xef\xbf\xbd");
        else if (!is_blank)
            buf_add(out, text + i, step);
        else if (out->len > 0 && out->data[out->len - 1] != ' ')
            buf_addc(out, ' ');
        i += step ? step : 1;
    }
    while (out->len > 0 && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
}

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* Characters that stand for themselves in an encoded-word of a name (RFC 2047 section 5, 3). */
static bool is_q_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '!' ||
           c == '*' || c == '+' || c == '-' || c == '/';
}

static size_t q_cost(const char *at, size_t len)
{
    return len == 1 && (is_q_plain((unsigned char)*at) || *at == ' ') ? 1 : 3 * len;
}

static void add_q(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (c == ' ')
            buf_addc(out, '_');
        else if (is_q_plain(c))
            buf_addc(out, (char)c);
        else
            buf_printf(out, "=%02X", c);
    }
}

/* Adds text, which clean made, as encoded-words, each of whole characters; *column is where the
 * line stands, before and after. */
static void add_words(struct buf *out, const char *text, size_t *column)
{
    const size_t len = strlen(text);
    size_t cost = 0;
    for (size_t i = 0, step; i < len; i += step) {
        step = utf8_step(text + i, len - i, NULL);
        cost += q_cost(text + i, step);
    }
    const bool uses_q = cost <= (len + 2) / 3 * 4;
    for (size_t i = 0; i < len;) {
        if (*column + WORD_FRAME + WORD_MIN > WORD_LINE_MAX || i > 0) {
            buf_adds(out, "\r\n ");
            *column = 1;
        }
        const size_t room = WORD_LINE_MAX - 1 - *column - WORD_FRAME;
        size_t end = i, used = 0;
        while (end < len) {
            const size_t step = utf8_step(text + end, len - end, NULL);
            const size_t more =
                uses_q ? used + q_cost(text + end, step) : (end + step - i + 2) / 3 * 4;
            if (more > room)
                break;
            used = more;
            end += step;
        }
        buf_adds(out, uses_q ? "=?UTF-8?Q?" : "=?UTF-8?B?");
        if (uses_q)
            add_q(out, text + i, end - i);
        else
            mime_base64(out, text + i, end - i, 0);
        buf_adds(out, "?=");
        *column += WORD_FRAME + used;
        i = end;
    }
}

/* Whether words of ASCII can stand as they are, folded at their blanks. */
static bool is_foldable(const char *text)
{
    size_t word = 0;
    for (const char *c = text; *c; c++) {
        word = *c == ' ' ? 0 : word + 1;
        if (word > LINE_MAX_CHARS - 10)
            return false;
    }
    return true;
}

/* Adds words with single blanks between, a new line wherever the next would not fit. */
static void add_folded(struct buf *out, const char *text, size_t *column)
{
    while (*text) {
        const size_t len = strcspn(text, " ");
        if (*column + 1 + len > LINE_MAX_CHARS) {
            buf_adds(out, "\r\n");
            *column = 0;
        }
        buf_addc(out, ' ');
        buf_add(out, text, len);
        *column += 1 + len;
        text += len + (text[len] != '\0');
    }
}

static void add_subject(struct buf *out, const char *subject)
{
    struct buf text = {0};
    size_t column = strlen("Subject:");
    clean(&text, subject);
    buf_adds(out, "Subject:");
    if (text.len == 0) {
        buf_addc(out, ' ');
    } else if (is_ascii(text.data) && is_foldable(text.data) && !strstr(text.data, "=?")) {
        add_folded(out, text.data, &column);
    } else {
        buf_addc(out, ' ');
        column++;
        add_words(out, text.data, &column);
    }
    buf_adds(out, "\r\n");
    buf_free(&text);
}

/* A short name of ASCII is quoted, so that nothing in it has a meaning; others are encoded. */
static void add_name(struct buf *out, const char *name, size_t *column)
{
    const size_t begin = out->len;
    if (!is_ascii(name) || strlen(name) > LINE_MAX_CHARS / 3 * 2 || strstr(name, "=?")) {
        add_words(out, name, column);
        return;
    }
    buf_addc(out, '"');
    for (const char *c = name; *c; c++) {
        if (*c == '"' || *c == '\\')
            buf_addc(out, '\\');
        buf_addc(out, *c);
    }
    buf_addc(out, '"');
    *column += out->len - begin;
}

static void add_mailbox(struct buf *out, const char *field, const char *name, const char *address)
{
    struct buf text = {0}, plain = {0};
    size_t column = strlen(field) + 2;
    clean(&text, name);
    clean(&plain, address);
    buf_printf(out, "%s: ", field);
    if (text.len > 0) {
        add_name(out, text.data, &column);
        buf_adds(out, column + 3 + plain.len > LINE_MAX_CHARS ? "\r\n <" : " <");
    }
    buf_add(out, plain.data, plain.len);
    buf_adds(out, text.len > 0 ? ">\r\n" : "\r\n");
    buf_free(&text);
    buf_free(&plain);
}

/* A field whose value is ours or a URI: printable ASCII; anything else in it is left out. Folded
 * where a comma stands before a blank. */
static void add_plain(struct buf *out, const char *field, const char *value)
{
    buf_printf(out, "%s: ", field);
    for (const char *c = value; *c; c++) {
        if (c[0] == ',' && c[1] == ' ') {
            buf_adds(out, ",\r\n ");
            c++;
        } else if (*c >= ' ' && *c <= '~') {
            buf_addc(out, *c);
        }
    }
    buf_adds(out, "\r\n");
}

/* RFC 5322 section 3.3, in UTC whatever the locale. */
static void add_date(struct buf *out, int64_t at_s)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const time_t at = (time_t)at_s;
    struct tm day = {.tm_mday = 1, .tm_year = 70};
    if (!gmtime_r(&at, &day))
        day = (struct tm){.tm_mday = 1, .tm_year = 70, .tm_wday = 4};
    buf_printf(out, "Date: %s, %d %s %04d %02d:%02d:%02d +0000\r\n", days[day.tm_wday % 7],
               day.tm_mday, months[day.tm_mon % 12], day.tm_year + 1900, day.tm_hour, day.tm_min,
               day.tm_sec);
}

/* Names the parts' boundary after the message: "=_" stands in no quoted-printable and no base64
 * (RFC 2045 section 6.7), so no body can hold it. */
static void add_boundary(struct buf *out, const char *message_id)
{
    buf_adds(out, "=_");
    for (const char *c = message_id; *c && *c != '@'; c++)
        if (is_q_plain((unsigned char)*c) && *c != '!' && *c != '*')
            buf_addc(out, *c);
}

void mime_write(struct buf *out, const struct mime_mail *mail)
{
    struct buf boundary = {0};
    add_boundary(&boundary, mail->message_id);
    add_date(out, mail->date_s);
    add_mailbox(out, "From", mail->from_name, mail->from_address);
    add_mailbox(out, "To", mail->to_name, mail->to_address);
    add_subject(out, mail->subject);
    buf_adds(out, "Message-ID: <");
    for (const char *c = mail->message_id; *c; c++)
        if (is_q_plain((unsigned char)*c) || *c == '.' || *c == '@')
            buf_addc(out, *c);
    buf_adds(out, ">\r\n");
    if (mail->list_unsubscribe) {
        add_plain(out, "List-Unsubscribe", mail->list_unsubscribe);
        add_plain(out, "List-Unsubscribe-Post", mail->list_unsubscribe_post);
    }
    add_plain(out, "Auto-Submitted", "auto-generated");
    add_plain(out, "Content-Language", mail->language);
    buf_adds(out, "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"");
    buf_add(out, boundary.data, boundary.len);
    buf_printf(out, "\"\r\n\r\n--%s\r\n", boundary.data);
    mime_body_text(out, mail->text);
    buf_printf(out, "\r\n--%s\r\n", boundary.data);
    mime_body_html(out, mail->html);
    buf_printf(out, "\r\n--%s--\r\n", boundary.data);
    buf_free(&boundary);
}
