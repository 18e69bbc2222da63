/*
 * view/activity_entry: one entry of the ledger with all that is known of it. See activity.h.
 */
#include <string.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "service/past.h"
#include "templates.h"
#include "view/activity_model.h"
#include "view/activity_words.h"
#include "view/wording.h"
#include "view/words.h"

static const char *hex(struct arena *arena, const uint8_t *data, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_alloc(arena, len * 2 + 1);

    for (size_t i = 0; i < len; i++) {
        text[2 * i] = digits[data[i] >> 4];
        text[2 * i + 1] = digits[data[i] & 15];
    }
    text[len * 2] = '\0';
    return text;
}

static bool is_zero(const uint8_t hash[LEDGER_HASH_BYTES])
{
    static const uint8_t zero[LEDGER_HASH_BYTES];

    return memcmp(hash, zero, sizeof zero) == 0;
}

static const char *number(struct arena *arena, int64_t value)
{
    return arena_printf(arena, "%lld", (long long)value);
}

static const char *url_of(struct arena *arena, struct position position)
{
    return position.value <= 0
               ? NULL
               : arena_printf(arena, "/admin/activity/%lld", (long long)position.value);
}

/* "Newsletter, Marketing", by rank; "none". */
static const char *topic_names(struct arena *arena, const struct activity_names *names,
                               uint64_t mask)
{
    const char *list[TOPIC_MAX];
    size_t count = 0;

    for (size_t i = 0; i < names->topics_count && count < TOPIC_MAX; i++)
        if ((mask & TOPIC_BIT(names->topics[i].id)) != 0)
            list[count++] = names->topics[i].name;
    return count == 0 ? ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_NOTHING)
                      : catalogue_list(arena, LOCALE_EN, list, count);
}

static void fact(struct activity_entry_view *view, struct arena *arena, enum text label,
                 const char *before, const char *after)
{
    view->facts[view->facts_count++] =
        (struct activity_fact){ADMIN_TEXT(arena, label), before, after, strcmp(before, after) != 0};
}

static const char *pause_words(struct arena *arena, int64_t until)
{
    char text[CLOCK_HUMAN_BYTES];

    if (until == 0)
        return ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_NOTHING);
    clock_human(until, text);
    return arena_strdup(arena, text);
}

/* What was and what is, of an entry about a person. */
static void fill_facts(struct activity_entry_view *view, struct arena *arena,
                       const struct entry *entry, const struct activity_names *names)
{
    if (entry->contact.value == 0)
        return;
    fact(view, arena, TEXT_ADMIN_ACTIVITY_STATUS,
         entry->kind == ENTRY_CONTACT_ADDED ? ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_NOT_LISTED)
                                            : ADMIN_TEXT(arena, words_status(entry->status_before)),
         entry->kind == ENTRY_ERASED ? ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_NOT_LISTED)
                                     : ADMIN_TEXT(arena, words_status(entry->status_after)));
    fact(view, arena, TEXT_ADMIN_ACTIVITY_TOPICS_ON,
         topic_names(arena, names, entry->choices_before),
         topic_names(arena, names, entry->choices_after));
    if ((entry->daily_before | entry->daily_after) != 0)
        fact(view, arena, TEXT_ADMIN_ACTIVITY_DAILY, topic_names(arena, names, entry->daily_before),
             topic_names(arena, names, entry->daily_after));
    if ((entry->weekly_before | entry->weekly_after) != 0)
        fact(view, arena, TEXT_ADMIN_ACTIVITY_WEEKLY,
             topic_names(arena, names, entry->weekly_before),
             topic_names(arena, names, entry->weekly_after));
    fact(view, arena, TEXT_ADMIN_ACTIVITY_PAUSED_UNTIL, pause_words(arena, entry->paused_before),
         pause_words(arena, entry->paused_after));
}

static void say(struct activity_entry_view *view, struct arena *arena, enum text label,
                const char *value, bool is_code)
{
    if (value != NULL && *value != '\0')
        view->who[view->who_count++] = (struct activity_raw){
            .label = ADMIN_TEXT(arena, label), .value = value, .is_code = is_code};
}

