/*
 * service/topic_key: a topic's key made from its name. For service/topic_admin.
 */
#ifndef ASSENT_SERVICE_TOPIC_KEY_H
#define ASSENT_SERVICE_TOPIC_KEY_H

#include "base/arena.h"

/* name in ASCII: Latin letters without their accents, Greek and Cyrillic spelt out, everything else
 * an underscore; "" when no letter of it can be written so. At most TOPIC_KEY_MAX_BYTES, and
 * well-formed unless "". */
const char *topic_key_make(struct arena *arena, const char *name);

#endif
