/*
 * Unit test of receipts: the canonical form, what a file may hold, and that nothing passes for
 * signed that was not, bit by bit.
 */
#include <stdlib.h>
#include <string.h>

#include "base/canonical.h"
#include "base/json.h"
#include "crypto/chain.h"
#include "service/erase.h"
#include "service/receipt.h"
#include "service/receipt_check.h"
#include "store/entries.h"
#include "unit/self_support.h"
#include "view/past.h"

/* text's canonical form, NULL where it has none. */
static const char *form_of(const char *text)
{
    const char *fault = NULL, *form = NULL;
    struct buf out = {0};
    json_t *value;
    assert_int_equal(json_read_object(self_site.arena, text, strlen(text), &value, &fault),
                     STATUS_OK);
    if (canonical_write(&out, value) == STATUS_OK)
        form = arena_strndup(self_site.arena, out.data, out.len);
    json_decref(value);
    buf_free(&out);
    return form;
}

/* RFC 8785: members by UTF-16 units, no blanks, the fewest escapes. */
static void canonical_form(void **state)
{
    static const char *const cases[][2] = {
        {"{}", "{}"},
        {" { \"b\" : [ 1 , -0, true ,false, null ] ,\r\n \"a\":{\"y\":{},\"x\":[]} } ",
         "{\"a\":{\"x\":[],\"y\":{}},\"b\":[1,0,true,false,null]}"},
        {"{\"t\":\"\\u0041\\/\\u20ac\\ud83d\\ude00\\u007f\\u000a\\u001f\\\"\\\\\"}",
         "{\"t\":\"A/€😀\x7f\\n\\u001f\\\"\\\\\"}"},
        {"{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,"
         "\"\\u00f6\":7}",
         "{\"\\r\":2,\"1\":4,\"\xc2\x80\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\xef\xac\xb3\":3}"},
        {"{\"ab\":1,\"a\":2,\"\":3,\"b\":4,\"aa\":5}",
         "{\"\":3,\"a\":2,\"aa\":5,\"ab\":1,\"b\":4}"},
        {"{\"n\":9007199254740991,\"m\":-9007199254740991}",
         "{\"m\":-9007199254740991,\"n\":9007199254740991}"},
        {"{\"\\ue000\":1,\"\\udbff\\udfff\":2,\"\\ud7ff\":3}",
         "{\"\xed\x9f\xbf\":3,\"\xf4\x8f\xbf\xbf\":2,\"\xee\x80\x80\":1}"},
        {"{\"n\":9007199254740992}", NULL},
        {"{\"n\":-9007199254740992}", NULL},
        {"{\"n\":1.0}", NULL},
        {"{\"n\":[{\"m\":1e0}]}", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *form = form_of(cases[i][0]);
        if (cases[i][1] == NULL)
            assert_null(form);
        else
            assert_string_equal(form, cases[i][1]);
        if (form != NULL)
            assert_string_equal(form_of(form), form);
    }
}

#define SIGNATURE(text)                                                                            \
    "\"signature\":{\"alg\":\"Ed25519\",\"key\":\"01234567\",\"value\":\"" text "\"}"
#define TENS           "AAAAAAAAAA"
#define A86            TENS TENS TENS TENS TENS TENS TENS TENS "AAAAAA"
#define WHOLE(receipt) "{\"receipt\":" receipt "," SIGNATURE(A86) "}"

static void hostile_files(void **state)
{
    static const struct {
        const char *text;
        enum receipt_fault fault;
    } cases[] = {
        {WHOLE("{}"), RECEIPT_FINE},
        {"\xef\xbb\xbf \r\n" WHOLE("{\r\n\t\"a\": 1 }") "\r\n\r\n", RECEIPT_FINE},
        {"", RECEIPT_EMPTY},
        {" \r\n\t ", RECEIPT_EMPTY},
        {"\xef\xbb\xbf", RECEIPT_EMPTY},
        {WHOLE("{\"a\":\"caf\xe9\"}"), RECEIPT_BYTES},
        {"\xff\xfe{\x7f", RECEIPT_BYTES},
        {WHOLE("{\"a\":\"one\ntwo\"}"), RECEIPT_WRAPPED},
        {WHOLE("{\"a\":\"one\r\n two\"}"), RECEIPT_WRAPPED},
        {WHOLE("{\"a\":\"\t\"}"), RECEIPT_WRAPPED},
        {WHOLE("{\"a\":[[[[[[[[]]]]]]]]}"), RECEIPT_DEEP},
        {"[[[[[[[[[[[[[[[[", RECEIPT_DEEP},
        {WHOLE("{\"a\":1,\"a\":1}"), RECEIPT_TWICE},
        {WHOLE("{\"a\":1,\"\\u0061\":2}"), RECEIPT_TWICE},
        {"{\"receipt\":{},\"receipt\":{}," SIGNATURE(A86) "}", RECEIPT_TWICE},
        {WHOLE("{}") " {}", RECEIPT_BEHIND},
        {WHOLE("{}") "\n-- \nRegards", RECEIPT_BEHIND},
        {"{\"receipt\":{}", RECEIPT_CUT},
        {"Hello,\n" WHOLE("{}"), RECEIPT_SYNTAX},
        {"> " WHOLE("{}"), RECEIPT_SYNTAX},
        {"{'receipt':{}}", RECEIPT_SYNTAX},
        {"{“receipt”:{}}", RECEIPT_SYNTAX},
        {WHOLE("{\"a\":\"\\ud800\"}"), RECEIPT_SYNTAX},
        {WHOLE("{\"a\":\"\\u0000\"}"), RECEIPT_SYNTAX},
        {WHOLE("{\"a\":NaN}"), RECEIPT_SYNTAX},
        {WHOLE("{\"a\":01}"), RECEIPT_SYNTAX},
        {WHOLE("{\"a\":1,}"), RECEIPT_SYNTAX},
        {WHOLE("{\"a\":1.5}"), RECEIPT_NUMBER},
        {WHOLE("{\"a\":1e400}"), RECEIPT_NUMBER},
        {WHOLE("{\"a\":123456789012345678901234567890}"), RECEIPT_NUMBER},
        {WHOLE("{\"a\":9007199254740993}"), RECEIPT_NUMBER},
        {"{}", RECEIPT_NONE},
        {"[1]", RECEIPT_NONE},
        {"{\"receipt\":[]," SIGNATURE(A86) "}", RECEIPT_NONE},
        {"{\"receipt\":{},\"signature\":\"" A86 "\"}", RECEIPT_NONE},
        {"{\"note\":\"checked\",\"receipt\":{}," SIGNATURE(A86) "}", RECEIPT_MORE},
        {"{\"receipt\":{},\"signature\":{\"alg\":\"Ed25519\",\"by\":\"us\",\"key\":\"01234567\","
         "\"value\":\"" A86 "\"}}",
         RECEIPT_MORE},
        {"{\"receipt\":{}," SIGNATURE(A86 "A") "}", RECEIPT_SIGNATURE},
        {"{\"receipt\":{}," SIGNATURE("") "}", RECEIPT_SIGNATURE},
        {"{\"receipt\":{},\"signature\":{\"alg\":\"none\",\"key\":\"01234567\",\"value\":\"" A86
         "\"}}",
         RECEIPT_SIGNATURE},
        {"{\"receipt\":{},\"signature\":{\"alg\":\"Ed25519\",\"key\":\"0123456\",\"value\":\"" A86
         "\"}}",
         RECEIPT_SIGNATURE},
        {"{\"receipt\":{},\"signature\":{\"alg\":\"Ed25519\",\"key\":\"0123456G\",\"value\":\"" A86
         "\"}}",
         RECEIPT_SIGNATURE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct receipt_file file =
            receipt_file_read(self_site.arena, cases[i].text, strlen(cases[i].text));
        if (file.fault != cases[i].fault)
            fail_msg("case %zu: fault %d, not %d: %s", i, (int)file.fault, (int)cases[i].fault,
                     cases[i].text);
        assert_true(*receipt_fault_words(file.fault) != '\0');
    }
    /* a NUL anywhere, and one byte too many */
    static const char nul[] = "{\"receipt\":{}\0}";
    assert_int_not_equal(receipt_file_read(self_site.arena, nul, sizeof nul - 1).fault,
                         RECEIPT_FINE);
    char *longest = arena_alloc(self_site.arena, RECEIPT_FILE_MAX_BYTES + 1);
    memset(longest, '[', RECEIPT_FILE_MAX_BYTES + 1);
    assert_int_equal(receipt_file_read(self_site.arena, longest, RECEIPT_FILE_MAX_BYTES + 1).fault,
                     RECEIPT_LONG);
    assert_int_equal(receipt_file_read(self_site.arena, longest, RECEIPT_FILE_MAX_BYTES).fault,
                     RECEIPT_DEEP);
}

static struct receipt made_by(const struct link_opened *link, struct position position)
{
    struct receipt receipt;
    assert_int_equal(
        receipt_get(&self_site.service, self_site.arena, link, "TOKEN", position, &receipt),
        STATUS_OK);
    return receipt;
}

static struct buf file_of(const struct receipt *receipt)
{
    struct buf file = {0};
    view_receipt_file(&file, receipt);
    return file;
}

static struct receipt_keys own_keys(void)
{
    return receipt_check_own(&self_site.service, self_site.arena);
}

/* An unsubscribe link's: the shortest, since every bit of it is tried. */
static void every_bit(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER);
    struct link_opened link = self_stop_link(&person, 0);
    const struct receipt receipt = made_by(&link, self_do_act(&link, SELF_STOP_ALL).receipt);
    struct buf file = file_of(&receipt);
    const struct receipt_keys keys = own_keys();
    struct arena *arena = arena_new();

    assert_int_equal(receipt_check(arena, &keys, file.data, file.len).verdict, RECEIPT_VALID);
    for (size_t bit = 0; bit < (file.len - 1) * 8; bit++) {
        file.data[bit / 8] ^= (char)(1 << bit % 8);
        if (receipt_check(arena, &keys, file.data, file.len).verdict == RECEIPT_VALID)
            fail_msg("bit %zu: %s", bit, file.data);
        file.data[bit / 8] ^= (char)(1 << bit % 8);
        arena_reset(arena);
    }
    assert_int_equal(receipt_check(arena, &keys, file.data, file.len).verdict, RECEIPT_VALID);
    arena_free(arena);
    buf_free(&file);
}

static void written_anew(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = self_manage_link(&person);
    site_put_setting(&self_site, "brand_name", "Café \"Ünïcode\" \\ 😀");
    const struct receipt receipt = made_by(&link, self_save(&link, ALERTS, ALERTS).receipt);
    struct buf file = file_of(&receipt);
    const struct receipt_keys keys = own_keys();
    static const size_t ways[] = {JSON_INDENT(4), JSON_ENSURE_ASCII | JSON_INDENT(2),
                                  JSON_ESCAPE_SLASH, JSON_COMPACT, JSON_SORT_KEYS};
    json_t *json = json_loadb(file.data, file.len, 0, NULL);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char *text = json_dumps(json, ways[i]);
        const struct receipt_check check =
            receipt_check(self_site.arena, &keys, text, strlen(text));
        assert_int_equal(check.verdict, RECEIPT_VALID);
        assert_string_equal(check.file.text, receipt.text);
        assert_string_equal(check.file.said.controller, "Café \"Ünïcode\" \\ 😀");
        free(text);
    }
    json_decref(json);
    buf_free(&file);
}

