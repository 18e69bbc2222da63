/*
 * service/ledger_export: writes what service/ledger_file describes, in pieces, from a head that was
 * fixed before.
 */
#include <string.h>

#include "service/ledger_checkpoint.h"
#include "service/ledger_file.h"
#include "service/ledger_line.h"
#include "store/entries.h"
#include "store/ledger_rows.h"

#define PIECE_ROWS   4096
#define PRIVATE_ROWS 500

static bool add_row(void *context, const struct entry *entry, bool is_sound)
{
    (void)is_sound; /* as it is: whoever verifies the file finds it */
    ledger_line_add(context, entry, false);
    buf_addc(context, '\n');
    return true;
}

static enum status add_private_rows(struct store *store, struct arena *arena, int64_t after,
                                    int64_t last, struct buf *out)
{
    struct entry *entries;
    size_t count;
    while (after < last) {
        const int limit = last - after < PRIVATE_ROWS ? (int)(last - after) : PRIVATE_ROWS;
        arena_reset(arena);
        enum status status =
            entries_walk(store, arena, (struct position){after}, limit, &entries, &count);
        if (status != STATUS_OK || count == 0)
            return status;
        for (size_t i = 0; i < count && entries[i].position.value <= last; i++) {
            ledger_line_add(out, &entries[i], true);
            buf_addc(out, '\n');
        }
        after = entries[count - 1].position.value;
    }
    return STATUS_OK;
}

/* The checkpoint before the head, so that it is none of a later entry. */
static enum status find_end(const struct service *service, struct arena *arena,
                            struct ledger_line_end *out)
{
    struct checkpoint_row row = {0};
    struct ledger_head head;
    enum status status = ledger_checkpoint_newest(service, arena, &row);
    if (status == STATUS_OK || status == STATUS_NOT_FOUND)
        status = ledger_head_get(service, &head);
    if (status != STATUS_OK)
        return status;
    out->position = head.position;
    memcpy(out->hash, head.hash, sizeof out->hash);
    if (row.note && strlen(row.note) < sizeof out->note)
        memcpy(out->note, row.note, strlen(row.note) + 1);
    checkpoint_public_key(service->secrets, out->public_key);
    return STATUS_OK;
}

enum status ledger_export(const struct ledger_export *plan)
{
    struct arena *arena = arena_new();
    struct ledger_line_end end = {0};
    struct buf piece = {0};
    struct store *store = plan->service->store;
    enum status status = find_end(plan->service, arena, &end);
    const int64_t head = end.position.value;
    for (int64_t after = 0; status == STATUS_OK && after < head; after += PIECE_ROWS) {
        const int64_t last = after + PIECE_ROWS < head ? after + PIECE_ROWS : head;
        buf_clear(&piece);
        status = plan->with_private ? add_private_rows(store, arena, after, last, &piece)
                                    : ledger_rows_walk(store, (struct position){after},
                                                       (struct position){last}, add_row, &piece);
        if (status == STATUS_OK && !plan->take(plan->context, &piece, last, head))
            status = STATUS_IO;
    }
    if (status == STATUS_OK) {
        buf_clear(&piece);
        ledger_line_add_end(&piece, &end);
        buf_addc(&piece, '\n');
        if (!plan->take(plan->context, &piece, head, head))
            status = STATUS_IO;
    }
    buf_free(&piece);
    arena_free(arena);
    return status;
}
