/*
 * tests/preview/states_requests: recipients' other pages: asking for a link, signing up,
 * confirming, what changed, receipts, errors. See states.h.
 */
#include "preview/states_self.h"

#include "base/catalogue.h"
#include "view/error.h"
#include "view/past.h"
#include "view/receipt_check.h"
#include "view/recipient.h"
#include "view/requests.h"

#define DEC_23 INT64_C(1797984000) /* 2026 */

static void home(struct buf *out, struct arena *arena)
{
    struct brand brand = {.name = typed("Northwind"),
                          .postal_address = typed("1 Harbour Street, Bergen"),
                          .privacy_url = ""};
    view_home(out, arena, &brand, (struct speech){.lang = states_lang}, NULL);
}

static void how(struct buf *out, struct arena *arena)
{
    struct brand brand = {.name = typed("Northwind"),
                          .postal_address = typed("1 Harbour Street, Bergen"),
                          .privacy_url = ""};
    view_how(out, arena, &brand, (struct speech){.lang = states_lang});
}

static struct brand plain_brand(void)
{
    return (struct brand){.name = typed("Northwind"),
                          .postal_address = typed("1 Harbour Street, Bergen"),
                          .privacy_url = ""};
}

static void home_wrong(struct buf *out, struct arena *arena)
{
    const struct brand brand = plain_brand();
    view_home(out, arena, &brand, (struct speech){.lang = states_lang}, typed("ada at example"));
}

static void asked(struct buf *out, struct arena *arena)
{
    const struct brand brand = plain_brand();
    view_asked(out, arena, &brand, (struct speech){.lang = states_lang}, ASKED_JOIN,
               typed("ada@example.com"));
}

static struct join_page join_page(struct arena *arena)
{
    const struct self_page self = states_self_page(arena, PURPOSE_MANAGE);
    return (struct join_page){.lang = states_lang,
                              .brand = plain_brand(),
                              .is_open = true,
                              .typed = {.name = "", .email = "", .language = states_lang},
                              .topics = self.choices,
                              .topics_count = self.choices_count,
                              .form_url = "https://lists.example.com/join"};
}

static void join(struct buf *out, struct arena *arena)
{
    const struct join_page page = join_page(arena);
    view_join(out, arena, &page, (struct speech){.lang = states_lang});
}

static void join_wrong(struct buf *out, struct arena *arena)
{
    struct join_page page = join_page(arena);
    page.typed = (struct join_typed){.name = typed("Ada"),
                                     .email = typed("ada at example"),
                                     .language = states_lang,
                                     .email_fault = EMAIL_NO_AT,
                                     .has_no_topic = true,
                                     .name_is_too_long = true};
    view_join(out, arena, &page, (struct speech){.lang = states_lang});
}

static void join_closed(struct buf *out, struct arena *arena)
{
    struct join_page page = join_page(arena);
    page.is_open = false;
    view_join(out, arena, &page, (struct speech){.lang = states_lang});
}

static void confirm_in(struct buf *out, struct arena *arena, enum confirm_state state,
                       enum confirmation_kind kind)
{
    struct confirm_page page = {.state = state,
                                .kind = kind,
                                .token = "EXAMPLE",
                                .brand = plain_brand(),
                                .masked_email = typed("a•••••@northwind.example"),
                                .language = "",
                                .topics = arena_array(arena, 2, sizeof *page.topics),
                                .topics_count = 2,
                                .expires_at = DEC_23,
                                .can_undo = state == CONFIRM_DONE || state == CONFIRM_DECLINED,
                                .manage = "EXAMPLE",
                                .can_join = true};
    page.topics[0] = typed("Newsletter");
    page.topics[1] = typed("Marketing");
    view_confirm(out, arena, &page, (struct speech){.lang = states_lang});
}

static void confirm(struct buf *out, struct arena *arena)
{
    confirm_in(out, arena, CONFIRM_OPEN, CONFIRMATION_JOIN);
}

static void confirm_done(struct buf *out, struct arena *arena)
{
    confirm_in(out, arena, CONFIRM_DONE, CONFIRMATION_JOIN);
}

static void confirm_declined(struct buf *out, struct arena *arena)
{
    confirm_in(out, arena, CONFIRM_DECLINED, CONFIRMATION_JOIN);
}

static void confirm_address(struct buf *out, struct arena *arena)
{
    confirm_in(out, arena, CONFIRM_OPEN, CONFIRMATION_ADDRESS);
}

static void confirm_moved(struct buf *out, struct arena *arena)
{
    confirm_in(out, arena, CONFIRM_DONE, CONFIRMATION_ADDRESS);
}

