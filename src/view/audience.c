/*
 * view/audience: see audience.h.
 */
#include "view/audience.h"

#include <string.h>

#include "base/clock.h"

void view_audience_head(struct buf *out, enum audience_form form,
                        const struct audience_facts *facts)
{
    if (form == AUDIENCE_CSV)
        buf_adds(out,
                 facts->offers_frequency ? "address,frequency,last_sent_at\r\n" : "address\r\n");
}

static void add_object(struct buf *out, const struct audience_facts *facts,
                       const struct audience_member *member, const char *sent_at)
{
    buf_adds(out, "{\"address\":");
    buf_json(out, member->address);
    if (facts->offers_frequency) {
        buf_adds(out, ",\"frequency\":");
        buf_json(out, frequency_key(member->advice.frequency));
        buf_adds(out, ",\"last_sent_at\":");
        buf_json(out, *sent_at ? sent_at : NULL);
    }
    buf_adds(out, "}\n");
}

void view_audience_member(struct buf *out, enum audience_form form,
                          const struct audience_facts *facts, const struct audience_member *member)
{
    char sent_at[CLOCK_RFC3339_BYTES] = "";
    if (member->advice.last_sent_at != 0)
        clock_rfc3339(member->advice.last_sent_at, sent_at);
    switch (form) {
    case AUDIENCE_NDJSON:
        add_object(out, facts, member, sent_at);
        break;
    case AUDIENCE_CSV:
        buf_csv_exact(out, member->address, strlen(member->address));
        if (facts->offers_frequency) {
            buf_addc(out, ',');
            buf_adds(out, frequency_key(member->advice.frequency));
            buf_addc(out, ',');
            buf_adds(out, sent_at);
        }
        buf_adds(out, "\r\n");
        break;
    case AUDIENCE_LINES:
        buf_adds(out, member->address);
        buf_addc(out, '\n');
        break;
    case AUDIENCE_FORM_COUNT:
        break;
    }
}

void view_audience_tail(struct buf *out, enum audience_form form,
                        const struct audience_facts *facts)
{
    if (form != AUDIENCE_NDJSON)
        return;
    buf_adds(out, "{\"end\":{\"position\":");
    buf_int(out, facts->position.value);
    buf_adds(out, ",\"count\":");
    buf_int(out, facts->count);
    buf_adds(out, "}}\n");
}
