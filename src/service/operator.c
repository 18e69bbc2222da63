/*
 * service/operator: what the command looks up for an operator.
 */
#include "service/operator.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fold.h"
#include "service/change.h"
#include "service/links.h"
#include "service/mailto.h"
#include "service/selfservice.h"
#include "store/contacts.h"
#include "store/directory.h"
#include "store/entries.h"
#include "store/settings.h"
#include "store/topics.h"

enum status operator_find(const struct service *service, struct arena *arena, const char *email,
                          struct contact *out, enum email_fault *fault)
{
    struct email parsed;
    enum status status = email_parse(arena, email, strlen(email), &parsed, fault);

    return status == STATUS_OK ? contacts_find_email(service->store, arena, parsed.key, out)
                               : status;
}

enum status operator_topics(const struct service *service, struct arena *arena, struct topic **out,
                            size_t *count)
{
    return topics_list(service->store, arena, out, count);
}

enum status operator_history(const struct service *service, struct arena *arena,
                             const struct contact *contact, int limit, struct entry **out,
                             size_t *count)
{
    return entries_history(service->store, arena, contact->head, limit, out, count);
}

/* How many people are of that type: a filter's exact count comes with any page. */
static enum status count_type(const struct service *service, struct arena *arena,
                              enum contact_type type, int64_t now_s, int64_t *out)
{
    struct directory_filter filter = {
        .status = DIRECTORY_ANY, .subscribed = DIRECTORY_ANY, .type = (int)type, .term = ""};
    struct directory_place place = {0};
    struct directory_page page;
    enum status status = directory_query(service->store, arena, &filter, DIRECTORY_BY_NAME, false,
                                         &place, 1, now_s, &page);

    if (status == STATUS_OK)
        *out = page.matches;
    return status;
}

enum status operator_count(const struct service *service, struct arena *arena, int64_t now_s,
                           struct operator_stats *out)
{
    struct operator_stats stats = {0};
    struct directory_counts counts;
    enum status status = store_snapshot_begin(service->store);

    if (status != STATUS_OK)
        return status;
    status = directory_count(service->store, now_s, &counts);
    for (int type = 0; status == STATUS_OK && type < TYPE_COUNT; type++)
        status = count_type(service, arena, (enum contact_type)type, now_s, &stats.by_type[type]);
    store_snapshot_end(service->store);
    if (status != STATUS_OK)
        return status;
    stats.total = counts.total;
    stats.subscribed = counts.subscribed;
    stats.opted_in = counts.opted_in;
    memcpy(stats.by_topic, counts.by_topic, sizeof stats.by_topic);
    stats.position = counts.position;
    *out = stats;
    return STATUS_OK;
}

enum status operator_keys(const struct service *service, struct arena *arena, struct link_key **out,
                          size_t *count)
{
    return link_keys_list(service->store, arena, out, count);
}

enum status operator_admins(const struct service *service, struct arena *arena, struct admin **out,
                            size_t *count)
{
    struct admin *all;
    size_t found, kept = 0;
    enum status status = admins_list(service->store, arena, &all, &found);

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < found; i++)
        if (!all[i].removed_at)
            all[kept++] = all[i];
    *out = all;
    *count = kept;
    return STATUS_OK;
}

enum status operator_hash_password(const char *password, char out[PASSWORD_HASH_BYTES],
                                   const char **fault)
{
    enum password_fault found = password_check(password);

    if (found != PASSWORD_FINE) {
        *fault = password_fault_words(found);
        return STATUS_INVALID;
    }
    return password_hash(password, out);
}

void operator_make_password(char out[PASSWORD_GENERATED_BYTES])
{
    password_generate(out);
}

bool operator_read_public_key(const char *text, uint8_t out[LINK_PUBLIC_BYTES])
{
    char url[44];
    size_t len = strlen(text);

    while (len > 0 && text[len - 1] == '=' && len > 43)
        len--;
    if (len != 43)
        return false;
    for (size_t i = 0; i < len; i++)
        url[i] = (char)(text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i]);
    url[len] = '\0';
    return crypto_base64url_decode(url, len, out, LINK_PUBLIC_BYTES);
}

/* What may stand in a setting. */
enum setting_kind { SETTING_TEXT, SETTING_URL, SETTING_DAYS, SETTING_ADDRESS };

#define TEXT_OF(number) #number
#define AS_TEXT(number) TEXT_OF(number)
#define LINK_LIFE_TEXT  AS_TEXT(LINK_LIFE_DAYS)

