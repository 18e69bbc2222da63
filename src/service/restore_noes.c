/*
 * service/restore_noes: see restore_noes.h.
 */
#include "service/restore_noes.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "service/api_keys.h"
#include "service/change.h"
#include "service/change_history.h"
#include "service/erase.h"
#include "service/keys.h"
#include "service/team.h"
#include "service/writer.h"
#include "store/admins.h"
#include "store/api_keys.h"
#include "store/contacts.h"
#include "store/ledger_rows.h"
#include "store/settings.h"

#define BATCH_PEOPLE   1000
#define BATCH_HASHES   1000
#define EPOCHS_MAX     100 /* links voided so often since: the last counts */
#define ALL_TOPICS     (~UINT64_C(1))
#define LINK_KEY_ID(k) ((struct link_key_id){{(k)->id[0], (k)->id[1], (k)->id[2], (k)->id[3]}})

/* Whom the entries since are about, each once, in the order of their numbers. */
struct somebody {
    int64_t contact;
    uint64_t erased; /* the public id, of who was */
    bool said_no;    /* on the way at least */
};

struct carrying {
    const struct restore_noes_plan *plan;
    struct restore_noes noes;
    int64_t yes_lost;
    struct somebody *people;
    size_t count, size, next;
    bool is_short; /* of memory */
};

static enum status hash_at(struct store *store, int64_t position, uint8_t out[LEDGER_HASH_BYTES])
{
    return ledger_rows_hash(store, (struct position){position}, out);
}

