/*
 * tests/unit/hook_support: hooks of a site, as admins and the courier act on them. What should be
 * done and is not ends the test.
 */
#ifndef ASSENT_TESTS_HOOK_SUPPORT_H
#define ASSENT_TESTS_HOOK_SUPPORT_H

#include "service/hook_admin.h"
#include "service/hooks.h"
#include "unit/site.h"

#define URL "https://hooks.example.com/in"

/* By an admin; refusals are the caller's to look at. */
struct hook_saved hook_save(struct site *site, const struct hook_edit *edit);
struct hook_saved hook_act_on(struct site *site, int64_t id, enum hook_act act);

/* A hook that is told of kinds, 0 for all; its id. */
int64_t hook_add(struct site *site, uint64_t kinds);

/* Makes deliveries of all that is in the ledger. */
void hook_fan_out(struct site *site);

struct hook_page hook_page_of(struct site *site, int64_t id);
struct hook_delivery hook_newest(struct site *site, int64_t id);

/* What came of a try; code 0: no answer. */
void hook_settle(struct site *site, int64_t delivery, int code, int64_t retry_after_s);

#endif
