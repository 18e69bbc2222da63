/*
 * cli/mailto_verb: mailto: a mail server hands over one message that was sent to unsubscribe.
 *
 * Its exit codes are the mail server's: 0 takes the message off its hands, acted upon or not; 75
 * (EX_TEMPFAIL of sysexits.h) has it kept and handed over again, whatever it was that failed here:
 * any other code would bounce a no back to the person who said it.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/message.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/mailto.h"
#include "service/operator.h"
#include "service/writer.h"

#define READ_BYTES 65536

/* Keeps the beginning of standard input and reads the rest away, so that the mail server can write
 * all of it. */
static bool read_message(struct buf *out)
{
    char chunk[READ_BYTES];

    for (;;) {
        const ssize_t got = read(STDIN_FILENO, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        const size_t room = MESSAGE_HEAD_MAX_BYTES - out->len;
        buf_add(out, chunk, (size_t)got < room ? (size_t)got : room);
    }
}

static enum status run_stop(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    return mailto_stop(service, txn, arena, context);
}

/* The addresses that the mail server named: --recipient, and words, since ${recipient} of Postfix
 * may become several. */
static const char **recipients_of(const struct args *args, struct open *open, size_t *count)
{
    const char **list = arena_array(open->arena, args->words_count + 1, sizeof *list);

    *count = 0;
    if (args_has(args, "recipient"))
        list[(*count)++] = args_get(args, "recipient");
    for (size_t i = 0; i < args->words_count; i++)
        list[(*count)++] = args->words[i];
    return list;
}

/* The key of the topic that was asked about; NULL: everything. */
static const char *topic_key(struct open *open, struct topic_id id)
{
    struct topic *topics;
    size_t count;

    if (id.value && operator_topics(&open->service, open->arena, &topics, &count) == STATUS_OK)
        for (size_t i = 0; i < count; i++)
            if (topics[i].id.value == id.value)
                return topics[i].key;
    return NULL;
}

/* What happened, for logs: no address, no token. What was done stands, whether or not it can be
 * said. */
static void say(const struct args *args, struct open *open, const struct mailto_mail *mail)
{
    const bool is_known = mail->outcome == MAILTO_STOPPED || mail->outcome == MAILTO_WAS_STOPPED;
    char id[PUBLIC_ID_TEXT_BYTES];

    if (args_has(args, "json")) {
        json_t *json = json_pack("{s:s, s:o}", "result", mailto_outcome_key(mail->outcome), "sign",
                                 cli_json_text(*mail->why ? mail->why : NULL));
        if (is_known) {
            public_id_text(mail->link.contact.public_id, id);
            json_object_set_new(json, "public_id", cli_json_text(id));
            json_object_set_new(json, "topic",
                                cli_json_text(topic_key(open, mail->link.claims.topic)));
        }
        (void)cli_json(json);
    } else if (args_has(args, "verbose")) {
        cli_say("%s%s%s%s", mailto_outcome_words(mail->outcome), *mail->why ? " (" : "", mail->why,
                *mail->why ? ")" : "");
    }
    /* A closed pipe or full log must not make the mail server hand the message over again. */
    fflush(stdout);
    clearerr(stdout);
}

enum cli_exit mailto_verb_run(const struct args *args)
{
    struct open open = {0};
    struct buf message = {0};
    struct mailto_mail mail;
    enum cli_exit code = CLI_AGAIN;
    enum status status;
    size_t count;

    if (isatty(STDIN_FILENO))
        cli_note(args, "reading a message from the terminal; Ctrl-D ends.");
    if (!read_message(&message)) {
        cli_note(args, "the message can't be read: %s.", strerror(errno));
        goto out;
    }
    if (!open_data(args, true, &open))
        goto out;
    const char **recipients = recipients_of(args, &open, &count);
    status = mailto_read(&open.service, open.arena, message.len ? message.data : "", message.len,
                         recipients, count, clock_now_s(), &mail);
    if (status == STATUS_OK && mail.outcome == MAILTO_ASKED)
        status = writer_run(&open.service, open.arena, run_stop, &mail);
    if (status != STATUS_OK) {
        cli_failed(args, status, "The message is to be kept");
        goto out;
    }
    say(args, &open, &mail);
    code = CLI_DONE;
out:
    open_end(&open);
    buf_free(&message);
    return code;
}