enum status restore_noes_common(struct store *present, struct store *draft, struct position *out)
{
    struct position a = {0}, b = {0};
    uint8_t one[LEDGER_HASH_BYTES], other[LEDGER_HASH_BYTES];
    enum status status = store_position(present, &a);
    if (status == STATUS_OK)
        status = store_position(draft, &b);
    /* Each hash covers all before it: where two are the same, all is. */
    int64_t same = 0, differs = (a.value < b.value ? a.value : b.value) + 1;
    while (status == STATUS_OK && differs - same > 1) {
        const int64_t middle = same + (differs - same) / 2;
        status = hash_at(present, middle, one);
        if (status == STATUS_OK)
            status = hash_at(draft, middle, other);
        if (status == STATUS_OK && memcmp(one, other, sizeof one) == 0)
            same = middle;
        else
            differs = middle;
    }
    if (status == STATUS_OK)
        out->value = same;
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

static bool is_no(const struct entry *entry)
{
    return (entry->choices_before & ~entry->choices_after) != 0 ||
           (entry->status_before == CONTACT_OPTED_IN && entry->status_after == CONTACT_OPTED_OUT) ||
           (entry->kind == ENTRY_CHOICES && entry->subject != 0);
}

static bool note_person(void *context, const struct entry *entry, bool is_sound)
{
    struct carrying *carrying = context;
    if (!is_sound || entry->contact.value == 0)
        return true;
    if (carrying->count == carrying->size) {
        const size_t size = carrying->size ? 2 * carrying->size : 1024;
        struct somebody *more = realloc(carrying->people, size * sizeof *more);
        if (more == NULL) {
            carrying->is_short = true;
            return false;
        }
        carrying->people = more;
        carrying->size = size;
    }
    carrying->people[carrying->count++] = (struct somebody){
        .contact = entry->contact.value,
        .erased = entry->kind == ENTRY_ERASED ? (uint64_t)entry->subject : 0,
        .said_no = is_no(entry),
    };
    return true;
}

static int by_contact(const void *a, const void *b)
{
    const struct somebody *one = a, *other = b;
    return (one->contact > other->contact) - (one->contact < other->contact);
}

static enum status list_people(struct carrying *carrying)
{
    struct position head = {0};
    struct store *present = carrying->plan->present->store;
    enum status status = store_position(present, &head);
    if (status == STATUS_OK)
        status = ledger_rows_walk(present, carrying->plan->common, head, note_person, carrying);
    if (status != STATUS_OK || carrying->is_short)
        return status == STATUS_OK ? STATUS_FULL : status;
    if (carrying->count > 1)
        qsort(carrying->people, carrying->count, sizeof *carrying->people, by_contact);
    size_t kept = 0;
    for (size_t i = 0; i < carrying->count; i++) {
        const struct somebody *from = &carrying->people[i];
        if (kept > 0 && carrying->people[kept - 1].contact == from->contact) {
            struct somebody *into = &carrying->people[kept - 1];
            into->said_no |= from->said_no;
            if (from->erased != 0)
                into->erased = from->erased;
        } else {
            carrying->people[kept++] = *from;
        }
    }
    carrying->count = kept;
    return STATUS_OK;
}

static struct origin operator_origin(void)
{
    return (struct origin){.actor = ACTOR_OPERATOR, .proof_kind = PROOF_COMMAND};
}

static enum status apply(struct carrying *carrying, struct txn *txn, struct arena *arena,
                         struct change *change)
{
    struct change_result result;
    change->note = carrying->plan->note;
    change->origin = operator_origin();
    return change_apply(carrying->plan->draft, txn, arena, change, &result);
}

/* Who is not in the draft under that address is put there, opted out: refused to files that are
 * imported again. */
static enum status add_out(struct carrying *carrying, struct txn *txn, struct arena *arena,
                           const struct contact *now)
{
    carrying->noes.strangers++;
    if (txn == NULL)
        return STATUS_OK;
    struct change change = {.kind = ENTRY_CONTACT_ADDED,
                            .intent = INTENT_KEEP,
                            .email = now->email,
                            .email_key = now->email_key,
                            .name = now->name,
                            .language = now->language,
                            .sets_type = true,
                            .type = now->type};
    return apply(carrying, txn, arena, &change);
}

/* now: in the present file; then: in the draft. */
static enum status narrow(struct carrying *carrying, struct txn *txn, struct arena *arena,
                          const struct contact *now, const struct contact *then)
{
    struct store *present = carrying->plan->present->store;
    struct store *draft = txn ? txn_store(txn) : carrying->plan->draft->store;
    const bool goes_out = now->status == CONTACT_OPTED_OUT && then->status == CONTACT_OPTED_IN;
    const bool pauses = now->paused_until > clock_now_s() && now->paused_until > then->paused_until;
    const uint64_t off = goes_out ? 0 : then->choices & ~now->choices;
    uint64_t own = 0, own_then = 0;
    enum status status = STATUS_OK;

    if (now->status == CONTACT_OPTED_IN)
        status = change_history_own_off(present, arena, now->head, carrying->plan->common,
                                        ALL_TOPICS & ~now->choices, &own);
    if (status == STATUS_OK && own != 0)
        status =
            change_history_own_off(draft, arena, then->head, (struct position){0}, own, &own_then);
    own &= ~own_then;
    if (status != STATUS_OK)
        return status;
    if (goes_out)
        carrying->noes.opted_out++;
    else if (off != 0 || own != 0 || pauses || now->epoch > then->epoch)
        carrying->noes.narrowed++;
    if (txn != NULL && (goes_out || off != 0 || own != 0 || pauses)) {
        struct change change = {.kind = ENTRY_CHOICES,
                                .contact = then->id,
                                .intent = goes_out ? INTENT_OPT_OUT : INTENT_KEEP,
                                .turn_off = off,
                                .own_off = goes_out ? 0 : own,
                                .sets_pause = pauses,
                                .paused_until = now->paused_until};
        status = apply(carrying, txn, arena, &change);
    }
    for (int i = 0;
         txn != NULL && status == STATUS_OK && i < EPOCHS_MAX && then->epoch + i < now->epoch;
         i++) {
        struct change change = {.kind = ENTRY_EPOCH, .contact = then->id};
        status = apply(carrying, txn, arena, &change);
    }
    return status;
}

static bool has_more(const struct contact *now, const struct contact *then)
{
    return (now->status == CONTACT_OPTED_IN && then->status == CONTACT_OPTED_OUT) ||
           (now->choices & ~then->choices) != 0;
}

/* The same person in the draft: under the same number, and where the two files went apart before,
 * under the same address. */
static enum status find_then(struct store *draft, struct arena *arena, const struct contact *now,
                             struct contact *then)
{
    enum status status = contacts_get(draft, arena, now->id, then);
    if (status == STATUS_OK && then->public_id.value == now->public_id.value)
        return STATUS_OK;
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    return contacts_find_email(draft, arena, now->email_key, then);
}

static enum status erase_again(struct carrying *carrying, struct txn *txn, struct arena *arena,
                               const struct somebody *somebody)
{
    struct store *draft = txn ? txn_store(txn) : carrying->plan->draft->store;
    const struct origin origin = operator_origin();
    struct contact then;
    struct position position;
    enum status status = contacts_get(draft, arena, (struct contact_id){somebody->contact}, &then);
    if (status == STATUS_NOT_FOUND ||
        (status == STATUS_OK && then.public_id.value != somebody->erased))
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    carrying->noes.erased++;
    return txn == NULL ? STATUS_OK
                       : erase_person(carrying->plan->draft, txn, arena, &then, &origin,
                                      carrying->plan->note, &position);
}

static enum status carry_person(struct carrying *carrying, struct txn *txn, struct arena *arena,
                                const struct somebody *somebody)
{
    struct store *draft = txn ? txn_store(txn) : carrying->plan->draft->store;
    struct contact now, then, other;
    if (somebody->erased != 0)
        return erase_again(carrying, txn, arena, somebody);
    enum status status = contacts_get(carrying->plan->present->store, arena,
                                      (struct contact_id){somebody->contact}, &now);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK)
        status = find_then(draft, arena, &now, &then);
    if (status == STATUS_NOT_FOUND) {
        if (now.status == CONTACT_OPTED_IN)
            carrying->yes_lost++;
        return now.status == CONTACT_OPTED_OUT || somebody->said_no
                   ? add_out(carrying, txn, arena, &now)
                   : STATUS_OK;
    }
    if (status == STATUS_OK && has_more(&now, &then))
        carrying->yes_lost++;
    if (status == STATUS_OK)
        status = narrow(carrying, txn, arena, &now, &then);
    /* They went to another address, and said no there. */
    if (status == STATUS_OK && now.status == CONTACT_OPTED_OUT &&
        strcmp(now.email_key, then.email_key) != 0) {
        status = contacts_find_email(draft, arena, now.email_key, &other);
        if (status == STATUS_NOT_FOUND)
            status = add_out(carrying, txn, arena, &now);
    }
    return status;
}

