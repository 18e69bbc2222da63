/*
 * service/ledger_line: see ledger_line.h.
 */
#include "service/ledger_line.h"

#include <stdlib.h>
#include <string.h>

#define END_BEGIN   "{\"end\":{\"position\":"
#define BITS_DIGITS 16
#define KEY_DIGITS  43 /* base64url, as in keys.json */

enum form { NUMBER, BITS, HASH, PROOF };

/* In the order of the lines, which is that of the chain's encoding: README has it for strangers. */
static const struct field {
    const char *begin; /* what stands before the value */
    enum form form;
    size_t offset, size;
    int64_t min, max; /* of NUMBER */
} fields[] = {
#define AT(field) offsetof(struct entry, field), sizeof((struct entry *)0)->field
#define ANY       INT64_MIN, INT64_MAX
#define BYTE      0, UINT8_MAX
    {"{\"position\":", NUMBER, AT(position), 1, INT64_MAX - 1},
    {",\"at\":", NUMBER, AT(at), ANY},
    {",\"kind\":", NUMBER, AT(kind), 0, UINT16_MAX},
    {",\"contact\":", NUMBER, AT(contact), ANY},
    {",\"subject\":\"", BITS, AT(subject), 0, 0},
    {",\"previous\":", NUMBER, AT(previous), ANY},
    {",\"undoes\":", NUMBER, AT(undoes), ANY},
    {",\"status_before\":", NUMBER, AT(status_before), BYTE},
    {",\"status_after\":", NUMBER, AT(status_after), BYTE},
    {",\"choices_before\":\"", BITS, AT(choices_before), 0, 0},
    {",\"choices_after\":\"", BITS, AT(choices_after), 0, 0},
    {",\"paused_before\":", NUMBER, AT(paused_before), ANY},
    {",\"paused_after\":", NUMBER, AT(paused_after), ANY},
    {",\"actor\":", NUMBER, AT(actor), BYTE},
    {",\"actor_id\":", NUMBER, AT(actor_id), ANY},
    {",\"proof_kind\":", NUMBER, AT(proof_kind), BYTE},
    {",\"proof\":\"", PROOF, AT(proof), 0, 0},
    {",\"wording\":", NUMBER, AT(wording), INT32_MIN, INT32_MAX},
    {",\"leave_reason\":", NUMBER, AT(leave_reason), BYTE},
    {",\"private_hash\":\"", HASH, AT(private_hash), 0, 0},
    {",\"daily_before\":\"", BITS, AT(daily_before), 0, 0},
    {",\"daily_after\":\"", BITS, AT(daily_after), 0, 0},
    {",\"weekly_before\":\"", BITS, AT(weekly_before), 0, 0},
    {",\"weekly_after\":\"", BITS, AT(weekly_after), 0, 0},
    {",\"hash\":\"", HASH, AT(hash), 0, 0},
#undef AT
#undef ANY
#undef BYTE
};
#define FIELDS (sizeof fields / sizeof *fields)

static int64_t get_number(const struct entry *entry, const struct field *field)
{
    int64_t wide = 0;
    int32_t narrow = 0;
    if (field->size == sizeof wide) {
        memcpy(&wide, (const char *)entry + field->offset, sizeof wide);
        return wide;
    }
    memcpy(&narrow, (const char *)entry + field->offset, sizeof narrow);
    return narrow;
}

static void put_number(struct entry *entry, const struct field *field, int64_t value)
{
    const int32_t narrow = (int32_t)value;
    if (field->size == sizeof value)
        memcpy((char *)entry + field->offset, &value, sizeof value);
    else
        memcpy((char *)entry + field->offset, &narrow, sizeof narrow);
}

static void add_hex(struct buf *out, const uint8_t *data, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    buf_reserve(out, 2 * len + 1);
    for (size_t i = 0; i < len; i++) {
        out->data[out->len++] = digits[data[i] >> 4];
        out->data[out->len++] = digits[data[i] & 15];
    }
    out->data[out->len] = '\0';
}

static void add_bits(struct buf *out, uint64_t bits)
{
    uint8_t big[8];
    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (uint8_t)(bits >> (56 - 8 * i));
    add_hex(out, big, sizeof big);
}

static void add_private(struct buf *out, const struct entry_private *private)
{
    buf_adds(out, ",\"private\":{\"note\":");
    buf_json(out, private->note);
    buf_adds(out, ",\"address\":");
    buf_json(out, private->address);
    buf_adds(out, ",\"agent\":");
    buf_json(out, private->agent);
    buf_adds(out, ",\"campaign\":");
    buf_json(out, private->campaign);
    buf_addc(out, '}');
}

void ledger_line_add(struct buf *out, const struct entry *entry, bool with_private)
{
    for (const struct field *field = fields; field < fields + FIELDS; field++) {
        buf_adds(out, field->begin);
        const uint8_t *data = (const uint8_t *)entry + field->offset;
        if (field->form == NUMBER)
            buf_int(out, get_number(entry, field));
        else if (field->form == BITS)
            add_bits(out, (uint64_t)get_number(entry, field));
        else
            add_hex(out, data, field->form == PROOF ? entry->proof_len : field->size);
        if (field->form != NUMBER)
            buf_addc(out, '"');
    }
    if (with_private)
        add_private(out, &entry->private);
    buf_addc(out, '}');
}

