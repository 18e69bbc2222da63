/*
 * Fuzzes the bodies that programs send of one thing at a time: a person (PUT, PATCH, a row of a
 * batch) and reports of bounces. What is taken is JSON of one reading and says nothing that its
 * members may not say; everything else is refused with a sentence.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/email.h"
#include "base/fold.h"
#include "base/json.h"
#include "service/contact_doc.h"
#include "service/feedback.h"
#include "service/pause.h"

#define NOW_S 1700000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool is_so)
{
    if (!is_so)
        abort();
}

static void check_text(const char *text, size_t max_bytes)
{
    want(strlen(text) <= max_bytes && fold_is_utf8(text, strlen(text)));
    for (const char *c = text; *c; c++)
        want((unsigned char)*c >= ' ' && *c != 0x7f);
}

static void check_email(struct arena *arena, const char *text, const char *key)
{
    struct email again;
    check_text(text, EMAIL_MAX_BYTES);
    want(email_parse(arena, text, strlen(text), &again, NULL) == STATUS_OK);
    want(strcmp(again.written, text) == 0 && strcmp(again.key, key) == 0);
}

static void check_doc(struct arena *arena, const struct contact_doc *doc)
{
    const uint64_t known = UINT64_C(1) << 1 | UINT64_C(1) << 2 | UINT64_C(1) << TOPIC_MAX;
    int64_t first, last;
    pause_range(NOW_S, &first, &last);
    want(!doc->email == !doc->email_key);
    if (doc->email)
        check_email(arena, doc->email, doc->email_key);
    if (doc->name)
        check_text(doc->name, NAME_MAX_BYTES);
    if (doc->language)
        check_text(doc->language, LANGUAGE_MAX_BYTES);
    if (doc->consent)
        check_text(doc->consent, REASON_MAX_BYTES);
    want((unsigned)doc->type < TYPE_COUNT && (unsigned)doc->status < CONTACT_STATUS_COUNT);
    want((doc->on & doc->off) == 0 && (doc->on & ~known) == 0);
    want((doc->daily & doc->weekly) == 0);
    want(((doc->daily | doc->weekly) & ~(known & doc->sets_frequency)) == 0);
    if (doc->paused_until != 0)
        want(doc->sets_pause && doc->paused_until >= first && doc->paused_until <= last &&
             doc->paused_until % 86400 == 0);
}

static void read_doc(struct arena *arena, const json_t *object)
{
    static const struct topic topics[] = {
        {.id = {1}, .key = "newsletter"},
        {.id = {2}, .key = "marketing", .retired_at = 1},
        {.id = {TOPIC_MAX}, .key = "last"},
    };
    struct contact_doc doc = {.paused_until = -1};
    const char *detail = NULL;
    if (contact_doc_read(arena, object, topics, sizeof topics / sizeof *topics, NOW_S, &doc,
                         &detail) != CONTACT_DOC_FINE) {
        want(detail != NULL && *detail != '\0' && doc.paused_until == -1);
        return;
    }
    check_doc(arena, &doc);
    const struct contact_doc said = doc;
    contact_doc_complete(&doc);
    check_doc(arena, &doc);
    want(doc.on == said.on && doc.sets_status == said.sets_status && doc.name && doc.language);
    want((doc.on | doc.off) == ~UINT64_C(1) && doc.sets_pause && doc.sets_type);
}

static void read_report(struct arena *arena, const json_t *value)
{
    struct feedback_report report;
    const char *detail = NULL;
    const bool is_fine = feedback_read(arena, value, &report, &detail);
    if (report.id)
        check_text(report.id, 128);
    if (!is_fine) {
        want(detail != NULL && *detail != '\0');
        return;
    }
    want(report.id && *report.id && (unsigned)report.type < FEEDBACK_TYPE_COUNT);
    check_email(arena, report.email.written, report.email.key);
}

/* One member said once more is refused, since readers differ in which they believe. */
static void check_once(struct arena *arena, const char *text, size_t len, const json_t *object)
{
    const char *key = json_object_iter_key(json_object_iter((json_t *)(uintptr_t)object));
    const char *fault = NULL;
    json_t *again;
    if (key == NULL)
        return;
    json_t *name = json_string(key);
    char *quoted = json_dumps(name, JSON_ENCODE_ANY);
    const char *rest = memchr(text, '{', len);
    const char *twice = arena_printf(arena, "{%s:null,%.*s", quoted,
                                     (int)(len - (size_t)(rest + 1 - text)), rest + 1);
    want(json_read_object(arena, twice, strlen(twice), &again, &fault) == STATUS_INVALID);
    free(quoted);
    json_decref(name);
}

/* Whoever reads the text reads the same: written anew it is the same object, and nothing can stand
 * behind it. */
static void check_reading(struct arena *arena, const char *text, size_t len, const json_t *object)
{
    json_t *again;
    const char *fault = NULL;
    char *out = json_dumps(object, JSON_COMPACT);
    want(out != NULL && fold_is_utf8(out, strlen(out)));
    want(json_read_object(arena, out, strlen(out), &again, &fault) == STATUS_OK);
    want(json_equal(object, again));
    json_decref(again);
    free(out);

    char *longer = arena_alloc(arena, len + 2);
    memcpy(longer, text, len);
    longer[len] = '\n';
    want(json_read_object(arena, longer, len + 1, &again, &fault) == STATUS_OK);
    json_decref(again);
    memcpy(longer + len, "{}", 2);
    want(json_read_object(arena, longer, len + 2, &again, &fault) == STATUS_INVALID);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *text = (const char *)data, *fault = NULL;
    json_t *object;
    if (json_read_object(arena, text, size, &object, &fault) == STATUS_OK) {
        const json_t *reports = json_object_get(object, "reports");
        want(json_is_object(object) && json_is_shallow(text, size));
        want(fold_is_utf8(text, size));
        check_reading(arena, text, size, object);
        check_once(arena, text, size, object);
        read_doc(arena, object);
        read_report(arena, object);
        for (size_t i = 0; i < json_array_size(reports); i++)
            read_report(arena, json_array_get(reports, i));
        json_decref(object);
    } else {
        want(fault != NULL && *fault != '\0');
    }
    arena_free(arena);
    return 0;
}
