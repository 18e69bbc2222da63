/*
 * cli/verbs: the one table of verbs, and how a command line finds its row.
 */
#include "cli/verbs.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define JSON_OPTION                                                                                \
    {                                                                                              \
        "json", NULL, "Answer in JSON."                                                            \
    }

static const struct cli_option json_only[] = {JSON_OPTION, {0}};
static const struct cli_option serve_options[] = {
    {"port", "PORT", "Listen on 127.0.0.1:PORT; 8888 unless told, here or by the settings."},
    {"tls", NULL, "Serve https, with a certificate made on the spot unless settings name one."},
    {"no-courier", NULL, "Start no courier: \"assent courier\" is run on its own."},
    {"sample-links", NULL, "Print three links of people on the list, to try."},
    {"quiet", NULL, "Print no addresses at the start."},
    {0}};
static const struct cli_option certificate_options[] = {
    {"to", "FOLDER", "Where cert.pem and key.pem are written, readable by the data's owner alone."},
    {0}};
static const struct cli_option backup_options[] = {
    {"force", NULL, "Replace FILE if it is there."},
    {"full-speed", NULL, "As fast as the disk can: the server is slower meanwhile."},
    JSON_OPTION,
    {0}};
static const struct cli_option doctor_options[] = {
    {"full", NULL, "Every page with its indexes, every entry of the ledger: minutes for millions."},
    JSON_OPTION,
    {0}};
static const struct cli_option key_backup_options[] = {
    {"passphrase-file", "PATH", "The passphrase is that file's first line; asked for unless told."},
    {"force", NULL, "Replace FILE if it is there."},
    JSON_OPTION,
    {0}};
static const struct cli_option key_restore_options[] = {
    {"passphrase-file", "PATH", "The passphrase is that file's first line; asked for unless told."},
    {"force", NULL, "Also over a key that differs; that one is kept under a dated name."},
    JSON_OPTION,
    {0}};
static const struct cli_option restore_options[] = {
    {"yes", NULL, "Don't ask; no's are carried over."},
    {"without-noes", NULL, "Carry no no's over: who said no since is mailed again."},
    JSON_OPTION,
    {0}};
static const struct cli_option import_options[] = {
    {"consent", "TEXT", "How they agreed: lets rows opt people back in who had opted out."},
    {"dry-run", NULL, "Decide everything, write nothing, print the same summary."},
    {"rejected", "PATH", "Where bad rows go; FILE.rejected.csv unless told."},
    JSON_OPTION,
    {0}};
static const struct cli_option add_options[] = {
    {"name", "NAME", "The person's name."},
    {"type", "TYPE", "client, partner or franchisee; client unless told."},
    {"topics", "KEYS", "Topics to turn on, by key, with commas between."},
    {"consent", "TEXT", "How they agreed; needed to opt someone back in who had opted out."},
    {"language", "TAG", "Their language, as in \"de\" or \"pt-BR\"."},
    JSON_OPTION,
    {0}};
static const struct cli_option history_options[] = {
    {"limit", "N", "At most N entries, newest first; 1000 unless told."}, JSON_OPTION, {0}};
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
    JSON_OPTION,
    {0}};
static const struct cli_option optout_options[] = {
    {"topic", "KEY", "Turn off this topic only."},
    {"note", "TEXT", "Why, or on whose word: kept in the history."},
    JSON_OPTION,
    {0}};
static const struct cli_option pause_options[] = {
    {"until", "DATE", "Until this day, as in 2027-03-31."},
    {"days", "N", "For N days, from today on."},
    {"end", NULL, "End the pause now."},
    {"note", "TEXT", "Why, or on whose word: kept in the history."},
    JSON_OPTION,
    {0}};
static const struct cli_option wording_list_options[] = {
    {"limit", "N", "At most N sets, newest first; 100 unless told."},
    {"before", "NUMBER", "Only sets with a lower number."},
    JSON_OPTION,
    {0}};
static const struct cli_option wording_show_options[] = {
    {"page", "PAGE",
     "manage (unless told), unsubscribe, join, confirm, address, link, manage_done, "
     "unsubscribe_done."},
    {"language", "TAG", "The language of the page; English unless told."},
    JSON_OPTION,
    {0}};