static void keys_and_signatures_of_others(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER);
    struct link_opened link = self_manage_link(&person);
    const struct receipt receipt = made_by(&link, self_save(&link, 0, NEWSLETTER).receipt);
    struct buf file = file_of(&receipt);
    struct receipt_keys keys = own_keys();
    struct receipt_key key;
    struct ledger_checkpoint_key checkpoint;
    receipt_key_get(&self_site.service, &key);
    ledger_checkpoint_key(&self_site.service, &checkpoint);

    /* the public half alone does it: as text, or in a set */
    struct buf set = {0};
    struct receipt_keys given;
    view_receipt_keys(&set, &key, &checkpoint);
    assert_int_equal(receipt_check_keys(self_site.arena, set.data, set.len, &given), STATUS_OK);
    assert_int_equal(given.count, 1);
    assert_memory_equal(given.keys[0], keys.keys[0], RECEIPT_PUBLIC_BYTES);
    assert_int_equal(receipt_check(self_site.arena, &given, file.data, file.len).verdict,
                     RECEIPT_VALID);
    buf_free(&set);
    assert_int_equal(
        receipt_check_keys(self_site.arena, key.public_key, strlen(key.public_key), &given),
        STATUS_OK);
    assert_memory_equal(given.keys[0], keys.keys[0], RECEIPT_PUBLIC_BYTES);

    /* no keys, or other keys */
    static const char *const bad[] = {
        "",
        "AAAA",
        "{}",
        "{\"keys\":[]}",
        "{\"keys\":{}}",
        "[]",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}]}",
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"Ed25519\",\"x\":"
        "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"purpose\":"
        "\"links\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(receipt_check_keys(self_site.arena, bad[i], strlen(bad[i]), &given),
                         STATUS_INVALID);
    struct site other;
    site_open(&other);
    const struct receipt_keys theirs = receipt_check_own(&other.service, other.arena);
    assert_int_equal(receipt_check(self_site.arena, &theirs, file.data, file.len).verdict,
                     RECEIPT_FOREIGN);
    site_close(&other);

    /* a signature of another receipt of ours, and one of the bare text */
    uint8_t signature[RECEIPT_SIGNATURE_BYTES];
    receipt_key_sign(self_site.service.secrets, "{}", 2, signature);
    assert_true(receipt_key_verify(keys.keys[0], "{}", 2, signature));
    assert_false(receipt_key_verify(keys.keys[0], receipt.text, strlen(receipt.text), signature));
    assert_false(receipt_key_verify(keys.keys[0], "{} ", 3, signature));
    buf_free(&file);
}