static uint32_t read_u32(const uint8_t *from)
{
    return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

/* The proof as it is stored, by its kind. */
static void say_proof(struct activity_entry_view *view, struct arena *arena,
                      const struct entry *entry)
{
    const bool is_link = entry->proof_kind == PROOF_LINK || entry->proof_kind == PROOF_CONFIRM;
    char issued[CLOCK_RFC3339_BYTES];

    if (is_link && entry->proof_len == PROOF_MAX_BYTES) {
        say(view, arena, TEXT_ADMIN_ACTIVITY_LINK_KEY,
            arena_printf(arena, "%08x", read_u32(entry->proof)), true);
        clock_rfc3339(read_u32(entry->proof + 4), issued);
        say(view, arena, TEXT_ADMIN_ACTIVITY_LINK_ISSUED, arena_strdup(arena, issued), true);
    } else if (entry->proof_kind == PROOF_SESSION) {
        say(view, arena, TEXT_ADMIN_ACTIVITY_SESSION, hex(arena, entry->proof, entry->proof_len),
            true);
    } else if (entry->proof_kind == PROOF_IMPORT && entry->proof_len >= 4) {
        say(view, arena, TEXT_ADMIN_ACTIVITY_LINE, number(arena, read_u32(entry->proof)), true);
    }
}

/* Which of the private texts are gone. */
static const char *blanked_words(struct arena *arena, const struct entry *entry)
{
    if (is_zero(entry->private_hash) || entry->kind == ENTRY_WORDING)
        return NULL;
    if (!entry->seal.is_kept)
        return ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_BLANKED_ALL);
    return entry->seal.has_client_hash ? ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_BLANKED_CLIENT)
                                       : NULL;
}

static void fill_who(struct activity_entry_view *view, struct arena *arena,
                     const struct activity_line *line)
{
    const struct entry *entry = &line->entry;

    say(view, arena, TEXT_ADMIN_ACTIVITY_DONE_BY, line->words.who, false);
    say(view, arena, TEXT_ADMIN_ACTIVITY_ACTOR_KEY,
        entry->actor_id == 0 ? actor_kind_key(entry->actor)
                             : arena_printf(arena, "%s:%lld", actor_kind_key(entry->actor),
                                            (long long)entry->actor_id),
        true);
    say(view, arena, TEXT_ADMIN_ACTIVITY_PROOF,
        *line->words.proof != '\0' ? line->words.proof
                                   : ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_NO_PROOF),
        false);
    say_proof(view, arena, entry);
    say(view, arena, TEXT_ADMIN_ACTIVITY_ADDRESS, entry->private.address, true);
    say(view, arena, TEXT_ADMIN_ACTIVITY_AGENT, entry->private.agent, true);
    view->blanked = blanked_words(arena, entry);
    if (entry->wording != 0)
        say(view, arena, TEXT_ADMIN_ACTIVITY_WORDING, wording_name(arena, entry->wording), true);
    say(view, arena, TEXT_ADMIN_ACTIVITY_KIND_KEY, entry_kind_key(entry->kind), true);
    if (entry->subject != 0)
        say(view, arena, TEXT_ADMIN_ACTIVITY_SUBJECT, number(arena, entry->subject), true);
}

static void link_to(struct activity_entry_view *view, struct arena *arena, enum text label,
                    struct position position)
{
    if (position.value > 0)
        view->links[view->links_count++] =
            (struct activity_raw){.label = ADMIN_TEXT(arena, label),
                                  .value = number(arena, position.value),
                                  .url = url_of(arena, position)};
}

/* What the person saw, or the texts that came to stand with this very entry. */
static const char *wording_url(struct arena *arena, const struct entry *entry)
{
    if (entry->kind != ENTRY_WORDING)
        return view_wording_url(arena, entry->wording);
    if (entry->subject < 1 || entry->subject > WORDING_SET_MAX)
        return NULL;
    return view_wording_url(arena,
                            wording_pack(WORDING_MANAGE, LOCALE_EN, (int32_t)entry->subject));
}

