/*
 * view/outbox_mail: one mail of the outbox: its page, its words alone, its bytes. See outbox.h.
 */
#include <stdio.h>
#include <string.h>

#include "base/catalogue.h"
#include "base/mask.h"
#include "base/mime.h"
#include "service/mailto.h"
#include "templates.h"
#include "view/letter_mail.h"
#include "view/outbox_row.h"

#define LINKS_MAX (sizeof((struct mail_view *)0)->links / sizeof(struct mail_link))

/* The message, from its file or made anew. False: there is none. */
static bool bytes_of(struct buf *out, struct arena *arena, const struct outbox_mail *mail)
{
    struct letter_mail made;
    if (mail->source == OUTBOX_FILE)
        buf_add(out, mail->file, mail->file_len);
    return mail->source == OUTBOX_FILE ||
           (mail->source == OUTBOX_MADE && view_letter_mail(out, arena, &mail->letter, &mail->page,
                                                            mail->public_url, &made) == STATUS_OK);
}

/* What this reader may see of a file's words; what was made anew holds no links. */
static const char *shown(struct arena *arena, const struct outbox_mail *mail, const char *text)
{
    return mail->source == OUTBOX_FILE && !mail->shows_links ? mask_tokens(arena, text) : text;
}

static const char *source_words(struct arena *arena, const struct outbox_mail *mail,
                                const char *id_text)
{
    switch (mail->source) {
    case OUTBOX_FILE:
        return ADMIN_TEXT(arena,
                          mail->shows_links ? TEXT_ADMIN_OUTBOX_FROM_FILE
                                            : TEXT_ADMIN_OUTBOX_FROM_FILE_MASKED,
                          ARG("id", id_text));
    case OUTBOX_MADE:
        return ADMIN_TEXT(arena, mail->letter.outcome == LETTER_SENT
                                     ? TEXT_ADMIN_OUTBOX_MADE_SENT
                                     : TEXT_ADMIN_OUTBOX_MADE_WAITING);
    case OUTBOX_OVER:
        return ADMIN_TEXT(arena, TEXT_ADMIN_OUTBOX_OVER);
    case OUTBOX_KEYLESS:
        return ADMIN_TEXT(arena, TEXT_ADMIN_OUTBOX_KEYLESS);
    }
    return "";
}

static const char *link_label(struct arena *arena, char what)
{
    switch (what) {
    case 'p':
        return ADMIN_TEXT(arena, TEXT_ADMIN_OUTBOX_LINK_MANAGE);
    case 'u':
        return ADMIN_TEXT(arena, TEXT_ADMIN_OUTBOX_LINK_UNSUBSCRIBE);
    case 'c':
        return ADMIN_TEXT(arena, TEXT_ADMIN_OUTBOX_LINK_CONFIRM);
    default:
        return NULL;
    }
}

/* Links of ours in the plain text, each once: "/p/", "/u/" or "/c/" and a token behind the public
 * URL. As paths, so that they lead to whatever address this page was asked at. */
static void find_links(struct arena *arena, const struct outbox_mail *mail, struct mail_view *view)
{
    const size_t host = strlen(mail->public_url);
    for (const char *at = view->text; (at = strstr(at, mail->public_url)) != NULL; at += host) {
        const char *path = at + host;
        const char *label =
            path[0] == '/' && path[1] != '\0' && path[2] == '/' ? link_label(arena, path[1]) : NULL;
        const size_t len = label ? strcspn(path, " \t\n") : 0;
        bool is_new = len > MASK_TOKEN_CHARS && view->links_count < LINKS_MAX;
        for (size_t i = 0; i < view->links_count && is_new; i++)
            is_new = strncmp(view->links[i].path, path, len) != 0;
        if (is_new)
            view->links[view->links_count++] =
                (struct mail_link){label, arena_strndup(arena, path, len)};
    }
}

static void add_words(struct arena *arena, const struct outbox_mail *mail, struct mail_view *view)
{
    struct buf bytes = {0};
    if (!bytes_of(&bytes, arena, mail))
        return;
    const char *text = mime_part(arena, bytes.data, bytes.len, "text/plain");
    const bool has_page = mime_part(arena, bytes.data, bytes.len, "text/html") != NULL;
    if (text) {
        view->head = shown(arena, mail, mime_head(arena, bytes.data, bytes.len));
        view->text = shown(arena, mail, text);
    } else {
        view->source = ADMIN_TEXT(arena, TEXT_ADMIN_OUTBOX_UNREADABLE);
    }
    if (has_page)
        view->html_url = arena_printf(arena, "%s/html", view->path);
    if (mail->source != OUTBOX_FILE || mail->shows_links)
        view->eml_url = arena_printf(arena, "%s/eml", view->path);
    if (text && mail->source == OUTBOX_FILE && mail->shows_links)
        find_links(arena, mail, view);
    buf_free(&bytes);
}

static const char *message_id(struct arena *arena, const struct outbox_mail *mail)
{
    char id[2 * LETTER_ID_BYTES + 1];
    for (size_t i = 0; i < LETTER_ID_BYTES; i++)
        snprintf(id + 2 * i, 3, "%02x", mail->letter.message_id[i]);
    return arena_printf(arena, "%s%s@%s>", MAILTO_OWN_ID, id, links_host(arena, mail->public_url));
}

void view_outbox_mail(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                      const struct outbox_mail *mail, bool can_act)
{
    const struct letter *letter = &mail->letter;
    struct mail_view view = {.row = outbox_row_of(arena, letter, can_act)};
    view.heading = *letter->subject ? letter->subject : view.row.kind;
    view.frame = admin_frame_of(shell, view.heading, 'o');
    view.row.csrf = shell->csrf;
    view.path = arena_printf(arena, "/admin/outbox/%s", view.row.id_text);
    view.person_url = mail->person ? arena_printf(arena, "/admin/people/%s", mail->person) : NULL;
    view.message_id = message_id(arena, mail);
    view.server_words = letter->fault;
    view.asked_at = letter->created_at;
    view.source = source_words(arena, mail, view.row.id_text);
    view.can_discard = view.row.can_try;
    add_words(arena, mail, &view);
    template_outbox_mail(out, &view);
}

bool view_outbox_html(struct buf *out, struct arena *arena, const struct outbox_mail *mail)
{
    struct buf bytes = {0};
    const char *html = NULL;
    if (bytes_of(&bytes, arena, mail))
        html = mime_part(arena, bytes.data, bytes.len, "text/html");
    if (html) {
        html = shown(arena, mail, html);
        buf_add(out, html, strlen(html));
    }
    buf_free(&bytes);
    return html != NULL;
}

bool view_outbox_eml(struct buf *out, struct arena *arena, const struct outbox_mail *mail)
{
    return (mail->source != OUTBOX_FILE || mail->shows_links) && bytes_of(out, arena, mail);
}
