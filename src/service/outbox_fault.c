/*
 * service/outbox_fault: see the header.
 */
#include "service/outbox_fault.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct reply {
    int code;            /* RFC 5321 section 4.2 */
    int subject, detail; /* of the enhanced code (RFC 3463); -1: it has none */
};

/* "550 5.1.1 …". False: it is no reply. */
static bool read_reply(const char *words, struct reply *out)
{
    for (int i = 0; i < 3; i++)
        if (!isdigit((unsigned char)words[i]))
            return false;
    if (words[3] != ' ' && words[3] != '\0')
        return false;
    *out = (struct reply){.code = (words[0] - '0') * 100 + (words[1] - '0') * 10 + (words[2] - '0'),
                          .subject = -1,
                          .detail = -1};
    const char *at = words[3] ? words + 4 : "";
    if ((*at == '4' || *at == '5') && at[1] == '.' && isdigit((unsigned char)at[2]) &&
        at[3] == '.' && isdigit((unsigned char)at[4])) {
        out->subject = at[2] - '0';
        out->detail = 0;
        for (at += 4; isdigit((unsigned char)*at) && out->detail < 1000; at++)
            out->detail = out->detail * 10 + (*at - '0');
    }
    return true;
}

static enum outbox_fault judge(const struct reply *reply)
{
    const int code = reply->code, subject = reply->subject, detail = reply->detail;
    if (code == 530 || code == 534 || code == 535 || code == 538)
        return OUTBOX_FAULT_LOGIN; /* RFC 4954 section 6 */
    if (subject == 2 && detail == 2)
        return OUTBOX_FAULT_FULL;
    if ((subject == 2 && detail == 3) || (subject == 3 && detail == 4))
        return OUTBOX_FAULT_SIZE;
    if (code < 500)
        return OUTBOX_FAULT_LATER;
    if (subject == 1 || (subject < 0 && (code == 550 || code == 551 || code == 553)))
        return OUTBOX_FAULT_MAILBOX;
    if (subject == 7 || code == 554)
        return OUTBOX_FAULT_UNWANTED;
    return code == 552 ? OUTBOX_FAULT_FULL : OUTBOX_FAULT_NEVER;
}

enum outbox_fault outbox_fault_of(const char *fault)
{
    /* Words of the courier and of libcurl, by what they speak of; the first that fits. */
    static const struct {
        const char *part;
        enum outbox_fault fault;
    } parts[] = {
        {"no address that mail servers take", OUTBOX_FAULT_ADDRESS},
        {"no key here", OUTBOX_FAULT_KEYLESS},
        {"resolve", OUTBOX_FAULT_NAME},
        {"timed out", OUTBOX_FAULT_TIME},
        {"timeout", OUTBOX_FAULT_TIME},
        {"login denied", OUTBOX_FAULT_LOGIN},
        {"ssl", OUTBOX_FAULT_TRUST},
        {"tls", OUTBOX_FAULT_TRUST},
        {"certificate", OUTBOX_FAULT_TRUST},
        {"connect", OUTBOX_FAULT_AWAY},
        {"server response", OUTBOX_FAULT_AWAY},
        {"response reading", OUTBOX_FAULT_AWAY},
        {"recv failure", OUTBOX_FAULT_AWAY},
        {"send failure", OUTBOX_FAULT_AWAY},
    };
    struct reply reply;
    if (!*fault)
        return OUTBOX_FAULT_NONE;
    if (read_reply(fault, &reply))
        return judge(&reply);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcasestr(fault, parts[i].part))
            return parts[i].fault;
    return OUTBOX_FAULT_OTHER;
}
