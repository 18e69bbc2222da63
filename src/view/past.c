/*
 * view/past: see past.h.
 */
#include "view/past.h"

#include <string.h>

#include "base/campaign.h"
#include "base/catalogue.h"
#include "base/clock.h"
#include "templates.h"
#include "view/sheet.h"
#include "view/wording.h"

#define PHRASES_MAX 10

static enum text often_text(enum frequency frequency)
{
    static const enum text words[FREQUENCY_COUNT] = {
        [FREQUENCY_ALL] = TEXT_OFTEN_ALL,
        [FREQUENCY_DAILY] = TEXT_OFTEN_DAILY,
        [FREQUENCY_WEEKLY] = TEXT_OFTEN_WEEKLY,
    };
    return words[frequency];
}

static enum text who_text(enum past_who who)
{
    static const enum text words[PAST_WHO_COUNT] = {
        [PAST_BY_YOU] = TEXT_PAST_BY_YOU,       [PAST_BY_PROGRAM] = TEXT_PAST_BY_PROGRAM,
        [PAST_BY_MAIL] = TEXT_PAST_BY_MAIL,     [PAST_BY_CONFIRM] = TEXT_PAST_BY_CONFIRM,
        [PAST_BY_ADMIN] = TEXT_PAST_BY_ADMIN,   [PAST_BY_IMPORT] = TEXT_PAST_BY_IMPORT,
        [PAST_BY_SYSTEM] = TEXT_PAST_BY_SYSTEM,
    };
    return words[who];
}

/* What such an entry is, before what it changed; TEXT_COUNT: that says enough. */
static enum text kind_text(enum entry_kind kind)
{
    if (kind == ENTRY_CONTACT_ADDED)
        return TEXT_PAST_ADDED;
    if (kind == ENTRY_UNDONE)
        return TEXT_PAST_UNDONE;
    if (kind == ENTRY_DETAILS)
        return TEXT_PAST_DETAILS;
    if (kind == ENTRY_REASON)
        return TEXT_PAST_REASON;
    if (kind == ENTRY_DATA_GIVEN)
        return TEXT_PAST_DATA_GIVEN;
    return kind == ENTRY_EPOCH ? TEXT_PAST_LINKS : TEXT_COUNT;
}

struct telling {
    struct arena *arena;
    enum locale lang;
    struct past_row *row;
};

static void tell(struct telling *telling, const char *phrase)
{
    telling->row->what[telling->row->what_count++] = phrase;
}

static void tell_topics(struct telling *telling, enum text label, const struct self_often *topics)
{
    struct arena *arena = telling->arena;
    const enum locale lang = telling->lang;
    if (topics->names_count == 0)
        return;
    const char *names =
        catalogue_list(arena, lang, (const char *const *)topics->names, topics->names_count);
    tell(telling, TEXT(arena, lang, TEXT_PAST_TOPICS, ARG("what", TEXT(arena, lang, label)),
                       ARG("topics", names)));
}

static struct past_row row_of(struct arena *arena, enum locale lang, const struct past_line *line)
{
    struct past_row row = {.at = line->at,
                           .what = arena_array(arena, PHRASES_MAX, sizeof *row.what),
                           .who = TEXT(arena, lang, who_text(line->who))};
    struct telling telling = {arena, lang, &row};
    if (kind_text(line->kind) != TEXT_COUNT)
        tell(&telling, TEXT(arena, lang, kind_text(line->kind)));
    if (line->went_out)
        tell(&telling, TEXT(arena, lang, TEXT_PAST_OUT));
    if (line->went_in)
        tell(&telling, TEXT(arena, lang, TEXT_PAST_IN));
    if (line->said_again)
        tell(&telling, TEXT(arena, lang, TEXT_PAST_AGAIN));
    tell_topics(&telling, TEXT_PAST_ON, &line->on);
    tell_topics(&telling, TEXT_PAST_OFF, &line->off);
    for (enum frequency often = FREQUENCY_ALL; often < FREQUENCY_COUNT; often++)
        tell_topics(&telling, often_text(often), &line->often[often]);
    if (line->pause_moved && line->paused_until != 0)
        tell(&telling, TEXT(arena, lang, TEXT_MANAGE_PAUSED,
                            catalogue_arg_date("until", line->paused_until)));
    else if (line->pause_moved)
        tell(&telling, TEXT(arena, lang, TEXT_PAST_RESUMED));
    return row;
}

const char *view_receipt_url(struct arena *arena, enum link_purpose link, const char *token,
                             struct position position, struct speech speech, const char *campaign)
{
    return arena_printf(arena, "/%c/%s/receipt?entry=%lld%s%s%s%s",
                        link == PURPOSE_UNSUBSCRIBE ? 'u' : 'p', token, (long long)position.value,
                        speech.is_asked ? "&lang=" : "",
                        speech.is_asked ? locale_tag(speech.lang) : "", campaign ? "&" : "",
                        campaign ? campaign_query(arena, campaign) + 1 : "");
}

/* The year's heading that the row belongs under. */
static struct past_year *year_of(struct past_view *view, struct arena *arena,
                                 const struct past_line *line)
{
    struct past_year *years = view->years;
    char at[CLOCK_RFC3339_BYTES];
    clock_rfc3339(line->at, at);
    if (view->years_count == 0 || strncmp(years[view->years_count - 1].year, at, 4) != 0)
        years[view->years_count++] = (struct past_year){
            .lang = view->lang,
            .year = arena_strndup(arena, at, 4),
            .id = arena_printf(arena, "%lld", (long long)line->position.value),
            .rows = arena_array(arena, view->page.lines_count, sizeof *years->rows),
        };
    return &years[view->years_count - 1];
}

