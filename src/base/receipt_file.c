/*
 * base/receipt_file: see receipt_file.h.
 */
#include "base/receipt_file.h"

#include <string.h>

#include "base/canonical.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/utf8.h"

#define BLANKS " \t\r\n"

const char *receipt_fault_words(enum receipt_fault fault)
{
    static const char *const words[RECEIPT_FAULT_COUNT] = {
        [RECEIPT_FINE] = "It is a receipt.",
        [RECEIPT_EMPTY] = "It is empty.",
        [RECEIPT_LONG] = "It is longer than 48 KB; no receipt is.",
        [RECEIPT_BYTES] = "It is not UTF-8: its bytes were changed, or it is no receipt.",
        [RECEIPT_WRAPPED] = "A line break or control character stands inside a text: a mail or "
                            "text program wrapped it. Take the file itself.",
        [RECEIPT_DEEP] = "It is nested deeper than any receipt.",
        [RECEIPT_TWICE] = "A member is in it twice, so that programs would read it differently.",
        [RECEIPT_BEHIND] = "Something stands behind the receipt's closing brace.",
        [RECEIPT_CUT] = "It ends too early: the end is missing.",
        [RECEIPT_SYNTAX] = "It is not JSON.",
        [RECEIPT_NUMBER] = "It holds a number with a fraction, an exponent or more digits than "
                           "are exact; no receipt does.",
        [RECEIPT_NONE] = "It is JSON, but no receipt: it needs the members \"receipt\" and "
                         "\"signature\", both objects.",
        [RECEIPT_MORE] = "It holds more than a receipt and its signature, and that is not signed.",
        [RECEIPT_SIGNATURE] = "Its signature is not one of Ed25519 with a key's 8 hex digits and "
                              "64 bytes as base64url.",
    };
    return words[fault];
}

/* A control character inside a text, which JSON has no room for. Quotes pair up as they do for its
 * reader, up to the first fault. */
static bool is_wrapped(const char *text, size_t len)
{
    bool is_in_string = false;
    for (size_t i = 0; i < len; i++) {
        if (is_in_string && (unsigned char)text[i] < 0x20)
            return true;
        if (is_in_string && text[i] == '\\')
            i++;
        else if (text[i] == '"')
            is_in_string = !is_in_string;
    }
    return false;
}

static enum receipt_fault fault_of(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_duplicate_key:
        return RECEIPT_TWICE;
    case json_error_end_of_input_expected:
        return RECEIPT_BEHIND;
    case json_error_premature_end_of_input:
        return RECEIPT_CUT;
    case json_error_numeric_overflow:
        return RECEIPT_NUMBER;
    default:
        return RECEIPT_SYNTAX;
    }
}

static const char *copy(struct arena *arena, const json_t *value)
{
    return json_is_string(value) ? arena_strdup(arena, json_string_value(value)) : "";
}

static const char *member(struct arena *arena, const json_t *object, const char *name)
{
    return copy(arena, json_object_get(object, name));
}

static const char *listed(struct arena *arena, const json_t *list)
{
    const char *text = "";
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *one = copy(arena, json_array_get(list, i));
        text = *text ? arena_printf(arena, "%s, %s", text, one) : one;
    }
    return text;
}

static int64_t time_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    int64_t at_s = 0;
    return text && clock_read_rfc3339(text, &at_s) ? at_s : 0;
}

static void read_purposes(struct arena *arena, const json_t *list, struct receipt_said *said)
{
    const size_t count = json_array_size(list);
    said->purposes = arena_array(arena, count + 1, sizeof *said->purposes);
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(list, i);
        said->purposes[said->purposes_count++] = (struct receipt_said_purpose){
            .id = member(arena, one, "id"),
            .name = member(arena, one, "name"),
            .state = member(arena, one, "state"),
            .frequency = member(arena, one, "frequency"),
        };
    }
}

