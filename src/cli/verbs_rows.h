/*
 * cli/verbs_rows: the parts of the table of verbs, in the order in which they are listed. For
 * cli/verbs alone, which finds a row.
 */
#ifndef ASSENT_CLI_VERBS_ROWS_H
#define ASSENT_CLI_VERBS_ROWS_H

#include "cli/cli.h"

struct verb_rows {
    const struct verb *at;
    size_t count;
};

extern const struct verb_rows verbs_setup, verbs_people, verbs_site;

#define VERBS_JSON_OPTION                                                                          \
    {                                                                                              \
        "json", NULL, "Answer in JSON."                                                            \
    }

extern const struct cli_option verbs_json_only[]; /* for verbs with no other option */

#endif
