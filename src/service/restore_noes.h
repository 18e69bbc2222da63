/*
 * service/restore_noes: what was refused in the present database since a backup was made, carried
 * over into the draft that takes its place. For service/restore alone.
 *
 * A no is whatever made less allowed: somebody opted out, turned a topic off, paused, had earlier
 * links voided, was erased; an address was blocked; a key of links or of the API, or an admin, was
 * taken away. Each is done anew in the draft by the service that always does it, as the operator,
 * with the reason. No yes is ever carried over. How each person stands in the present file counts,
 * not what they said on the way; who said no and is not in the backup is put on the list as opted
 * out, since an old file that is imported again would else bring them in.
 */
#ifndef ASSENT_SERVICE_RESTORE_NOES_H
#define ASSENT_SERVICE_RESTORE_NOES_H

#include "service/restore.h"

/* The newest position up to which both ledgers are the same: 0: from the first entry on they
 * differ. */
enum status restore_noes_common(struct store *present, struct store *draft,
                                struct position *out) MUST_CHECK;

struct restore_noes_plan {
    const struct service *present; /* a reader */
    const struct service *draft;   /* a writer */
    struct position common;
    bool writes; /* else they are only counted */
    const char *note;
};

/* In transactions of its own, a thousand people each. *yes_lost: people who would be or are allowed
 * less than in the present file although they said no such thing. */
enum status restore_noes_carry(const struct restore_noes_plan *plan, struct arena *arena,
                               struct restore_noes *out, int64_t *yes_lost) MUST_CHECK;

#endif
