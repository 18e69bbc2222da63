/*
 * view/activity_export: entries of the ledger as CSV, for people's spreadsheets, and as JSON, for
 * programs. See activity.h.
 */
#include <string.h>

#include "base/clock.h"
#include "view/activity.h"

/* The keys of the topics in mask, each given to add. */
static void put_keys(struct buf *out, const struct activity_names *names, uint64_t mask,
                     bool is_json)
{
    bool is_first = true;

    for (size_t i = 0; i < names->topics_count; i++) {
        if ((mask & TOPIC_BIT(names->topics[i].id)) == 0)
            continue;
        if (!is_first)
            buf_adds(out, is_json ? "," : " ");
        if (is_json)
            buf_json(out, names->topics[i].key);
        else
            buf_adds(out, names->topics[i].key);
        is_first = false;
    }
}

static void put_time(struct buf *out, int64_t at_s, bool is_json)
{
    char text[CLOCK_RFC3339_BYTES];

    if (at_s == 0) {
        buf_adds(out, is_json ? "null" : "");
        return;
    }
    clock_rfc3339(at_s, text);
    if (is_json)
        buf_json(out, text);
    else
        buf_adds(out, text);
}

static void put_hex(struct buf *out, const uint8_t *data, size_t len)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        buf_addc(out, digits[data[i] >> 4]);
        buf_addc(out, digits[data[i] & 15]);
    }
}

void view_activity_csv_head(struct buf *out)
{
    buf_adds(out, "\xEF\xBB\xBF"
                  "position,at,kind,what,person,name,email,actor,actor_id,who,proof,status_before,"
                  "status_after,topics_before,topics_after,paused_before,paused_after,reason,note,"
                  "campaign,client_address,client_agent,undoes,wording,hash\r\n");
}

static void put_cells(struct buf *out, const char *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_addc(out, ',');
        buf_csv(out, cells[i]);
    }
}

/* Of an entry that is about nobody there is neither before nor after. */
static void put_moves_csv(struct buf *out, const struct entry *entry,
                          const struct activity_names *names)
{
    if (entry->contact.value == 0) {
        buf_adds(out, ",,,,,,");
        return;
    }
    buf_printf(out, ",%s,%s,", contact_status_key(entry->status_before),
               contact_status_key(entry->status_after));
    put_keys(out, names, entry->choices_before, false);
    buf_addc(out, ',');
    put_keys(out, names, entry->choices_after, false);
    buf_addc(out, ',');
    put_time(out, entry->paused_before, false);
    buf_addc(out, ',');
    put_time(out, entry->paused_after, false);
}

void view_activity_csv(struct buf *out, const struct activity_line *line,
                       const struct activity_names *names)
{
    const struct entry *entry = &line->entry;
    const char *const about[] = {entry_kind_key(entry->kind), line->words.what,
                                 line->person.public_id, line->person.name, line->person.email};
    const char *const by[] = {line->words.who, line->words.proof};
    const char *const words[] = {
        entry->leave_reason != LEAVE_NONE ? leave_reason_key(entry->leave_reason) : "",
        entry->private.note, entry->private.campaign, entry->private.address, entry->private.agent};

    buf_printf(out, "%lld,", (long long)entry->position.value);
    put_time(out, entry->at, false);
    put_cells(out, about, sizeof about / sizeof *about);
    buf_printf(out, ",%s,", actor_kind_key(entry->actor));
    if (entry->actor_id != 0)
        buf_printf(out, "%lld", (long long)entry->actor_id);
    put_cells(out, by, sizeof by / sizeof *by);
    put_moves_csv(out, entry, names);
    put_cells(out, words, sizeof words / sizeof *words);
    buf_addc(out, ',');
    if (entry->undoes.value != 0)
        buf_printf(out, "%lld", (long long)entry->undoes.value);
    buf_printf(out, ",%d,", entry->wording);
    put_hex(out, entry->hash, LEDGER_HASH_BYTES);
    buf_adds(out, "\r\n");
}

