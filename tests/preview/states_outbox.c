/*
 * tests/preview/states_outbox: the admins' pages of our own mails. See states.h.
 */
#include "preview/states.h"

#include "view/letter_mail.h"
#include "view/outbox.h"

#define NOV_3 1793698860 /* 3 Nov 2026, 09:41 UTC */
#define TOKEN                                                                                      \
    "EVypSeGbYL6Z20PARAAAAGsENlPokzV0XnM1P5v-TFGagg4eYfhQLfsrNe2ENN_SVJPzeT5lQo1hNYMGdsw9U4Ih1s88" \
    "kSnOGZzPjojEbqOcW4AEabcd"
#define SITE "https://mail.northwind.example"

static struct admin_shell shell(int64_t dead)
{
    return (struct admin_shell){
        .admin_name = typed("Ada Admin"),
        .admin_email = typed("ada@northwind.example"),
        .csrf = "csrf-of-this-session",
        .dead_mails = dead,
        .has_more_dead = dead == OUTBOX_BADGE_MAX,
    };
}

static const struct {
    enum letter_kind kind;
    enum letter_outcome outcome;
    int tries;
    const char *address, *subject, *fault;
} rows[] = {
    {LETTER_LINK, LETTER_WAITS, 0, "amara.okafor@northwind.example", "", ""},
    {LETTER_JOIN, LETTER_WAITS, 3, "slow@harbour.example", "Please confirm your subscription",
     "451 4.7.1 Greylisted, try again in 5 minutes"},
    {LETTER_LINK, LETTER_DEAD, 1, "gone@lumiere.example", "Votre lien vers vos préférences",
     "550 5.1.1 <gone@lumiere.example>: Recipient address rejected: User unknown"},
    {LETTER_NEW_ADDRESS, LETTER_DEAD, 11,
     "maximiliana.theodora.von.hohenzollern-sigmaringen@a-very-long-domain-name.example",
     "Bitte bestätigen Sie Ihre neue Adresse", "Could not resolve host: mail.northwind.example"},
    {LETTER_OLD_ADDRESS, LETTER_SENT, 1, "farah@cedar.example", "تم تغيير عنوانكم", ""},
    {LETTER_TEST, LETTER_SENT, 2, "ada@northwind.example", "A test mail from Northwind", ""},
};
#define ROWS (sizeof rows / sizeof *rows)

static struct letter letter_of(size_t i)
{
    return (struct letter){
        .id = (int64_t)(120 - i),
        .message_id = {1, 2, 3},
        .kind = rows[i].kind,
        .address = typed(rows[i].address),
        .language = "",
        .created_at = NOV_3 - (int64_t)i * 4000,
        .due_at = NOV_3 + 1800,
        .tries = rows[i].tries,
        .outcome = rows[i].outcome,
        .ended_at = rows[i].outcome == LETTER_WAITS ? 0 : NOV_3 - (int64_t)i * 3600,
        .fault = typed(rows[i].fault),
        .subject = *rows[i].subject ? typed(rows[i].subject) : "",
    };
}

static void draw_list(struct buf *out, struct arena *arena, struct outbox_list list, bool can_act)
{
    struct admin_shell frame = shell(list.dead > OUTBOX_BADGE_MAX ? OUTBOX_BADGE_MAX : list.dead);
    view_outbox(out, arena, &frame, &list, can_act);
}

static struct outbox_list full_list(struct arena *arena)
{
    struct outbox_list list = {
        .query = {.outcome = LETTER_ANY, .address = "", .cursor = ""},
        .waiting = 2,
        .sent = OUTBOX_COUNT_MAX,
        .dead = 132,
        .letters = arena_array(arena, ROWS, sizeof *list.letters),
        .count = ROWS,
        .next_cursor = "1793698860.115",
        .has_smtp = true,
        .is_overdue = true,
    };
    for (size_t i = 0; i < ROWS; i++)
        list.letters[i] = letter_of(i);
    return list;
}

static void outbox(struct buf *out, struct arena *arena)
{
    draw_list(out, arena, full_list(arena), true);
}

static void outbox_viewer(struct buf *out, struct arena *arena)
{
    struct outbox_list list = full_list(arena);
    list.is_overdue = list.has_smtp = false;
    list.previous_cursor = "1793698860.120";
    list.query.address = typed("amara.okafor@northwind.example");
    list.query.outcome = LETTER_DEAD;
    draw_list(out, arena, list, false);
}

static void outbox_new(struct buf *out, struct arena *arena)
{
    draw_list(out, arena, (struct outbox_list){.query = {.outcome = LETTER_ANY, .address = ""}},
              true);
}

