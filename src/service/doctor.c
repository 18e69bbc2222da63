/*
 * service/doctor: see doctor.h.
 */
#include "service/doctor.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "crypto/key_file.h"
#include "service/doctor_people.h"
#include "service/hook_admin.h"
#include "service/keys.h"
#include "service/ledger_verify.h"
#include "service/outbox_admin.h"
#include "service/setup.h"
#include "store/bygone.h"
#include "store/copy.h"

#define LOG_LONG_BYTES (INT64_C(512) << 20)
#define CLOCK_SLACK_S  60
#define SIGNING_BYTES  64 /* of a link key's file: its seed, and its public half */
#define MEGABYTE       1000000

void doctor_add(struct doctor *doctor, const char *check, enum doctor_level level, const char *mend,
                const char *format, ...)
{
    char text[1000];
    va_list values;

    if (doctor->count == DOCTOR_FINDINGS_MAX)
        return;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    doctor->findings[doctor->count++] = (struct doctor_finding){
        check, level, arena_strdup(doctor->arena, text), level == DOCTOR_FINE ? NULL : mend};
}

const char *doctor_engines(struct arena *arena)
{
    return arena_printf(arena, "SQLite %s, libsodium %s", store_engine(), crypto_engine());
}

/* Why the database does not open, as far as that can be told without it. */
static void explain_closed(struct doctor *doctor, enum status status, const char *fault)
{
    const struct conf *conf = doctor->conf;
    struct secrets *secrets = NULL;
    int version = 0;

    if (access(conf->db_path, F_OK) != 0) {
        doctor_add(doctor, "database", DOCTOR_BROKEN,
                   "\"assent init\" begins an empty list; \"assent restore FILE\" brings a backup "
                   "back; ASSENT_DATA names another folder",
                   "there is no database %s", conf->db_path);
        return;
    }
    const enum status key = secrets_load(conf->keys_path, &secrets);
    secrets_free(secrets);
    if (key != STATUS_OK) {
        doctor_add(doctor, "master_key", DOCTOR_BROKEN,
                   key == STATUS_REFUSED
                       ? "make it the server's own and nobody else's: chown, chmod 600"
                       : "put the key back from where it was kept: \"assent keys restore FILE\"",
                   "%s/master.key: %s", conf->keys_path,
                   key == STATUS_NOT_FOUND ? "it is not there"
                   : key == STATUS_REFUSED ? "others may read it, or it is not ours"
                   : key == STATUS_CORRUPT ? "it is not 32 bytes long"
                                           : "it can't be read");
        return;
    }
    if (status == STATUS_REFUSED && copy_version(conf->db_path, &version) == STATUS_OK &&
        version != store_version()) {
        doctor_add(doctor, "database", DOCTOR_BROKEN,
                   version > store_version()
                       ? "install the newer program, or restore a backup that this one made"
                       : "\"assent init\" brings it up to date; make a backup before",
                   "%s has version %d, and this program works with %d", conf->db_path, version,
                   store_version());
        return;
    }
    doctor_add(
        doctor, strstr(fault, "master.key") ? "master_key" : "database", DOCTOR_BROKEN,
        strstr(fault, "master.key")
            ? "put the right key back from where it was kept: \"assent keys restore FILE\""
            : "look at the disk and the file's permissions; \"assent restore FILE\" brings a "
              "backup back",
        "%s", *fault ? fault : status_name(status));
}

/* Whether the file of a link key is there and holds its secret. */
static enum status read_link_key(const struct conf *conf, struct arena *arena,
                                 const struct link_key *key)
{
    uint8_t *secret = key_memory_new(SIGNING_BYTES);
    const char *path = arena_printf(arena, "%s/%02x%02x%02x%02x.key", conf->keys_path, key->id[0],
                                    key->id[1], key->id[2], key->id[3]);
    enum status status = key_file_read(path, secret, SIGNING_BYTES);
    if (status == STATUS_OK &&
        memcmp(secret + SIGNING_BYTES / 2, key->public_key, sizeof key->public_key) != 0)
        status = STATUS_CORRUPT;
    key_memory_free(secret);
    return status;
}

