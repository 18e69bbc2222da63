/*
 * The brand: colours that follow from one another, the logo in the store and the ledger, and pages
 * to look at with what is only typed.
 */
#include <string.h>

#include "base/clock.h"
#include "service/preview.h"
#include "unit/site.h"

static struct site site;

static int open_site(void **state)
{
    site_open(&site);
    return 0;
}

static int close_site(void **state)
{
    site_close(&site);
    return 0;
}

static struct brand get(void)
{
    struct brand brand;
    assert_int_equal(brand_get(&site.service, site.arena, &brand), STATUS_OK);
    return brand;
}

static const char *text_of(struct colour colour)
{
    static char text[COLOUR_TEXT_BYTES];
    colour_text(colour, text);
    return text;
}

static void without_colours_the_style_sheet_is_as_it_is(void **state)
{
    assert_string_equal(get().style, "");
    assert_string_equal(text_of(get().light.accent), "#1f5fd6");
    assert_string_equal(text_of(get().dark.accent), "#7aa7ff");
}

static void the_dark_colour_follows_unless_it_is_set(void **state)
{
    site_put_setting(&site, "brand_color", "#b00020");
    struct brand brand = get();
    assert_memory_equal(brand.style, "b00020-", 7);
    assert_true(contrast_worst(brand.dark.accent, CONTRAST_DARK) >= CONTRAST_TEXT);
    site_put_setting(&site, "brand_color_dark", "#ff8080");
    assert_string_equal(get().style, "b00020-ff8080");
}

static void a_style_is_two_colours_and_nothing_else(void **state)
{
    static const char *const wrong[] = {"",
                                        "b00020",
                                        "b00020-ff808",
                                        "b00020-ff80800",
                                        "#00020-ff8080",
                                        "b00020-#f8080",
                                        "b00020_ff8080",
                                        "b0002g-ff8080"};
    struct contrast_scheme light, dark;

    assert_true(brand_style_parse("b00020-ff8080", &light, &dark));
    assert_string_equal(text_of(dark.accent), "#ff8080");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(brand_style_parse(wrong[i], &light, &dark));
}

static bool put(const struct picture *picture)
{
    struct origin origin = site_origin(ACTOR_ADMIN, 1);
    struct txn *txn = site_begin(&site);
    bool changed = false;
    assert_int_equal(brand_logo_put(&site.service, txn, site.arena, picture, &origin, &changed),
                     STATUS_OK);
    site_commit(txn);
    return changed;
}

static void a_logo_is_kept_replaced_and_removed(void **state)
{
    const struct picture one = {
        .type = "image/png", .width = 40, .height = 20, .data = "one", .len = 3};
    const struct picture two = {
        .type = "image/svg+xml", .width = 64, .height = 32, .data = "<svg/>", .len = 6};
    struct brand_logo logo;

    assert_int_equal(brand_logo_get(&site.service, site.arena, &logo), STATUS_NOT_FOUND);
    assert_string_equal(get().logo, "");
    assert_false(put(NULL));
    assert_true(put(&one));
    assert_false(put(&one));
    assert_int_equal(get().logo_width, 40);
    const char *version = get().logo;
    assert_int_equal(strlen(version), 12);
    assert_true(put(&two));
    assert_string_not_equal(get().logo, version);
    assert_int_equal(brand_logo_get(&site.service, site.arena, &logo), STATUS_OK);
    assert_string_equal(logo.type, "image/svg+xml");
    assert_int_equal(logo.len, 6);
    assert_memory_equal(logo.data, "<svg/>", 6);
    assert_true(put(NULL));
    assert_string_equal(get().logo, "");
    struct entry entry = site_entry(&site, site_head(&site));
    assert_int_equal(entry.kind, ENTRY_SETTING);
    assert_memory_equal(entry.private.note, "brand_logo: svg+xml, 64 × 32", 29);
    site_check_ledger(&site);
}

static bool undo(enum actor_kind actor, int64_t id)
{
    struct origin origin = site_origin(actor, id);
    struct settings_saved saved;
    struct txn *txn = site_begin(&site);
    assert_int_equal(brand_undo(&site.service, txn, site.arena, &origin, &saved), STATUS_OK);
    site_commit(txn);
    return !saved.undo_is_late;
}