static void outbox_no_dead(struct buf *out, struct arena *arena)
{
    draw_list(out, arena,
              (struct outbox_list){
                  .query = {.outcome = LETTER_DEAD, .address = ""}, .sent = 12, .has_smtp = true},
              true);
}

static void outbox_not_found(struct buf *out, struct arena *arena)
{
    draw_list(out, arena,
              (struct outbox_list){
                  .query = {.outcome = LETTER_ANY, .address = typed("nobody@northwind.example")},
                  .sent = 12,
                  .dead = 1,
                  .has_smtp = true},
              true);
}

static struct letter_page page_of(const struct letter *letter)
{
    return (struct letter_page){
        .is_due = true,
        .kind = LETTER_LINK,
        .lang = LOCALE_EN,
        .brand = {.name = typed("Northwind"), .postal_address = "", .privacy_url = ""},
        .colour = "#1f5fd6",
        .colour_text = "#ffffff",
        .colour_link = "#1f5fd6",
        .from = "noreply@northwind.example",
        .from_name = "Northwind",
        .to = letter->address,
        .to_name = "",
        .masked = "a•••••@northwind.example",
        .action_url = SITE "/p/" TOKEN,
        .manage_url = SITE "/p/" TOKEN,
        .until = NOV_3 + 86400 * 400,
        .links = {.manage = SITE "/p/" TOKEN,
                  .unsubscribe = SITE "/u/" TOKEN,
                  .list_unsubscribe = "<" SITE "/u/" TOKEN ">",
                  .list_unsubscribe_post = "List-Unsubscribe=One-Click"},
    };
}

static void draw_mail(struct buf *out, struct arena *arena, struct outbox_mail mail, bool can_act)
{
    struct admin_shell frame = shell(2);
    mail.public_url = SITE;
    view_outbox_mail(out, arena, &frame, &mail, can_act);
}

/* As the courier wrote it; the address is none that a mail could go to while it is hostile. */
static struct outbox_mail written_mail(struct arena *arena)
{
    struct outbox_mail mail = {.letter = letter_of(4), .source = OUTBOX_FILE};
    struct letter letter = mail.letter;
    struct letter_mail made;
    struct buf bytes = {0};
    letter.address = "farah@cedar.example";
    const struct letter_page page = page_of(&letter);
    if (view_letter_mail(&bytes, arena, &letter, &page, SITE, &made) == STATUS_OK) {
        mail.file = arena_strndup(arena, bytes.data, bytes.len);
        mail.file_len = bytes.len;
    }
    buf_free(&bytes);
    return mail;
}

static void mail_file(struct buf *out, struct arena *arena)
{
    struct outbox_mail mail = written_mail(arena);
    mail.shows_links = true;
    mail.person = "1a2b3c4d5e6f7081";
    draw_mail(out, arena, mail, true);
}

static void mail_masked(struct buf *out, struct arena *arena)
{
    draw_mail(out, arena, written_mail(arena), false);
}

static void mail_dead(struct buf *out, struct arena *arena)
{
    struct outbox_mail mail = {.letter = letter_of(2), .source = OUTBOX_KEYLESS};
    draw_mail(out, arena, mail, true);
}

static void mail_waits(struct buf *out, struct arena *arena)
{
    struct outbox_mail mail = {.letter = letter_of(1), .source = OUTBOX_MADE};
    struct letter letter = mail.letter;
    letter.address = "slow@harbour.example";
    mail.page = page_of(&letter);
    mail.page.action_url = mail.page.manage_url = SITE "/p/...";
    mail.page.links = (struct link_set){.unsubscribe = SITE "/u/..."};
    draw_mail(out, arena, mail, true);
}

static void mail_over(struct buf *out, struct arena *arena)
{
    struct outbox_mail mail = {.letter = letter_of(5), .source = OUTBOX_OVER};
    draw_mail(out, arena, mail, false);
}

static const struct state states[] = {
    {"outbox", outbox},
    {"outbox-new", outbox_new},
    {"outbox-no-dead", outbox_no_dead},
    {"outbox-not-found", outbox_not_found},
    {"outbox-viewer", outbox_viewer},
    {"outbox-mail-file", mail_file},
    {"outbox-mail-masked", mail_masked},
    {"outbox-mail-dead", mail_dead},
    {"outbox-mail-waits", mail_waits},
    {"outbox-mail-over", mail_over},
};
const struct state_set states_of_outbox = {states, sizeof states / sizeof *states, true};