static void confirm_closed(struct buf *out, struct arena *arena)
{
    confirm_in(out, arena, CONFIRM_CLOSED, CONFIRMATION_ADDRESS);
}

static void confirm_expired(struct buf *out, struct arena *arena)
{
    confirm_in(out, arena, CONFIRM_EXPIRED, 0);
}

static void error(struct buf *out, struct arena *arena)
{
    view_error_page(out, arena, (struct speech){.lang = states_lang}, 404,
                    TEXT(arena, states_lang, TEXT_ERROR_TITLE_404),
                    TEXT(arena, states_lang, TEXT_ERROR_ADVICE_404), NULL, NULL);
}

static struct past_line past_line(struct arena *arena, enum entry_kind kind, enum past_who who)
{
    struct past_line line = {.position = {4711},
                             .at = INT64_C(1795414704),
                             .kind = kind,
                             .who = who,
                             .has_receipt = kind != ENTRY_DETAILS && kind != ENTRY_REASON &&
                                            kind != ENTRY_EPOCH,
                             .wording = kind == ENTRY_CHOICES || kind == ENTRY_EPOCH
                                            ? wording_pack(WORDING_MANAGE, states_lang, 12)
                                            : 10};
    line.on.names = arena_array(arena, 1, sizeof(const char *));
    line.on.names[0] = typed("Newsletter");
    line.on.names_count = line.has_receipt;
    line.often[FREQUENCY_WEEKLY] = line.on;
    return line;
}

static void past_at(struct buf *out, struct arena *arena, int64_t before)
{
    static const enum entry_kind kinds[] = {ENTRY_CHOICES,      ENTRY_DETAILS, ENTRY_REASON,
                                            ENTRY_EPOCH,        ENTRY_UNDONE,  ENTRY_PAUSE,
                                            ENTRY_CONTACT_ADDED};
    enum { LINES = sizeof kinds / sizeof *kinds };
    struct self_page self = states_self_page(arena, PURPOSE_MANAGE);
    struct past_page page = {.lang = states_lang,
                             .token = self.token,
                             .masked_email = self.masked_email,
                             .brand = self.brand,
                             .lines = arena_array(arena, LINES, sizeof *page.lines),
                             .lines_count = LINES,
                             .before = {before},
                             .is_cut = before == 0};
    for (size_t i = 0; i < LINES; i++) {
        page.lines[i] = past_line(arena, kinds[i], (enum past_who)(i % PAST_WHO_COUNT));
        page.lines[i].position.value += (int64_t)(LINES - 1 - i);
    }
    page.lines[LINES - 1].at -= INT64_C(31622400);
    page.lines[0].went_out = true;
    page.lines[1].said_again = true;
    page.lines[5].pause_moved = true;
    page.lines[5].paused_until = DEC_23;
    view_past(out, arena, &page);
}

static void past(struct buf *out, struct arena *arena)
{
    past_at(out, arena, 0);
}

static void past_older(struct buf *out, struct arena *arena)
{
    past_at(out, arena, 4800);
}

static void rights(struct buf *out, struct arena *arena, enum rights_step step, bool is_fresh)
{
    const struct rights_page page = {.lang = states_lang,
                                     .step = step,
                                     .token = "TOKEN",
                                     .masked_email = typed("a•••••@example.com"),
                                     .brand = plain_brand(),
                                     .is_fresh = is_fresh,
                                     .can_join = true};
    view_rights(out, arena, &page);
}

static void data(struct buf *out, struct arena *arena)
{
    rights(out, arena, RIGHTS_LOOK, true);
}

static void data_stale(struct buf *out, struct arena *arena)
{
    rights(out, arena, RIGHTS_LOOK, false);
}

static void data_ask(struct buf *out, struct arena *arena)
{
    rights(out, arena, RIGHTS_ASK, true);
}

static void data_erased(struct buf *out, struct arena *arena)
{
    rights(out, arena, RIGHTS_ERASED, true);
}

