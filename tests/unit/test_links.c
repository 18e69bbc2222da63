/*
 * Signed links as services see them: what each opens, and what goes into a mail's header.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/locale.h"
#include "service/keys.h"
#include "service/mailto.h"
#include "unit/site.h"

#define DAY_S  86400
#define YEAR_S (366 * DAY_S)

static struct site site;

static int open_site(void **state)
{
    (void)state;
    site_open(&site);
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    site_close(&site);
    return 0;
}

static enum link_state open_as(const char *token, enum link_purpose purpose)
{
    struct link_opened link;
    memset(&link, 0xff, sizeof(link));
    assert_int_equal(links_open(&site.service, site.arena, token, purpose, clock_now_s(), &link),
                     STATUS_OK);
    if (link.state == LINK_BROKEN || link.state == LINK_REVOKED) {
        assert_int_equal(link.claims.purpose, 0);
        assert_int_equal(link.contact.id.value, 0);
    }
    return link.state;
}

static void links_open_what_they_say(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_set links = site_links(&site, &person, 3);
    struct link_opened link;
    assert_int_equal(strncmp(links.manage, "https://lists.example.org/p/", 28), 0);
    assert_int_equal(strncmp(links.unsubscribe, "https://lists.example.org/u/", 28), 0);
    assert_int_equal(strlen(site_token(links.manage)), LINK_TOKEN_TEXT_BYTES - 1);
    assert_int_equal(links_open(&site.service, site.arena, site_token(links.manage), PURPOSE_MANAGE,
                                clock_now_s(), &link),
                     STATUS_OK);
    assert_int_equal(link.state, LINK_GOOD);
    assert_int_equal(link.contact.id.value, person.id.value);
    assert_int_equal(link.claims.topic.value, 0);
    assert_int_equal(links_open(&site.service, site.arena, site_token(links.unsubscribe),
                                PURPOSE_UNSUBSCRIBE, clock_now_s(), &link),
                     STATUS_OK);
    assert_int_equal(link.state, LINK_GOOD);
    assert_int_equal(link.claims.topic.value, 3);

    struct origin origin = links_origin(&link, ACTOR_RECIPIENT, "192.0.2.1", "Mail/1");
    assert_int_equal(origin.proof_kind, PROOF_LINK);
    assert_int_equal(origin.proof_len, 8);
    assert_memory_equal(origin.proof, link.claims.key_id.value, 4);
    const uint32_t at = link.claims.issued_at;
    const uint8_t issued[4] = {(uint8_t)(at >> 24), (uint8_t)(at >> 16), (uint8_t)(at >> 8),
                               (uint8_t)at};
    assert_memory_equal(origin.proof + 4, issued, 4);
    assert_int_equal(origin.wording, wording_pack(WORDING_UNSUBSCRIBE, LOCALE_EN, 0));
    assert_int_equal(links_origin(&link, ACTOR_ONE_CLICK, NULL, NULL).wording, WORDING_NONE);
}

static void s6_kinds_are_not_interchangeable(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    struct link_set links = site_links(&site, &person, 0);
    const enum link_purpose purposes[] = {PURPOSE_MANAGE, PURPOSE_UNSUBSCRIBE, PURPOSE_CONFIRM};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(open_as(site_token(links.manage), purposes[i]),
                         purposes[i] == PURPOSE_MANAGE ? LINK_GOOD : LINK_BROKEN);
        assert_int_equal(open_as(site_token(links.unsubscribe), purposes[i]),
                         purposes[i] == PURPOSE_UNSUBSCRIBE ? LINK_GOOD : LINK_BROKEN);
    }
}

static void u6_altered_is_broken(void **state)
{
    (void)state;
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/. ";
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    const char *good = site_token(site_links(&site, &person, 1).unsubscribe);
    const size_t len = strlen(good);
    char bad[LINK_TOKEN_TEXT_BYTES + 2];
    for (size_t at = 0; at < len; at++) {
        for (size_t c = 0; c + 1 < sizeof(alphabet); c += at % 16 ? 11 : 1) {
            memcpy(bad, good, len + 1);
            bad[at] = alphabet[c];
            if (bad[at] != good[at] && open_as(bad, PURPOSE_UNSUBSCRIBE) != LINK_BROKEN)
                fail_msg("character %zu as %c was taken", at, alphabet[c]);
        }
    }
    for (size_t bit = 0; bit < LINK_TOKEN_BYTES * 8; bit++) {
        uint8_t bytes[LINK_TOKEN_BYTES];
        assert_true(crypto_base64url_decode(good, len, bytes, sizeof(bytes)));
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        crypto_base64url(bytes, sizeof(bytes), bad, sizeof(bad));
        if (open_as(bad, PURPOSE_UNSUBSCRIBE) != LINK_BROKEN)
            fail_msg("bit %zu flipped was taken", bit);
    }
    memcpy(bad, good, len + 1);
    bad[len - 1] = '\0';
    assert_int_equal(open_as(bad, PURPOSE_UNSUBSCRIBE), LINK_BROKEN);
    snprintf(bad, sizeof(bad), "%sA", good);
    assert_int_equal(open_as(bad, PURPOSE_UNSUBSCRIBE), LINK_BROKEN);
    assert_int_equal(open_as("", PURPOSE_UNSUBSCRIBE), LINK_BROKEN);
    assert_int_equal(open_as(good, PURPOSE_UNSUBSCRIBE), LINK_GOOD);
}

static void l1_unsubscribe_never_expires(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    struct link_set links = site_links(&site, &person, 1);
    const char *manage = site_token(links.manage), *stop = site_token(links.unsubscribe);
    clock_shift_s(INT64_C(399) * DAY_S);
    assert_int_equal(open_as(manage, PURPOSE_MANAGE), LINK_GOOD);
    clock_shift_s(INT64_C(2) * DAY_S);
    assert_int_equal(open_as(manage, PURPOSE_MANAGE), LINK_EXPIRED);
    site_put_setting(&site, "link_life_days", "500");
    assert_int_equal(open_as(manage, PURPOSE_MANAGE), LINK_GOOD);
    site_put_setting(&site, "link_life_days", "never");
    assert_int_equal(open_as(manage, PURPOSE_MANAGE), LINK_EXPIRED);
    clock_shift_s(INT64_C(10) * YEAR_S);
    assert_int_equal(open_as(manage, PURPOSE_MANAGE), LINK_EXPIRED);
    assert_int_equal(open_as(stop, PURPOSE_UNSUBSCRIBE), LINK_GOOD);
    clock_shift_s(INT64_C(-401) * DAY_S - INT64_C(10) * YEAR_S);
    /* a sender can't lengthen a manage link's life by dating it forward */
    clock_shift_s(INT64_C(-2) * DAY_S);
    assert_int_equal(open_as(manage, PURPOSE_MANAGE), LINK_EXPIRED);
    assert_int_equal(open_as(stop, PURPOSE_UNSUBSCRIBE), LINK_GOOD);
    clock_shift_s(INT64_C(2) * DAY_S);
    assert_int_equal(open_as(manage, PURPOSE_MANAGE), LINK_GOOD);
}

