/*
 * Unit test of service/hook_message and crypto/hook_key: what a message says, that each try says
 * the same, and that its signatures hold (REQUIREMENTS W1, W2, W3).
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "crypto/hook_key.h"
#include "service/hook_message.h"
#include "unit/site.h"

static const struct hook hook = {
    .id = 7, .url = "https://example.com/", .signing = HOOK_BOTH, .generation = 1};

static struct hook_delivery delivery_of(struct position position)
{
    struct hook_delivery delivery = {.id = 1, .hook = 7, .position = position, .created_at = 99};
    memset(delivery.message_id, 0xab, sizeof delivery.message_id);
    return delivery;
}

static const char *body_of(struct site *site, struct position position)
{
    const char *body;
    size_t len;
    struct hook_delivery delivery = delivery_of(position);
    assert_int_equal(hook_message_body(&site->service, site->arena, &delivery, &body, &len),
                     STATUS_OK);
    assert_int_equal(strlen(body), len);
    return body;
}

static struct hook_message make(struct site *site, const struct hook *of, struct position position,
                                int64_t now_s)
{
    struct hook_message message;
    struct hook_delivery delivery = delivery_of(position);
    assert_int_equal(hook_message_make(&site->service, site->arena, of, &delivery, now_s, &message),
                     STATUS_OK);
    return message;
}

static void a_body_says_what_was_and_what_is(void **state)
{
    struct site site;
    char at[CLOCK_RFC3339_BYTES], id[PUBLIC_ID_TEXT_BYTES];
    site_open(&site);
    struct contact ada = site_add(&site, "ada@example.com", NEWSLETTER | MARKETING);
    struct position added = site_head(&site);
    struct change out = {.kind = ENTRY_CHOICES,
                         .contact = ada.id,
                         .intent = INTENT_OPT_OUT,
                         .origin = site_origin(ACTOR_ONE_CLICK, 0)};
    out.origin.address = "203.0.113.9";
    out.origin.agent = "Mail/1.0";
    site_change(&site, &out);
    struct entry entry = site_entry(&site, site_head(&site));
    clock_rfc3339(entry.at, at);
    public_id_text(ada.public_id, id);
    assert_string_equal(
        body_of(&site, entry.position),
        arena_printf(site.arena,
                     "{\"type\":\"contact.choices_changed\",\"timestamp\":\"%s\",\"data\":{"
                     "\"position\":%lld,\"actor\":\"one_click\",\"contact\":\"%s\","
                     "\"email\":\"ada@example.com\","
                     "\"was\":{\"status\":\"opted_in\",\"topics\":[\"newsletter\",\"marketing\"],"
                     "\"frequency\":{},\"paused_until\":null},"
                     "\"is\":{\"status\":\"opted_out\",\"topics\":[],\"frequency\":{},"
                     "\"paused_until\":null}}}",
                     at, (long long)entry.position.value, id));
    const char *first = body_of(&site, added);
    assert_non_null(strstr(first, "\"type\":\"contact.added\""));
    assert_non_null(strstr(first, "\"was\":null"));
    site_close(&site);
}

static void how_often_is_told_where_it_changed_and_after(void **state)
{
    struct site site;
    site_open(&site);
    struct contact ada = site_add(&site, "ada@example.com", NEWSLETTER | MARKETING);
    struct change change = {.kind = ENTRY_FREQUENCY,
                            .contact = ada.id,
                            .sets_frequency = NEWSLETTER | MARKETING,
                            .weekly = NEWSLETTER,
                            .daily = MARKETING,
                            .origin = site_origin(ACTOR_RECIPIENT, 0)};
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_APPLIED);
    const char *body = body_of(&site, site_head(&site));
    assert_non_null(strstr(body, "\"type\":\"contact.frequency_changed\""));
    assert_non_null(strstr(body, "\"topics\":[\"newsletter\",\"marketing\"],\"frequency\":{},"));
    assert_non_null(
        strstr(body, "\"frequency\":{\"newsletter\":\"weekly\",\"marketing\":\"daily\"}"));
    change = (struct change){.kind = ENTRY_CHOICES,
                             .contact = ada.id,
                             .turn_off = MARKETING,
                             .sets_frequency = NEWSLETTER,
                             .origin = site_origin(ACTOR_RECIPIENT, 0)};
    site_change(&site, &change);
    body = body_of(&site, site_head(&site));
    assert_non_null(strstr(body, "\"contact.choices_changed\""));
    assert_non_null(
        strstr(body, "\"topics\":[\"newsletter\"],\"frequency\":{\"marketing\":\"daily\"}"));
    site_close(&site);
}

static void a_pause_and_its_end_have_names_of_their_own(void **state)
{
    struct site site;
    site_open(&site);
    struct contact ada = site_add(&site, "ada@example.com", NEWSLETTER);
    struct change change = {.kind = ENTRY_PAUSE,
                            .contact = ada.id,
                            .sets_pause = true,
                            .paused_until = clock_now_s() + 86400,
                            .origin = site_origin(ACTOR_RECIPIENT, 0)};
    site_change(&site, &change);
    assert_non_null(strstr(body_of(&site, site_head(&site)), "\"contact.paused\""));
    assert_non_null(strstr(body_of(&site, site_head(&site)), "\"paused_until\":\"2"));
    change.paused_until = 0;
    site_change(&site, &change);
    assert_non_null(strstr(body_of(&site, site_head(&site)), "\"contact.resumed\""));
    site_close(&site);
}

static void a_reason_names_what_it_is_about(void **state)
{
    struct site site;
    site_open(&site);
    struct contact ada = site_add(&site, "ada@example.com", NEWSLETTER);
    struct change out = {.kind = ENTRY_CHOICES,
                         .contact = ada.id,
                         .intent = INTENT_OPT_OUT,
                         .origin = site_origin(ACTOR_RECIPIENT, 0)};
    struct position about = site_change(&site, &out).position;
    struct change reason = {.kind = ENTRY_REASON,
                            .contact = ada.id,
                            .undoes = about,
                            .leave_reason = LEAVE_TOO_MANY,
                            .note = "my own words",
                            .origin = site_origin(ACTOR_RECIPIENT, 0)};
    site_change(&site, &reason);
    const char *body = body_of(&site, site_head(&site));
    assert_non_null(strstr(body, arena_printf(site.arena, "\"reason\":\"too_many\",\"about\":%lld",
                                              (long long)about.value)));
    assert_null(strstr(body, "my own words"));
    site_close(&site);
}

static void a_test_says_that_it_is_one(void **state)
{
    struct site site;
    site_open(&site);
    assert_string_equal(body_of(&site, (struct position){0}),
                        "{\"type\":\"test\",\"timestamp\":\"1970-01-01T00:01:39Z\",\"data\":{"
                        "\"message\":\"An admin of Assent tries whether this hook works.\"}}");
    site_close(&site);
}

/* W5 wants the same message at each try, though the address may change in between. */
static void each_try_says_the_same_whatever_happened_since(void **state)
{
    struct site site;
    site_open(&site);
    struct contact ada = site_add(&site, "ada@example.com", NEWSLETTER);
    struct position added = site_head(&site);
    const char *before = body_of(&site, added);
    static const char *const addresses[] = {"ada@new.example", "ada@newer.example",
                                            "ada@example.com", "ada@last.example"};
    struct position changed[4];
    const char *told[4];
    for (size_t i = 0; i < 4; i++) {
        struct change change = {.kind = ENTRY_DETAILS,
                                .contact = ada.id,
                                .email = addresses[i],
                                .email_key = addresses[i],
                                .name = arena_printf(site.arena, "Ada %zu", i),
                                .consent = "email: ada@example.com → mallory@example.com",
                                .origin = site_origin(ACTOR_ADMIN, 1)};
        assert_int_equal(site_change(&site, &change).verdict, CHANGE_APPLIED);
        changed[i] = site_head(&site);
        told[i] = body_of(&site, changed[i]);
    }
    assert_non_null(strstr(told[0], "\"email\":\"ada@new.example\","
                                    "\"previous_email\":\"ada@example.com\""));
    assert_non_null(strstr(told[2], "\"email\":\"ada@example.com\","
                                    "\"previous_email\":\"ada@newer.example\""));
    assert_string_equal(body_of(&site, added), before);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(body_of(&site, changed[i]), told[i]);
    site_close(&site);
}

