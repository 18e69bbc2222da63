/*
 * view/check: verdicts on many addresses as programs read them, piece by piece: lines (address,
 * tab, verdict), NDJSON or JSON, and the same with the addresses alone that may be mailed.
 */
#ifndef ASSENT_VIEW_CHECK_H
#define ASSENT_VIEW_CHECK_H

#include "base/address_list.h"
#include "base/buf.h"
#include "service/check.h"

struct check_view {
    enum address_form form;
    const char *topic; /* its key */
    struct position position;
    bool only_allowed;
    bool offers_frequency; /* answers hold advice, which stands beside the verdict */
    bool is_past;          /* of at_s: answers name the entry that decided */
    int64_t at_s;
    size_t shown; /* addresses so far; zero to begin with */
};

/* Before the first address, and behind the last. */
void view_check_head(struct buf *out, const struct check_view *view);
void view_check_tail(struct buf *out, const struct check_view *view);

/* The next address, as it came, and what is said of it. decided is not read but of the past; 0: no
 * entry did. */
void view_check_address(struct buf *out, struct check_view *view, const char *text, size_t len,
                        struct check_answer answer, struct position decided);

#endif