static struct receipt_in_ledger beside_ledger(const struct receipt *receipt)
{
    struct buf file = file_of(receipt);
    const struct receipt_keys keys = own_keys();
    const struct receipt_check check = receipt_check(self_site.arena, &keys, file.data, file.len);
    struct receipt_in_ledger found;
    assert_int_equal(check.verdict, RECEIPT_VALID);
    assert_int_equal(
        receipt_check_ledger(&self_site.service, self_site.arena, &check.file.said, &found),
        STATUS_OK);
    buf_free(&file);
    return found;
}

static void beside_the_ledger(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER);
    struct link_opened link = self_manage_link(&person);
    struct self_request request = {
        .act = SELF_STOP_ALL, .address = "192.0.2.1", .agent = "Mozilla"};
    struct receipt receipt = made_by(&link, self_act(&link, request).receipt);
    struct receipt_in_ledger found = beside_ledger(&receipt);
    assert_int_equal(found.place, RECEIPT_FITS);
    assert_false(found.is_blanked);
    assert_string_equal(found.masked_email, "a•••••@example.org");

    /* the ledger of an older copy, and another history */
    struct receipt_said said = {.position = receipt.line.position.value, .hash = "00"};
    assert_int_equal(receipt_check_ledger(&self_site.service, self_site.arena, &said, &found),
                     STATUS_OK);
    assert_int_equal(found.place, RECEIPT_DIFFERS);
    said.position = 4711;
    assert_int_equal(receipt_check_ledger(&self_site.service, self_site.arena, &said, &found),
                     STATUS_OK);
    assert_int_equal(found.place, RECEIPT_ABSENT);
    said.position = 0;
    assert_int_equal(receipt_check_ledger(&self_site.service, self_site.arena, &said, &found),
                     STATUS_OK);
    assert_int_equal(found.place, RECEIPT_ABSENT);

    /* the client's address and program go first */
    uint8_t hash[LEDGER_HASH_BYTES];
    struct entry entry = site_entry(&self_site, receipt.line.position);
    chain_client_hash(&entry, secrets_ledger_key(self_site.service.secrets), hash);
    struct txn *txn = site_begin(&self_site);
    assert_int_equal(entries_blank_client(txn, receipt.line.position, hash), STATUS_OK);
    site_commit(txn);
    found = beside_ledger(&receipt);
    assert_int_equal(found.place, RECEIPT_FITS);
    assert_true(found.is_blanked);
    assert_non_null(found.masked_email);

    /* whoever was erased keeps a receipt that holds */
    const struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    person = site_get(&self_site, person.id);
    txn = site_begin(&self_site);
    struct position position;
    assert_int_equal(
        erase_person(&self_site.service, txn, self_site.arena, &person, &origin, NULL, &position),
        STATUS_OK);
    site_commit(txn);
    found = beside_ledger(&receipt);
    assert_int_equal(found.place, RECEIPT_FITS);
    assert_true(found.is_blanked);
    assert_null(found.masked_email);
}