/* What is left of a line. */
struct rest {
    const char *at, *end;
};

static bool skip(struct rest *rest, const char *text)
{
    const size_t len = strlen(text);
    if ((size_t)(rest->end - rest->at) < len || memcmp(rest->at, text, len) != 0)
        return false;
    rest->at += len;
    return true;
}

/* As it is written: no plus, no zero before other digits, no -0. */
static bool read_number(struct rest *rest, int64_t min, int64_t max, int64_t *out)
{
    const bool is_negative = rest->at < rest->end && *rest->at == '-';
    const char *first = rest->at += is_negative;
    uint64_t value = 0;
    for (; rest->at < rest->end && *rest->at >= '0' && *rest->at <= '9'; rest->at++) {
        const uint64_t digit = (uint64_t)(*rest->at - '0');
        if (value > ((uint64_t)INT64_MAX + is_negative - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    const size_t len = (size_t)(rest->at - first);
    if (len == 0 || (*first == '0' && (len > 1 || is_negative)))
        return false;
    *out = is_negative ? (int64_t)(0 - value) : (int64_t)value;
    return *out >= min && *out <= max;
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Lower-case digits up to a quote, at most max bytes of them. */
static bool read_hex(struct rest *rest, uint8_t *out, size_t max, size_t *len)
{
    for (*len = 0; rest->end - rest->at >= 2 && *rest->at != '"'; rest->at += 2) {
        const int high = digit_of(rest->at[0]), low = digit_of(rest->at[1]);
        if (high < 0 || low < 0 || *len == max)
            return false;
        out[(*len)++] = (uint8_t)(high << 4 | low);
    }
    return skip(rest, "\"");
}

static bool read_field(struct rest *rest, const struct field *field, struct entry *out)
{
    uint8_t big[BITS_DIGITS / 2];
    uint8_t *data = (uint8_t *)out + field->offset;
    uint64_t bits = 0;
    int64_t number = 0;
    size_t len = 0;
    switch (field->form) {
    case NUMBER:
        if (!read_number(rest, field->min, field->max, &number))
            return false;
        put_number(out, field, number);
        return true;
    case BITS:
        if (!read_hex(rest, big, sizeof big, &len) || len != sizeof big)
            return false;
        for (size_t i = 0; i < sizeof big; i++)
            bits = bits << 8 | big[i];
        put_number(out, field, (int64_t)bits);
        return true;
    case HASH:
        return read_hex(rest, data, field->size, &len) && len == field->size;
    case PROOF:
        return read_hex(rest, data, field->size, &out->proof_len);
    }
    return false;
}

bool ledger_line_read(const char *line, size_t len, struct entry *out)
{
    struct rest rest = {line, line + len};
    for (const struct field *field = fields; field < fields + FIELDS; field++)
        if (!skip(&rest, field->begin) || !read_field(&rest, field, out))
            return false;
    if (skip(&rest, ",\"private\":{\"note\":"))
        return rest.end - rest.at > 2 && memcmp(rest.end - 2, "}}", 2) == 0;
    return skip(&rest, "}") && rest.at == rest.end;
}

void ledger_line_add_end(struct buf *out, const struct ledger_line_end *end)
{
    char key[KEY_DIGITS + 1];
    buf_adds(out, END_BEGIN);
    buf_int(out, end->position.value);
    buf_adds(out, ",\"hash\":\"");
    add_hex(out, end->hash, sizeof end->hash);
    buf_adds(out, "\",\"key\":\"");
    crypto_base64url(end->public_key, sizeof end->public_key, key, sizeof key);
    buf_adds(out, key);
    buf_adds(out, "\",\"checkpoint\":\"");
    for (const char *at = end->note; *at; at++) /* ASCII, a dash and line feeds */
        if (*at == '\n')
            buf_adds(out, "\\n");
        else
            buf_addc(out, *at);
    buf_adds(out, "\"}}");
}

bool ledger_line_read_end(const char *line, size_t len, struct ledger_line_end *out)
{
    struct rest rest = {line, line + len};
    size_t hash_len = 0, note_len = 0;
    if (!skip(&rest, END_BEGIN) || !read_number(&rest, 0, INT64_MAX - 1, &out->position.value) ||
        !skip(&rest, ",\"hash\":\"") || !read_hex(&rest, out->hash, sizeof out->hash, &hash_len) ||
        !skip(&rest, ",\"key\":\"") || rest.end - rest.at < KEY_DIGITS ||
        !crypto_base64url_decode(rest.at, KEY_DIGITS, out->public_key, sizeof out->public_key))
        return false;
    rest.at += KEY_DIGITS;
    if (!skip(&rest, "\",\"checkpoint\":\""))
        return false;
    while (note_len < sizeof out->note - 1 && rest.at < rest.end && *rest.at != '"') {
        if (skip(&rest, "\\n"))
            out->note[note_len++] = '\n';
        else
            out->note[note_len++] = *rest.at++;
    }
    out->note[note_len] = '\0';
    return hash_len == sizeof out->hash && skip(&rest, "\"}}") && rest.at == rest.end;
}
