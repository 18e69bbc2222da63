/*
 * web/speak: see speak.h.
 */
#include "web/speak.h"

#include <string.h>

#include "service/common.h"
#include "web/admit.h"

static bool is_of_admins(const struct visit *visit)
{
    static const char admin[] = "/admin";
    size_t len = sizeof(admin) - 1;
    return strncmp(visit->path, admin, len) == 0 &&
           (visit->path[len] == '\0' || visit->path[len] == '/');
}

static enum status site_locale(struct visit *visit, enum locale *out)
{
    struct common common;
    enum status status = common_look(visit->service, visit->arena, &common);
    return status == STATUS_OK ? common_locale(&common, out) : status;
}

struct speech speak(struct visit *visit, const char *contact_language)
{
    struct speech speech = {.lang = LOCALE_EN};
    visit->has_speech = true;
    if (is_of_admins(visit))
        ;
    else if (locale_parse(form_get(&visit->query, "lang"), &speech.lang))
        speech.is_asked = true;
    else if (!locale_parse(contact_language, &speech.lang) &&
             !locale_negotiate(admit_header(visit, "accept-language"), &speech.lang) &&
             site_locale(visit, &speech.lang) != STATUS_OK)
        speech.lang = LOCALE_EN; /* a page can still be answered, whatever the setting's fate */
    visit->speech = speech;
    return speech;
}

struct speech speak_for(struct visit *visit, const char *contact_language)
{
    struct speech speech = {.lang = LOCALE_EN};
    if (locale_parse(form_get(&visit->query, "lang"), &speech.lang))
        speech.is_asked = true;
    else if (!locale_parse(contact_language, &speech.lang) &&
             site_locale(visit, &speech.lang) != STATUS_OK)
        speech.lang = LOCALE_EN;
    visit->has_speech = true;
    visit->speech = speech;
    return speech;
}

struct speech speak_speech(struct visit *visit)
{
    return visit->has_speech ? visit->speech : speak(visit, NULL);
}

const char *speak_text(struct visit *visit, enum text text)
{
    return TEXT(visit->arena, speak_speech(visit).lang, text);
}
