/*
 * service/import_seen: see the header. An open-addressed table that doubles when three quarters
 * full.
 */
#include "service/import_seen.h"

#include <stdio.h>
#include <stdlib.h>

struct slot {
    uint64_t key; /* 0: free */
    uint64_t choices, daily, weekly;
    uint32_t name, language;
    uint8_t status, type;
};

struct import_seen {
    struct slot *slots;
    size_t size, used; /* size: a power of two */
};

/* FNV-1a with a last mix (the finaliser of MurmurHash3): not against an adversary, who could at
 * most spoil the counts of a dry run of their own file. */
static uint64_t hash(const char *text)
{
    uint64_t value = UINT64_C(14695981039346656037);

    for (; *text != '\0'; text++)
        value = (value ^ (unsigned char)*text) * UINT64_C(1099511628211);
    value = (value ^ value >> 33) * UINT64_C(0xff51afd7ed558ccd);
    value = (value ^ value >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return value ^ value >> 33;
}

static uint64_t key_of(const char *email_key)
{
    uint64_t key = hash(email_key);

    return key == 0 ? 1 : key;
}

static void *allocate(size_t count, size_t size)
{
    void *data = calloc(count, size);

    if (data == NULL) {
        fputs("assent: out of memory (dry run)\n", stderr);
        abort();
    }
    return data;
}

static struct slot *find(const struct import_seen *seen, uint64_t key)
{
    size_t at = (size_t)key & (seen->size - 1);

    while (seen->slots[at].key != 0 && seen->slots[at].key != key)
        at = (at + 1) & (seen->size - 1);
    return &seen->slots[at];
}

static void grow(struct import_seen *seen)
{
    struct import_seen bigger = {.size = seen->size * 2, .used = seen->used};

    bigger.slots = allocate(bigger.size, sizeof *bigger.slots);
    for (size_t i = 0; i < seen->size; i++)
        if (seen->slots[i].key != 0)
            *find(&bigger, seen->slots[i].key) = seen->slots[i];
    free(seen->slots);
    *seen = bigger;
}

struct import_seen *import_seen_new(void)
{
    struct import_seen *seen = allocate(1, sizeof *seen);

    seen->size = 1024;
    seen->slots = allocate(seen->size, sizeof *seen->slots);
    return seen;
}

void import_seen_free(struct import_seen *seen)
{
    if (seen != NULL)
        free(seen->slots);
    free(seen);
}

void import_seen_put(struct import_seen *seen, const struct contact *contact)
{
    if (seen->used >= seen->size / 4 * 3)
        grow(seen);
    uint64_t key = key_of(contact->email_key);
    struct slot *slot = find(seen, key);
    seen->used += slot->key == 0;
    *slot = (struct slot){
        .key = key,
        .choices = contact->choices,
        .daily = contact->daily,
        .weekly = contact->weekly,
        .name = (uint32_t)hash(contact->name),
        .language = (uint32_t)hash(contact->language),
        .status = (uint8_t)contact->status,
        .type = (uint8_t)contact->type,
    };
}

static const char *recall(const char *text, uint32_t remembered)
{
    return text != NULL && (uint32_t)hash(text) == remembered ? text : "\x01";
}

bool import_seen_get(const struct import_seen *seen, const char *email_key, const char *name,
                     const char *language, struct contact *contact)
{
    const struct slot *slot = find(seen, key_of(email_key));

    if (slot->key == 0)
        return false;
    contact->choices = slot->choices;
    contact->daily = slot->daily;
    contact->weekly = slot->weekly;
    contact->status = slot->status;
    contact->type = slot->type;
    contact->name = recall(name, slot->name);
    contact->language = recall(language, slot->language);
    return true;
}
