/*
 * tests/unit/desk_support: see desk_support.h.
 */
#include "unit/desk_support.h"

#include "base/clock.h"
#include "service/auth.h"

struct site desk_site;
int64_t desk_ada, desk_bob;

int64_t desk_add_admin(const char *email, const char *name)
{
    const struct origin origin = {.actor = ACTOR_OPERATOR, .proof_kind = PROOF_COMMAND};
    int64_t id = 0;
    struct txn *txn = site_begin(&desk_site);
    assert_int_equal(auth_admin_add(&desk_site.service, txn, email, email, name, ROLE_OWNER, "hash",
                                    &origin, &id),
                     STATUS_OK);
    site_commit(txn);
    return id;
}

int desk_open_site(void **state)
{
    site_open(&desk_site);
    desk_ada = desk_add_admin("ada@example.org", "Ada Admin");
    desk_bob = desk_add_admin("bob@example.org", "");
    return 0;
}

int desk_close_site(void **state)
{
    site_close(&desk_site);
    return 0;
}

struct people_query desk_everyone(void)
{
    return (struct people_query){.search = "",
                                 .status = DIRECTORY_ANY,
                                 .subscribed = DIRECTORY_ANY,
                                 .type = DIRECTORY_ANY,
                                 .sort = DIRECTORY_BY_EMAIL,
                                 .cursor = ""};
}

struct people_list desk_list(const struct people_query *query)
{
    struct people_list found;
    assert_int_equal(people_list(&desk_site.service, desk_site.arena, query, clock_now_s(), &found),
                     STATUS_OK);
    return found;
}

struct person_saved desk_save(const struct person_edit *edit)
{
    struct person_saved saved;
    struct position head = site_head(&desk_site);
    struct txn *txn = site_begin(&desk_site);
    assert_int_equal(people_save(&desk_site.service, txn, desk_site.arena, edit, &saved),
                     STATUS_OK);
    site_commit(txn);
    if (saved.fault != EDIT_FINE || saved.is_unchanged)
        assert_int_equal(site_head(&desk_site).value, head.value);
    return saved;
}

struct person_edit desk_new_person(const char *email)
{
    return (struct person_edit){
        .email = email, .name = "", .consent = "", .origin = site_origin(ACTOR_ADMIN, desk_ada)};
}

struct person_page desk_get(struct public_id id, int64_t admin)
{
    struct person_page page;
    assert_int_equal(
        people_get(&desk_site.service, desk_site.arena, id, admin, clock_now_s(), &page),
        STATUS_OK);
    return page;
}

/* The edit that the form of contact's page sends when nothing was touched. */
struct person_edit desk_form_of(struct public_id id, int64_t admin)
{
    struct person_page page = desk_get(id, admin);
    struct person_edit edit = {.id = id,
                               .expected = page.version,
                               .email = page.email,
                               .name = page.name,
                               .language = page.language,
                               .type = contact_type_key(page.type),
                               .has_status = true,
                               .status = page.status,
                               .has_choices = true,
                               .consent = "",
                               .origin = site_origin(ACTOR_ADMIN, admin)};
    for (size_t i = 0; i < page.choices_count; i++) {
        edit.choices_shown |= UINT64_C(1) << page.choices[i].topic;
        if (page.choices[i].is_on)
            edit.choices_on |= UINT64_C(1) << page.choices[i].topic;
    }
    return edit;
}