static void epoch_voids_manage_links_only(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    struct link_set links = site_links(&site, &person, 0);
    struct change change = {
        .kind = ENTRY_EPOCH, .contact = person.id, .origin = site_origin(ACTOR_ADMIN, 1)};
    struct contact raised = site_change(&site, &change).after;
    assert_int_equal(open_as(site_token(links.manage), PURPOSE_MANAGE), LINK_VOID);
    assert_int_equal(open_as(site_token(links.unsubscribe), PURPOSE_UNSUBSCRIBE), LINK_GOOD);
    links = site_links(&site, &raised, 0);
    assert_int_equal(open_as(site_token(links.manage), PURPOSE_MANAGE), LINK_GOOD);
}

static struct link_key_id signer_id(void)
{
    return keys_signer_id(site.service.signer);
}

static void set_state(struct link_key_id id, enum link_key_state key_state, enum status expected)
{
    struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    struct txn *txn = site_begin(&site);
    assert_int_equal(keys_set_state(&site.service, txn, id, key_state, &origin), expected);
    site_commit(txn);
}

/* A sender's own key, which this server knows only the public half of. */
static void senders_keys(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    uint8_t public_key[LINK_PUBLIC_BYTES], secret[LINK_SECRET_BYTES];
    char token[LINK_TOKEN_TEXT_BYTES];
    link_key_make(public_key, secret);
    struct link_claims claims = {.purpose = PURPOSE_UNSUBSCRIBE,
                                 .key_id = link_key_id_of(public_key),
                                 .contact = person.public_id,
                                 .topic = {1},
                                 .issued_at = (uint32_t)clock_now_s()};
    link_token_mint(&claims, secret, token);
    assert_int_equal(open_as(token, PURPOSE_UNSUBSCRIBE), LINK_BROKEN);

    struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    struct link_key_id id;
    clock_shift_s(10);
    struct txn *txn = site_begin(&site);
    assert_int_equal(keys_add(&site.service, txn, public_key, "JMS", &origin, &id), STATUS_OK);
    assert_int_equal(keys_add(&site.service, txn, public_key, "JMS", &origin, &id),
                     STATUS_CONFLICT);
    site_commit(txn);
    assert_int_equal(open_as(token, PURPOSE_UNSUBSCRIBE), LINK_GOOD);
    /* its secret is not here, so ours still signs, although theirs is newer */
    const struct link_key_id ours = signer_id();
    clock_shift_s(-10);
    site_reopen(&site);
    assert_memory_equal(signer_id().value, ours.value, sizeof(ours.value));

    /* right key, wrong person: the same row under another id, and every neighbouring id */
    claims.contact = public_id_make(site.service.public_id_key, person.id);
    assert_true(claims.contact.value != person.public_id.value);
    link_token_mint(&claims, secret, token);
    assert_int_equal(open_as(token, PURPOSE_UNSUBSCRIBE), LINK_NOBODY);
    for (int i = 0; i < 64; i++) {
        claims.contact.value = person.public_id.value ^ UINT64_C(1) << i;
        link_token_mint(&claims, secret, token);
        assert_int_equal(open_as(token, PURPOSE_UNSUBSCRIBE), LINK_NOBODY);
    }
    set_state(id, KEY_VERIFYING, STATUS_OK);
    claims.contact = person.public_id;
    link_token_mint(&claims, secret, token);
    assert_int_equal(open_as(token, PURPOSE_UNSUBSCRIBE), LINK_GOOD);
    /* revoking one key kills only its own, for good */
    set_state(id, KEY_REVOKED, STATUS_OK);
    assert_int_equal(open_as(token, PURPOSE_UNSUBSCRIBE), LINK_REVOKED);
    set_state(id, KEY_SIGNING, STATUS_REFUSED);
    set_state(id, KEY_REVOKED, STATUS_OK);
    assert_int_equal(open_as(token, PURPOSE_UNSUBSCRIBE), LINK_REVOKED);
    assert_int_equal(
        open_as(site_token(site_links(&site, &person, 1).unsubscribe), PURPOSE_UNSUBSCRIBE),
        LINK_GOOD);
    set_state((struct link_key_id){{1, 2, 3, 4}}, KEY_REVOKED, STATUS_NOT_FOUND);
    site_check_ledger(&site);
}

