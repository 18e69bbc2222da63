/*
 * base/agent: a User-Agent header as what people call their browser and system.
 *
 * A guess for people who look at a list of their own sign-ins, from what the browser claims. It
 * decides nothing.
 */
#ifndef ASSENT_BASE_AGENT_H
#define ASSENT_BASE_AGENT_H

/* "Firefox", "Safari"; NULL: not known. Static. */
const char *agent_browser(const char *agent);

/* "Windows", "Android"; NULL: not known. Static. */
const char *agent_system(const char *agent);

#endif
