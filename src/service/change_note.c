/*
 * service/change_note: see change_note.h.
 */
#include "service/change_note.h"

#include <string.h>

static const char none[] = "(none)";

static const char *const labels[] = {CHANGE_NOTE_NAME, CHANGE_NOTE_EMAIL, CHANGE_NOTE_TYPE,
                                     CHANGE_NOTE_LANGUAGE, CHANGE_NOTE_LINKS};

/* How many brackets stand around "none", if text is nothing else; else 0. */
static size_t brackets(const char *text, size_t len)
{
    size_t depth = 0;

    while (depth < len && text[depth] == '(')
        depth++;
    if (depth == 0 || len != 2 * depth + 4 || memcmp(text + depth, "none", 4) != 0)
        return 0;
    for (size_t i = depth + 4; i < len; i++)
        if (text[i] != ')')
            return 0;
    return depth;
}

const char *change_note_text(struct arena *arena, const char *text)
{
    if (*text == '\0')
        return none;
    return brackets(text, strlen(text)) != 0 ? arena_printf(arena, "(%s)", text) : text;
}

const char *change_note_read(struct arena *arena, const char *text, size_t len)
{
    const size_t depth = brackets(text, len);

    if (depth == 1)
        return "";
    return depth > 1 ? arena_strndup(arena, text + 1, len - 2) : arena_strndup(arena, text, len);
}

static void put_text(struct buf *out, const char *text)
{
    const bool is_like_none = brackets(text, strlen(text)) != 0;

    if (is_like_none)
        buf_addc(out, '(');
    buf_adds(out, *text ? text : none);
    if (is_like_none)
        buf_addc(out, ')');
}

static void note_edit(struct buf *out, const char *label, const char *from, const char *to)
{
    if (strcmp(from, to) == 0)
        return;
    buf_printf(out, "%s%s", out->len ? "\n" : "", label);
    put_text(out, from);
    buf_adds(out, CHANGE_NOTE_TO);
    put_text(out, to);
}

void change_note_edits(struct buf *out, const struct contact *before, const struct contact *after)
{
    note_edit(out, CHANGE_NOTE_NAME, before->name, after->name);
    note_edit(out, CHANGE_NOTE_EMAIL, before->email, after->email);
    note_edit(out, CHANGE_NOTE_TYPE, contact_type_label(before->type),
              contact_type_label(after->type));
    note_edit(out, CHANGE_NOTE_LANGUAGE, before->language, after->language);
    note_edit(out, CHANGE_NOTE_LINKS, "good", before->epoch == after->epoch ? "good" : "void");
}

static bool reads_as_edit(const char *line)
{
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (strncmp(line, labels[i], strlen(labels[i])) == 0)
            return true;
    return false;
}

void change_note_words(struct buf *out, const char *words, bool is_alone)
{
    for (const char *line = words; *line;) {
        const size_t len = strcspn(line, "\n");
        if (out->len != 0)
            buf_addc(out, '\n');
        if (!is_alone && reads_as_edit(line))
            buf_addc(out, ' ');
        buf_add(out, line, len);
        line += len + (line[len] == '\n');
    }
}