static enum status carry_batch(const struct service *service, struct txn *txn, struct arena *arena,
                               void *context)
{
    struct carrying *carrying = context;
    const size_t end = carrying->next + BATCH_PEOPLE;
    enum status status = STATUS_OK;
    (void)service;
    while (status == STATUS_OK && carrying->next < carrying->count && carrying->next < end)
        status = carry_person(carrying, txn, arena, &carrying->people[carrying->next++]);
    return status;
}

static enum status carry_people(struct carrying *carrying)
{
    struct arena *scratch = arena_new();
    enum status status = STATUS_OK;
    carrying->next = 0;
    while (status == STATUS_OK && carrying->next < carrying->count) {
        status = carrying->plan->writes
                     ? writer_run(carrying->plan->draft, scratch, carry_batch, carrying)
                     : carry_batch(carrying->plan->draft, NULL, scratch, carrying);
        arena_reset(scratch);
    }
    arena_free(scratch);
    return status;
}

/* Addresses that nobody has. Its entry names no one: the hash alone tells who is meant. */
static enum status block(struct carrying *carrying, struct txn *txn,
                         const struct suppression *suppression)
{
    struct store *draft = txn ? txn_store(txn) : carrying->plan->draft->store;
    struct entry entry = {.kind = ENTRY_SUPPRESSED,
                          .subject = LEAVE_OTHER,
                          .private = {.note = carrying->plan->note}};
    const struct origin origin = operator_origin();
    bool is_there = false;
    enum status status = suppressions_has(draft, suppression->hash, &is_there);
    if (status != STATUS_OK || is_there)
        return status;
    carrying->noes.blocked++;
    if (txn == NULL)
        return STATUS_OK;
    status = suppressions_put(txn, suppression->hash, suppression->at);
    return status == STATUS_OK ? change_record(carrying->plan->draft, txn, &entry, &origin)
                               : status;
}

static enum status carry_blocks(struct carrying *carrying, struct txn *txn, struct arena *arena)
{
    struct suppression *rows = NULL;
    const uint8_t *after = NULL;
    size_t count = 0;
    enum status status = STATUS_OK;
    do {
        status = suppressions_walk(carrying->plan->present->store, arena, after, BATCH_HASHES,
                                   &rows, &count);
        for (size_t i = 0; status == STATUS_OK && i < count; i++)
            status = block(carrying, txn, &rows[i]);
        if (status == STATUS_OK && count > 0)
            after = rows[count - 1].hash;
    } while (status == STATUS_OK && count == BATCH_HASHES);
    return status;
}

/* A key that was made since is known again, as it was: mails that went out hold its links, and by
 * them people say no. */
static enum status carry_link_key(struct carrying *carrying, struct txn *txn, struct arena *arena,
                                  const struct link_key *now)
{
    const struct service *draft = carrying->plan->draft;
    const struct origin origin = operator_origin();
    struct link_key_id id = LINK_KEY_ID(now);
    struct link_key then = {.state = KEY_SIGNING};
    enum status status = link_keys_get(txn ? txn_store(txn) : draft->store, arena, now->id, &then);
    const bool is_new = status == STATUS_NOT_FOUND;
    if (is_new && now->state == KEY_REVOKED)
        return STATUS_OK;
    if ((status != STATUS_OK && !is_new) || (!is_new && now->state <= then.state))
        return status;
    carrying->noes.link_keys++;
    if (txn == NULL)
        return STATUS_OK;
    status = is_new ? keys_add(draft, txn, now->public_key, now->owner, &origin, &id) : STATUS_OK;
    if (status == STATUS_OK && now->state > then.state)
        status = keys_set_state(draft, txn, id, now->state, &origin);
    return status;
}

