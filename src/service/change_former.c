/*
 * service/change_former: see change_former.h.
 */
#include "service/change_former.h"

#include "service/change_history.h"
#include "store/bygone.h"
#include "store/contacts.h"

static enum status says_no(struct store *store, struct arena *arena, const struct contact *person,
                           uint64_t topics, bool *out)
{
    uint64_t own = 0;
    *out = person->status == CONTACT_OPTED_OUT;
    if (*out || topics == 0)
        return STATUS_OK;
    enum status status = change_history_own_off(store, arena, person->head, (struct position){0},
                                                topics & ~person->choices, &own);
    *out = own != 0;
    return status;
}

enum status change_former_no(const struct service *service, struct store *store,
                             struct arena *arena, const char *email_key, struct contact_id self,
                             uint64_t topics, bool *out, struct contact *whose)
{
    uint8_t hash[BYGONE_HASH_BYTES];
    struct bygone_address *rows = NULL;
    size_t count = 0;
    bool any = false;
    *out = false;
    enum status status = bygone_any_moved(store, &any);
    if (status != STATUS_OK || !any)
        return status;
    secrets_suppression_hash(service->secrets, email_key, hash);
    status = bygone_addresses(store, arena, hash, &rows, &count);
    for (size_t i = 0; i < count && status == STATUS_OK && !*out; i++) {
        if (rows[i].contact.value == 0 || rows[i].contact.value == self.value)
            continue;
        status = contacts_get(store, arena, rows[i].contact, whose);
        if (status == STATUS_OK)
            status = says_no(store, arena, whose, topics, out);
        else if (status == STATUS_NOT_FOUND)
            status = STATUS_OK;
    }
    return status;
}