static const struct cli_option topic_set_options[] = {
    {"double-opt-in", "yes|no", "Who signs up for it must confirm by mail."},
    {"on-join", "yes|no", "The sign-up form offers it."},
    {"frequency", "yes|no", "People may ask for it daily or weekly at most."},
    JSON_OPTION,
    {0}};
static const struct cli_option link_options[] = {
    {"topic", "KEY", "Links of a mail about this topic: unsubscribing stops it alone."},
    {"campaign", "REF",
     "Your reference, up to 64 bytes: the history names it once a link is used."},
    JSON_OPTION,
    {0}};
static const struct cli_option ledger_verify_options[] = {
    {"from-checkpoint", "FILE", "Hold the ledger against checkpoints that were kept in FILE, too."},
    {"file", "EXPORT", "Verify this export instead, with no database and no secret."},
    {"key", "KEY", "With --file: the key of checkpoints, as base64 or a keys.json."},
    {"threads", "N", "On N threads; all processors unless told."},
    JSON_OPTION,
    {0}};
static const struct cli_option ledger_export_options[] = {
    {"private", NULL, "With notes, client addresses and programs: personal data."}, {0}};
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
    JSON_OPTION,
    {0}};
static const struct cli_option mailto_options[] = {
    {"recipient", "ADDR", "An address that the mail server delivers it to."},
    {"verbose", NULL, "Say what came of it; else it says nothing unless something fails."},
    JSON_OPTION,
    {0}};
static const struct cli_option key_new_options[] = {
    {"owner", "NAME", "Whose key it is; \"this server\" unless told."}, JSON_OPTION, {0}};
static const struct cli_option key_add_options[] = {
    {"public", "KEY", "The Ed25519 public key: 64 hex digits, base64, or PEM."},
    {"owner", "NAME", "The sender who holds its secret half."},
    JSON_OPTION,
    {0}};
static const struct cli_option key_revoke_options[] = {
    {"yes", NULL, "Don't ask."}, JSON_OPTION, {0}};
static const struct cli_option courier_options[] = {
    {"wait", NULL, "Where another courier runs, begin when that has ended."},
    {"once", NULL, "Send the mails that are due, then end; hooks are left alone."},
    {"verbose", NULL, "A line for each mail with its number and what came of it."},
    {0}};
static const struct cli_option hook_add_options[] = {
    {"about", "TEXT", "What it is for; shown to admins."},
    {"kinds", "LIST", "Of which changes it is told, with commas between; all unless told."},
    {"signing", "HOW", "ed25519, hmac or both; ed25519 unless told."},
    JSON_OPTION,
    {0}};
static const struct cli_option apikey_new_options[] = {
    {"scopes", "LIST", "check, links, contacts:read, contacts:write, events; check unless told."},
    {"expires", "DATE", "Refused from this day on, as in 2027-03-31; never unless told."},
    JSON_OPTION,
    {0}};
static const struct cli_option receipt_verify_options[] = {
    {"key", "KEY", "Whose signature: a public key as base64url, or a file as keys.json is."},
    JSON_OPTION,
    {0}};
#define REQUEST_OPTIONS                                                                            \
    {"kind", "KIND", "access, rectification, erasure, restriction, portability or objection."},    \
        {"way", "WAY", "How it came: letter, phone, mail, in_person or otherwise."},               \
        {"received", "DATE", "The day it came, as in 2026-11-23; today unless told."},             \
        {"who", "TEXT", "Name or postal address, as they gave it."},                               \
        {"email", "ADDR", "Their mail address, where it is known."},                               \
    {                                                                                              \
        "note", "TEXT", "What else is worth knowing."                                              \
    }
static const struct cli_option requests_list_options[] = {
    {"closed", NULL, "Those that are done or refused, newest first."}, JSON_OPTION, {0}};
static const struct cli_option request_options[] = {REQUEST_OPTIONS, JSON_OPTION, {0}};
static const struct cli_option requests_extend_options[] = {
    {"reason", "TEXT", "Why it takes longer; needed."},
    {"undo", NULL, "Take the extension back."},
    JSON_OPTION,
    {0}};