static void an_entry_that_is_not_there_is_a_fault(void **state)
{
    struct site site;
    const char *body;
    size_t len;
    site_open(&site);
    struct hook_delivery delivery = delivery_of((struct position){123456});
    assert_int_equal(hook_message_body(&site.service, site.arena, &delivery, &body, &len),
                     STATUS_CORRUPT);
    site_close(&site);
}

/* The bytes behind a text's prefix. */
static void decode(const char *text, const char *prefix, uint8_t *out, size_t len)
{
    size_t got = 0;
    assert_memory_equal(text, prefix, strlen(prefix));
    text += strlen(prefix);
    assert_int_equal(sodium_base642bin(out, len, text, strcspn(text, " "), NULL, &got, NULL,
                                       sodium_base64_VARIANT_ORIGINAL),
                     0);
    assert_int_equal(got, len);
}

/* Whether the signatures of message, in this order, hold for generations of hook. */
static void check(struct site *site, const struct hook_message *message, const int *generations,
                  size_t count)
{
    const char *at = strchr(message->headers[3], ' ') + 1;
    const char *id = strchr(message->headers[1], ' ') + 1;
    const char *seconds = strchr(message->headers[2], ' ') + 1;
    const char *text = arena_printf(site->arena, "%s.%s.%s", id, seconds, message->body);
    assert_memory_equal(message->headers[3], "webhook-signature: ", 19);
    for (size_t i = 0; i < count; i++) {
        char public_text[HOOK_KEY_TEXT_BYTES], secret_text[HOOK_KEY_TEXT_BYTES];
        uint8_t public_key[32], secret[32], signature[64], mac[32];
        hook_key_public_text(site->service.secrets, hook.id, generations[i], public_text);
        hook_key_secret_text(site->service.secrets, hook.id, generations[i], secret_text);
        decode(public_text, "whpk_", public_key, sizeof public_key);
        decode(secret_text, "whsec_", secret, sizeof secret);
        decode(at, "v1a,", signature, sizeof signature);
        assert_int_equal(
            crypto_sign_verify_detached(signature, (const uint8_t *)text, strlen(text), public_key),
            0);
        at = strchr(at, ' ') + 1;
        decode(at, "v1,", mac, sizeof mac);
        assert_int_equal(
            crypto_auth_hmacsha256_verify(mac, (const uint8_t *)text, strlen(text), secret), 0);
        const char *next = strchr(at, ' ');
        assert_int_equal(next != NULL, i + 1 < count);
        at = next ? next + 1 : at;
    }
}