static const struct setting_row {
    const char *key;
    const char *fallback;
    enum setting_kind kind;
    const char *about;
} setting_rows[] = {
    {BRAND_NAME_SETTING, "", SETTING_TEXT, "Who writes to people: on every page of theirs"},
    {BRAND_ADDRESS_SETTING, "", SETTING_TEXT, "The sender's postal address, below those pages"},
    {BRAND_PRIVACY_SETTING, "", SETTING_URL, "Where the privacy notice stands"},
    {MAILTO_ADDRESS_SETTING, "", SETTING_ADDRESS, "Takes mails that unsubscribe: see mailto"},
    {LINK_LIFE_SETTING, LINK_LIFE_TEXT, SETTING_DAYS, "Days until a manage link expires"},
};
#define SETTING_ROWS (sizeof setting_rows / sizeof *setting_rows)

enum status operator_settings(const struct service *service, struct arena *arena,
                              struct operator_setting **out, size_t *count)
{
    struct operator_setting *list = arena_array(arena, SETTING_ROWS, sizeof *list);
    struct brand brand;
    enum status status = brand_get(service, arena, &brand);

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < SETTING_ROWS; i++) {
        const struct setting_row *row = &setting_rows[i];
        const char *value = NULL;
        status = settings_get(service->store, arena, row->key, &value);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        bool is_default = status == STATUS_NOT_FOUND || strcmp(value, row->fallback) == 0;
        list[i] = (struct operator_setting){.key = row->key,
                                            .about = row->about,
                                            .value = is_default ? row->fallback : value,
                                            .is_default = is_default};
        if (is_default && strcmp(row->key, BRAND_NAME_SETTING) == 0)
            list[i].value = brand.name; /* it follows from the public URL */
    }
    *out = list;
    *count = SETTING_ROWS;
    return STATUS_OK;
}

/* Every mail server can write to it (ASCII), and a header line holds it (254 bytes: RFC 5321's path
 * without its brackets). */
static bool is_plain_address(struct arena *arena, const char *value)
{
    struct email email;
    for (const char *c = value; *c; c++)
        if ((unsigned char)*c >= 0x80)
            return false;
    return strlen(value) <= 254 &&
           email_parse(arena, value, strlen(value), &email, NULL) == STATUS_OK;
}

/* NULL: value may stand in row; else what it must be. */
static const char *setting_fault(struct arena *arena, const struct setting_row *row,
                                 const char *value)
{
    char *end;
    long days;

    switch (row->kind) {
    case SETTING_TEXT:
        return strlen(value) <= 300 ? NULL : "it may have 300 bytes at most";
    case SETTING_URL:
        if (strlen(value) > 300 || strncmp(value, "https://", 8) != 0 || value[8] == '\0' ||
            strpbrk(value, " \"'<>\\"))
            return "it must be an address that begins with https://";
        return NULL;
    case SETTING_ADDRESS:
        return is_plain_address(arena, value)
                   ? NULL
                   : "it must be a mail address in plain ASCII, as in unsubscribe@example.com";
    case SETTING_DAYS:
        days = strtol(value, &end, 10);
        return *end == '\0' && *value >= '0' && *value <= '9' && days >= 1 && days <= 3650
                   ? NULL
                   : "it must be a number of days from 1 to 3650";
    }
    return "it can't be set";
}

enum status operator_set(const struct service *service, struct txn *txn, struct arena *arena,
                         const char *key, const char *value, const struct origin *origin,
                         const char **fault)
{
    const struct setting_row *row = NULL;
    struct entry entry = {.kind = ENTRY_SETTING};
    const char *clean;
    enum status status;

    for (size_t i = 0; i < SETTING_ROWS; i++)
        if (strcmp(setting_rows[i].key, key) == 0)
            row = &setting_rows[i];
    if (!row)
        return STATUS_NOT_FOUND;
    if (!fold_is_utf8(value, strlen(value))) {
        *fault = "it must be UTF-8";
        return STATUS_INVALID;
    }
    clean = fold_clean(arena, value);
    if (*clean == '\0')
        clean = row->fallback;
    else if ((*fault = setting_fault(arena, row, clean)) != NULL)
        return STATUS_INVALID;
    status = settings_put(txn, key, clean, clock_now_s());
    if (status != STATUS_OK)
        return status;
    entry.private.note = arena_printf(arena, "%s: %s", key, clean);
    return change_record(service, txn, &entry, origin);
}