static void rotation_keeps_sent_links(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    const char *sent = site_token(site_links(&site, &person, 0).manage);
    const struct link_key_id first = signer_id();
    struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    struct link_key_id second;
    clock_shift_s(5);
    struct txn *txn = site_begin(&site);
    assert_int_equal(keys_new(&site.service, txn, "this server", &origin, &second), STATUS_OK);
    site_commit(txn);
    set_state(first, KEY_VERIFYING, STATUS_OK);
    site_reopen(&site);
    assert_memory_equal(signer_id().value, second.value, sizeof(second.value));
    assert_int_equal(open_as(sent, PURPOSE_MANAGE), LINK_GOOD);
    assert_int_equal(open_as(site_token(site_links(&site, &person, 0).manage), PURPOSE_MANAGE),
                     LINK_GOOD);
    clock_shift_s(-5);
}

static struct link_key_id new_key(void)
{
    struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    struct link_key_id made;
    clock_shift_s(2); /* the next second, and a newer key */
    struct txn *txn = site_begin(&site);
    assert_int_equal(keys_new(&site.service, txn, "this server", &origin, &made), STATUS_OK);
    site_commit(txn);
    return made;
}

static void signs_with(const struct contact *person, struct link_key_id id)
{
    clock_shift_s(1);
    const struct link_signer *signer = keys_signer(&site.service);
    assert_non_null(signer);
    assert_memory_equal(keys_signer_id(signer).value, id.value, sizeof id.value);
    assert_int_equal(open_as(site_token(site_links(&site, person, 0).manage), PURPOSE_MANAGE),
                     LINK_GOOD);
}