void view_past(struct buf *out, struct arena *arena, const struct past_page *page)
{
    const struct speech speech = {page->lang, page->lang_is_asked};
    struct past_view view = {
        .lang = page->lang,
        .frame = sheet_frame(arena, &page->brand, speech, TEXT(arena, page->lang, TEXT_PAST_TITLE)),
        .page = *page,
        .years = arena_array(arena, page->lines_count + 1, sizeof *view.years),
    };
    const char *here = arena_printf(arena, "/p/%s?show=history", page->token);
    const char *question = "show=history";
    sheet_keep_campaign(arena, &view.frame, page->campaign);
    for (size_t i = 0; i < page->lines_count; i++) {
        const struct past_line *line = &page->lines[i];
        struct past_year *year = year_of(&view, arena, line);
        struct past_row *row = &year->rows[year->rows_count++];
        *row = row_of(arena, page->lang, line);
        if (line->has_receipt)
            row->receipt_url = view_receipt_url(arena, PURPOSE_MANAGE, page->token, line->position,
                                                speech, page->campaign);
        row->seen_url = view_seen_url(arena, PURPOSE_MANAGE, page->token, line->position,
                                      line->wording, speech, page->campaign);
    }
    if (page->is_cut)
        view.older_url = arena_printf(arena, "%s&before=%lld%s", here,
                                      (long long)page->lines[page->lines_count - 1].position.value,
                                      view.frame.and_query);
    if (page->before.value != 0) {
        view.newest_url = arena_printf(arena, "%s%s", here, view.frame.and_query);
        question = arena_printf(arena, "%s&before=%lld", question, (long long)page->before.value);
    }
    sheet_keep_question(arena, &view.frame, question);
    template_past(out, &view);
}

struct purpose_row view_receipt_purpose(struct arena *arena, enum locale lang,
                                        const struct receipt_purpose *purpose)
{
    const char *state =
        TEXT(arena, lang, purpose->is_given ? TEXT_RECEIPT_GIVEN : TEXT_RECEIPT_WITHDRAWN);
    if (purpose->is_given && purpose->frequency != FREQUENCY_ALL)
        state = arena_printf(arena, "%s · %s", state,
                             TEXT(arena, lang, often_text(purpose->frequency)));
    return (struct purpose_row){.name = *purpose->name ? purpose->name
                                                       : TEXT(arena, lang, TEXT_RECEIPT_EVERYTHING),
                                .state = state};
}

void view_receipt(struct buf *out, struct arena *arena, const struct receipt *receipt)
{
    const enum locale lang = receipt->lang;
    const struct speech speech = {lang, receipt->lang_is_asked};
    struct receipt_view view = {
        .lang = lang,
        .frame = sheet_frame(arena, &receipt->brand, speech, TEXT(arena, lang, TEXT_RECEIPT_TITLE)),
        .receipt = *receipt,
        .row = row_of(arena, lang, &receipt->line),
        .purposes = arena_array(arena, receipt->purposes_count + 1, sizeof *view.purposes),
        .purposes_count = receipt->purposes_count,
        .is_unsubscribe = receipt->link == PURPOSE_UNSUBSCRIBE,
        .is_admin = receipt->token == NULL,
    };
    const char *here =
        view.is_admin
            ? arena_printf(arena, "/admin/people/%s", receipt->principal)
            : arena_printf(arena, "/%c/%s", view.is_unsubscribe ? 'u' : 'p', receipt->token);
    const char *entry = arena_printf(arena, "entry=%lld", (long long)receipt->line.position.value);
    for (size_t i = 0; i < receipt->purposes_count; i++)
        view.purposes[i] = view_receipt_purpose(arena, lang, &receipt->purposes[i]);
    view.check_url = arena_printf(arena, "/receipt%s", view.frame.query);
    sheet_keep_campaign(arena, &view.frame, receipt->campaign);
    view.file_url =
        arena_printf(arena, "%s/receipt?%s%s&format=json", here, entry, view.frame.and_query);
    view.back_url = view.is_admin ? here : arena_printf(arena, "%s%s", here, view.frame.query);
    if (!view.is_admin)
        view.seen_url = view_seen_url(arena, receipt->link, receipt->token, receipt->line.position,
                                      receipt->line.wording, speech, receipt->campaign);
    sheet_keep_question(arena, &view.frame, entry);
    template_receipt(out, &view);
}

void view_receipt_file(struct buf *out, const struct receipt *receipt)
{
    buf_printf(out, "{\"receipt\":%s,\"signature\":{\"alg\":\"Ed25519\",\"key\":", receipt->text);
    buf_json(out, receipt->key_id);
    buf_adds(out, ",\"value\":");
    buf_json(out, receipt->signature);
    buf_adds(out, "}}\n");
}

static void add_key(struct buf *out, const char *id, const char *purpose, const char *public_key)
{
    buf_adds(out, "{\"alg\":\"EdDSA\",\"crv\":\"Ed25519\",\"kid\":");
    buf_json(out, id);
    buf_adds(out, ",\"kty\":\"OKP\",\"purpose\":");
    buf_json(out, purpose);
    buf_adds(out, ",\"use\":\"sig\",\"x\":");
    buf_json(out, public_key);
}

void view_receipt_keys(struct buf *out, const struct receipt_key *receipt,
                       const struct ledger_checkpoint_key *checkpoint)
{
    buf_adds(out, "{\"keys\":[");
    add_key(out, receipt->id, RECEIPT_DOMAIN, receipt->public_key);
    buf_adds(out, "},");
    add_key(out, checkpoint->id, CHECKPOINT_DOMAIN, checkpoint->public_key);
    buf_adds(out, ",\"verifier\":");
    buf_json(out, checkpoint->verifier);
    buf_adds(out, "}]}\n");
}