static const struct cli_option requests_close_options[] = {
    {"refused", NULL, "It was refused; done unless told."},
    {"reason", "TEXT", "What was done, or why not; needed with --refused."},
    JSON_OPTION,
    {0}};
static const struct cli_option admin_add_options[] = {
    {"name", "NAME", "The admin's name; shown in histories."},
    {"role", "ROLE", "owner, manager or viewer, who changes nothing; owner unless told."},
    {"generate", NULL, "Make a password and print it, once."},
    JSON_OPTION,
    {0}};
static const struct cli_option factor_options[] = {
    {"reset", NULL, "Take it off, and end their sessions: they have lost app and codes."},
    JSON_OPTION,
    {0}};
static const struct cli_option admin_invite_options[] = {
    {"name", "NAME", "Their name; shown in histories."},
    {"role", "ROLE", "owner, manager or viewer; viewer unless told."},
    {"addresses", "HOW", "whole or masked: how a viewer sees them; masked unless told."},
    JSON_OPTION,
    {0}};
static const struct cli_option admin_role_options[] = {
    {"addresses", "HOW", "whole or masked: how a viewer sees them; as before unless told."},
    JSON_OPTION,
    {0}};
static const struct cli_option admin_passwd_options[] = {
    {"generate", NULL, "Make a password and print it, once."}, JSON_OPTION, {0}};

#define PASSWORD_HELP                                                                              \
    "Without --generate the password is asked for twice on a terminal, or read as one line from\n" \
    "standard input; it never stands on the command line, where others could see it."

