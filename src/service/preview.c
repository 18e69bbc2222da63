/*
 * service/preview: see the header.
 */
#include "service/preview.h"

#include <string.h>

#include "service/operator.h"
#include "service/settings.h"

#define MADE_UP_EMAIL "alex.morgan@example.com"
#define MADE_UP_TOKEN "preview"
#define DAY_S         INT64_C(86400)

enum kind {
    MANAGE,
    SAVED,
    PAUSED,
    UNSUBSCRIBE,
    TOPIC,
    DONE,
    EXPIRED,
    VOID,
    BROKEN,
    HOME,
    HOW,
    ASKED,
    JOIN,
    CONFIRM,
    CONFIRMED,
    KIND_COUNT
};

static bool read_kind(const char *page, enum kind *out)
{
    static const char *const names[KIND_COUNT] = {[MANAGE] = "manage",
                                                  [SAVED] = "saved",
                                                  [PAUSED] = "paused",
                                                  [UNSUBSCRIBE] = "unsubscribe",
                                                  [TOPIC] = "topic",
                                                  [DONE] = "done",
                                                  [EXPIRED] = "expired",
                                                  [VOID] = "void",
                                                  [BROKEN] = "broken",
                                                  [HOME] = "home",
                                                  [HOW] = "how",
                                                  [ASKED] = "asked",
                                                  [JOIN] = "join",
                                                  [CONFIRM] = "confirm",
                                                  [CONFIRMED] = "confirmed"};

    for (int kind = 0; kind < KIND_COUNT; kind++)
        if (strcmp(names[kind], page) == 0) {
            *out = (enum kind)kind;
            return true;
        }
    return false;
}

static const char *tried(struct arena *arena, enum setting setting, const char *typed,
                         const char *is)
{
    const char *value = NULL, *fault, *offer;

    if (typed == NULL ||
        setting_check(arena, setting, typed, &value, &fault, &offer) != STATUS_OK ||
        (*value == '\0' && setting == SETTING_BRAND_NAME))
        return is;
    return value;
}

/* Colours that do not hold are shown all the same: one wants to see what is wrong with them. */
static void try_colours(struct arena *arena, const char *light, const char *dark,
                        struct brand *brand)
{
    struct colour accents[2] = {brand->light.accent, brand->dark.accent};
    char style[BRAND_STYLE_BYTES];

    if (light != NULL && colour_parse(light, &accents[0]))
        accents[1] = brand_dark_of(accents[0]);
    if (dark != NULL)
        (void)colour_parse(dark, &accents[1]);
    brand_style_text(accents[0], accents[1], style);
    brand->style = arena_strdup(arena, style);
    brand->light = contrast_scheme_of(accents[0], CONTRAST_LIGHT);
    brand->dark = contrast_scheme_of(accents[1], CONTRAST_DARK);
}

void preview_brand(struct arena *arena, const char *const typed[SETTING_COUNT], struct brand *brand)
{
    brand->name = tried(arena, SETTING_BRAND_NAME, typed[SETTING_BRAND_NAME], brand->name);
    brand->postal_address = tried(arena, SETTING_BRAND_POSTAL_ADDRESS,
                                  typed[SETTING_BRAND_POSTAL_ADDRESS], brand->postal_address);
    brand->privacy_url = tried(arena, SETTING_BRAND_PRIVACY_URL, typed[SETTING_BRAND_PRIVACY_URL],
                               brand->privacy_url);
    brand->welcome =
        tried(arena, SETTING_WELCOME_WORDS, typed[SETTING_WELCOME_WORDS], brand->welcome);
    brand->goodbye =
        tried(arena, SETTING_GOODBYE_WORDS, typed[SETTING_GOODBYE_WORDS], brand->goodbye);
    if (typed[SETTING_BRAND_COLOR] != NULL || typed[SETTING_BRAND_COLOR_DARK] != NULL)
        try_colours(arena, typed[SETTING_BRAND_COLOR], typed[SETTING_BRAND_COLOR_DARK], brand);
}

static uint64_t in_use(const struct topic *topics, size_t count)
{
    uint64_t mask = 0;

    for (size_t i = 0; i < count; i++)
        if (topics[i].retired_at == 0)
            mask |= TOPIC_BIT(topics[i].id);
    return mask;
}

static enum status find_person(const struct service *service, struct arena *arena, const char *as,
                               uint64_t choices, struct contact *out)
{
    enum email_fault fault;

    if (*as != '\0') {
        enum status status = operator_find(service, arena, as, out, &fault);
        return status == STATUS_INVALID ? STATUS_NOT_FOUND : status;
    }
    *out = (struct contact){.email = MADE_UP_EMAIL,
                            .email_key = MADE_UP_EMAIL,
                            .name = "Alex Morgan",
                            .name_key = "alex morgan",
                            .language = "",
                            .status = CONTACT_OPTED_IN,
                            .choices = choices};
    return STATUS_OK;
}

