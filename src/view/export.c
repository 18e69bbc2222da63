/*
 * view/export: the list as CSV. See people.h.
 */
#include "base/clock.h"
#include "view/people.h"

/* What people can't choose is nobody's choice. */
static bool has_frequency(const struct topic *topic)
{
    return topic->offers_frequency && topic->retired_at == 0;
}

void view_export_head(struct buf *out, const struct export_page *page)
{
    buf_adds(out, "\xEF\xBB\xBF"
                  "email,name,contact_type,status,language,updated_at,paused_until");
    for (size_t i = 0; i < page->topics_count; i++) {
        buf_addc(out, ',');
        buf_csv(out, page->topics[i].key);
    }
    for (size_t i = 0; i < page->topics_count; i++)
        if (has_frequency(&page->topics[i]))
            buf_printf(out, ",%s_frequency", page->topics[i].key); /* as an import reads it */
    buf_adds(out, "\r\n");
}

void view_export_rows(struct buf *out, const struct export_page *page)
{
    for (size_t i = 0; i < page->rows_count; i++) {
        const struct contact *contact = &page->rows[i];
        char updated[CLOCK_RFC3339_BYTES];
        clock_rfc3339(contact->updated_at, updated);
        buf_csv(out, contact->email);
        buf_addc(out, ',');
        buf_csv(out, contact->name);
        buf_addc(out, ',');
        buf_csv(out, contact_type_key(contact->type));
        buf_addc(out, ',');
        buf_csv(out, contact_status_key(contact->status));
        buf_addc(out, ',');
        buf_csv(out, contact->language);
        buf_addc(out, ',');
        buf_csv(out, updated);
        buf_addc(out, ',');
        if (contact->paused_until > page->now_s) {
            char until[CLOCK_RFC3339_BYTES];
            clock_rfc3339(contact->paused_until, until);
            buf_csv(out, until);
        }
        for (size_t j = 0; j < page->topics_count; j++)
            buf_adds(out, contact->choices & TOPIC_BIT(page->topics[j].id) ? ",yes" : ",no");
        for (size_t j = 0; j < page->topics_count; j++)
            if (has_frequency(&page->topics[j]))
                buf_printf(out, ",%s",
                           frequency_key(contact_frequency(contact, page->topics[j].id)));
        buf_adds(out, "\r\n");
    }
}
