/*
 * service/mailto: unsubscribing by mail (RFC 2369): what one message asks for, and doing it.
 *
 * Only an unsubscribe token acts, and it does what its page's one button does: stops its topic, or
 * everything. A manage token does nothing here: it stands in the mail for its reader's eyes, and a
 * forwarded or quoted one must not act unseen. A message's sender is not looked at: the token is
 * the authority, and From lines are forged in no time. Nothing is answered, so no loop can come of
 * it.
 */
#ifndef ASSENT_SERVICE_MAILTO_H
#define ASSENT_SERVICE_MAILTO_H

#include "base/message.h"
#include "service/change.h"
#include "service/links.h"

/* Messages that this installation writes have a Message-ID of this beginning, at the public URL's
 * host: one of them that comes back is never acted upon. */
#define MAILTO_OWN_ID "<assent."

enum mailto_outcome {
    MAILTO_NO_TOKEN,    /* nothing in it has a token's shape */
    MAILTO_AUTOMATIC,   /* a machine wrote it: why says by what sign */
    MAILTO_NO_LINK,     /* what has the shape is no unsubscribe token that is believed */
    MAILTO_NOBODY,      /* a good token, but that person is gone */
    MAILTO_ASKED,       /* a good token: mailto_stop is due */
    MAILTO_STOPPED,     /* done: on disk once the transaction is */
    MAILTO_WAS_STOPPED, /* all was stopped already; nothing was written */
    MAILTO_OUTCOME_COUNT
};

struct mailto_mail {
    enum mailto_outcome outcome;
    const char *why;         /* with AUTOMATIC: the field's name; else "" */
    struct link_opened link; /* with ASKED, STOPPED, WAS_STOPPED */
    const char *campaign;    /* what its link noted; NULL: nothing */
};

/* "stopped" for JSON; a sentence for people. Static; no outcome names a person. */
const char *mailto_outcome_key(enum mailto_outcome outcome);
const char *mailto_outcome_words(enum mailto_outcome outcome);

/* Reads a message's beginning (its header, at least) and finds the first good unsubscribe token: in
 * the Subject, in the recipients that the mail server named, in the recipient fields' plus-
 * addresses, in this order. Reads the database only. A failure means that nothing is known: the
 * message must be kept and tried again. REQUIREMENTS U11. */
enum status mailto_read(const struct service *service, struct arena *arena, const char *data,
                        size_t len, const char *const *recipients, size_t recipients_count,
                        int64_t now_s, struct mailto_mail *out) MUST_CHECK;

/* Does what mail, which is ASKED, asks for, and says in its outcome what came of it. */
enum status mailto_stop(const struct service *service, struct txn *txn, struct arena *arena,
                        struct mailto_mail *mail) MUST_CHECK;

#endif