static void receipt_of(struct buf *out, struct arena *arena, enum link_purpose purpose,
                       bool is_admin)
{
    struct self_page self = states_self_page(arena, purpose);
    struct receipt receipt = {.lang = states_lang,
                              .link = purpose,
                              .token = is_admin ? NULL : self.token,
                              .masked_email = self.masked_email,
                              .brand = self.brand,
                              .line = past_line(arena, ENTRY_CHOICES, PAST_BY_YOU),
                              .purposes = arena_array(arena, 2, sizeof *receipt.purposes),
                              .purposes_count = 2,
                              .jurisdiction = typed("Norway"),
                              .retention = typed("Three years"),
                              .third_parties = typed("Nobody"),
                              .principal = "0123456789abcdef",
                              .notice = "manage-8",
                              .notice_language = "en",
                              .id = "0123456789abcdef0123456789abcdef",
                              .record_id = "0123456789abcdef-4711",
                              .hash = "0123456789abcdef",
                              .key_id = "01234567",
                              .signature = "AAAA"};
    receipt.purposes[0] =
        (struct receipt_purpose){"newsletter", typed("Newsletter"), true, FREQUENCY_WEEKLY};
    receipt.purposes[1] = (struct receipt_purpose){"all", "", false, FREQUENCY_ALL};
    view_receipt(out, arena, &receipt);
}

static void receipt(struct buf *out, struct arena *arena)
{
    receipt_of(out, arena, PURPOSE_MANAGE, false);
}

static void receipt_unsubscribe(struct buf *out, struct arena *arena)
{
    receipt_of(out, arena, PURPOSE_UNSUBSCRIBE, false);
}

static void receipt_admin(struct buf *out, struct arena *arena)
{
    receipt_of(out, arena, PURPOSE_MANAGE, true);
}

static void check_of(struct buf *out, struct arena *arena, const struct receipt_check *check,
                     const char *pasted)
{
    struct self_page self = states_self_page(arena, PURPOSE_MANAGE);
    view_receipt_check(out, arena, &self.brand, (struct speech){.lang = states_lang}, check,
                       pasted);
}

static void receipt_check_empty(struct buf *out, struct arena *arena)
{
    check_of(out, arena, NULL, "");
}

static void receipt_check_altered(struct buf *out, struct arena *arena)
{
    const struct receipt_check check = {.verdict = RECEIPT_ALTERED};
    check_of(out, arena, &check, typed("{\"receipt\":{},\"signature\":{}}"));
}

static void receipt_check_wrapped(struct buf *out, struct arena *arena)
{
    const struct receipt_check check = {.file = {.fault = RECEIPT_WRAPPED}};
    check_of(out, arena, &check, "");
}

static void receipt_check_valid(struct buf *out, struct arena *arena)
{
    struct receipt_said_purpose purposes[] = {
        {"newsletter", typed("Newsletter"), "given", "weekly"}, {"all", "", "withdrawn", "all"}};
    const struct receipt_check check = {
        .verdict = RECEIPT_VALID,
        .file.said = {.principal = "0123456789abcdef",
                      .record_id = "0123456789abcdef-4711",
                      .receipt_id = "0123456789abcdef0123456789abcdef",
                      .type = "undone",
                      .by = "recipient",
                      .entity = "pii_principal",
                      .state = "given",
                      .time = DEC_23,
                      .purposes = purposes,
                      .purposes_count = 2,
                      .controller = typed("Harbour Lane Partners"),
                      .postal_address = typed("12 Harbour Lane, Oslo"),
                      .site = typed("https://mail.example.com"),
                      .wording = "manage-8",
                      .language = "en",
                      .categories = typed("email address, name"),
                      .third_parties = typed("Nobody"),
                      .storage = typed("In the database of this service."),
                      .retention = typed("Three years"),
                      .jurisdiction = typed("Norway"),
                      .withdrawal = typed("At any time."),
                      .position = 4711,
                      .hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}};
    check_of(out, arena, &check, "");
}

static const struct state states[] = {
    {"past", past},
    {"past-older", past_older},
    {"data", data},
    {"data-stale", data_stale},
    {"data-ask", data_ask},
    {"data-erased", data_erased},
    {"receipt", receipt},
    {"receipt-unsubscribe", receipt_unsubscribe},
    {"receipt-admin", receipt_admin},
    {"receipt-check", receipt_check_empty},
    {"receipt-check-valid", receipt_check_valid},
    {"receipt-check-altered", receipt_check_altered},
    {"receipt-check-wrapped", receipt_check_wrapped},
    {"home", home},
    {"home-wrong", home_wrong},
    {"asked", asked},
    {"join", join},
    {"join-wrong", join_wrong},
    {"join-closed", join_closed},
    {"confirm", confirm},
    {"confirm-done", confirm_done},
    {"confirm-declined", confirm_declined},
    {"confirm-address", confirm_address},
    {"confirm-moved", confirm_moved},
    {"confirm-closed", confirm_closed},
    {"confirm-expired", confirm_expired},
    {"how", how},
    {"error", error},
};
const struct state_set states_of_requests = {states, sizeof states / sizeof *states, false};
