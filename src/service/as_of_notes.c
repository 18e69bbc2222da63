/*
 * service/as_of_notes: earlier addresses out of the notes of entries: written before whose an
 * address was before had rows of its own. Read once, when such data is first opened.
 */
#include <string.h>

#include "base/email.h"
#include "service/as_of.h"
#include "service/change_note.h"
#include "store/contacts.h"
#include "store/entries.h"

#define MOVES_MAX 1024 /* of one person; who moved more often is read no further back */

struct move {
    struct position position;
    uint8_t hash[BYGONE_HASH_BYTES];
};

/* The line of a note that tells of another address, as "email: A → B". False: it has none, or what
 * was edited was how the same address is written. */
static bool read_move(const struct service *service, struct arena *arena, const struct entry *entry,
                      struct move *out)
{
    static const char label[] = CHANGE_NOTE_EMAIL, to[] = CHANGE_NOTE_TO;
    const char *line = entry->kind == ENTRY_REASON ? NULL : entry->private.note;
    while (line && strncmp(line, label, sizeof label - 1) != 0) {
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    const char *arrow = line ? strstr(line, to) : NULL;
    if (!arrow || (size_t)(arrow - line) > strcspn(line, "\n"))
        return false;
    struct email before, after;
    const char *from = line + sizeof label - 1, *behind = arrow + sizeof to - 1;
    if (email_parse(arena, from, (size_t)(arrow - from), &before, NULL) != STATUS_OK ||
        email_parse(arena, behind, strcspn(behind, "\n"), &after, NULL) != STATUS_OK ||
        strcmp(before.key, after.key) == 0)
        return false;
    out->position = entry->position;
    secrets_suppression_hash(service->secrets, before.key, out->hash);
    return true;
}

static enum status read_person(const struct service *service, struct txn *txn,
                               struct contact_id person)
{
    struct arena *arena = arena_new();
    struct move *moves = arena_array(arena, MOVES_MAX, sizeof *moves);
    struct contact contact;
    size_t count = 0;
    enum status status = contacts_get(txn_store(txn), arena, person, &contact);
    struct position at = status == STATUS_OK ? contact.head : (struct position){0};
    while (status == STATUS_OK && at.value != 0 && count < MOVES_MAX) {
        struct entry entry;
        status = entries_get(txn_store(txn), arena, at, &entry);
        if (status == STATUS_OK && read_move(service, arena, &entry, &moves[count]))
            count++;
        at = entry.previous;
    }
    while (status == STATUS_OK && count-- > 0) /* oldest first: each begins where one ended */
        status = bygone_moved(txn, moves[count].hash, person, moves[count].position);
    arena_free(arena);
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

enum status as_of_read_notes(const struct service *service, struct txn *txn)
{
    struct contact_id person = {0};
    bool is_read = false;
    enum status status = bygone_is_read(txn_store(txn), &is_read);
    if (status != STATUS_OK || is_read)
        return status;
    while ((status = bygone_unread(txn_store(txn), person, &person)) == STATUS_OK &&
           person.value != 0)
        if ((status = read_person(service, txn, person)) != STATUS_OK)
            return status;
    return status == STATUS_OK ? bygone_read(txn) : status;
}
