/*
 * view/check: see check.h.
 */
#include "view/check.h"

#include "base/clock.h"

void view_check_head(struct buf *out, const struct check_view *view)
{
    if (view->form != ADDRESS_JSON)
        return;
    buf_adds(out, "{\"topic\":");
    buf_json(out, view->topic);
    if (view->is_past) {
        char at[CLOCK_RFC3339_BYTES];
        clock_rfc3339(view->at_s, at);
        buf_adds(out, ",\"at\":");
        buf_json(out, at);
    }
    buf_adds(out, ",\"position\":");
    buf_int(out, view->position.value);
    buf_adds(out, view->only_allowed ? ",\"addresses\":[" : ",\"results\":[");
}

void view_check_tail(struct buf *out, const struct check_view *view)
{
    if (view->form == ADDRESS_JSON)
        buf_adds(out, "]}\n");
}

/* A tab ends an address here; one that holds a tab is none, and need not be shown as it came. */
static void add_line_text(struct buf *out, const char *text, size_t len)
{
    size_t from = out->len;
    buf_add(out, text, len);
    for (char *c = out->data + from; c < out->data + out->len; c++)
        if (*c == '\t' || *c == '\n' || *c == '\r')
            *c = ' ';
}

static void add_line(struct buf *out, const struct check_view *view, const char *text, size_t len,
                     struct check_answer answer, struct position decided)
{
    add_line_text(out, text, len);
    if (!view->only_allowed) {
        buf_addc(out, '\t');
        buf_adds(out, check_key(answer));
    }
    if (!view->only_allowed && view->offers_frequency) {
        char at[CLOCK_RFC3339_BYTES] = "";
        if (answer.last_sent_at != 0)
            clock_rfc3339(answer.last_sent_at, at);
        buf_addc(out, '\t');
        buf_adds(out, frequency_key((enum frequency)answer.frequency));
        buf_addc(out, '\t');
        buf_adds(out, at);
    }
    if (!view->only_allowed && view->is_past) {
        buf_addc(out, '\t');
        if (decided.value != 0)
            buf_int(out, decided.value);
    }
    buf_addc(out, '\n');
}

static void add_object(struct buf *out, const struct check_view *view, const char *text, size_t len,
                       struct check_answer answer, struct position decided)
{
    buf_adds(out, "{\"address\":");
    buf_json_bytes(out, text, len);
    if (!view->only_allowed) {
        buf_adds(out, ",\"verdict\":\"");
        buf_adds(out, check_key(answer));
        buf_addc(out, '"');
    }
    if (!view->only_allowed && view->offers_frequency) {
        char at[CLOCK_RFC3339_BYTES];
        buf_adds(out, ",\"frequency\":\"");
        buf_adds(out, frequency_key((enum frequency)answer.frequency));
        buf_adds(out, "\",\"last_sent_at\":");
        if (answer.last_sent_at != 0)
            clock_rfc3339(answer.last_sent_at, at);
        buf_json(out, answer.last_sent_at != 0 ? at : NULL);
    }
    if (!view->only_allowed && view->is_past) {
        buf_adds(out, ",\"entry\":");
        if (decided.value != 0)
            buf_int(out, decided.value);
        else
            buf_adds(out, "null");
    }
    buf_addc(out, '}');
}

void view_check_address(struct buf *out, struct check_view *view, const char *text, size_t len,
                        struct check_answer answer, struct position decided)
{
    if (view->only_allowed && !(answer.is_address && answer.verdict == VERDICT_ALLOW))
        return;
    if (view->form == ADDRESS_LINES) {
        add_line(out, view, text, len, answer, decided);
    } else if (view->form == ADDRESS_NDJSON) {
        add_object(out, view, text, len, answer, decided);
        buf_addc(out, '\n');
    } else {
        buf_adds(out, view->shown > 0 ? ",\n" : "\n");
        if (view->only_allowed)
            buf_json_bytes(out, text, len);
        else
            add_object(out, view, text, len, answer, decided);
    }
    view->shown++;
}