/* As a server does that was started before the command changed the ring. */
static void keys_count_while_the_process_runs(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    const struct link_key_id first = signer_id(), second = new_key();
    signs_with(&person, second);
    set_state(second, KEY_VERIFYING, STATUS_OK);
    signs_with(&person, first);
    /* One whose file is not what its row says is passed over: links that open nothing are none. */
    const struct link_key_id third = new_key();
    char text[LINK_KEY_ID_TEXT_BYTES];
    link_key_id_text(third, text);
    const char *path = arena_printf(site.arena, "%s/%s.key", site.conf.keys_path, text);
    assert_int_equal(truncate(path, 10), 0);
    signs_with(&person, first);
    set_state(first, KEY_REVOKED, STATUS_OK);
    clock_shift_s(1);
    assert_null(keys_signer(&site.service));
    signs_with(&person, new_key());
}

static void last_added_signs(void **state)
{
    (void)state;
    struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    for (int i = 0; i < 8; i++) {
        struct link_key_id made;
        if (i == 4)
            clock_shift_s(-100);
        struct txn *txn = site_begin(&site);
        assert_int_equal(keys_new(&site.service, txn, "this server", &origin, &made), STATUS_OK);
        site_commit(txn);
        site_reopen(&site);
        assert_memory_equal(signer_id().value, made.value, sizeof(made.value));
    }
    clock_shift_s(100);
}

static void no_signer_no_links(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    set_state(signer_id(), KEY_VERIFYING, STATUS_OK);
    site_reopen(&site);
    assert_null(keys_signer(&site.service));
    struct link_set links;
    assert_int_equal(links_mint(&site.service, site.arena, &person, NULL, clock_now_s(), &links),
                     STATUS_REFUSED);
}

static void u1_header_lines(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    struct link_set links = site_links(&site, &person, 1);
    assert_string_equal(links.list_unsubscribe_post, "List-Unsubscribe=One-Click");
    assert_string_equal(links.list_unsubscribe,
                        arena_printf(site.arena, "<%s>", links.unsubscribe));
    assert_int_equal(strspn(links.unsubscribe + 28, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
                                                    "qrstuvwxyz0123456789-_"),
                     112);
    assert_string_equal(links.list_id, "Newsletter <newsletter.lists.example.org>");
    links = site_links(&site, &person, 0);
    assert_null(links.list_id);
    assert_int_equal(strncmp(links.list_unsubscribe, "<https://", 9), 0);
}

static const char *list_unsubscribe(const struct contact *person, const char *address)
{
    if (address)
        site_put_setting(&site, "mailto_address", address);
    struct link_set links = site_links(&site, person, 1);
    const char *token = site_token(links.unsubscribe);
    /* the same token in both, replaced by a short word to compare by */
    struct buf out = {0};
    for (const char *at = links.list_unsubscribe; *at;) {
        if (strncmp(at, token, LINK_TOKEN_TEXT_BYTES - 1) == 0) {
            buf_adds(&out, "TOKEN");
            at += LINK_TOKEN_TEXT_BYTES - 1;
        } else {
            buf_addc(&out, *at++);
        }
    }
    const char *text = arena_strndup(site.arena, out.data, out.len);
    buf_free(&out);
    return text;
}

static void u11_mailto_beside_https(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    assert_null(site_links(&site, &person, 1).mailto);
    assert_string_equal(list_unsubscribe(&person, NULL), "<https://lists.example.org/u/TOKEN>");
    assert_string_equal(list_unsubscribe(&person, "unsubscribe@example.com"),
                        "<https://lists.example.org/u/TOKEN>, "
                        "<mailto:unsubscribe@example.com?subject=TOKEN>");
    assert_string_equal(list_unsubscribe(&person, "a+b%c&d?e/f@example.com"),
                        "<https://lists.example.org/u/TOKEN>, "
                        "<mailto:a%2Bb%25c%26d%3Fe%2Ff@example.com?subject=TOKEN>");
    assert_string_equal(list_unsubscribe(&person, ""), "<https://lists.example.org/u/TOKEN>");
    struct link_set links = site_links(&site, &person, 0);
    assert_null(links.mailto);
    assert_string_equal(links.list_unsubscribe_post, "List-Unsubscribe=One-Click");
}