static void check_link_keys(struct doctor *doctor, const struct service *service)
{
    struct link_key *keys = NULL;
    size_t count = 0, signing = 0;
    if (link_keys_list(service->store, doctor->arena, &keys, &count) != STATUS_OK)
        return;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *id = keys[i].id;
        if (keys[i].state == KEY_REVOKED)
            continue;
        const enum status status = read_link_key(doctor->conf, doctor->arena, &keys[i]);
        signing += status == STATUS_OK && keys[i].state == KEY_SIGNING;
        if (status == STATUS_OK || status == STATUS_NOT_FOUND) /* a sender has its own alone */
            continue;
        doctor_add(
            doctor, "link_keys", DOCTOR_BROKEN,
            status == STATUS_REFUSED
                ? "make it the server's own and nobody else's: chown, chmod 600"
                : "put it back: \"assent keys restore FILE --force\"; or \"assent keys new\"",
            "%s/%02x%02x%02x%02x.key %s", doctor->conf->keys_path, id[0], id[1], id[2], id[3],
            status == STATUS_REFUSED ? "may be read by others, or is not ours"
                                     : "does not hold the secret of that key");
    }
    if (signing == 0)
        doctor_add(doctor, "link_keys", DOCTOR_BROKEN,
                   "put them back: \"assent keys restore FILE\"; or make one: \"assent keys new\"",
                   "no key that signs links has its secret in %s", doctor->conf->keys_path);
    else
        doctor_add(doctor, "link_keys", DOCTOR_FINE, NULL, "%zu of %zu link keys can sign here",
                   signing, count);
}

struct look {
    const struct doctor_plan *plan;
    bool is_stopped;
};

static bool go_on(void *context)
{
    struct look *look = context;
    look->is_stopped |= !look->plan->goes_on(look->plan->context, 0, 0);
    return !look->is_stopped;
}

static bool walk_on(void *context, int64_t done, int64_t total)
{
    struct look *look = context;
    look->is_stopped |= !look->plan->goes_on(look->plan->context, done, total);
    return !look->is_stopped;
}

static void check_pages(struct doctor *doctor, const struct service *service, struct look *look)
{
    const char *words = "";
    const enum status status =
        copy_check(service->store, doctor->arena, look->plan->is_full, go_on, look, &words);
    if (status == STATUS_BUSY)
        return;
    if (status == STATUS_OK)
        doctor_add(doctor, "integrity", DOCTOR_FINE, NULL,
                   look->plan->is_full ? "every page and every index is sound"
                                       : "every page is sound (--full looks at the indexes, too)");
    else
        doctor_add(
            doctor, "integrity", DOCTOR_BROKEN,
            "stop the server, look at the disk, and \"assent restore\" the newest backup: it "
            "carries over the no's that can still be read",
            "the database is damaged: %s", *words ? words : status_name(status));
}

static void check_whole_ledger(struct doctor *doctor, const struct service *service,
                               struct look *look)
{
    const struct ledger_verify_plan plan = {
        .service = service, .threads = look->plan->threads, .goes_on = walk_on, .context = look};
    struct ledger_finding found[LEDGER_DAMAGE_COUNT];
    struct ledger_report report;
    size_t count = 0;
    const enum status status = ledger_verify(&plan, doctor->arena, &report);
    if (status == STATUS_OK)
        ledger_tally_list(&report.tally, found, &count);
    if (status == STATUS_OK && count == 0)
        doctor_add(doctor, "ledger", DOCTOR_FINE, NULL, "all %" PRId64 " entries are whole",
                   report.head.value);
    else if (!look->is_stopped)
        doctor_add(
            doctor, "ledger", DOCTOR_BROKEN,
            "\"assent ledger verify\" names all that is wrong; keep the data folder as it is "
            "and compare with a backup",
            "the ledger is not whole: entry %" PRId64 " %s", count ? found[0].position.value : 0,
            count ? ledger_damage_words(found[0].damage) : status_name(status));
}

static void check_ledger(struct doctor *doctor, const struct service *service, struct look *look)
{
    struct backup_facts facts = {0};
    const char *fault = "";
    char at[CLOCK_HUMAN_BYTES];
    const enum status status =
        backup_look_ledger(service, service->store, doctor->arena, &facts, &fault);
    if (status != STATUS_OK)
        doctor_add(
            doctor, "ledger", DOCTOR_BROKEN,
            "\"assent ledger verify\" names all that is wrong; keep the data folder as it is "
            "and compare with a backup",
            "the ledger is not whole: %s", *fault ? fault : status_name(status));
    else if (look->plan->is_full)
        check_whole_ledger(doctor, service, look);
    else
        doctor_add(doctor, "ledger", DOCTOR_FINE, NULL,
                   "entries %" PRId64 " to %" PRId64
                   " follow from the newest checkpoint (--full looks at all)",
                   facts.checkpoint.value + (facts.checkpoint.value == 0), facts.head.value);
    clock_human(facts.head_at, at);
    if (status == STATUS_OK && facts.head_at > doctor->now_s + CLOCK_SLACK_S)
        doctor_add(doctor, "clock", DOCTOR_BROKEN,
                   "set the clock right (timedatectl); what was written meanwhile stays as it is, "
                   "and pauses and links end by the clock",
                   "the newest entry of the ledger is of %s, which lies ahead: the clock is behind "
                   "by %" PRId64 " minutes, or was ahead then",
                   at, (facts.head_at - doctor->now_s) / 60);
}

