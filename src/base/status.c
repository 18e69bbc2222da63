/*
 * base/status: names of the result codes, for logs and tests.
 */
#include "base/status.h"

const char *status_name(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return "ok";
    case STATUS_NOT_FOUND:
        return "not found";
    case STATUS_INVALID:
        return "invalid";
    case STATUS_REFUSED:
        return "refused";
    case STATUS_CONFLICT:
        return "conflict";
    case STATUS_BUSY:
        return "busy";
    case STATUS_FULL:
        return "full";
    case STATUS_IO:
        return "input/output failed";
    case STATUS_CORRUPT:
        return "corrupt";
    case STATUS_COUNT:
        break;
    }
    return "unknown status";
}
