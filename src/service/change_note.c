/*
 * service/change_note: see change_note.h.
 */
#include "service/change_note.h"

#include <string.h>

#include "service/change_history.h"

static void note_edit(struct buf *out, const char *what, const char *from, const char *to)
{
    if (strcmp(from, to) != 0)
        buf_printf(out, "%s%s: %s" CHANGE_HISTORY_TO "%s", out->len ? "\n" : "", what,
                   *from ? from : CHANGE_HISTORY_NONE, *to ? to : CHANGE_HISTORY_NONE);
}

void change_note_edits(struct buf *out, const struct contact *before, const struct contact *after)
{
    note_edit(out, "name", before->name, after->name);
    note_edit(out, "email", before->email, after->email);
    note_edit(out, "type", contact_type_label(before->type), contact_type_label(after->type));
    note_edit(out, CHANGE_HISTORY_LANGUAGE, before->language, after->language);
    note_edit(out, "earlier links", "good", before->epoch == after->epoch ? "good" : "void");
}