static const struct verb table[] = {
    {"init", "", "Make the data folder: database, keys. Harmless where all is there.",
     "The folder is ASSENT_DATA, or the setting \"data\" of conf/assent.conf, or var.", json_only,
     0, 0, setup_verb_init},
    {"serve", "", "Run the server until Ctrl-C: on 127.0.0.1, or where the settings say.",
     "The environment may say PORT=8888, TLS=1 and ASSENT_COURIER=no as well. Links begin with\n"
     "ASSENT_PUBLIC_URL where it is set, else with the address that is served. A certificate that\n"
     "the settings name is served, and taken anew at SIGUSR1. Started by root, the server becomes\n"
     "the user who owns the data folder.",
     serve_options, 0, 0, serve_verb_run},
    {"certificate", "", "Copy the certificate and key to where the service may read them.",
     "The service runs this as root before it starts and before it is told of a renewed\n"
     "certificate. Where the settings name none, nothing is done.",
     certificate_options, 0, 0, certificate_verb_run},
    {"doctor", "", "Look for all that an operator can get wrong, and say how to mend it.",
     "Files, their owners and rights, keys, disk, clock, database, ledger, log, mails, hooks, what "
     "runs,\n"
     "public address, proxies, certificate, mail server. It changes nothing, and may run beside "
     "the\n"
     "server, from cron too. Exit code: 0 all is well, 1 something should be looked at, 2 "
     "something "
     "is\n"
     "broken.",
     doctor_options, 0, 0, doctor_verb_run},
    {"backup", "FILE", "Copy the database into a file, while the server runs.",
     "The copy is of one moment, however much is written meanwhile. It is checked (SQLite's own "
     "check,\n"
     "the ledger from its newest signed checkpoint to its end) before it gets its name: FILE is "
     "there\n"
     "whole or not at all. Who was killed leaves FILE.partial, which the next run takes over. Keys "
     "are\n"
     "not in it: \"assent keys backup\".",
     backup_options, 1, 1, backup_verb_run},
    {"restore", "FILE", "Put a backup in the place of the database, and keep that one aside.",
     "The server must be stopped. FILE is copied, and the copy checked as a whole first: every "
     "page,\n"
     "the schema's version, the keys, the ledger from its first entry to its last, and its signed\n"
     "checkpoints. Then it is said what would be lost, and asked. What was refused since the "
     "backup\n"
     "(opt-outs, topics turned off, pauses, erasures, blocked addresses, revoked keys, removed "
     "admins)\n"
     "is carried over into the restored list, where the present file can be read. The former "
     "database\n"
     "stays beside it under a dated name: restoring that is the undo.",
     restore_options, 1, 1, restore_verb_run},
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
    {"show", "EMAIL", "One person, as JSON.", "", json_only, 1, 1, people_verb_show},
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
    {"stats", "", "How many people there are, by status, type and topic.", "", json_only, 0, 0,
     overview_verb_stats},
    {"topics", "", "The topics with their keys.",
     "JSON says too whether people may choose how often (\"frequency\"), whether who signs up "
     "must\n"
     "confirm (\"double_opt_in\"), and whether the sign-up form offers it (\"on_join\").",
     json_only, 0, 0, overview_verb_topics},
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
     json_only, 3, 3, asof_verb_run},
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
    {"keys list", "", "The keys whose links are believed, and what came back by each.",
     "The columns count the last 30 days: pages that people opened, forms and one-click messages\n"
     "sent, pages opened by what looks like a machine, and uses of a revoked key.",
     json_only, 0, 0, key_verb_list},
    {"keys new", "", "Make a signing key of this installation; links are signed with the newest.",
     "Links signed with earlier keys stay good. A running server signs with the new key too.",
     key_new_options, 0, 0, key_verb_new},
    {"keys rotate", "",
     "Make a new signing key; the ones of this installation before it only verify.",
     "Links that were sent stay good. A running server signs with the new key too.", json_only, 0,
     0, key_verb_rotate},
    {"keys add", "", "Believe links that a sender signs with its own key.", "", key_add_options, 0,
     0, key_verb_add},
    {"keys retire", "ID", "Sign no more with a key; its links stay good.",
     "ID is the key id in hex, as in \"assent keys list\".", json_only, 1, 1, key_verb_retire},
    {"keys revoke", "ID", "Believe a key's links no more. For ever.",
     "ID is the key id in hex, as in \"assent keys list\". Every link signed with it stops "
     "working,\n"
     "those in mails already sent too. Says first how often they were used in the last 30 days.",
     key_revoke_options, 1, 1, key_verb_revoke},
    {"keys backup", "FILE", "Write all secrets into one file, encrypted with a passphrase.",
     "The master key and the link keys: what a backup of the database lacks. The passphrase is "
     "asked\n"
     "for twice on a terminal, or read as one line from standard input. README.md has the file's "
     "form.",
     key_backup_options, 1, 1, key_backup_verb_make},
    {"keys restore", "FILE", "Put the secrets of such a file back into the data folder.",
     "The folder is made if need be. A key that is there already and differs is left alone, and "
     "then\n"
     "nothing is written, unless --force says otherwise.",
     key_restore_options, 1, 1, key_backup_verb_restore},
    {"approvals list", "", "What waits for a second admin, and what was decided lately.", "",
     json_only, 0, 0, approval_verb_list},
    {"approvals on", "", "Let a second admin approve what is hard to take back.",
     "An import that would opt in more than 100 people, erasing a person, revoking a key: asked\n"
     "for by one admin on the pages, done when another approves. Two owners must be there.",
     json_only, 0, 0, approval_verb_on},
    {"approvals off", "", "Let each admin act alone again, at once.",
     "On the pages that is itself asked for. The command needs nobody's approval: it is the way\n"
     "out when no second owner is left.",
     json_only, 0, 0, approval_verb_off},
    {"courier", "",
     "Send what goes out: mails, messages to hooks. \"assent serve\" starts it by itself.",
     "Where \"assent serve\" was told to start none, run it beside the server, as the same user.\n"
     "Runs until Ctrl-C. Killed at any moment it loses nothing: what was not taken is sent again.",
     courier_options, 0, 0, courier_verb_run},
    {"hooks list", "", "Where other systems hear of changes, and how it goes.", "", json_only, 0, 0,
     hook_verb_list},
    {"hooks add", "URL", "Tell an endpoint of every change, by signed messages.",
     "Messages follow Standard Webhooks and are sent by the courier, which \"assent serve\" "
     "starts.\n"
     "Kinds of change: contact.added, contact.choices_changed, contact.frequency_changed,\n"
     "contact.erased, contact.undone, contact.paused, contact.reason_given,\n"
     "contact.details_changed, contact.links_voided, topic.added, topic.edited, topic.retired,\n"
     "import.begun, import.ended.\n"
     "Prints the key to verify with.",
     hook_add_options, 1, 1, hook_verb_add},
    {"hooks test", "ID", "Send a test message, and wait for what comes of it.", "", json_only, 1, 1,
     hook_verb_test},
    {"hooks secret", "ID", "The keys that verify a hook's messages.", "", json_only, 1, 1,
     hook_verb_secret},
    {"hooks rotate", "ID", "Sign with a new secret; the one before signs too for a day.", "",
     json_only, 1, 1, hook_verb_rotate},
    {"hooks stop", "ID", "Send nothing more to a hook; what changes meanwhile waits.", "",
     json_only, 1, 1, hook_verb_stop},
    {"hooks resume", "ID", "Go on with a hook that stopped, and send what waited.", "", json_only,
     1, 1, hook_verb_resume},
    {"hooks replay", "ID", "Send again what was given up.", "", json_only, 1, 1, hook_verb_replay},
    {"hooks remove", "ID", "Remove a hook; what waits for it is dropped an hour later.", "",
     json_only, 1, 1, hook_verb_remove},
    {"hooks restore", "ID", "Bring back a hook that was removed within the hour.",
     "With its keys, what waited for it, and what changed meanwhile.", json_only, 1, 1,
     hook_verb_restore},
    {"apikey new", "NAME", "Make a key for a program that uses the API, and print it, once.",
     "NAME says which program it is. Only a hash of the key is kept.", apikey_new_options, 1, 1,
     apikey_verb_new},
    {"apikey list", "", "The keys for programs, newest first.", "", json_only, 0, 0,
     apikey_verb_list},
    {"apikey revoke", "ID", "Refuse a program's key from now on. For ever.",
     "ID is the key's number, as in \"assent apikey list\".", json_only, 1, 1, apikey_verb_revoke},
    {"requests list", "", "What people asked for by letter, phone or mail, by deadline.",
     "One month after it came it must be answered (GDPR 12(3)); overdue ones come first.",
     requests_list_options, 0, 0, request_verb_list},
    {"requests show", "ID", "One request.", "", json_only, 1, 1, request_verb_show},
    {"requests add", "", "Note a request; prints it with the day by which it must be answered.",
     "--kind and --way are needed, and --who or --email.", request_options, 0, 0, request_verb_add},
    {"requests edit", "ID", "Correct what was noted; what is not named stays.", "", request_options,
     1, 1, request_verb_edit},
    {"requests extend", "ID", "Extend a deadline, once, by two months.",
     "Tell the person within the first month, and why.", requests_extend_options, 1, 1,
     request_verb_extend},
    {"requests close", "ID", "A request is done, or refused.", "", requests_close_options, 1, 1,
     request_verb_close},
    {"requests reopen", "ID", "A closed request is open again.", "", json_only, 1, 1,
     request_verb_reopen},
    {"admin add", "EMAIL", "Add an admin of the dashboard.", PASSWORD_HELP, admin_add_options, 1, 1,
     admin_verb_add},
    {"admin passwd", "[EMAIL]", "Set an admin's password and end their sessions.",
     "EMAIL may be left out while there is one admin.\n" PASSWORD_HELP, admin_passwd_options, 0, 1,
     admin_verb_passwd},
    {"admin list", "", "The admins.", "", json_only, 0, 0, admin_verb_list},
    {"admin invite", "EMAIL", "Make a link by which somebody becomes an admin.",
     "The link is printed once and works once, for seven days: whoever opens it sets the "
     "password.\n"
     "For somebody who is invited it makes a new one, and the one before is dead.",
     admin_invite_options, 1, 1, team_verb_invite},
    {"admin role", "EMAIL ROLE", "Make an admin owner, manager or viewer.",
     "Owners do everything. Managers change people and topics. Viewers look.", admin_role_options,
     2, 2, team_verb_role},
    {"admin disable", "EMAIL", "Keep an admin out, and end their sessions.",
     "What they did keeps their name. The last owner can't be disabled.", json_only, 1, 1,
     team_verb_disable},
    {"admin enable", "EMAIL", "Let a disabled admin in again.", "", json_only, 1, 1,
     team_verb_enable},
    {"admin remove", "EMAIL", "Remove an admin and end their sessions, or cancel an invitation.",
     "The last owner can't be removed.", json_only, 1, 1, admin_verb_remove},
    {"admin factor", "EMAIL", "Whether an admin has a second factor; --reset takes a lost one off.",
     "After a reset the password alone signs in, until they set up another on My account; with\n"
     "\"factor_required\" set they are led to that first.",
     factor_options, 1, 1, factor_verb},
    {"ledger", "", "How far the ledger has come, and its newest checkpoint.", "", json_only, 0, 0,
     ledger_verb_head},
    {"ledger verify", "",
     "Is the ledger what was written? Names the first entry that is not, and how.",
     "Every entry must follow from the one before by its hash; checkpoints, private texts, each\n"
     "person's entries and their row must agree. Reads only, while the server runs.\n"
     "Exit code 1: something is wrong.",
     ledger_verify_options, 0, 0, ledger_verb_verify},
    {"ledger export", "[FILE]", "The ledger as a file that proves itself: a line of JSON an entry.",
     "Standard output unless a new FILE is named. The last line holds the newest checkpoint and "
     "its\n"
     "key. \"assent ledger verify --file FILE\" checks it anywhere; README.md says how to write\n"
     "another program that does.",
     ledger_export_options, 0, 1, ledger_verb_export},
    {"ledger checkpoint", "", "Sign the ledger's head now, and print the signed note.",
     "It is published at /.well-known/assent/checkpoint and appended to checkpoints.txt in the "
     "data\n"
     "folder. Keep copies where nobody who can write to the database can write: with one,\n"
     "\"assent ledger verify --from-checkpoint FILE\" finds a history that was rewritten.",
     json_only, 0, 0, ledger_verb_checkpoint},
    {"receipt verify", "FILE", "Whether a receipt is signed and unchanged, and what it says.",
     "FILE is a receipt as it was saved; - reads standard input. It may have been indented by "
     "another\n"
     "program. Without --key it must be signed by this installation, and its ledger entry is "
     "looked\n"
     "up too. With --key no data folder is needed; /.well-known/assent/keys.json of a site has "
     "its\n"
     "keys. Exit code: 0 valid, 1 not.",
     receipt_verify_options, 1, 1, receipt_verb_verify},
    {"settings list", "", "What can be set, and how it is.", "", json_only, 0, 0,
     setting_verb_list},
    {"settings set", "KEY VALUE", "Change a setting; an empty VALUE brings the default back.", "",
     json_only, 2, 2, setting_verb_set},
    {"version", "", "The version of the program and of its database.", "", json_only, 0, 0,
     setup_verb_version},
};
#define TABLE_COUNT (sizeof table / sizeof *table)

