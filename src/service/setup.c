/*
 * service/setup: makes a data folder whole, and opens one. See the header.
 */
#include "service/setup.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/receipt_key.h"
#include "service/as_of.h"
#include "service/common.h"
#include "service/wording.h"
#include "store/contacts.h"

#define PUBLIC_ID_META "public_id_key"
#define MASTER_META    "receipt_public_key" /* which master key it belongs to */
#define LOCK_WAIT_MS   30000

/* In this order: a database without its master key is a loss, never a beginning. */
static enum status make_secrets(struct arena *arena, const struct conf *conf, struct secrets **out,
                                const char **fault)
{
    enum status status = secrets_load(conf->keys_path, out);
    if (status == STATUS_NOT_FOUND) {
        const bool has_database = access(conf->db_path, F_OK) == 0;
        /* Somebody else may have made both since; whoever sees the database can see the key. */
        if (has_database)
            status = secrets_load(conf->keys_path, out);
        if (has_database && status == STATUS_NOT_FOUND) {
            *fault = arena_printf(arena,
                                  "%s is there, but %s/master.key is not: put the key back from "
                                  "where it was kept",
                                  conf->db_path, conf->keys_path);
            return STATUS_CORRUPT;
        }
        if (!has_database) {
            status = secrets_create(conf->keys_path);
            if (status == STATUS_OK || status == STATUS_CONFLICT)
                status = secrets_load(conf->keys_path, out);
        }
    }
    if (status != STATUS_OK)
        *fault = arena_printf(arena, "%s/master.key: %s", conf->keys_path, status_name(status));
    return status;
}

/* Whether the database is this master key's, by the public key that follows from it. With another
 * no erased address would be known again, and no receipt of before be ours. STATUS_NOT_FOUND: it
 * does not say yet. STATUS_CORRUPT: another's. */
static enum status match_master(struct store *store, const struct secrets *secrets)
{
    uint8_t known[RECEIPT_PUBLIC_BYTES], ours[RECEIPT_PUBLIC_BYTES];
    enum status status = meta_get(store, MASTER_META, known, sizeof known);
    if (status != STATUS_OK)
        return status;
    receipt_key_public(secrets, ours);
    return memcmp(known, ours, sizeof ours) == 0 ? STATUS_OK : STATUS_CORRUPT;
}

static enum status put_master(struct txn *txn, const struct secrets *secrets)
{
    uint8_t ours[RECEIPT_PUBLIC_BYTES];
    enum status status = match_master(txn_store(txn), secrets);
    if (status != STATUS_NOT_FOUND)
        return status;
    receipt_key_public(secrets, ours);
    return meta_put(txn, MASTER_META, ours, sizeof ours);
}

static const char *other_master(struct arena *arena, const struct conf *conf)
{
    return arena_printf(arena,
                        "%s/master.key is not the key that %s began with: put that one back from "
                        "where it was kept",
                        conf->keys_path, conf->db_path);
}

static enum status fill(const struct service *service, struct txn *txn, struct arena *arena)
{
    uint8_t key[PUBLIC_ID_KEY_BYTES];
    enum status status = meta_get(txn_store(txn), PUBLIC_ID_META, key, sizeof(key));
    if (status == STATUS_NOT_FOUND) {
        crypto_random(key, sizeof(key));
        status = meta_put(txn, PUBLIC_ID_META, key, sizeof(key));
    }
    if (status == STATUS_OK)
        status = put_master(txn, service->secrets);
    if (status == STATUS_OK)
        status = as_of_read_notes(service, txn);
    if (status != STATUS_OK)
        return status;
    struct link_key *keys = NULL;
    size_t count = 0;
    status = link_keys_list(txn_store(txn), arena, &keys, &count);
    if (status != STATUS_OK)
        return status;
    const struct origin origin = {.actor = ACTOR_SYSTEM, .proof_kind = PROOF_NONE};
    struct link_key_id id;
    if (count == 0)
        status = keys_new(service, txn, "this server", &origin, &id);
    return status == STATUS_OK ? wording_keep(service, txn, arena, &origin) : status;
}

/* Whether fill has nothing to do, found without the write lock: a running server is not disturbed
 * by every command that makes sure of its folder. */
static bool is_filled(const struct conf *conf, struct arena *arena, const struct secrets *secrets)
{
    struct service service = {.conf = conf};
    if (store_open_reader(conf->db_path, &service.store) != STATUS_OK)
        return false;
    uint8_t key[PUBLIC_ID_KEY_BYTES];
    struct link_key *keys = NULL;
    size_t count = 0;
    bool has_wording = false, is_read = false;
    bool filled = meta_get(service.store, PUBLIC_ID_META, key, sizeof(key)) == STATUS_OK &&
                  match_master(service.store, secrets) == STATUS_OK &&
                  link_keys_list(service.store, arena, &keys, &count) == STATUS_OK && count != 0 &&
                  bygone_is_read(service.store, &is_read) == STATUS_OK && is_read &&
                  wording_is_kept(&service, arena, &has_wording) == STATUS_OK && has_wording;
    store_close(service.store);
    return filled;
}

