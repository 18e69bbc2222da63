/*
 * post/smtp: see smtp.h.
 *
 * What a failure means is read from the dialogue, not from libcurl's code for it: which command we
 * sent last and what was answered. A refusal before MAIL, or one that is about our login, is no
 * fault of the message.
 */
#include "post/smtp.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/utf8.h"

/* RFC 5321 section 4.5.3.2: five minutes for most commands, ten for the end of the data. */
#define CONNECT_S   30L
#define RESPONSE_S  300L
#define TRANSFER_S  900L
#define IDLE_AGE_S  60L
#define REPLY_BYTES 2000

#define UNFIT "the mail server does not take addresses beyond ASCII (SMTPUTF8, RFC 6531)"

struct smtp {
    const struct conf *conf;
    const char *password, *helo;
    const atomic_bool *stop;
    CURL *curl; /* NULL: none yet, or at rest */

    const struct smtp_message *message;
    size_t sent;         /* bytes of it */
    bool wants_utf8;     /* its recipient can't be written without SMTPUTF8 */
    bool is_unfit;       /* and the server does not have that */
    bool is_under_way;   /* MAIL was sent: from now on replies are about the message */
    bool has_utf8;       /* the server's offer */
    int code;            /* of the reply that came last, 0: none */
    bool is_reply_whole; /* its last line has come */
    bool is_leaving;     /* QUIT was sent: its reply is not about anything */
    struct buf reply;    /* its lines without codes, with blanks between */
    char fault[CURL_ERROR_SIZE];
};

enum status smtp_start(void)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? STATUS_OK : STATUS_IO;
}

struct smtp *smtp_open(const struct conf *conf, const char *password, const char *helo,
                       const atomic_bool *stop)
{
    struct smtp *smtp = calloc(1, sizeof *smtp);
    if (!smtp)
        abort();
    smtp->conf = conf;
    smtp->password = password;
    smtp->helo = helo;
    smtp->stop = stop;
    return smtp;
}

