/*
 * service/retention: see retention.h.
 */
#include "service/retention.h"

#include <string.h>

#include "base/catalogue.h"
#include "crypto/chain.h"
#include "service/change.h"
#include "service/settings.h"
#include "store/contacts.h"
#include "store/entries.h"

#define DAY_S        INT64_C(86400)
#define PROGRESS_KEY "client_retention"

/* As kept in the database. */
struct progress {
    int64_t to;     /* entries up to here are dealt with */
    int64_t target; /* those up to here are old enough; not beyond to: none are known */
    int64_t seen;   /* and up to here all were looked at */
    int64_t count;  /* blanked since the ledger was told last */
    int64_t day;    /* the day that the clock shows, from 1970 on */
    int64_t day_at; /* and when it first did */
};

static enum status read_progress(struct txn *txn, struct progress *out)
{
    struct progress progress = {0};
    enum status status = meta_get(txn_store(txn), PROGRESS_KEY, &progress, sizeof progress);

    if (status == STATUS_OK || status == STATUS_NOT_FOUND)
        *out = progress;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Looks for entries that are old enough. *is_end: there are no more. */
static enum status look(struct txn *txn, struct arena *arena, int64_t cutoff_s, int64_t now_s,
                        struct progress *progress, bool *is_end)
{
    struct entry_time *times;
    size_t count;
    const int64_t from = progress->seen > progress->to ? progress->seen : progress->to;
    enum status status = entries_times(txn_store(txn), arena, (struct position){from},
                                       RETENTION_LOOK, &times, &count);

    if (status != STATUS_OK)
        return status;
    *is_end = count < RETENTION_LOOK;
    for (size_t i = 0; i < count; i++) {
        if (times[i].at >= cutoff_s && times[i].at <= now_s) {
            *is_end = true;
            break;
        }
        if (times[i].at < cutoff_s)
            progress->target = times[i].position.value;
        progress->seen = times[i].position.value;
    }
    return STATUS_OK;
}

static enum status blank(const struct service *service, struct txn *txn, struct arena *arena,
                         struct progress *progress)
{
    struct entry *entries;
    size_t count;
    int64_t last = progress->to + RETENTION_LOOK;

    if (last > progress->target)
        last = progress->target;
    enum status status =
        entries_clients(txn_store(txn), arena, (struct position){progress->to},
                        (struct position){last}, RETENTION_BLANK, &entries, &count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        uint8_t hash[LEDGER_HASH_BYTES];
        chain_client_hash(&entries[i], secrets_ledger_key(service->secrets), hash);
        status = entries_blank_client(txn, entries[i].position, hash);
    }
    if (status != STATUS_OK)
        return status;
    progress->to = count == RETENTION_BLANK ? entries[count - 1].position.value : last;
    progress->count += (int64_t)count;
    return STATUS_OK;
}

static enum status tell(const struct service *service, struct txn *txn, struct arena *arena,
                        struct progress *progress)
{
    const struct origin origin = {.actor = ACTOR_SYSTEM};
    struct entry entry = {.kind = ENTRY_BLANKED, .subject = progress->to};

    if (progress->count == 0)
        return STATUS_OK;
    entry.private.note = arena_printf(arena, "entries: %lld", (long long)progress->count);
    progress->count = 0;
    return change_record(service, txn, &entry, &origin);
}

/* Whether today may be worked for; notes its first sight. */
static bool has_settled(struct progress *progress, int64_t now_s)
{
    if (progress->day != now_s / DAY_S) {
        progress->day = now_s / DAY_S;
        progress->day_at = now_s;
    }
    return now_s - progress->day_at >= RETENTION_SETTLE_S;
}

static enum status go_on(const struct service *service, struct txn *txn, struct arena *arena,
                         int64_t now_s, struct progress *progress, bool *is_done)
{
    int64_t days;
    bool is_end = false;
    enum status status = settings_number(txn_store(txn), arena, SETTING_CLIENT_DAYS, &days);

    if (status != STATUS_OK)
        return status;
    if (progress->target <= progress->to)
        status = look(txn, arena, (now_s / DAY_S - days) * DAY_S, now_s, progress, &is_end);
    if (status == STATUS_OK && progress->target > progress->to)
        return blank(service, txn, arena, progress);
    if (status != STATUS_OK || !is_end)
        return status;
    progress->seen = progress->to; /* what was of the future is looked at again another day */
    *is_done = true;
    return tell(service, txn, arena, progress);
}

enum status retention_step(const struct service *service, struct txn *txn, struct arena *arena,
                           int64_t now_s, bool *is_done)
{
    struct progress progress, before;
    enum status status = read_progress(txn, &progress);

    *is_done = false;
    if (status != STATUS_OK)
        return status;
    before = progress;
    if (has_settled(&progress, now_s))
        status = go_on(service, txn, arena, now_s, &progress, is_done);
    else
        *is_done = true;
    if (status == STATUS_OK && memcmp(&before, &progress, sizeof progress) != 0)
        status = meta_put(txn, PROGRESS_KEY, &progress, sizeof progress);
    return status;
}

enum status retention_words(struct store *store, struct arena *arena, enum locale lang,
                            const char **out)
{
    const char *own;
    int64_t days = 0;
    enum status status = settings_text(store, arena, SETTING_RETENTION, &own);

    if (status == STATUS_OK)
        status = settings_number(store, arena, SETTING_CLIENT_DAYS, &days);
    if (status != STATUS_OK)
        return status;
    if (*own == '\0')
        own = TEXT(arena, lang, TEXT_RECEIPT_RETENTION_OWN);
    /* Typed as a phrase, it gets its full stop. */
    const unsigned char last = (unsigned char)own[strlen(own) - 1];
    const bool is_sentence = last >= 0x80 || strchr(".!?;:", last) != NULL;
    *out = arena_printf(arena, "%s%s %s", own, is_sentence ? "" : ".",
                        TEXT(arena, lang, TEXT_RECEIPT_RETENTION_CLIENT, ARG("n", days)));
    return STATUS_OK;
}
