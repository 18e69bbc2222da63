/*
 * service/exported: see exported.h.
 */
#include "service/exported.h"

#include "service/change.h"

enum status exported_record(const struct service *service, struct txn *txn, const char *what,
                            const struct origin *origin)
{
    struct entry entry = {.kind = ENTRY_EXPORTED, .private = {.note = what}};

    return change_record(service, txn, &entry, origin);
}
