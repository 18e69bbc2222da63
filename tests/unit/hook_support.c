/*
 * tests/unit/hook_support: see hook_support.h.
 */
#include "unit/hook_support.h"

#include "base/clock.h"
#include "service/hook_kinds.h"

struct hook_saved hook_save(struct site *site, const struct hook_edit *edit)
{
    struct hook_saved saved;
    struct hook_edit by_admin = *edit;
    by_admin.origin = site_origin(ACTOR_ADMIN, 1);
    struct txn *txn = site_begin(site);
    assert_int_equal(hook_admin_save(&site->service, txn, site->arena, &by_admin, &saved),
                     STATUS_OK);
    site_commit(txn);
    return saved;
}

struct hook_saved hook_act_on(struct site *site, int64_t id, enum hook_act act)
{
    return hook_save(site, &(struct hook_edit){.act = act, .id = id});
}

int64_t hook_add(struct site *site, uint64_t kinds)
{
    struct hook_saved saved =
        hook_save(site, &(struct hook_edit){.act = HOOK_ADD,
                                            .url = URL,
                                            .kinds = kinds ? kinds : hook_kinds_all(),
                                            .signing = HOOK_ED25519});
    assert_int_equal(saved.fault, HOOK_FINE);
    return saved.id;
}

void hook_fan_out(struct site *site)
{
    bool has_news = true, more = false;
    while (has_news) {
        struct txn *txn = site_begin(site);
        assert_int_equal(hooks_fan_out(&site->service, txn, site->arena, clock_now_s(), &more),
                         STATUS_OK);
        site_commit(txn);
        assert_int_equal(hooks_has_news(&site->service, site->arena, &has_news), STATUS_OK);
        assert_true(more || !has_news);
    }
}

struct hook_page hook_page_of(struct site *site, int64_t id)
{
    struct hook_page page;
    assert_int_equal(hook_admin_get(&site->service, site->arena, id, 0, clock_now_s(), &page),
                     STATUS_OK);
    return page;
}

struct hook_delivery hook_newest(struct site *site, int64_t id)
{
    struct hook_page page = hook_page_of(site, id);
    assert_true(page.count > 0);
    return page.deliveries[0].delivery;
}

void hook_settle(struct site *site, int64_t delivery, int code, int64_t retry_after_s)
{
    struct hook_result result = {.delivery = delivery,
                                 .code = code,
                                 .retry_after_s = retry_after_s,
                                 .fault = code ? "" : "connection refused"};
    struct txn *txn = site_begin(site);
    assert_int_equal(hooks_settle(&site->service, txn, site->arena, &result, 1, clock_now_s()),
                     STATUS_OK);
    site_commit(txn);
}
