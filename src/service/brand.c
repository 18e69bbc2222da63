/*
 * service/brand: whose list this is, for the recipients' pages. Declared in service/selfservice.
 */
#include <ctype.h>
#include <string.h>

#include "service/selfservice.h"
#include "service/settings.h"

/* A host that tells a reader who writes: not an address, not this machine. */
static const char *default_name(const struct service *service, struct arena *arena)
{
    const char *url = service->conf->public_url ? service->conf->public_url : "";
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    const size_t len = strcspn(host, "/:");
    bool has_letter = false;
    for (size_t i = 0; i < len; i++)
        has_letter = has_letter || isalpha((unsigned char)host[i]);
    if (!has_letter || *host == '[' || !memchr(host, '.', len))
        return "Assent";
    return arena_strndup(arena, host, len);
}

enum status brand_get(const struct service *service, struct arena *arena, struct brand *out)
{
    struct brand brand;
    enum status status = settings_text(service->store, arena, SETTING_BRAND_NAME, &brand.name);
    if (status == STATUS_OK)
        status = settings_text(service->store, arena, SETTING_BRAND_POSTAL_ADDRESS,
                               &brand.postal_address);
    if (status == STATUS_OK)
        status =
            settings_text(service->store, arena, SETTING_BRAND_PRIVACY_URL, &brand.privacy_url);
    if (status != STATUS_OK)
        return status;
    if (!*brand.name)
        brand.name = default_name(service, arena);
    *out = brand;
    return STATUS_OK;
}
