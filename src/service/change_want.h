/*
 * service/change_want: how a person would stand if a change came to pass: what is wanted, undos
 * included. For service/change alone, which says whether it is allowed, and writes it.
 */
#ifndef ASSENT_SERVICE_CHANGE_WANT_H
#define ASSENT_SERVICE_CHANGE_WANT_H

#include "service/change.h"

/* A change on its way from what is wanted to what is written. */
struct change_act {
    const struct service *service;
    struct store *store; /* where to read: txn's own when there is one */
    struct txn *txn;     /* NULL: only decides */
    struct arena *arena;
    const struct change *change;
    int64_t now_s;
    uint64_t in_use; /* topics not retired */
    struct contact before, after;
    enum entry_kind kind;
    bool lifts_suppression;
};

/* From act->change and act->before, to which act->after is equal: sets after, and kind to what the
 * change turns out to be (an edit becomes what it really edits); or *verdict, CHANGE_APPLIED so
 * far, to what ends it. Reads only. */
enum status change_want(struct change_act *act, enum change_verdict *verdict) MUST_CHECK;

#endif