/* An admin hands out what the person's own link gives, byte for byte. */
static void handed_out(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER);
    struct contact other = site_add(&self_site, "bob@example.org", NEWSLETTER);
    struct link_opened link = self_manage_link(&person), opened;
    const struct receipt theirs = made_by(&link, self_save(&link, ALERTS, ALERTS).receipt);
    assert_int_equal(
        receipt_open_person(&self_site.service, self_site.arena, person.public_id, &opened),
        STATUS_OK);
    opened.lang = link.lang;
    const struct receipt ours = made_by(&opened, theirs.line.position);
    assert_string_equal(ours.text, theirs.text);
    assert_string_equal(ours.signature, theirs.signature);
    struct receipt none;
    assert_int_equal(
        receipt_open_person(&self_site.service, self_site.arena, other.public_id, &opened),
        STATUS_OK);
    assert_int_equal(receipt_get(&self_site.service, self_site.arena, &opened, NULL,
                                 theirs.line.position, &none),
                     STATUS_NOT_FOUND);
    assert_int_equal(
        receipt_open_person(&self_site.service, self_site.arena, (struct public_id){4711}, &opened),
        STATUS_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("the canonical form of RFC 8785, where it is exact", canonical_form),
        CASE("a file is read strictly, and each fault is told apart", hostile_files),
        CASE("a receipt with any one bit flipped is refused", every_bit),
        CASE("a receipt that another program wrote anew is valid", written_anew),
        CASE("keys and signatures of others make no receipt valid", keys_and_signatures_of_others),
        CASE("a valid receipt beside the ledger: the same, another, none, erased since",
             beside_the_ledger),
        CASE("an admin hands out what the person's own link gives", handed_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
