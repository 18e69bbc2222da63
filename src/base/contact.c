/*
 * base/contact: names of types and statuses, public ids as text, and who is subscribed.
 */
#include "base/contact.h"

#include <assert.h>
#include <string.h>

struct naming {
    const char *label;
    const char *key;
};

static const struct naming types[] = {
    [TYPE_CLIENT] = {"Client", "client"},
    [TYPE_PARTNER] = {"Partner", "partner"},
    [TYPE_FRANCHISEE] = {"Franchisee", "franchisee"},
};
static_assert(sizeof types / sizeof *types == TYPE_COUNT, "a name for every type");

static const char *const statuses[] = {
    [CONTACT_OPTED_OUT] = "opted_out",
    [CONTACT_OPTED_IN] = "opted_in",
};
static_assert(sizeof statuses / sizeof *statuses == CONTACT_STATUS_COUNT, "and every status");

const char *contact_type_label(enum contact_type type)
{
    return (unsigned)type < TYPE_COUNT ? types[type].label : "?";
}

const char *contact_type_key(enum contact_type type)
{
    return (unsigned)type < TYPE_COUNT ? types[type].key : "?";
}

const char *contact_status_key(enum contact_status status)
{
    return (unsigned)status < CONTACT_STATUS_COUNT ? statuses[status] : "?";
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Whether text is key, but for ASCII case, blanks around, and a space or hyphen for "_". */
static bool is_key(const char *text, const char *key)
{
    while (is_blank(*text))
        text++;
    for (; *key; key++, text++) {
        char c = *text;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c == ' ' || c == '-')
            c = '_';
        if (c != *key)
            return false;
    }
    while (is_blank(*text))
        text++;
    return *text == '\0';
}

bool contact_type_parse(const char *text, enum contact_type *out)
{
    for (unsigned i = 0; text && i < TYPE_COUNT; i++) {
        if (is_key(text, types[i].key)) {
            *out = (enum contact_type)i;
            return true;
        }
    }
    return false;
}

bool contact_status_parse(const char *text, enum contact_status *out)
{
    for (unsigned i = 0; text && i < CONTACT_STATUS_COUNT; i++) {
        if (is_key(text, statuses[i])) {
            *out = (enum contact_status)i;
            return true;
        }
    }
    return false;
}

static const char *const frequencies[] = {
    [FREQUENCY_ALL] = "all",
    [FREQUENCY_DAILY] = "daily",
    [FREQUENCY_WEEKLY] = "weekly",
};
static_assert(sizeof frequencies / sizeof *frequencies == FREQUENCY_COUNT, "and every frequency");

const char *frequency_key(enum frequency frequency)
{
    return (unsigned)frequency < FREQUENCY_COUNT ? frequencies[frequency] : "?";
}

bool frequency_parse(const char *text, enum frequency *out)
{
    for (unsigned i = 0; text && i < FREQUENCY_COUNT; i++) {
        if (strcmp(text, frequencies[i]) == 0) {
            *out = (enum frequency)i;
            return true;
        }
    }
    return false;
}

enum frequency contact_frequency(const struct contact *contact, struct topic_id topic)
{
    if ((contact->weekly & TOPIC_BIT(topic)) != 0)
        return FREQUENCY_WEEKLY;
    return (contact->daily & TOPIC_BIT(topic)) != 0 ? FREQUENCY_DAILY : FREQUENCY_ALL;
}

bool contact_is_subscribed(const struct contact *contact, uint64_t in_use, int64_t now_s)
{
    return contact->status == CONTACT_OPTED_IN && (contact->choices & in_use) != 0 &&
           contact->paused_until <= now_s;
}

void public_id_text(struct public_id id, char out[PUBLIC_ID_TEXT_BYTES])
{
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < 16; i++)
        out[i] = hex[id.value >> (60 - 4 * i) & 15];
    out[16] = '\0';
}

/* 0 to 15, or -1. */
static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool public_id_parse(const char *text, struct public_id *out)
{
    uint64_t value = 0;
    if (!text)
        return false;
    for (int i = 0; i < 16; i++) {
        int digit = hex_value(text[i]);
        if (digit < 0)
            return false;
        value = value << 4 | (unsigned)digit;
    }
    if (text[16] != '\0')
        return false;
    out->value = value;
    return true;
}

bool topic_key_is_valid(const char *key)
{
    if (!key || key[0] < 'a' || key[0] > 'z')
        return false;
    size_t len = strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return len <= TOPIC_KEY_MAX_BYTES && key[len] == '\0';
}
