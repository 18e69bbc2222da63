/*
 * service/feed: see feed.h.
 */
#include "service/feed.h"

#include <string.h>

#include "base/clock.h"
#include "service/event.h"
#include "service/hook_kinds.h"
#include "store/entries.h"
#include "store/topics.h"

bool feed_kinds_parse(struct arena *arena, const char *text, uint64_t *out, const char **wrong)
{
    uint64_t kinds = 0, bit;
    for (;;) {
        const size_t len = strcspn(text, ",");
        const char *key = arena_strndup(arena, text, len);
        if (!hook_kinds_parse(key, &bit)) {
            *wrong = key;
            return false;
        }
        kinds |= bit;
        if (text[len] == '\0')
            break;
        text += len + 1;
    }
    *out = kinds;
    return true;
}

const char *feed_kinds_text(struct arena *arena)
{
    const char *text = hook_kinds[0].key;
    for (size_t i = 1; i < HOOK_KINDS_COUNT; i++)
        text = arena_printf(arena, "%s, %s", text, hook_kinds[i].key);
    return text;
}

/* What is the same for many events. */
struct frame {
    struct buf tail; /* from behind the id up to the type */
    int64_t at_s;
    char time[CLOCK_RFC3339_BYTES];
};

static void put_event(struct buf *out, struct frame *frame, const struct event *event)
{
    const struct entry *entry = event->entry;
    char id[PUBLIC_ID_TEXT_BYTES];
    const char *subject = event_subject(event, id);
    if (frame->at_s != entry->at) {
        frame->at_s = entry->at;
        clock_rfc3339(entry->at, frame->time);
    }
    buf_adds(out, "{\"specversion\":\"1.0\",\"id\":\"");
    buf_int(out, entry->position.value);
    buf_add(out, frame->tail.data, frame->tail.len);
    buf_adds(out, hook_kinds_type(entry));
    buf_adds(out, "\",\"time\":\"");
    buf_adds(out, frame->time);
    if (subject) {
        buf_adds(out, "\",\"subject\":\"");
        buf_adds(out, subject); /* hex digits, or a topic's key: nothing to escape */
    }
    buf_adds(out, "\",\"datacontenttype\":\"application/json\",\"data\":");
    event_put_data(out, event);
    buf_addc(out, '}');
}

static void put_framed(struct buf *out, struct feed *feed, struct frame *frame,
                       const struct event *event)
{
    switch (feed->form) {
    case FEED_BATCH:
        buf_adds(out, feed->has_told ? ",\n" : "[");
        put_event(out, frame, event);
        break;
    case FEED_LINES:
        put_event(out, frame, event);
        buf_addc(out, '\n');
        break;
    case FEED_STREAM:
        buf_adds(out, "id: ");
        buf_int(out, event->entry->position.value);
        buf_adds(out, "\ndata: ");
        put_event(out, frame, event);
        buf_adds(out, "\n\n");
        break;
    case FEED_FORM_COUNT:
        break;
    }
    feed->has_told = true;
}

static enum status put_row(const struct service *service, struct arena *arena, struct feed *feed,
                           struct frame *frame, struct event *event, const struct entry_told *row,
                           struct buf *out)
{
    event->entry = &row->entry;
    event_set_id(event, row->has_person ? &row->person : NULL);
    event->email = event->previous_email = NULL;
    enum status status = STATUS_OK;
    if (row->has_person)
        status =
            event_set_address(service->store, arena,
                              row->has_moved ? row->head : row->entry.position, row->email, event);
    if (status == STATUS_OK)
        status = event_set_run(service->store, arena, event);
    if (status == STATUS_OK)
        put_framed(out, feed, frame, event);
    return status;
}

enum status feed_piece(const struct service *service, struct arena *arena, struct feed *feed,
                       struct buf *out)
{
    struct entry_told *rows;
    struct topic *topics;
    size_t count;
    struct event event = {0};
    struct frame frame = {.at_s = INT64_MIN};
    enum status status = topics_list(service->store, arena, &topics, &event.topics_count);
    if (status == STATUS_OK)
        status = entries_told(service->store, arena, feed->at, feed->last, feed->kinds,
                              FEED_PIECE_EVENTS, &rows, &count);
    if (status != STATUS_OK)
        return status;
    event.topics = topics;
    buf_adds(&frame.tail, "\",\"source\":");
    buf_json(&frame.tail, feed->source);
    buf_adds(&frame.tail, ",\"type\":\"");
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = put_row(service, arena, feed, &frame, &event, &rows[i], out);
    buf_free(&frame.tail);
    if (status == STATUS_OK)
        feed->at = count == FEED_PIECE_EVENTS ? rows[count - 1].entry.position : feed->last;
    return status;
}

enum status feed_skip(const struct service *service, struct feed *feed, bool *has_found)
{
    struct position next;
    enum status status = entries_next(service->store, feed->at, feed->last, feed->kinds, &next);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *has_found = status == STATUS_OK;
    feed->at.value = *has_found ? next.value - 1 : feed->last.value;
    return STATUS_OK;
}
