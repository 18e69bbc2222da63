/*
 * service/approvals_list: what admins see of approvals, and the words that freeze one. Declared in
 * approvals.h and approval_parts.h.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "service/approval_parts.h"
#include "service/person.h"

const char *approval_kind_key(enum approval_kind kind)
{
    static const char *const keys[] = {[APPROVAL_IMPORT] = "import",
                                       [APPROVAL_ERASE] = "erase",
                                       [APPROVAL_LINK_KEY] = "revoke_link_key",
                                       [APPROVAL_API_KEY] = "revoke_api_key",
                                       [APPROVAL_OFF] = "approvals_off"};
    return kind >= APPROVAL_IMPORT && kind < APPROVAL_KIND_END ? keys[kind] : "?";
}

const char *approval_state_key(enum approval_state state)
{
    static const char *const keys[APPROVAL_STATE_COUNT] = {"waits",     "approved", "declined",
                                                           "withdrawn", "expired",  "void"};
    return state < APPROVAL_STATE_COUNT ? keys[state] : "?";
}

const char *approval_note(struct arena *arena, const struct approval *approval)
{
    switch (approval->kind) {
    case APPROVAL_IMPORT:
        return arena_printf(arena, "start import %s: %s", approval->target, approval->detail);
    case APPROVAL_ERASE:
        return arena_printf(arena, "erase person %s: %s", approval->target, approval->detail);
    case APPROVAL_LINK_KEY:
        return arena_printf(arena, "revoke link key %s: %s", approval->target, approval->detail);
    case APPROVAL_API_KEY:
        return arena_printf(arena, "revoke API key %s: %s", approval->target, approval->detail);
    case APPROVAL_OFF:
    case APPROVAL_KIND_END:
        break;
    }
    return "turn approvals off";
}

void approval_mark(struct arena *arena, const struct approval *approval,
                   char out[APPROVAL_SEEN_BYTES])
{
    const char *all = arena_printf(arena, "%" PRId64 " %" PRId64 " %s", approval->id,
                                   approval->admin, approval_note(arena, approval));
    crypto_digest_text(all, strlen(all), out);
}

const char *approval_import_detail(struct arena *arena, const struct import_job *job)
{
    return arena_printf(arena, "%" PRId64 " people, file %s, checked %" PRId64 ", %s", job->opts_in,
                        job->file, job->moved_at, job->name);
}

const char *approval_admin(struct store *store, struct arena *arena, int64_t id)
{
    struct admin admin;
    return admins_get(store, arena, id, &admin) == STATUS_OK ? admin.email : "?";
}

enum status approval_owners(struct store *store, struct arena *arena, int64_t *out)
{
    struct admin *admins = NULL;
    size_t count = 0;
    int64_t owners = 0;
    enum status status = admins_list(store, arena, &admins, &count);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        owners += admins[i].role == ROLE_OWNER && admins_is_active(&admins[i]);
    *out = owners;
    return STATUS_OK;
}

static const char *name_of(struct store *store, struct arena *arena, int64_t id)
{
    struct admin admin;
    if (id == 0 || admins_get(store, arena, id, &admin) != STATUS_OK)
        return "";
    return *admin.name != '\0' ? admin.name : admin.email;
}

/* Whom or what it is about, as they are now. */
static enum status look_up(const struct service *service, struct arena *arena,
                           struct approval_line *line)
{
    const struct approval *approval = &line->approval;
    struct public_id id;
    struct contact person;
    enum status status = STATUS_OK;
    line->name = line->email = line->reason = "";
    switch (approval->kind) {
    case APPROVAL_IMPORT:
        line->people = strtoll(approval->detail, NULL, 10);
        line->name = strstr(approval->detail, ", checked ");
        line->name = line->name ? strchr(line->name + 2, ',') : NULL;
        line->name = line->name ? line->name + 2 : "";
        break;
    case APPROVAL_ERASE:
        line->reason = approval->detail;
        if (!public_id_parse(approval->target, &id))
            break;
        status = person_find(service, service->store, arena, id, &person);
        if (status == STATUS_OK) {
            line->name = person.name;
            line->email = person.email;
        }
        break;
    case APPROVAL_LINK_KEY:
    case APPROVAL_API_KEY:
        line->name = approval->detail;
        break;
    case APPROVAL_OFF:
    case APPROVAL_KIND_END:
        break;
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status line_of(const struct service *service, struct arena *arena,
                           const struct approval *approval, const struct admin *reader,
                           int64_t now_s, struct approval_line *out)
{
    struct approval_line line = {.approval = *approval};
    if (approval->state == APPROVAL_WAITS && approval->expires_at <= now_s)
        line.approval.state = APPROVAL_EXPIRED;
    line.asker = name_of(service->store, arena, approval->admin);
    line.decider = name_of(service->store, arena, approval->decider);
    line.is_own = approval->admin == reader->id;
    line.can_decide =
        line.approval.state == APPROVAL_WAITS && !line.is_own && reader->role >= approval->least;
    approval_mark(arena, approval, line.seen);
    enum status status = look_up(service, arena, &line);
    if (status == STATUS_OK)
        *out = line;
    return status;
}

enum status approvals_list(const struct service *service, struct arena *arena,
                           const struct admin *reader, int64_t now_s, struct approvals_page *out)
{
    struct approvals_page page = {0};
    struct approval *waiting = NULL, *newest = NULL;
    size_t waiting_count = 0, newest_count = 0;
    const int look = APPROVAL_PAST_MAX + APPROVAL_LIST_MAX;
    enum status status = approvals_is_on(service->store, arena, &page.is_on);
    if (status == STATUS_OK)
        status = approval_owners(service->store, arena, &page.owners);
    if (status == STATUS_OK)
        status =
            approvals_waiting(service->store, arena, APPROVAL_LIST_MAX, &waiting, &waiting_count);
    if (status == STATUS_OK)
        status = approvals_newest(service->store, arena, look, &newest, &newest_count);
    if (status != STATUS_OK)
        return status;
    page.waiting = arena_array(arena, waiting_count + 1, sizeof *page.waiting);
    page.past = arena_array(arena, APPROVAL_PAST_MAX, sizeof *page.past);
    for (size_t i = 0; i < waiting_count && status == STATUS_OK; i++)
        if (waiting[i].expires_at > now_s)
            status = line_of(service, arena, &waiting[i], reader, now_s,
                             &page.waiting[page.waiting_count++]);
    for (size_t i = 0; i < newest_count && status == STATUS_OK; i++)
        if ((newest[i].state != APPROVAL_WAITS || newest[i].expires_at <= now_s) &&
            page.past_count < APPROVAL_PAST_MAX)
            status =
                line_of(service, arena, &newest[i], reader, now_s, &page.past[page.past_count++]);
    if (status == STATUS_OK)
        *out = page;
    return status;
}

enum status approvals_count_for(const struct service *service, const struct admin *reader,
                                int64_t now_s, int64_t *out)
{
    return approvals_count(service->store, reader->id, reader->role, now_s, out);
}

enum status approvals_sweep(struct txn *txn, int64_t now_s)
{
    return approvals_expire(txn, now_s);
}