void smtp_rest(struct smtp *smtp)
{
    curl_socket_t socket = CURL_SOCKET_BAD;
    /* libcurl waits two minutes for the answer to QUIT; with nothing more to be read it says QUIT
     * and goes. */
    if (smtp->curl && curl_easy_getinfo(smtp->curl, CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK &&
        socket != CURL_SOCKET_BAD)
        (void)shutdown(socket, SHUT_RD);
    curl_easy_cleanup(smtp->curl);
    smtp->curl = NULL;
}

void smtp_close(struct smtp *smtp)
{
    if (!smtp)
        return;
    smtp_rest(smtp);
    buf_free(&smtp->reply);
    free(smtp);
}

static size_t on_read(char *out, size_t size, size_t count, void *context)
{
    struct smtp *smtp = context;
    size_t len = smtp->message->len - smtp->sent;
    if (len > size * count)
        len = size * count;
    memcpy(out, smtp->message->data + smtp->sent, len);
    smtp->sent += len;
    return len;
}

/* A message is read from its start again when a kept connection turns out to be dead. */
static int on_seek(void *context, curl_off_t offset, int origin)
{
    struct smtp *smtp = context;
    if (origin != SEEK_SET || offset < 0 || (size_t)offset > smtp->message->len)
        return CURL_SEEKFUNC_FAIL;
    smtp->sent = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

/* One line of a reply: "250-SIZE 1000" or "250 OK". */
static void take_line(struct smtp *smtp, const char *line, size_t len)
{
    while (len > 0 && (line[len - 1] == '\r' || line[len - 1] == '\n'))
        len--;
    if (len < 3 || line[0] < '2' || line[0] > '5' || strspn(line, "0123456789") < 3)
        return;
    if (smtp->is_reply_whole)
        buf_clear(&smtp->reply);
    smtp->code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    smtp->is_reply_whole = len == 3 || line[3] == ' ';
    if (len >= 12 && strncasecmp(line + 4, "SMTPUTF8", 8) == 0)
        smtp->has_utf8 = true;
    if (smtp->reply.len + len > REPLY_BYTES)
        return;
    if (smtp->reply.len > 0)
        buf_addc(&smtp->reply, ' ');
    if (len > 4)
        buf_add(&smtp->reply, line + 4, len - 4);
}

static void note_command(struct smtp *smtp, const char *data, size_t len)
{
    if (len >= 5 && strncasecmp(data, "EHLO ", 5) == 0) {
        smtp->has_utf8 = false;
    } else if (len >= 5 && strncasecmp(data, "MAIL ", 5) == 0) {
        smtp->is_under_way = true;
        smtp->is_unfit = smtp->wants_utf8 && !smtp->has_utf8;
    } else if (len >= 4 && strncasecmp(data, "QUIT", 4) == 0) {
        smtp->is_leaving = true;
    }
}

static int on_talk(CURL *curl, curl_infotype type, char *data, size_t len, void *context)
{
    struct smtp *smtp = context;
    (void)curl;
    if (type == CURLINFO_HEADER_IN && !smtp->is_leaving)
        take_line(smtp, data, len);
    else if (type == CURLINFO_HEADER_OUT)
        note_command(smtp, data, len);
    return 0;
}

static int on_progress(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                       curl_off_t up)
{
    const struct smtp *smtp = context;
    (void)down_total, (void)down, (void)up_total, (void)up;
    return atomic_load(smtp->stop) || smtp->is_unfit ? 1 : 0;
}

/* A handle with all that does not change from one message to the next. False: it can't be had. */
static bool connect_handle(struct smtp *smtp)
{
    const struct conf *conf = smtp->conf;
    CURL *curl = curl_easy_init();
    struct buf url = {0};
    bool ok = curl != NULL;
    buf_printf(&url, "%s/%s", conf->smtp, smtp->helo ? smtp->helo : "");
#define SET(option, value) ok = ok && curl_easy_setopt(curl, option, value) == CURLE_OK
    SET(CURLOPT_URL, url.data);
    SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_QUICK_EXIT, 1L); /* a look-up that hangs does not hold up our end */
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_UPLOAD, 1L);
    SET(CURLOPT_READFUNCTION, on_read);
    SET(CURLOPT_READDATA, smtp);
    SET(CURLOPT_SEEKFUNCTION, on_seek);
    SET(CURLOPT_SEEKDATA, smtp);
    SET(CURLOPT_VERBOSE, 1L);
    SET(CURLOPT_DEBUGFUNCTION, on_talk);
    SET(CURLOPT_DEBUGDATA, smtp);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_XFERINFOFUNCTION, on_progress);
    SET(CURLOPT_XFERINFODATA, smtp);
    SET(CURLOPT_ERRORBUFFER, smtp->fault);
    SET(CURLOPT_CONNECTTIMEOUT, CONNECT_S);
    SET(CURLOPT_SERVER_RESPONSE_TIMEOUT, RESPONSE_S);
    SET(CURLOPT_TIMEOUT, TRANSFER_S);
    SET(CURLOPT_MAXAGE_CONN, IDLE_AGE_S);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (strncmp(conf->smtp, "smtps:", 6) != 0)
        SET(CURLOPT_USE_SSL, conf->smtp_tls == CONF_TLS_REQUIRED   ? (long)CURLUSESSL_ALL
                             : conf->smtp_tls == CONF_TLS_OPTIONAL ? (long)CURLUSESSL_TRY
                                                                   : (long)CURLUSESSL_NONE);
    if (strncmp(conf->smtp, "smtps:", 6) != 0 && conf->smtp_tls == CONF_TLS_OPTIONAL) {
        SET(CURLOPT_SSL_VERIFYPEER, 0L);
        SET(CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (conf->smtp_ca)
        SET(CURLOPT_CAINFO, conf->smtp_ca);
    if (conf->smtp_user && smtp->password) {
        SET(CURLOPT_USERNAME, conf->smtp_user);
        SET(CURLOPT_PASSWORD, smtp->password);
    }
#undef SET
    buf_free(&url);
    if (ok)
        smtp->curl = curl;
    else
        curl_easy_cleanup(curl);
    return ok;
}

/* text as one line of UTF-8, cut between characters, after code unless that is 0. */
static void put_words(char out[SMTP_WORDS_BYTES + 1], int code, const char *text, size_t len)
{
    size_t used = 0;
    if (code)
        used = (size_t)snprintf(out, SMTP_WORDS_BYTES, "%d ", code);
    for (size_t i = 0; i < len;) {
        uint32_t rune = 0;
        size_t step = utf8_step(text + i, len - i, &rune);
        const bool is_bad = step == 0 || rune < ' ' || (rune >= 0x7f && rune < 0xa0);
        const char *bytes = is_bad ? "?" : text + i;
        const size_t count = is_bad ? 1 : step;
        if (used + count > SMTP_WORDS_BYTES)
            break;
        memcpy(out + used, bytes, count);
        used += count;
        i += step ? step : 1;
    }
    while (used > 0 && out[used - 1] == ' ')
        used--;
    out[used] = '\0';
}

/* 530, 534, 535, 538: it wants a login, or another one (RFC 4954 section 6). */
static bool is_about_login(int code)
{
    return code == 530 || code == 534 || code == 535 || code == 538;
}

static void judge(const struct smtp *smtp, CURLcode code, struct smtp_reply *out)
{
    const bool is_refusal = smtp->code >= 400 && smtp->is_reply_whole;
    *out = (struct smtp_reply){.result = SMTP_LATER};
    if (code == CURLE_OK) {
        out->result = SMTP_ACCEPTED;
        return;
    }
    if (smtp->is_unfit) { /* RFC 6531 section 3.2: such an address is not told to it */
        put_words(out->words, 0, UNFIT, strlen(UNFIT));
        out->result = SMTP_NEVER;
        return;
    }
    if (is_refusal)
        put_words(out->words, smtp->code, smtp->reply.data ? smtp->reply.data : "",
                  smtp->reply.len);
    else if (*smtp->fault)
        put_words(out->words, 0, smtp->fault, strlen(smtp->fault));
    else
        put_words(out->words, 0, curl_easy_strerror(code), strlen(curl_easy_strerror(code)));
    if (is_refusal && smtp->code >= 500 && smtp->is_under_way && !is_about_login(smtp->code))
        out->result = SMTP_NEVER;
    out->is_down = out->result == SMTP_LATER &&
                   (!smtp->is_under_way || (is_refusal && is_about_login(smtp->code)));
}

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

static CURLcode perform(struct smtp *smtp, const struct smtp_message *message)
{
    struct curl_slist *to = curl_slist_append(NULL, message->to);
    CURLcode code = to ? CURLE_OK : CURLE_OUT_OF_MEMORY;
    if (code == CURLE_OK)
        code = curl_easy_setopt(smtp->curl, CURLOPT_MAIL_FROM, message->from);
    if (code == CURLE_OK)
        code = curl_easy_setopt(smtp->curl, CURLOPT_MAIL_RCPT, to);
    if (code == CURLE_OK)
        code = curl_easy_setopt(smtp->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)message->len);
    if (code == CURLE_OK)
        code = curl_easy_perform(smtp->curl);
    if (smtp->curl)
        (void)curl_easy_setopt(smtp->curl, CURLOPT_MAIL_RCPT, NULL);
    curl_slist_free_all(to);
    return code;
}