/* "keys" of "keys list": whether name's first word is word. */
static bool is_family(const char *name, const char *word)
{
    size_t len = strlen(word);

    return strncmp(name, word, len) == 0 && name[len] == ' ';
}

/* Lists the verbs of a family, or of all when family is NULL. */
static void print_list(FILE *out, const char *family)
{
    if (!family)
        fputs("Assent keeps who may be mailed, about what, and the proof.\n\n"
              "Usage: assent VERB [OPTION...] [ARGUMENT...]\n\n",
              out);
    for (size_t i = 0; i < TABLE_COUNT; i++)
        if (!family || is_family(table[i].name, family))
            fprintf(out, "  %-15s %s\n", table[i].name, table[i].summary);
    fputs("\nMore about one: assent VERB --help. The data folder is ASSENT_DATA, or var.\n"
          "Exit code: 0 done, 1 refused or failed, 2 misused.\n",
          out);
}

static void print_help(const struct verb *verb)
{
    printf("Usage: assent %s%s%s [OPTION...]\n\n%s\n", verb->name, *verb->usage ? " " : "",
           verb->usage, verb->summary);
    if (*verb->help)
        printf("\n%s\n", verb->help);
    printf("\nOptions:\n");
    for (const struct cli_option *o = verb->options; o && o->name; o++) {
        char left[32];
        snprintf(left, sizeof left, "--%s%s%s", o->name, o->value ? " " : "",
                 o->value ? o->value : "");
        printf("  %-18s %s\n", left, o->help);
    }
    printf("  %-18s %s\n", "--help", "This text.");
}

