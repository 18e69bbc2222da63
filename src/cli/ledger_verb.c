/*
 * cli/ledger_verb: how far the ledger has come, and signing that at once.
 */
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/ledger_checkpoint.h"

#define LOCK_WAIT_MS 30000

static json_t *checkpoint_json(const struct checkpoint_row *row)
{
    return row->position.value == 0
               ? json_null()
               : json_pack("{s:I, s:o, s:o}", "position", (json_int_t)row->position.value, "at",
                           cli_json_time(row->at), "note", cli_json_text(row->note));
}

static void hash_text(const uint8_t hash[LEDGER_HASH_BYTES], char out[2 * LEDGER_HASH_BYTES + 1])
{
    for (size_t i = 0; i < LEDGER_HASH_BYTES; i++)
        snprintf(out + 2 * i, 3, "%02x", hash[i]);
}

static void say_head(const struct ledger_head *head, const struct checkpoint_row *row)
{
    char hash[2 * LEDGER_HASH_BYTES + 1], at[CLOCK_HUMAN_BYTES];
    struct buf count = {0};

    buf_grouped(&count, head->position.value);
    hash_text(head->hash, hash);
    clock_human(head->at, at);
    cli_say("entries  %s", count.data);
    if (head->position.value) {
        cli_say("newest   %s", at);
        cli_say("hash     %s", hash);
    }
    buf_free(&count);
    if (row->position.value == 0) {
        cli_say("\nNo checkpoint was made yet; \"assent ledger checkpoint\" makes one.");
        return;
    }
    printf("\n%s", row->note);
}

enum cli_exit ledger_verb_head(const struct args *args)
{
    struct open open;
    struct ledger_head head;
    struct checkpoint_row row = {0};
    enum cli_exit code = CLI_REFUSED;
    enum status status;

    if (!open_data(args, false, &open))
        goto out;
    status = ledger_head_get(&open.service, &head);
    if (status == STATUS_OK)
        status = ledger_checkpoint_newest(&open.service, open.arena, &row);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        code = cli_failed(args, status, "The ledger can't be read");
    } else if (args_has(args, "json")) {
        char hash[2 * LEDGER_HASH_BYTES + 1];
        hash_text(head.hash, hash);
        code = cli_json(json_pack("{s:I, s:o, s:s, s:o}", "position",
                                  (json_int_t)head.position.value, "at", cli_json_time(head.at),
                                  "hash", hash, "checkpoint", checkpoint_json(&row)));
    } else {
        say_head(&head, &row);
        code = CLI_DONE;
    }
out:
    open_end(&open);
    return code;
}

/* One step in a transaction of its own. */
static enum status commit(const struct service *service,
                          enum status (*step)(const struct service *service, struct txn *txn,
                                              struct arena *arena, void *context),
                          struct arena *arena, void *context)
{
    struct txn *txn = NULL;
    enum status status = txn_begin(service->store, LOCK_WAIT_MS, &txn);

    if (status != STATUS_OK)
        return status;
    status = step(service, txn, arena, context);
    if (status == STATUS_OK)
        return txn_commit(txn);
    txn_rollback(txn);
    return status;
}

static enum status sign(const struct service *service, struct txn *txn, struct arena *arena,
                        void *context)
{
    return ledger_checkpoint_make(service, txn, arena, clock_now_s(), true, context);
}

static enum status write_file(const struct service *service, struct txn *txn, struct arena *arena,
                              void *context)
{
    const struct checkpoint_row *row = context;
    return ledger_checkpoint_write(service, txn, arena, row->position);
}

enum cli_exit ledger_verb_checkpoint(const struct args *args)
{
    struct open open;
    struct checkpoint_row row = {0};
    bool is_new = false;
    enum cli_exit code = CLI_REFUSED;
    enum status status;

    if (!open_data(args, true, &open))
        goto out;
    status = commit(&open.service, sign, open.arena, &is_new);
    if (status == STATUS_OK)
        status = ledger_checkpoint_newest(&open.service, open.arena, &row);
    if (status == STATUS_NOT_FOUND) {
        code = cli_refused(args, "the ledger has no entry yet.");
        goto out;
    }
    if (status == STATUS_OK)
        status = commit(&open.service, write_file, open.arena, &row);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The checkpoint can't be written");
        goto out;
    }
    if (args_has(args, "json")) {
        json_t *json = checkpoint_json(&row);
        json_object_set_new(json, "is_new", json_boolean(is_new));
        code = cli_json(json);
        goto out;
    }
    printf("%s", row.note);
    if (!is_new)
        cli_note(args, "nothing was written to the ledger since; this is the newest checkpoint.");
    code = CLI_DONE;
out:
    open_end(&open);
    return code;
}
