/*
 * base/agent: see the header.
 */
#include "base/agent.h"

#include <stddef.h>
#include <string.h>

struct sign {
    const char *mark, *name;
};

/* The first that is found counts: browsers name those that they descend from too. */
static const struct sign browsers[] = {
    {"Edg", "Edge"},        {"OPR/", "Opera"},
    {"Vivaldi", "Vivaldi"}, {"Samsung", "Samsung Internet"},
    {"FxiOS", "Firefox"},   {"Firefox", "Firefox"},
    {"CriOS", "Chrome"},    {"Chromium", "Chromium"},
    {"Chrome", "Chrome"},   {"Safari", "Safari"},
    {"Lynx", "Lynx"},       {"w3m", "w3m"},
    {"curl", "curl"},       {"Wget", "Wget"},
};
static const struct sign systems[] = {
    {"iPhone", "iPhone"},   {"iPad", "iPad"},       {"Android", "Android"}, {"Windows", "Windows"},
    {"CrOS", "ChromeOS"},   {"Macintosh", "macOS"}, {"Mac OS", "macOS"},    {"Linux", "Linux"},
    {"FreeBSD", "FreeBSD"}, {"OpenBSD", "OpenBSD"},
};

static const char *find(const struct sign *signs, size_t count, const char *agent)
{
    for (size_t i = 0; agent != NULL && i < count; i++)
        if (strstr(agent, signs[i].mark) != NULL)
            return signs[i].name;
    return NULL;
}

const char *agent_browser(const char *agent)
{
    return find(browsers, sizeof browsers / sizeof *browsers, agent);
}

const char *agent_system(const char *agent)
{
    return find(systems, sizeof systems / sizeof *systems, agent);
}