/* Puts getopt's finding into args. False: it has said what is wrong. */
static bool take_option(struct args *args, const struct option *longs, int found, int index,
                        char **argv)
{
    if (found == ':' || found == '?') {
        const char *given = argv[optind - 1];
        if (found == ':')
            cli_misused(args, "%s needs a value.", given);
        else
            cli_misused(args, "there is no option %s, or not with that value.", given);
        return false;
    }
    if (args->values[index]) {
        cli_misused(args, "--%s is given twice.", longs[index].name);
        return false;
    }
    args->values[index] = optarg ? optarg : "";
    return true;
}

static enum cli_exit read_and_run(const struct verb *verb, int argc, char **argv)
{
    struct args args = {.verb = verb};
    struct option longs[CLI_OPTIONS_MAX + 2] = {{0}};
    int found, index = 0, count = 0;

    for (; verb->options && verb->options[count].name; count++)
        longs[count] =
            (struct option){.name = verb->options[count].name,
                            .has_arg = verb->options[count].value ? required_argument : no_argument,
                            .val = 1};
    longs[count] = (struct option){.name = "help", .has_arg = no_argument, .val = 'h'};

    optind = 0; /* glibc: begin anew, permuting */
    opterr = 0;
    while ((found = getopt_long(argc, argv, ":h", longs, &index)) != -1) {
        if (found == 'h') {
            print_help(verb);
            return CLI_DONE;
        }
        if (!take_option(&args, longs, found, index, argv))
            return CLI_MISUSED;
    }
    args.words = argv + optind;
    args.words_count = (size_t)(argc - optind);
    if (args.words_count < verb->words_min)
        return cli_misused(&args, "%s is missing.",
                           args.words_count == 1 && verb->words_min == 2 ? "VALUE" : verb->usage);
    if (args.words_count > verb->words_max)
        return cli_misused(&args, "\"%s\" is one argument too many.", args.words[verb->words_max]);
    return verb->run(&args);
}

