/*
 * service/outbox: asking for mails, and their way to an end. See the header.
 */
#include "service/outbox.h"

#include <string.h>

#define MINUTE_S INT64_C(60)
#define HOUR_S   INT64_C(3600)

#define OUTBOX_WAIT_MAX_S (24 * HOUR_S)

enum status outbox_put(const struct service *service, struct txn *txn, const struct letter *letter,
                       int64_t now_s)
{
    struct letter row = *letter;
    (void)service;
    crypto_random(row.message_id, sizeof row.message_id);
    row.created_at = now_s;
    row.due_at = now_s;
    if (!row.language)
        row.language = "";
    return letters_insert(txn, &row);
}

int64_t outbox_wait_s(int tries)
{
    static const int64_t waits_s[] = {MINUTE_S,   5 * MINUTE_S, 30 * MINUTE_S,
                                      2 * HOUR_S, 6 * HOUR_S,   12 * HOUR_S};
    const int count = (int)(sizeof waits_s / sizeof *waits_s);
    return tries < 1 ? 0 : tries <= count ? waits_s[tries - 1] : OUTBOX_WAIT_MAX_S;
}

enum status outbox_claim(struct txn *txn, struct arena *arena, int64_t now_s, int limit,
                         struct letter **out, size_t *count)
{
    struct letter *letters = NULL;
    size_t n = 0;
    enum status status = letters_due(txn_store(txn), arena, now_s, limit, &letters, &n);
    for (size_t i = 0; i < n && status == STATUS_OK; i++) {
        letters[i].tries++;
        letters[i].due_at = now_s + outbox_wait_s(letters[i].tries);
        status = letters_try(txn, letters[i].id, letters[i].tries, letters[i].due_at);
    }
    if (status != STATUS_OK)
        return status;
    *out = letters;
    *count = n;
    return STATUS_OK;
}

/* The beginning of a text, cut between characters. */
static void cut(const char *text, char out[OUTBOX_FAULT_BYTES + 1])
{
    size_t len = strnlen(text, OUTBOX_FAULT_BYTES + 1);
    if (len > OUTBOX_FAULT_BYTES) {
        len = OUTBOX_FAULT_BYTES;
        while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
            len--;
    }
    memcpy(out, text, len);
    out[len] = '\0';
}

enum status outbox_settle(struct txn *txn, const struct letter *letter, enum outbox_result result,
                          const char *fault, int64_t now_s)
{
    char kept[OUTBOX_FAULT_BYTES + 1];
    const char *subject = letter->subject ? letter->subject : "";
    cut(fault, kept);
    switch (result) {
    case OUTBOX_SENT:
        return letters_end(txn, letter->id, LETTER_SENT, now_s, kept, subject);
    case OUTBOX_LATER:
        if (letter->tries >= OUTBOX_TRIES)
            return letters_end(txn, letter->id, LETTER_DEAD, now_s, kept, subject);
        return letters_fail(txn, letter->id, kept, subject);
    case OUTBOX_NEVER:
        return letters_end(txn, letter->id, LETTER_DEAD, now_s, kept, subject);
    case OUTBOX_DROPPED:
        return letters_delete(txn, letter->id);
    case OUTBOX_UNTRIED:
        return letters_try(txn, letter->id, letter->tries - 1, now_s);
    case OUTBOX_RESULT_COUNT:
        break;
    }
    return STATUS_INVALID;
}

enum status outbox_again(struct txn *txn, int64_t id, int64_t now_s)
{
    return letters_again(txn, id, now_s);
}

enum status outbox_sweep(struct txn *txn, int64_t now_s, int limit, int64_t *ids, size_t *count)
{
    static const enum letter_outcome ends[] = {LETTER_SENT, LETTER_DEAD, LETTER_DROPPED};
    enum status status = letters_mend_due(txn, now_s, now_s + OUTBOX_WAIT_MAX_S);
    size_t n = 0;
    for (size_t i = 0; i < sizeof ends / sizeof *ends && status == STATUS_OK; i++) {
        size_t found = 0;
        if (n == (size_t)limit)
            break;
        status = letters_ended_before(txn_store(txn), ends[i], now_s - OUTBOX_KEEP_S,
                                      limit - (int)n, ids + n, &found);
        n += status == STATUS_OK ? found : 0;
    }
    for (size_t i = 0; i < n && status == STATUS_OK; i++)
        status = letters_delete(txn, ids[i]);
    if (status == STATUS_OK)
        *count = n;
    return status;
}