static enum status fill_database(struct arena *arena, const struct conf *conf,
                                 struct secrets *secrets, const char **fault)
{
    struct service service = {.conf = conf, .secrets = secrets};
    enum status status = store_open_writer(conf->db_path, conf->lock_path, &service.store);
    if (status != STATUS_OK) {
        *fault = arena_printf(arena, "%s: %s", conf->db_path, status_name(status));
        return status;
    }
    struct txn *txn = NULL;
    status = txn_begin(service.store, LOCK_WAIT_MS, &txn);
    if (status == STATUS_OK) {
        status = fill(&service, txn, arena);
        if (status == STATUS_OK)
            status = txn_commit(txn);
        else
            txn_rollback(txn);
    }
    if (status != STATUS_OK && match_master(service.store, secrets) == STATUS_CORRUPT)
        *fault = other_master(arena, conf);
    else if (status != STATUS_OK)
        *fault = arena_printf(arena, "%s: first keys: %s", conf->data, status_name(status));
    store_close(service.store);
    return status;
}

enum status setup_init(struct arena *arena, const struct conf *conf, const char **fault)
{
    struct secrets *secrets = NULL;
    *fault = "";
    enum status status = crypto_start();
    if (status != STATUS_OK) {
        *fault = "no randomness to be had from the system";
        return status;
    }
    if (mkdir(conf->data, 0700) != 0 && errno != EEXIST) {
        *fault = arena_printf(arena, "%s: %s", conf->data, strerror(errno));
        return STATUS_IO;
    }
    status = make_secrets(arena, conf, &secrets, fault);
    if (status != STATUS_OK)
        return status;
    if (!is_filled(conf, arena, secrets)) {
        status = store_migrate(conf->db_path, conf->lock_path);
        if (status == STATUS_OK)
            status = fill_database(arena, conf, secrets, fault);
        else
            *fault = status == STATUS_REFUSED
                         ? arena_printf(arena, "%s was made by a newer version", conf->db_path)
                         : arena_printf(arena, "%s: %s", conf->db_path, status_name(status));
    }
    secrets_free(secrets);
    return status;
}

enum status setup_open(struct arena *arena, const struct conf *conf, bool writes,
                       struct service *out, const char **fault)
{
    struct service service = {.conf = conf};
    struct secrets *secrets = NULL;
    struct link_signer *signer = NULL;
    const char *what = "randomness";
    bool is_other = false;
    *fault = "";
    enum status status = crypto_start();
    if (status != STATUS_OK)
        goto out;
    what = arena_printf(arena, "%s/master.key", conf->keys_path);
    status = secrets_load(conf->keys_path, &secrets);
    if (status != STATUS_OK)
        goto out;
    what = conf->db_path;
    status = writes ? store_open_writer(conf->db_path, conf->lock_path, &service.store)
                    : store_open_reader(conf->db_path, &service.store);
    if (status != STATUS_OK)
        goto out;
    status = meta_get(service.store, PUBLIC_ID_META, service.public_id_key,
                      sizeof(service.public_id_key));
    if (status != STATUS_OK)
        goto out;
    status = match_master(service.store, secrets);
    is_other = status == STATUS_CORRUPT;
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        goto out;
    wording_pages(service.wording_pages);
    what = "the link signing key";
    status = keys_signer_load(conf, service.store, &signer);
out:
    service.secrets = secrets;
    service.signer = signer;
    if (status == STATUS_OK) {
        *out = service;
    } else {
        *fault = is_other ? other_master(arena, conf)
                          : arena_printf(arena, "%s: %s", what, status_name(status));
        setup_close(&service);
    }
    return status;
}

enum status setup_keep_wording(struct arena *arena, const struct service *service,
                               const char **fault)
{
    bool is_kept = false;
    enum status status = wording_is_kept(service, arena, &is_kept);

    *fault = "";
    if (status == STATUS_OK && !is_kept)
        return fill_database(arena, service->conf, service->secrets, fault);
    if (status != STATUS_OK)
        *fault = arena_printf(arena, "%s: %s", service->conf->db_path, status_name(status));
    return status;
}

void setup_close(struct service *service)
{
    if (service->store)
        store_close(service->store);
    secrets_free(service->secrets);
    keys_signer_free(service->signer);
    common_free(service->kept);
    *service = (struct service){0};
}