/* One that was ahead and is right again. */
static void check_set_back(struct doctor *doctor, const struct service *service)
{
    struct position position;
    int64_t at_s;
    char at[CLOCK_HUMAN_BYTES];
    if (bygone_clock_last(service->store, &position, &at_s) != STATUS_OK ||
        at_s <= doctor->now_s + CLOCK_SLACK_S)
        return;
    clock_human(at_s, at);
    doctor_add(doctor, "clock", DOCTOR_LOOK,
               "nothing, where the clock is right now; pauses that began then last until their day "
               "comes, unless their people or an admin end them",
               "entry %" PRId64 " of the ledger says %s: the clock was ahead then, and was set "
               "back",
               position.value, at);
}

static void check_log(struct doctor *doctor)
{
    struct stat facts;
    const char *path = arena_printf(doctor->arena, "%s-wal", doctor->conf->db_path);
    const int64_t bytes = stat(path, &facts) == 0 ? (int64_t)facts.st_size : 0;
    if (bytes > LOG_LONG_BYTES)
        doctor_add(doctor, "log", DOCTOR_LOOK,
                   "look for a program that reads the database for hours (sqlite3, a backup that "
                   "was stopped with Ctrl-Z) and end it; the server then shortens it",
                   "%s is %" PRId64 " MB long", path, bytes / MEGABYTE);
    else
        doctor_add(doctor, "log", DOCTOR_FINE, NULL, "the log is %" PRId64 " MB long",
                   bytes / MEGABYTE);
}

static void check_outbox(struct doctor *doctor, const struct service *service)
{
    const struct outbox_query query = {.outcome = LETTER_DEAD, .address = "", .cursor = ""};
    struct outbox_list list;
    if (outbox_admin_list(service, doctor->arena, &query, doctor->now_s, &list) != STATUS_OK)
        return;
    if (list.dead > 0)
        doctor_add(doctor, "outbox", DOCTOR_LOOK,
                   "Communications → Outbox says why of each, and sends again",
                   "%" PRId64 " %s given up", list.dead,
                   list.dead == 1 ? "mail was" : "mails were");
    if (list.is_overdue)
        doctor_add(
            doctor, "outbox", DOCTOR_BROKEN,
            "start the courier: it comes with \"assent serve\", or runs as \"assent courier\" "
            "as the same user",
            "mails wait that nobody tries to send");
    if (list.dead == 0 && !list.is_overdue)
        doctor_add(doctor, "outbox", DOCTOR_FINE, NULL, "no mail was given up, %" PRId64 " wait",
                   list.waiting);
}

static void check_hooks(struct doctor *doctor, const struct service *service)
{
    struct hook_list list;
    size_t bad = 0;
    if (hook_admin_list(service, doctor->arena, &list) != STATUS_OK)
        return;
    for (size_t i = 0; i < list.count; i++) {
        const struct hook *hook = &list.hooks[i].hook;
        if (hook->state == HOOK_STOPPED || (hook->state == HOOK_ON && hook->failing_since == 0))
            continue;
        bad++;
        doctor_add(doctor, "hooks", DOCTOR_LOOK,
                   "ask who runs that endpoint; \"assent hooks test ID\" shows what it says, "
                   "\"assent hooks resume ID\" goes on",
                   "hook %" PRId64 " (%s) %s: %s", hook->id, hook->url,
                   hook->state == HOOK_FAILED ? "was stopped" : "fails",
                   *hook->fault ? hook->fault : hook->tried_fault);
    }
    if (bad == 0)
        doctor_add(doctor, "hooks", DOCTOR_FINE, NULL, "%zu %s, none failing", list.count,
                   list.count == 1 ? "hook" : "hooks");
}

bool doctor_database(struct doctor *doctor, const struct doctor_plan *plan)
{
    struct service service;
    const char *fault = "";
    struct look look = {.plan = plan};
    const enum status status = setup_open(doctor->arena, doctor->conf, false, &service, &fault);

    check_log(doctor);
    if (status != STATUS_OK) {
        explain_closed(doctor, status, fault);
        return true;
    }
    doctor_add(doctor, "database", DOCTOR_FINE, NULL, "version %d, opens", store_version());
    doctor_add(doctor, "master_key", DOCTOR_FINE, NULL,
               "it is the key that the database began with");
    check_link_keys(doctor, &service);
    check_pages(doctor, &service, &look);
    if (!look.is_stopped)
        check_ledger(doctor, &service, &look);
    if (!look.is_stopped)
        look.is_stopped = !doctor_people(doctor, &service, plan);
    if (!look.is_stopped)
        check_set_back(doctor, &service);
    check_outbox(doctor, &service);
    check_hooks(doctor, &service);
    setup_close(&service);
    return !look.is_stopped;
}