static void put_standing(struct buf *out, const char *name, enum contact_status status,
                         const uint64_t masks[3], int64_t paused_until,
                         const struct activity_names *names)
{
    buf_printf(out, ",\"%s\":{\"status\":\"%s\",\"topics\":[", name, contact_status_key(status));
    put_keys(out, names, masks[0], true);
    buf_adds(out, "],\"daily\":[");
    put_keys(out, names, masks[1], true);
    buf_adds(out, "],\"weekly\":[");
    put_keys(out, names, masks[2], true);
    buf_adds(out, "],\"paused_until\":");
    put_time(out, paused_until, true);
    buf_addc(out, '}');
}

static void put_person(struct buf *out, const struct activity_line *line,
                       const struct activity_names *names)
{
    const struct entry *entry = &line->entry;

    if (entry->contact.value == 0) {
        buf_adds(out, ",\"person\":null,\"before\":null,\"after\":null");
        return;
    }
    buf_printf(out,
               ",\"person\":{\"public_id\":\"%s\",\"on_list\":%s,\"name\":", line->person.public_id,
               line->person.is_gone ? "false" : "true");
    buf_json(out, line->person.is_gone ? NULL : line->person.name);
    buf_adds(out, ",\"email\":");
    buf_json(out, line->person.is_gone ? NULL : line->person.email);
    buf_addc(out, '}');
    put_standing(
        out, "before", entry->status_before,
        (const uint64_t[]){entry->choices_before, entry->daily_before, entry->weekly_before},
        entry->paused_before, names);
    put_standing(out, "after", entry->status_after,
                 (const uint64_t[]){entry->choices_after, entry->daily_after, entry->weekly_after},
                 entry->paused_after, names);
}

static void put_number(struct buf *out, const char *name, int64_t value)
{
    buf_printf(out, ",\"%s\":", name);
    if (value == 0)
        buf_adds(out, "null");
    else
        buf_printf(out, "%lld", (long long)value);
}

static void put_text(struct buf *out, const char *name, const char *text)
{
    buf_printf(out, ",\"%s\":", name);
    buf_json(out, text != NULL && *text != '\0' ? text : NULL);
}

static void put_proof(struct buf *out, const struct activity_line *line)
{
    const struct entry *entry = &line->entry;

    buf_printf(out, ",\"proof\":{\"kind\":\"%s\",\"words\":", proof_kind_key(entry->proof_kind));
    buf_json(out, *line->words.proof != '\0' ? line->words.proof : NULL);
    buf_adds(out, ",\"bytes\":\"");
    put_hex(out, entry->proof, entry->proof_len);
    buf_adds(out, "\"}");
}

void view_activity_json(struct buf *out, const struct activity_line *line,
                        const struct activity_names *names)
{
    const struct entry *entry = &line->entry;

    buf_printf(out, "{\"position\":%lld,\"at\":", (long long)entry->position.value);
    put_time(out, entry->at, true);
    put_text(out, "kind", entry_kind_key(entry->kind));
    put_text(out, "what", line->words.what);
    put_person(out, line, names);
    put_text(out, "actor", actor_kind_key(entry->actor));
    put_number(out, "actor_id", entry->actor_id);
    put_text(out, "who", line->words.who);
    put_proof(out, line);
    put_number(out, "subject", entry->subject);
    put_text(out, "reason",
             entry->leave_reason != LEAVE_NONE ? leave_reason_key(entry->leave_reason) : NULL);
    put_text(out, "note", entry->private.note);
    put_text(out, "campaign", entry->private.campaign);
    put_text(out, "client_address", entry->private.address);
    put_text(out, "client_agent", entry->private.agent);
    put_number(out, "wording", entry->wording);
    put_number(out, "previous", entry->previous.value);
    put_number(out, "undoes", entry->undoes.value);
    buf_adds(out, ",\"private_hash\":\"");
    put_hex(out, entry->private_hash, LEDGER_HASH_BYTES);
    buf_adds(out, "\",\"hash\":\"");
    put_hex(out, entry->hash, LEDGER_HASH_BYTES);
    buf_adds(out, "\"}\n");
}