static void fill_links(struct activity_entry_view *view, struct arena *arena,
                       const struct activity_entry *entry)
{
    const bool is_reason = entry->line.entry.kind == ENTRY_REASON;

    const char *wording = wording_url(arena, &entry->line.entry);

    if (wording != NULL)
        view->links[view->links_count++] = (struct activity_raw){
            .label = ADMIN_TEXT(arena, TEXT_ADMIN_WORDING_SAW), .value = "", .url = wording};
    link_to(view, arena, is_reason ? TEXT_ADMIN_ACTIVITY_EXPLAINS : TEXT_ADMIN_ACTIVITY_UNDOES,
            entry->line.entry.undoes);
    link_to(view, arena, TEXT_ADMIN_ACTIVITY_UNDONE_BY, entry->undone_by);
    link_to(view, arena, TEXT_ADMIN_ACTIVITY_REASON_AT, entry->reason_at);
    link_to(view, arena, TEXT_ADMIN_ACTIVITY_PERSON_OLDER, entry->person_older);
    link_to(view, arena, TEXT_ADMIN_ACTIVITY_PERSON_NEWER, entry->person_newer);
}

static void fill_person(struct activity_entry_view *view, struct arena *arena,
                        const struct activity_person *person)
{
    if (*person->public_id == '\0')
        return;
    view->person_is_gone = person->is_gone;
    view->person = person->is_gone ? ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_SOMEONE_GONE)
                                   : (*person->name != '\0' ? person->name : person->email);
    view->person_email = *person->name != '\0' ? person->email : "";
    if (!person->is_gone)
        view->person_url = arena_printf(arena, "/admin/people/%s", person->public_id);
    view->all_url = arena_printf(arena, "/admin/activity?person=%s", person->public_id);
}

/* The first of the groups that it is in: they go from what is said most to what is rare. */
static const char *group_words(struct arena *arena, const struct entry *entry)
{
    const uint64_t traits = ledger_traits(entry);

    for (unsigned group = 0; group < GROUP_COUNT; group++)
        if ((ledger_group_traits((enum ledger_group)group) & traits) != 0)
            return ADMIN_TEXT(arena, activity_group_words((enum ledger_group)group));
    return NULL;
}

void view_activity_entry(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                         const struct activity_entry *entry, const struct activity_names *names)
{
    const struct activity_line *line = &entry->line;
    const int64_t position = line->entry.position.value;
    char at[CLOCK_RFC3339_BYTES];
    clock_rfc3339(line->entry.at, at);
    struct activity_entry_view view = {
        .position = number(arena, position),
        .group = group_words(arena, &line->entry),
        .what = line->words.what,
        .at = line->entry.at,
        .at_text = at,
        .note = line->words.note,
        .campaign = line->words.campaign,
        .hash = hex(arena, line->entry.hash, LEDGER_HASH_BYTES),
        .hash_before = hex(arena, entry->hash_before, LEDGER_HASH_BYTES),
        .older_url = url_of(arena, (struct position){position - 1}),
        .newer_url = entry->is_newest ? NULL : url_of(arena, (struct position){position + 1}),
        .json_url = arena_printf(arena, "/admin/activity/%lld/json", (long long)position),
    };

    view.frame = admin_frame_of(
        shell, ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_ENTRY, ARG("number", view.position)), 'y');
    if (!is_zero(line->entry.private_hash))
        view.private_hash = hex(arena, line->entry.private_hash, LEDGER_HASH_BYTES);
    fill_person(&view, arena, &line->person);
    fill_facts(&view, arena, &line->entry, names);
    fill_who(&view, arena, line);
    fill_links(&view, arena, entry);
    if (view.person_url && past_has_receipt(line->entry.kind))
        view.receipt_url =
            arena_printf(arena, "%s/receipt?entry=%lld", view.person_url, (long long)position);
    template_activity_entry(out, &view);
}