static void signatures_hold(void **state)
{
    struct site site;
    site_open(&site);
    site_add(&site, "ada@example.com", NEWSLETTER);
    struct hook_message message = make(&site, &hook, site_head(&site), 1700000000);
    assert_string_equal(message.headers[0], "content-type: application/json");
    assert_string_equal(message.headers[1], "webhook-id: msg_abababababababababababababababab");
    assert_string_equal(message.headers[2], "webhook-timestamp: 1700000000");
    assert_null(message.headers[4]);
    check(&site, &message, (const int[]){1}, 1);
    site_close(&site);
}

static void both_generations_sign_for_a_day(void **state)
{
    struct site site;
    struct hook rotated = hook;
    rotated.generation = 2;
    rotated.older_until = 1700000000;
    site_open(&site);
    struct hook_message message = make(&site, &rotated, (struct position){0}, 1699999999);
    check(&site, &message, (const int[]){2, 1}, 2);
    message = make(&site, &rotated, (struct position){0}, 1700000000);
    check(&site, &message, (const int[]){2}, 1);
    site_close(&site);
}

static void each_way_of_signing_stands_alone(void **state)
{
    struct site site;
    struct hook one = hook;
    site_open(&site);
    one.signing = HOOK_ED25519;
    struct hook_message message = make(&site, &one, (struct position){0}, 1);
    assert_null(strstr(message.headers[3], "v1,"));
    one.signing = HOOK_HMAC;
    message = make(&site, &one, (struct position){0}, 1);
    assert_null(strstr(message.headers[3], "v1a,"));
    site_close(&site);
}

static void no_two_hooks_or_generations_share_a_secret(void **state)
{
    struct site site, other;
    char texts[8][HOOK_KEY_TEXT_BYTES];
    site_open(&site);
    site_open(&other);
    hook_key_secret_text(site.service.secrets, 1, 1, texts[0]);
    hook_key_secret_text(site.service.secrets, 1, 2, texts[1]);
    hook_key_secret_text(site.service.secrets, 2, 1, texts[2]);
    hook_key_secret_text(other.service.secrets, 1, 1, texts[3]);
    hook_key_public_text(site.service.secrets, 1, 1, texts[4]);
    hook_key_public_text(site.service.secrets, 1, 2, texts[5]);
    hook_key_public_text(site.service.secrets, 2, 1, texts[6]);
    hook_key_public_text(other.service.secrets, 1, 1, texts[7]);
    for (size_t i = 0; i < 8; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(strchr(texts[i], '_'), strchr(texts[j], '_'));
    char again[HOOK_KEY_TEXT_BYTES];
    site_reopen(&site);
    hook_key_secret_text(site.service.secrets, 1, 1, again);
    assert_string_equal(again, texts[0]);
    site_close(&site);
    site_close(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_says_what_was_and_what_is),
        cmocka_unit_test(how_often_is_told_where_it_changed_and_after),
        cmocka_unit_test(a_pause_and_its_end_have_names_of_their_own),
        cmocka_unit_test(a_reason_names_what_it_is_about),
        cmocka_unit_test(a_test_says_that_it_is_one),
        cmocka_unit_test(each_try_says_the_same_whatever_happened_since),
        cmocka_unit_test(an_entry_that_is_not_there_is_a_fault),
        cmocka_unit_test(signatures_hold),
        cmocka_unit_test(both_generations_sign_for_a_day),
        cmocka_unit_test(each_way_of_signing_stands_alone),
        cmocka_unit_test(no_two_hooks_or_generations_share_a_secret),
    };
    return cmocka_run_group_tests_name("hook_message", tests, NULL, NULL);
}