/* The state of the page that a look alone would not show. */
static void pose(enum kind kind, struct arena *arena, int64_t now_s, struct self_page *page)
{
    switch (kind) {
    case SAVED:
        page->notice = SELF_NOTICE_SAVED;
        page->undoable.value = 1;
        if (page->choices_count > 0) {
            page->turned_on = arena_array(arena, 1, sizeof *page->turned_on);
            page->turned_on[0] = page->choices[0].name;
            page->turned_on_count = 1;
        }
        break;
    case PAUSED:
        page->status = CONTACT_OPTED_IN;
        page->paused_until = now_s - now_s % DAY_S + 30 * DAY_S;
        break;
    case DONE:
        page->notice = SELF_NOTICE_STOPPED_ALL;
        page->status = CONTACT_OPTED_OUT;
        page->undoable.value = 1;
        page->asks_reason = true;
        page->any_is_on = false;
        break;
    case TOPIC:
        page->topic_is_on = true;
        break;
    case MANAGE:
    case UNSUBSCRIBE:
    case EXPIRED:
    case VOID:
    case BROKEN:
    case HOME:
    case HOW:
    case ASKED:
    case JOIN:
    case CONFIRM:
    case CONFIRMED:
    case KIND_COUNT:
        break;
    }
}

static struct link_opened link_for(enum kind kind, enum locale lang, int64_t now_s)
{
    bool is_way_out = kind == UNSUBSCRIBE || kind == TOPIC || kind == DONE;
    struct link_opened link = {
        .state = kind == EXPIRED  ? LINK_EXPIRED
                 : kind == VOID   ? LINK_VOID
                 : kind == BROKEN ? LINK_BROKEN
                                  : LINK_GOOD,
        .lang = lang,
    };

    link.claims.purpose = is_way_out ? PURPOSE_UNSUBSCRIBE : PURPOSE_MANAGE;
    link.claims.issued_at = (uint32_t)now_s;
    return link;
}

static enum status fill_confirm(const struct service *service, enum kind kind, struct arena *arena,
                                int64_t now_s, const struct self_page *self,
                                struct confirm_page *page)
{
    int64_t days = 0;
    enum status status = settings_number(service->store, arena, SETTING_CONFIRM_DAYS, &days);

    *page = (struct confirm_page){
        .state = kind == CONFIRMED ? CONFIRM_DONE : CONFIRM_OPEN,
        .kind = CONFIRMATION_JOIN,
        .token = MADE_UP_TOKEN,
        .brand = self->brand,
        .masked_email = self->masked_email,
        .language = "",
        .topics = arena_array(arena, self->choices_count + 1, sizeof *page->topics),
        .expires_at = now_s + days * DAY_S,
        .can_undo = kind == CONFIRMED,
        .manage = kind == CONFIRMED ? MADE_UP_TOKEN : NULL,
        .can_join = true,
    };
    for (size_t i = 0; i < self->choices_count; i++)
        page->topics[page->topics_count++] = self->choices[i].name;
    return status;
}

enum status preview_look(const struct service *service, struct arena *arena,
                         const struct preview_request *request, int64_t now_s, struct preview *out)
{
    struct preview preview = {0};
    struct topic *topics;
    size_t count;
    enum kind kind;

    if (!read_kind(request->page, &kind))
        return STATUS_NOT_FOUND;
    struct link_opened link = link_for(kind, request->lang, now_s);
    enum status status = operator_topics(service, arena, &topics, &count);
    if (status == STATUS_OK)
        status = find_person(service, arena, request->as, in_use(topics, count), &link.contact);
    if (status != STATUS_OK)
        return status;
    if (kind == TOPIC && count > 0)
        link.claims.topic = topics[0].id;
    status = selfservice_look(service, arena, &link, MADE_UP_TOKEN, &preview.self);
    if (status != STATUS_OK)
        return status;
    pose(kind, arena, now_s, &preview.self);
    preview_brand(arena, request->typed, &preview.self.brand);
    preview.kind = kind == HOME                           ? PREVIEW_HOME
                   : kind == HOW                          ? PREVIEW_HOW
                   : kind == ASKED                        ? PREVIEW_ASKED
                   : kind == JOIN                         ? PREVIEW_JOIN
                   : kind == CONFIRM || kind == CONFIRMED ? PREVIEW_CONFIRM
                                                          : PREVIEW_SELF;
    if (kind == JOIN) {
        status = join_look(service, arena, request->lang, NULL, &preview.join);
        preview.join.brand = preview.self.brand;
    }
    if (preview.kind == PREVIEW_CONFIRM)
        status = fill_confirm(service, kind, arena, now_s, &preview.self, &preview.confirm);
    if (status == STATUS_OK)
        *out = preview;
    return status;
}
