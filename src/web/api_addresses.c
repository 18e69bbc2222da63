/*
 * web/api_addresses: see api_addresses.h.
 */
#include "web/api_addresses.h"

#include <string.h>
#include <strings.h>

#include "web/admit.h"
#include "web/admit_api.h"
#include "web/reply.h"

static const char *const types[] = {
    [ADDRESS_LINES] = "text/plain",
    [ADDRESS_NDJSON] = "application/x-ndjson",
    [ADDRESS_JSON] = "application/json",
};
_Static_assert(sizeof types / sizeof *types == ADDRESS_FORM_COUNT, "a type for each form");

const char *api_addresses_type(enum address_form form)
{
    return types[form];
}

bool api_addresses_read_type(struct visit *visit, enum address_form *out)
{
    const char *type = admit_header(visit, "content-type");
    size_t len = type != NULL ? strcspn(type, "; \t") : 0;
    for (int form = 0; form < ADDRESS_FORM_COUNT; form++)
        if (len == strlen(types[form]) && strncasecmp(type, types[form], len) == 0) {
            *out = (enum address_form)form;
            return true;
        }
    reply_header(visit, "accept-post", "application/json, application/x-ndjson, text/plain");
    admit_api_problem(visit, PROBLEM_BODY_TYPE,
                      "Send the addresses as application/json, application/x-ndjson or text/plain, "
                      "and say so in Content-Type.");
    return false;
}

enum address_form api_addresses_read_accept(struct visit *visit, enum address_form form)
{
    const char *accept = admit_header(visit, "accept");
    if (accept == NULL || strstr(accept, types[form]) != NULL)
        return form;
    for (int other = 0; other < ADDRESS_FORM_COUNT; other++)
        if (strstr(accept, types[other]) != NULL)
            return (enum address_form)other;
    return form;
}
