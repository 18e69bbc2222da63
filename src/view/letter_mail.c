/*
 * view/letter_mail: see letter_mail.h.
 */
#include "view/letter_mail.h"

#include <stdio.h>

#include "base/mime.h"
#include "service/mailto.h"

enum status view_letter_mail(struct buf *out, struct arena *arena, const struct letter *letter,
                             const struct letter_page *page, const char *public_url,
                             struct letter_mail *out_mail)
{
    struct buf html = {0}, text = {0};
    struct mime_mail mail = {
        .from_name = page->from_name,
        .from_address = page->from,
        .to_name = page->to_name,
        .date_s = letter->created_at,
        .language = locale_tag(page->lang),
        .list_unsubscribe = page->links.list_unsubscribe,
        .list_unsubscribe_post = page->links.list_unsubscribe_post,
    };
    char id[2 * LETTER_ID_BYTES + 1];
    if (mime_address(arena, page->to, &mail.to_address) != STATUS_OK)
        return STATUS_INVALID;
    for (size_t i = 0; i < LETTER_ID_BYTES; i++)
        snprintf(id + 2 * i, 3, "%02x", letter->message_id[i]);
    mail.message_id =
        arena_printf(arena, "%s%s@%s", MAILTO_OWN_ID + 1, id, links_host(arena, public_url));
    view_letter(&html, &text, &mail.subject, arena, page);
    mail.text = text.data;
    mail.html = html.data;
    mime_write(out, &mail);
    buf_free(&html);
    buf_free(&text);
    *out_mail = (struct letter_mail){mail.subject, mail.to_address};
    return STATUS_OK;
}