static void g4_list_ids(void **state)
{
    (void)state;
    const struct {
        const char *name, *url, *expected;
    } cases[] = {
        {"Product Updates", "https://a.example", "Product Updates <k.a.example>"},
        {"News", "http://127.0.0.1:8888", "News <k.127.0.0.1>"},
        {"News", "https://[2001:db8::1]:8443", "News <k.2001.db8..1>"},
        {"Mr. X, \"daily\"", "https://a.example", "\"Mr. X, \\\"daily\\\"\" <k.a.example>"},
        {"a <b@c>", "https://a.example", "\"a <b@c>\" <k.a.example>"},
        {"back\\slash", "https://a.example", "\"back\\\\slash\" <k.a.example>"},
        {"Nouvelles d'été", "https://a.example",
         "=?UTF-8?Q?Nouvelles_d=27=C3=A9t=C3=A9?= <k.a.example>"},
        {"=?UTF-8?Q?fake?=", "https://a.example",
         "=?UTF-8?Q?=3D=3FUTF=2D8=3FQ=3Ffake=3F=3D?= <k.a.example>"},
        {"a\r\nBcc: b", "https://a.example", "=?UTF-8?Q?a=0D=0ABcc=3A_b?= <k.a.example>"},
        {"", "https://a.example", "<k.a.example>"},
    };
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct topic topic = {.id = {1}, .key = "k", .name = cases[i].name, .description = ""};
        struct link_set links;
        site.conf.public_url = cases[i].url;
        assert_int_equal(
            links_mint(&site.service, site.arena, &person, &topic, clock_now_s(), &links),
            STATUS_OK);
        assert_string_equal(links.list_id, cases[i].expected);
    }
    /* long names become several encoded-words, none over 75 characters, cut between characters */
    struct topic topic = {.id = {1}, .key = "k", .name = "お知らせとお得な情報のメールマガジン二"};
    struct link_set links;
    assert_int_equal(links_mint(&site.service, site.arena, &person, &topic, 0, &links), STATUS_OK);
    const char *word = links.list_id;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(strncmp(word, "=?UTF-8?Q?", 10), 0);
        const size_t len = strcspn(word, " ");
        assert_true(len <= 75 && (len - 12) % 9 == 0);
        word += len + 1;
    }
    assert_int_equal(*word, '<');
}

#define CASE(name, function)                                                                       \
    {                                                                                              \
        name, function, open_site, close_site, NULL                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("links open what they say, and say by what proof", links_open_what_they_say),
        CASE("S6: one kind of token never passes for another", s6_kinds_are_not_interchangeable),
        CASE("U6: any altered bit or character is refused", u6_altered_is_broken),
        CASE("L1: an unsubscribe link works ten years on, a manage link has expired",
             l1_unsubscribe_never_expires),
        CASE("a raised epoch voids manage links, never unsubscribe links",
             epoch_voids_manage_links_only),
        CASE("senders' keys: unknown, known, retired, revoked; another's id is nobody",
             senders_keys),
        CASE("a new signing key keeps sent links alive", rotation_keeps_sent_links),
        CASE("the key added last signs, also of several in one second or with the clock put back",
             last_added_signs),
        CASE("a key that was made, retired or revoked counts while the process runs",
             keys_count_while_the_process_runs),
        CASE("without a signing key no link is minted", no_signer_no_links),
        CASE("U1, G1: the header lines, byte by byte", u1_header_lines),
        CASE("U1, U11: the mailto URI stands behind the https one, byte by byte",
             u11_mailto_beside_https),
        CASE("G4: each topic has its List-Id, safe in a header", g4_list_ids),
    };
    return cmocka_run_group_tests_name("links", tests, NULL, NULL);
}