/* One try over the connection there is, or a new one. */
static void try_once(struct smtp *smtp, const struct smtp_message *message, struct smtp_reply *out)
{
    if (!smtp->curl && !connect_handle(smtp)) {
        *out = (struct smtp_reply){.result = SMTP_LATER, .is_down = true};
        put_words(out->words, 0, "libcurl can't be used as it is installed", 40);
        return;
    }
    smtp->message = message;
    smtp->sent = 0;
    smtp->wants_utf8 = !is_ascii(message->to);
    smtp->is_unfit = false;
    smtp->is_under_way = false;
    smtp->is_leaving = false;
    smtp->code = 0;
    smtp->is_reply_whole = true;
    smtp->fault[0] = '\0';
    buf_clear(&smtp->reply);
    judge(smtp, perform(smtp, message), out);
    /* A handle whose transfer failed may keep a connection in the middle of a dialogue. */
    if (out->result != SMTP_ACCEPTED)
        smtp_rest(smtp);
}

void smtp_send(struct smtp *smtp, const struct smtp_message *message, struct smtp_reply *out)
{
    const bool was_kept = smtp->curl != NULL;
    try_once(smtp, message, out);
    /* A kept connection whose server has had enough of it says 421, or nothing more: that is about
     * the connection, not about the message, which is in nobody's hands yet. */
    if (was_kept && out->result == SMTP_LATER && (smtp->code == 421 || smtp->code == 0) &&
        !smtp->is_unfit && !atomic_load(smtp->stop))
        try_once(smtp, message, out);
}