static void a_changed_logo_is_taken_back_once_by_whoever_changed_it(void **state)
{
    const struct picture one = {
        .type = "image/png", .width = 40, .height = 20, .data = "one", .len = 3};
    const struct picture two = {
        .type = "image/svg+xml", .width = 64, .height = 32, .data = "<svg/>", .len = 6};
    struct brand_logo logo;

    put(&one);
    put(&two);
    assert_false(undo(ACTOR_ADMIN, 2));
    assert_true(undo(ACTOR_ADMIN, 1));
    assert_int_equal(brand_logo_get(&site.service, site.arena, &logo), STATUS_OK);
    assert_memory_equal(logo.data, "one", 3);
    struct entry entry = site_entry(&site, site_head(&site));
    assert_memory_equal(entry.private.note, "brand_logo: svg+xml, 64 × 32", 29);
    assert_non_null(strstr(entry.private.note, "→ png, 40 × 20"));
    assert_false(undo(ACTOR_ADMIN, 1));
    put(NULL); /* a removal as well */
    assert_string_equal(get().logo, "");
    assert_true(undo(ACTOR_ADMIN, 1));
    assert_int_equal(get().logo_width, 40);
    put(NULL);
    put(&two); /* and a first one: then there is none again */
    assert_true(undo(ACTOR_ADMIN, 1));
    assert_string_equal(get().logo, "");
    put(&one);
    clock_shift_s(UNDO_WINDOW_S + 1);
    assert_false(undo(ACTOR_ADMIN, 1));
    assert_int_equal(get().logo_width, 40);
    site_check_ledger(&site);
}

/* A logo between two saves of settings belongs to neither. */
static void only_the_very_last_save_is_taken_back(void **state)
{
    const struct picture one = {
        .type = "image/png", .width = 40, .height = 20, .data = "one", .len = 3};
    struct settings_edit edit = {.version = -1, .origin = site_origin(ACTOR_ADMIN, 1)};
    struct settings_saved saved;

    put(&one);
    edit.typed[SETTING_BRAND_NAME] = "Northwind";
    struct txn *txn = site_begin(&site);
    assert_int_equal(settings_save(&site.service, txn, site.arena, &edit, &saved), STATUS_OK);
    site_commit(txn);
    assert_string_equal(get().name, "Northwind");
    assert_true(undo(ACTOR_ADMIN, 1));
    assert_string_not_equal(get().name, "Northwind");
    assert_int_equal(get().logo_width, 40);
    assert_false(undo(ACTOR_ADMIN, 1));
}

static struct preview look(const char *page, const char *as, const char *name)
{
    struct preview_request request = {.page = page, .as = as, .lang = LOCALE_DE};
    struct preview preview;
    request.typed[SETTING_BRAND_NAME] = name;
    assert_int_equal(preview_look(&site.service, site.arena, &request, clock_now_s(), &preview),
                     STATUS_OK);
    return preview;
}

static void a_preview_is_of_the_person_asked_for_and_changes_nothing(void **state)
{
    site_add(&site, "ada@example.org", NEWSLETTER);
    const struct position head = site_head(&site);

    struct self_page page = look("manage", "ada@example.org", "Tried").self;
    assert_string_equal(page.brand.name, "Tried");
    assert_int_equal(page.lang, LOCALE_DE);
    assert_string_equal(page.masked_email, "a•••••@example.org");
    assert_true(page.choices[0].is_on);
    assert_false(page.choices[1].is_on);
    assert_string_equal(page.token, "preview");
    assert_string_equal(look("manage", "", NULL).self.masked_email, "a•••••@example.com");
    assert_int_equal(look("home", "", NULL).kind, PREVIEW_HOME);
    assert_int_equal(look("expired", "", NULL).self.link, LINK_EXPIRED);
    assert_int_equal(look("done", "", NULL).self.notice, SELF_NOTICE_STOPPED_ALL);
    assert_true(look("topic", "", NULL).self.topic_is_on);
    assert_true(look("paused", "", NULL).self.paused_until > clock_now_s());

    struct preview preview;
    struct preview_request nobody = {.page = "manage", .as = "eve@example.org"};
    assert_int_equal(preview_look(&site.service, site.arena, &nobody, clock_now_s(), &preview),
                     STATUS_NOT_FOUND);
    nobody.as = "no address";
    assert_int_equal(preview_look(&site.service, site.arena, &nobody, clock_now_s(), &preview),
                     STATUS_NOT_FOUND);
    assert_int_equal(site_head(&site).value, head.value);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_site, close_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_colours_the_style_sheet_is_as_it_is),
        TEST(the_dark_colour_follows_unless_it_is_set),
        TEST(a_style_is_two_colours_and_nothing_else),
        TEST(a_logo_is_kept_replaced_and_removed),
        TEST(a_changed_logo_is_taken_back_once_by_whoever_changed_it),
        TEST(only_the_very_last_save_is_taken_back),
        TEST(a_preview_is_of_the_person_asked_for_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
