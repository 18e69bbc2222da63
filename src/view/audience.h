/*
 * view/audience: everyone who may be mailed, as programs read it: NDJSON, CSV or plain lines.
 */
#ifndef ASSENT_VIEW_AUDIENCE_H
#define ASSENT_VIEW_AUDIENCE_H

#include "base/buf.h"
#include "service/audience.h"

enum audience_form { AUDIENCE_NDJSON, AUDIENCE_CSV, AUDIENCE_LINES, AUDIENCE_FORM_COUNT };

/* Before the first member: CSV's header. */
void view_audience_head(struct buf *out, enum audience_form form,
                        const struct audience_facts *facts);
void view_audience_member(struct buf *out, enum audience_form form,
                          const struct audience_facts *facts, const struct audience_member *member);

/* Behind the last: NDJSON's line {"end":{"position":…,"count":…}}, without which it is not whole.
 */
void view_audience_tail(struct buf *out, enum audience_form form,
                        const struct audience_facts *facts);

#endif