static enum status carry_link_keys(struct carrying *carrying, struct txn *txn, struct arena *arena)
{
    struct link_key *keys = NULL;
    size_t count = 0;
    enum status status = link_keys_list(carrying->plan->present->store, arena, &keys, &count);
    for (size_t i = count; status == STATUS_OK && i > 0; i--) /* oldest first, as they were made */
        status = carry_link_key(carrying, txn, arena, &keys[i - 1]);
    return status;
}

static enum status carry_api_keys(struct carrying *carrying, struct txn *txn, struct arena *arena)
{
    const struct service *draft = carrying->plan->draft;
    const struct origin origin = operator_origin();
    struct api_key *keys = NULL, then;
    size_t count = 0;
    enum status status = api_keys_all(carrying->plan->present, arena, &keys, &count);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        if (keys[i].revoked_at == 0)
            continue;
        status = api_keys_find(txn ? txn_store(txn) : draft->store, arena, keys[i].hash, &then);
        if (status == STATUS_OK && then.revoked_at == 0) {
            carrying->noes.api_keys++;
            if (txn != NULL)
                status = api_keys_end(draft, txn, arena, then.id, &origin);
        }
        status = status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    return status;
}

/* What an admin may do less here than there. */
static bool admin_act(const struct admin *now, const struct admin *then, struct team_act *act)
{
    act->admin = then->id;
    act->role = then->role;
    act->sees_addresses = then->sees_addresses;
    if (then->removed_at != 0)
        return false;
    if (now->removed_at != 0)
        act->what = *then->password == '\0' ? TEAM_CANCEL : TEAM_REMOVE;
    else if (now->disabled_at != 0 && then->disabled_at == 0)
        act->what = TEAM_DISABLE;
    else if (now->role < then->role || (then->sees_addresses && !now->sees_addresses)) {
        act->what = TEAM_EDIT;
        act->role = now->role < then->role ? now->role : then->role;
        act->sees_addresses = then->sees_addresses && now->sees_addresses;
    } else {
        return false;
    }
    return true;
}

/* Who may do more there than here. The last owner stays, as always. */
static enum status carry_admins(struct carrying *carrying, struct txn *txn, struct arena *arena)
{
    const struct service *draft = carrying->plan->draft;
    struct admin *admins = NULL, now;
    size_t count = 0;
    enum status status = admins_list(txn ? txn_store(txn) : draft->store, arena, &admins, &count);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct team_act act = {.now_s = clock_now_s(), .origin = operator_origin()};
        struct team_done done;
        status = admins_get(carrying->plan->present->store, arena, admins[i].id, &now);
        if (status == STATUS_OK && strcmp(now.email_key, admins[i].email_key) == 0 &&
            admin_act(&now, &admins[i], &act)) {
            carrying->noes.admins++;
            if (txn != NULL)
                status = team_apply(draft, txn, arena, &act, &done);
        }
        status = status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    return status;
}

static enum status carry_rest(const struct service *service, struct txn *txn, struct arena *arena,
                              void *context)
{
    struct carrying *carrying = context;
    (void)service;
    enum status status = carry_link_keys(carrying, txn, arena);
    if (status == STATUS_OK)
        status = carry_api_keys(carrying, txn, arena);
    if (status == STATUS_OK)
        status = carry_admins(carrying, txn, arena);
    if (status == STATUS_OK)
        status = carry_blocks(carrying, txn, arena);
    return status;
}

enum status restore_noes_carry(const struct restore_noes_plan *plan, struct arena *arena,
                               struct restore_noes *out, int64_t *yes_lost)
{
    struct carrying carrying = {.plan = plan};
    enum status status = list_people(&carrying);
    if (status == STATUS_OK)
        status = carry_people(&carrying);
    if (status == STATUS_OK)
        status = plan->writes ? writer_run(plan->draft, arena, carry_rest, &carrying)
                              : carry_rest(plan->draft, NULL, arena, &carrying);
    free(carrying.people);
    if (status == STATUS_OK) {
        *out = carrying.noes;
        *yes_lost = carrying.yes_lost;
    }
    return status;
}