/* Runs verb on its own words: argv[0] is the verb's last word. */
static enum cli_exit run_verb(const struct verb *verb, int argc, char **argv)
{
    const enum cli_exit code = read_and_run(verb, argc, argv);

    /* Of any other failure a mail server would make a bounce: a slip in its settings would lose
     * what people asked for. */
    return code != CLI_DONE && verb->run == mailto_verb_run ? CLI_AGAIN : code;
}

/* A verb of two words that begins with one that is a verb too, as in "topics set". */
static const struct verb *find_longer(const char *first, const char *second)
{
    size_t len = strlen(first);

    for (size_t i = 0; second && i < TABLE_COUNT; i++)
        if (is_family(table[i].name, first) && strcmp(table[i].name + len + 1, second) == 0)
            return &table[i];
    return NULL;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

/* A verb of two words: argv[0] is the first. */
static enum cli_exit run_family(const char *family, int argc, char **argv)
{
    char name[32];

    if (argc > 1 && !is_help(argv[1])) {
        snprintf(name, sizeof name, "%s %s", family, argv[1]);
        for (size_t i = 0; i < TABLE_COUNT; i++)
            if (strcmp(table[i].name, name) == 0)
                return run_verb(&table[i], argc - 1, argv + 1);
    }
    print_list(argc > 1 && is_help(argv[1]) ? stdout : stderr, family);
    return argc > 1 && is_help(argv[1]) ? CLI_DONE : CLI_MISUSED;
}

enum cli_exit verbs_run(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : NULL;

    if (!word) {
        print_list(stderr, NULL);
        return CLI_MISUSED;
    }
    if (is_help(word)) {
        print_list(stdout, NULL);
        return CLI_DONE;
    }
    if (strcmp(word, "--version") == 0)
        word = "version";
    const struct verb *longer = find_longer(word, argc > 2 ? argv[2] : NULL);
    if (longer)
        return run_verb(longer, argc - 2, argv + 2);
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        if (strcmp(table[i].name, word) == 0)
            return run_verb(&table[i], argc - 1, argv + 1);
        if (is_family(table[i].name, word))
            return run_family(word, argc - 1, argv + 1);
    }
    fprintf(stderr, "assent: there is no such verb. \"assent --help\" lists them.\n");
    return CLI_MISUSED;
}
