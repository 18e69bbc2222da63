/*
 * cli/verbs_people: the verbs about people: in and out of the list, what happened to them, links
 * and verdicts.
 */
#include "cli/verbs.h"
#include "cli/verbs_rows.h"

static const struct cli_option import_options[] = {
    {"consent", "TEXT", "How they agreed: lets rows opt people back in who had opted out."},
    {"dry-run", NULL, "Decide everything, write nothing, print the same summary."},
    {"rejected", "PATH", "Where bad rows go; FILE.rejected.csv unless told."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option add_options[] = {
    {"name", "NAME", "The person's name."},
    {"type", "TYPE", "client, partner or franchisee; client unless told."},
    {"topics", "KEYS", "Topics to turn on, by key, with commas between."},
    {"consent", "TEXT", "How they agreed; needed to opt someone back in who had opted out."},
    {"language", "TAG", "Their language, as in \"de\" or \"pt-BR\"."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option history_options[] = {
    {"limit", "N", "At most N entries, newest first; 1000 unless told."}, VERBS_JSON_OPTION, {0}};
static const struct cli_option activity_options[] = {
    {"actor", "WHO", "Only what they did: person, admin, api, import, … or admin:3."},
    {"kind", "KIND", "Only this kind of change: opted_out, settings, … (below)."},
    {"topic", "KEY", "Only what is about this topic."},
    {"from", "DAY", "From this day on (UTC), as in 2026-11-03, or a time."},
    {"to", "DAY", "Up to this day, it included."},
    {"person", "WHOM", "Only about this person: address, name or public id."},
    {"before", "POSITION", "Only entries before this one: to go on."},
    {"limit", "N", "At most N; 100 unless told, all with --csv or --json."},
    {"csv", NULL, "As CSV."},
    {"json", NULL, "As JSON, an entry a line."},
    {0}};
static const struct cli_option overview_options[] = {
    {"by", "WHAT", "day, week or month; week unless told."},
    {"span", "SPAN", "13m, 90d or 30d: how far back; 13m unless told."},
    {"of", "WHOM", "Only one topic, contact type or way in the days, weeks or months (below)."},
    {"csv", NULL, "As CSV."},
    {"plot", "PART", "Which part as CSV: time (unless told), topics, types, ways or waits."},
    {"json", NULL, "All of it in JSON."},
    {0}};
static const struct cli_option data_options[] = {
    {"reason", "TEXT", "Why it is handed out: kept in the history. Don't name the person."}, {0}};
static const struct cli_option erase_options[] = {
    {"reason", "TEXT", "Why, without naming the person: stays in the record. Must be given."},
    {"yes", NULL, "Don't ask."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option optout_options[] = {
    {"topic", "KEY", "Turn off this topic only."},
    {"note", "TEXT", "Why, or on whose word: kept in the history."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option pause_options[] = {
    {"until", "DATE", "Until this day, as in 2027-03-31."},
    {"days", "N", "For N days, from today on."},
    {"end", NULL, "End the pause now."},
    {"note", "TEXT", "Why, or on whose word: kept in the history."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option wording_list_options[] = {
    {"limit", "N", "At most N sets, newest first; 100 unless told."},
    {"before", "NUMBER", "Only sets with a lower number."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option wording_show_options[] = {
    {"page", "PAGE",
     "manage (unless told), unsubscribe, join, confirm, address, link, manage_done, "
     "unsubscribe_done."},
    {"language", "TAG", "The language of the page; English unless told."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option topic_set_options[] = {
    {"double-opt-in", "yes|no", "Who signs up for it must confirm by mail."},
    {"on-join", "yes|no", "The sign-up form offers it."},
    {"frequency", "yes|no", "People may ask for it daily or weekly at most."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option link_options[] = {
    {"topic", "KEY", "Links of a mail about this topic: unsubscribing stops it alone."},
    {"campaign", "REF",
     "Your reference, up to 64 bytes: the history names it once a link is used."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option links_options[] = {
    {"topic", "KEY",
     "Links of a mail about this topic; adds columns: verdict, frequency, last_sent."},
    {"campaign", "REF",
     "Your reference, up to 64 bytes: the history names it once a link is used."},
    {"threads", "N", "Sign on N threads; all processors unless told."},
    {"json", NULL, "One JSON object a line instead of CSV."},
    {0}};
static const struct cli_option check_options[] = {
    {"at", "TIME", "Who could be mailed then, as in 2026-01-31T12:00:00Z or 2026-01-31."},
    {"only-allowed", NULL, "Answer with just the addresses to mail."},
    {"csv", NULL, "CSV with a header instead of lines."},
    {"json", NULL, "One JSON object a line instead of lines."},
    {"quiet", NULL, "No counts on standard error."},
    {0}};
static const struct cli_option audience_options[] = {
    {"csv", NULL, "CSV with a header instead of lines."},
    {"json", NULL, "One JSON object a line; the last one says that the list is whole."},
    {"quiet", NULL, "No count on standard error."},
    {0}};
static const struct cli_option sent_options[] = {
    {"at", "TIME", "When it was sent, as in 2027-03-31T09:00:00Z or 2027-03-31; now unless told."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option mailto_options[] = {
    {"recipient", "ADDR", "An address that the mail server delivers it to."},
    {"verbose", NULL, "Say what came of it; else it says nothing unless something fails."},
    VERBS_JSON_OPTION,
    {0}};

static const struct verb rows[] = {
    {"import", "FILE", "Take people in from a CSV file; - reads standard input.",
     "The header row names the columns, in any order: email (required), name, contact_type "
     "(client,\n"
     "partner, franchisee), status (opted_in, opted_out), language, and one column for each topic\n"
     "key with yes or no. A topic that offers a frequency has a second column, KEY_frequency: "
     "all,\n"
     "daily or weekly. Bad rows go to FILE.rejected.csv with the reason and the line number; "
     "good\n"
     "rows go in. Nobody who opted out is opted back in without --consent.",
     import_options, 1, 1, import_verb_run},
    {"add", "EMAIL", "Put a person on the list, or bring one up to date.",
     "Someone new is opted in, to the topics named. For someone on the list already, what is "
     "given\n"
     "is changed and the topics named are turned on; the rest stays. Nobody who opted out is "
     "opted\n"
     "back in without --consent.",
     add_options, 1, 1, people_verb_add},
    {"show", "EMAIL", "One person, as JSON.", "", verbs_json_only, 1, 1, people_verb_show},
    {"history", "EMAIL", "Every change of one person, newest first.", "", history_options, 1, 1,
     people_verb_history},
    {"activity", "", "Everything in the ledger, newest first, by who, what, topic, day, person.",
     "KIND: opted_out, opted_in, choices, added, details, pause, undone, reasons, links, erasing,\n"
     "requests, imports, topics, wording, settings, retention, keys, hooks, admins; or an entry's\n"
     "own kind as --json shows it, as in topic_edited.\n"
     "WHO: person (the people themselves, by page, button or mail), recipient, one_click, mailto,\n"
     "admin, operator, import, api, system; with a number for one of them, as in import:2.",
     activity_options, 0, 0, activity_verb_run},
    {"data", "EMAIL", "Everything held about a person, as JSON, to hand out to them.",
     "Writes to standard output: assent data EMAIL > file. The history says that it was handed "
     "out.",
     data_options, 1, 1, rights_verb_data},
    {"erase", "EMAIL", "Erase a person: what stays is a keyed hash that keeps the address refused.",
     "Removes name, address and all that identifies, and blanks what the ledger holds of the "
     "person;\n"
     "nobody can undo it. On a terminal it asks first, elsewhere it wants --yes. Imports, programs "
     "and\n"
     "admins can't bring the address back; only the person can, by signing up. To stop mail alone "
     "use\n"
     "\"assent optout\".",
     erase_options, 1, 1, rights_verb_erase},
    {"optout", "EMAIL", "Opt a person out: of everything, or of one topic.",
     "Takes effect at once, for every process. Asking again changes nothing.", optout_options, 1, 1,
     people_verb_optout},
    {"pause", "EMAIL", "Pause everything for a person, or end their pause.",
     "Says --until DATE, --days N or --end. Nothing is sent to them before that day begins (UTC);\n"
     "then what they chose goes on by itself. Choices stay as they are.",
     pause_options, 1, 1, pause_verb_run},
    {"overview", "", "How many were opted in and out, by day, topic, contact type and way.",
     "The same as Communications, Overview; in UTC's days. By default, weeks of the last 13 "
     "months.\n"
     "Imports are kept apart. What was undone counts as neither. WHOM is topic:KEY, type:client,\n"
     "type:partner, type:franchisee, or way: with page, one_click, mailto, confirmed, form, "
     "admin,\n"
     "command, import, api, report (a bounce or complaint) or system.",
     overview_options, 0, 0, counts_verb_overview},
    {"stats", "", "How many people there are, by status, type and topic.", "", verbs_json_only, 0,
     0, overview_verb_stats},
    {"topics", "", "The topics with their keys.",
     "JSON says too whether people may choose how often (\"frequency\"), whether who signs up "
     "must\n"
     "confirm (\"double_opt_in\"), and whether the sign-up form offers it (\"on_join\").",
     verbs_json_only, 0, 0, overview_verb_topics},
    {"topics set", "KEY", "Say who must confirm a topic, where it is offered, how often it comes.",
     "Each option is yes or no; what is not named stays. Names and words are changed on the\n"
     "dashboard.",
     topic_set_options, 1, 1, topic_verb_set},
    {"wording list", "", "The sets of texts that people chose by, and what became new with each.",
     "The ledger has an entry for each set, which covers all its texts.", wording_list_options, 0,
     0, wording_verb_list},
    {"wording show", "[WHAT]", "What stood on a page that people choose on.",
     "WHAT is the number of a set, a name as in receipts (\"manage-set12\"; \"manage-10\" of the "
     "time\n"
     "before texts were kept), or the wording of a ledger entry as a number, which names the\n"
     "language too; without it the newest set. The texts are printed as they are kept: each hash "
     "is the\n"
     "BLAKE2b-256 of the lines below it, and the page's of the three lines \"page HASH\",\n"
     "\"topics HASH\", \"brand HASH\".",
     wording_show_options, 0, 1, wording_verb_show},
    {"link", "EMAIL", "One person's links and the header lines for a mail.",
     "Prints the manage link, the unsubscribe link, and the header lines to paste into the mail.\n"
     "JSON: manage, unsubscribe, headers (an object, the header's name: its value); with --topic\n"
     "verdict and advice too: how often the person wants it at most, and when a sender last "
     "reported\n"
     "one (\"sent\"). Advice never changes the verdict.",
     link_options, 1, 1, link_verb_one},
    {"links", "FILE", "Links for a whole list, as CSV, on all processors; - reads standard input.",
     "FILE has one address a line, or is CSV with a column named email. The answer has the "
     "columns\n"
     "email, status, manage, unsubscribe, in the order of the file. Addresses that are not on the\n"
     "list are named on standard error with their lines; the others are made, and the exit code\n"
     "is 1.",
     links_options, 1, 1, links_verb_run},
    {"check", "TOPIC [FILE]", "Who of a list may be mailed now, and why the others may not.",
     "FILE, or standard input, has one address a line, or is CSV with a column named email. The\n"
     "answer has the same order: the address, a tab, and \"allow\" or the reason (unknown, "
     "opted_out,\n"
     "topic_off, paused, unconfirmed, suppressed; invalid for what is no address). Where the "
     "topic\n"
     "offers it, two columns more say how often the person wants it and when it was last sent. "
     "All\n"
     "verdicts are decided at one position of the ledger, which stands on standard error with the\n"
     "counts. Exit code 0: the answer is whole, whatever it says.\n"
     "With --at it is of that moment, from the record alone; the last column is then the position "
     "of\n"
     "the entry that decided, and \"erased\" stands where a record was erased since and nothing "
     "can "
     "be\n"
     "said, \"no_topic\" where the topic was not there yet.",
     check_options, 1, 2, check_verb_run},
    {"asof", "EMAIL TOPIC TIME", "Could we have mailed this person then, and why.",
     "TIME is as in 2026-01-31T12:00:00Z, with an offset as in 2026-01-31T13:00:00+01:00, or a "
     "day,\n"
     "which stands for its first second in UTC. Answers from the record alone, with the entry "
     "that\n"
     "decided, who made it, since when that held and until when. Of people who were erased since "
     "it\n"
     "can say only that. \"assent check TOPIC --at TIME\" answers for a whole list. Exit code 0:\n"
     "there is an answer, whatever it says.",
     verbs_json_only, 3, 3, asof_verb_run},
    {"audience", "TOPIC", "Everyone who may be mailed about a topic now.",
     "One address a line, all at one position of the ledger, which stands on standard error with "
     "the\n"
     "count. Exit code 0: the list is whole.",
     audience_options, 1, 1, audience_verb_run},
    {"sent", "TOPIC [FILE]", "Report that a mail about a topic was sent to a list.",
     "FILE, or standard input, has one address a line, or is CSV with a column named email. The\n"
     "newest report of each person and topic is kept, and comes back as last_sent from \"links\" "
     "and\n"
     "\"link --json\", beside how often that person wants the topic: all, daily or weekly. Both "
     "are\n"
     "advice: the verdict stays \"allow\". Addresses that are not on the list are counted.",
     sent_options, 1, 2, sent_verb_run},
    {"mailto", "[ADDR...]", "Unsubscribe by a message on standard input, as a mail server's pipe.",
     "The unsubscribe token is looked for in the Subject, in ADDRs and in the plus-addresses of "
     "the\n"
     "recipient fields. What a machine wrote (replies, bounces, lists) and what has no good token\n"
     "changes nothing. Exit code 0: the message is dealt with; 75: nothing could be done now, "
     "keep\n"
     "it and hand it over again.",
     mailto_options, 0, 1000, mailto_verb_run},
};

const struct verb_rows verbs_people = {rows, sizeof rows / sizeof *rows};