static void read_said(struct arena *arena, const json_t *receipt, struct receipt_said *said)
{
    const json_t *event = json_object_get(receipt, "event");
    const json_t *controller = json_object_get(receipt, "controller");
    const json_t *notice = json_object_get(receipt, "notice");
    const json_t *ledger = json_object_get(receipt, "ledger");
    *said = (struct receipt_said){
        .principal = member(arena, receipt, "pii_principal_id"),
        .record_id = member(arena, receipt, "record_id"),
        .receipt_id = member(arena, receipt, "receipt_id"),
        .schema_version = member(arena, receipt, "schema_version"),
        .type = member(arena, event, "type"),
        .by = member(arena, event, "by"),
        .entity = member(arena, event, "entity"),
        .state = member(arena, event, "state"),
        .time = time_of(event, "time"),
        .paused_until = time_of(event, "paused_until"),
        .controller = member(arena, controller, "name"),
        .postal_address = member(arena, controller, "postal_address"),
        .privacy_notice = member(arena, controller, "privacy_notice"),
        .site = member(arena, controller, "site"),
        .wording = member(arena, notice, "wording"),
        .language = member(arena, notice, "language"),
        .wording_hash = member(arena, notice, "hash"),
        .categories = listed(arena, json_object_get(receipt, "pii_categories")),
        .third_parties = listed(arena, json_object_get(receipt, "third_parties")),
        .storage = member(arena, receipt, "storage"),
        .retention = member(arena, receipt, "retention"),
        .jurisdiction = member(arena, receipt, "jurisdiction"),
        .withdrawal = member(arena, receipt, "withdrawal_method"),
        .position = json_integer_value(json_object_get(ledger, "position")),
        .hash = member(arena, ledger, "hash"),
    };
    if (said->position < 0)
        said->position = 0;
    read_purposes(arena, json_object_get(receipt, "purposes"), said);
}

static bool is_hex(const char *text, size_t len)
{
    return strspn(text, "0123456789abcdef") == len && text[len] == '\0';
}

static bool read_signature(struct arena *arena, const json_t *signature, struct receipt_file *file)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *alg = json_string_value(json_object_get(signature, "alg"));
    const char *key = json_string_value(json_object_get(signature, "key"));
    const char *value = json_string_value(json_object_get(signature, "value"));
    if (!alg || !key || !value || strcmp(alg, "Ed25519") != 0 ||
        !is_hex(key, RECEIPT_FILE_KEY_DIGITS) || strlen(value) != RECEIPT_FILE_SIGNATURE_CHARS ||
        strspn(value, letters) != RECEIPT_FILE_SIGNATURE_CHARS)
        return false;
    memcpy(file->key_id, key, sizeof file->key_id);
    file->signature = arena_strdup(arena, value);
    return true;
}

static enum receipt_fault take(struct arena *arena, json_t *whole, struct receipt_file *file)
{
    json_t *receipt = json_object_get(whole, "receipt");
    const json_t *signature = json_object_get(whole, "signature");
    struct buf text = {0};

    if (!json_is_object(receipt) || !json_is_object(signature))
        return RECEIPT_NONE;
    if (json_object_size(whole) != 2 || json_object_size(signature) > 3)
        return RECEIPT_MORE;
    if (!read_signature(arena, signature, file))
        return RECEIPT_SIGNATURE;
    const enum status status = canonical_write(&text, receipt);
    if (status == STATUS_OK) {
        file->text = arena_strndup(arena, text.data, text.len);
        file->len = text.len;
        read_said(arena, receipt, &file->said);
    }
    buf_free(&text);
    return status == STATUS_OK ? RECEIPT_FINE : RECEIPT_NUMBER;
}

static enum receipt_fault read_json(struct arena *arena, const char *text, size_t len,
                                    struct receipt_file *file)
{
    json_error_t error;
    json_t *whole = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    if (whole == NULL) {
        file->line = error.line;
        return fault_of(&error);
    }
    const enum receipt_fault fault = take(arena, whole, file);
    json_decref(whole);
    return fault;
}

struct receipt_file receipt_file_read(struct arena *arena, const char *data, size_t len)
{
    static const char mark[] = "\xef\xbb\xbf";
    struct receipt_file file = {.text = "", .signature = ""};
    const bool is_long = len > RECEIPT_FILE_MAX_BYTES;

    if (len >= sizeof mark - 1 && memcmp(data, mark, sizeof mark - 1) == 0) {
        data += sizeof mark - 1;
        len -= sizeof mark - 1;
    }
    while (len > 0 && strchr(BLANKS, data[len - 1]) != NULL && data[len - 1] != '\0')
        len--;
    if (is_long)
        file.fault = RECEIPT_LONG;
    else if (len == 0)
        file.fault = RECEIPT_EMPTY;
    else if (!utf8_is_valid(data, len))
        file.fault = RECEIPT_BYTES;
    else if (!json_is_shallow(data, len))
        file.fault = RECEIPT_DEEP;
    else if (strchr("{[" BLANKS, data[0]) == NULL)
        file.fault = RECEIPT_SYNTAX;
    else if (is_wrapped(data, len))
        file.fault = RECEIPT_WRAPPED;
    else
        file.fault = read_json(arena, data, len, &file);
    return file;
}
