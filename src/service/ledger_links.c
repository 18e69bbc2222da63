/*
 * service/ledger_links: see ledger_links.h.
 */
#include "service/ledger_links.h"

#include <stdlib.h>

#define WORD_BITS 64

bool ledger_links_begin(struct ledger_links *links, struct position head)
{
    const size_t words = (size_t)head.value / WORD_BITS + 1;
    *links = (struct ledger_links){.head = head,
                                   .owned = calloc(words, sizeof *links->owned),
                                   .followed = calloc(words, sizeof *links->followed)};
    return links->owned != NULL && links->followed != NULL;
}

void ledger_links_end(struct ledger_links *links)
{
    free(links->owned);
    free(links->followed);
    *links = (struct ledger_links){0};
}

/* Whether it was set before. */
static bool set(_Atomic uint64_t *bits, struct position position)
{
    const uint64_t bit = UINT64_C(1) << (position.value % WORD_BITS);
    return (atomic_fetch_or_explicit(&bits[position.value / WORD_BITS], bit, memory_order_relaxed) &
            bit) != 0;
}

static bool goes_on(const struct entry *entry, const struct ledger_state *before)
{
    return before->contact.value == entry->contact.value && before->kind != ENTRY_ERASED &&
           before->status == entry->status_before && before->choices == entry->choices_before &&
           before->daily == entry->daily_before && before->weekly == entry->weekly_before &&
           before->paused_until == entry->paused_before;
}

/* Somebody new comes from nothing. */
static bool is_beginning(const struct entry *entry)
{
    return entry->kind == ENTRY_CONTACT_ADDED && entry->choices_before == 0 &&
           entry->daily_before == 0 && entry->weekly_before == 0 && entry->paused_before == 0;
}

enum status ledger_links_entry(struct ledger_links *links, struct store *store,
                               const struct entry *entry, struct ledger_tally *tally)
{
    const struct position previous = entry->previous;
    struct ledger_state before;
    enum status status = STATUS_OK;
    bool is_fine;
    if (entry->contact.value == 0)
        return STATUS_OK;
    if (entry->kind != ENTRY_ERASED)
        set(links->owned, entry->position);
    if (previous.value == 0) {
        is_fine = is_beginning(entry);
    } else if (previous.value < 0 || previous.value >= entry->position.value) {
        is_fine = false;
    } else {
        status = ledger_rows_state(store, previous, &before);
        is_fine = status == STATUS_OK && goes_on(entry, &before);
        is_fine = !set(links->followed, previous) && is_fine;
    }
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (!is_fine)
        ledger_tally_add(tally, &(struct ledger_finding){.damage = LEDGER_UNLINKED,
                                                         .position = entry->position,
                                                         .other = previous,
                                                         .at = entry->at});
    return STATUS_OK;
}

static bool is_as_said(const struct ledger_state *row, const struct ledger_state *entry)
{
    return row->contact.value == entry->contact.value && entry->kind != ENTRY_ERASED &&
           row->status == entry->status && row->choices == entry->choices &&
           row->daily == entry->daily && row->weekly == entry->weekly &&
           row->paused_until == entry->paused_until;
}

void ledger_links_person(struct ledger_links *links, const struct ledger_person *person,
                         struct ledger_tally *tally)
{
    struct ledger_finding finding = {.position = person->head, .person = person->public_id};
    if (person->head.value > links->head.value) {
        finding.damage = LEDGER_CUT_SHORT;
        finding.position.value = links->head.value + 1;
        finding.other = person->head;
        ledger_tally_add(tally, &finding);
        return;
    }
    if (!person->has_entry || !is_as_said(&person->row, &person->entry)) {
        finding.damage = LEDGER_PERSON_ALTERED;
        ledger_tally_add(tally, &finding);
    }
    if (person->head.value > 0 && set(links->followed, person->head)) {
        finding.damage = LEDGER_PERSON_BEHIND;
        ledger_tally_add(tally, &finding);
    }
}

void ledger_links_rest(const struct ledger_links *links, struct ledger_tally *tally)
{
    for (int64_t word = 0; word <= links->head.value / WORD_BITS; word++) {
        const uint64_t loose = links->owned[word] & ~links->followed[word];
        for (int bit = 0; loose >> bit != 0 && bit < WORD_BITS; bit++) {
            const struct ledger_finding finding = {.damage = LEDGER_PERSON_MISSING,
                                                   .position = {word * WORD_BITS + bit}};
            if (loose >> bit & 1)
                ledger_tally_add(tally, &finding);
        }
    }
}
