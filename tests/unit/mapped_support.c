/*
 * tests/unit/mapped_support: see the header.
 */
#include "unit/mapped_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/erase.h"
#include "service/setup.h"
#include "store/contacts.h"

void mapped_open(struct mapped *desk)
{
    memset(desk, 0, sizeof *desk);
    site_open(&desk->site);
    desk->reader = site_service(&desk->site, false);
    assert_int_equal(directory_map_new(&desk->map), STATUS_OK);
}

void mapped_close(struct mapped *desk)
{
    directory_map_free(desk->map);
    setup_close(&desk->reader);
    site_close(&desk->site);
}

void mapped_must_agree(struct mapped *desk)
{
    int64_t differing = -1;
    struct position at;
    assert_int_equal(directory_map_catch_up(desk->map, desk->reader.store, 10000), STATUS_OK);
    assert_true(directory_map_is_ready(desk->map, &at));
    assert_int_equal(at.value, site_head(&desk->site).value);
    assert_int_equal(directory_map_compare(desk->map, desk->reader.store, &differing), STATUS_OK);
    assert_int_equal(differing, 0);
}

struct directory_ask mapped_find(const struct mapped *desk, const char *key)
{
    struct directory_ask ask = {.key = key, .len = strlen(key)};
    directory_map_find(desk->map, &ask, 1);
    return ask;
}

void mapped_add(struct mapped *desk)
{
    char email[40];
    snprintf(email, sizeof email, "person%u@example.com", desk->next++);
    desk->ids[desk->count++] = site_add(&desk->site, email, NEWSLETTER | ALERTS).id;
}

void mapped_erase(struct mapped *desk, size_t i)
{
    struct position position;
    struct txn *txn = site_begin(&desk->site);
    struct contact person;
    const struct origin origin = site_origin(ACTOR_API, 1);
    assert_int_equal(
        contacts_get(desk->site.service.store, desk->site.arena, desk->ids[i], &person), STATUS_OK);
    assert_int_equal(
        erase_person(&desk->site.service, txn, desk->site.arena, &person, &origin, NULL, &position),
        STATUS_OK);
    site_commit(txn);
    desk->ids[i] = desk->ids[--desk->count];
}

/* One change of some kind to somebody. */
void mapped_change(struct mapped *desk)
{
    if (desk->count < 2 || (desk->count < MAPPED_PEOPLE && rand() % 3 == 0)) {
        mapped_add(desk);
        return;
    }
    const size_t i = (size_t)rand() % desk->count;
    struct change change = {.kind = ENTRY_CHOICES,
                            .contact = desk->ids[i],
                            .consent = "said so",
                            .origin = site_origin(ACTOR_ADMIN, 1)};
    char text[40];
    switch (rand() % 6) {
    case 0:
        change.intent = INTENT_OPT_OUT;
        break;
    case 1:
        change.intent = INTENT_OPT_IN;
        change.turn_on = (uint64_t)(rand() % 16) << 1;
        break;
    case 2:
        change.sets_pause = true;
        change.paused_until = rand() % 2 ? 0 : 2000000000 + rand() % 1000;
        break;
    case 3:
        change.kind = ENTRY_DETAILS;
        snprintf(text, sizeof text, "Name %d", rand() % 50);
        change.name = text;
        break;
    case 4:
        change.kind = ENTRY_DETAILS;
        snprintf(text, sizeof text, "other%u@example.com", desk->next++);
        change.email = change.email_key = text;
        break;
    default:
        mapped_erase(desk, i);
        return;
    }
    site_change(&desk->site, &change);
}
