/*
 * cli/verbs_site: the verbs about the installation: keys, approvals, the courier, hooks, requests,
 * admins, the ledger, settings.
 */
#include "cli/verbs.h"
#include "cli/verbs_rows.h"

static const struct cli_option key_backup_options[] = {
    {"passphrase-file", "PATH", "The passphrase is that file's first line; asked for unless told."},
    {"force", NULL, "Replace FILE if it is there."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option key_restore_options[] = {
    {"passphrase-file", "PATH", "The passphrase is that file's first line; asked for unless told."},
    {"force", NULL, "Also over a key that differs; that one is kept under a dated name."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option ledger_verify_options[] = {
    {"from-checkpoint", "FILE", "Hold the ledger against checkpoints that were kept in FILE, too."},
    {"file", "EXPORT", "Verify this export instead, with no database and no secret."},
    {"key", "KEY", "With --file: the key of checkpoints, as base64 or a keys.json."},
    {"threads", "N", "On N threads; all processors unless told."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option ledger_export_options[] = {
    {"private", NULL, "With notes, client addresses and programs: personal data."}, {0}};
static const struct cli_option key_new_options[] = {
    {"owner", "NAME", "Whose key it is; \"this server\" unless told."}, VERBS_JSON_OPTION, {0}};
static const struct cli_option key_add_options[] = {
    {"public", "KEY", "The Ed25519 public key: 64 hex digits, base64, or PEM."},
    {"owner", "NAME", "The sender who holds its secret half."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option key_revoke_options[] = {
    {"yes", NULL, "Don't ask."}, VERBS_JSON_OPTION, {0}};
static const struct cli_option courier_options[] = {
    {"wait", NULL, "Where another courier runs, begin when that has ended."},
    {"once", NULL, "Send the mails that are due, then end; hooks are left alone."},
    {"verbose", NULL, "A line for each mail with its number and what came of it."},
    {0}};
static const struct cli_option hook_add_options[] = {
    {"about", "TEXT", "What it is for; shown to admins."},
    {"kinds", "LIST", "Of which changes it is told, with commas between; all unless told."},
    {"signing", "HOW", "ed25519, hmac or both; ed25519 unless told."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option apikey_new_options[] = {
    {"scopes", "LIST", "check, links, contacts:read, contacts:write, events; check unless told."},
    {"expires", "DATE", "Refused from this day on, as in 2027-03-31; never unless told."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option receipt_verify_options[] = {
    {"key", "KEY", "Whose signature: a public key as base64url, or a file as keys.json is."},
    VERBS_JSON_OPTION,
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
    {"closed", NULL, "Those that are done or refused, newest first."}, VERBS_JSON_OPTION, {0}};
static const struct cli_option request_options[] = {REQUEST_OPTIONS, VERBS_JSON_OPTION, {0}};
static const struct cli_option requests_extend_options[] = {
    {"reason", "TEXT", "Why it takes longer; needed."},
    {"undo", NULL, "Take the extension back."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option requests_close_options[] = {
    {"refused", NULL, "It was refused; done unless told."},
    {"reason", "TEXT", "What was done, or why not; needed with --refused."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option admin_add_options[] = {
    {"name", "NAME", "The admin's name; shown in histories."},
    {"role", "ROLE", "owner, manager or viewer, who changes nothing; owner unless told."},
    {"generate", NULL, "Make a password and print it, once."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option factor_options[] = {
    {"reset", NULL, "Take it off, and end their sessions: they have lost app and codes."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option admin_invite_options[] = {
    {"name", "NAME", "Their name; shown in histories."},
    {"role", "ROLE", "owner, manager or viewer; viewer unless told."},
    {"addresses", "HOW", "whole or masked: how a viewer sees them; masked unless told."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option admin_role_options[] = {
    {"addresses", "HOW", "whole or masked: how a viewer sees them; as before unless told."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option admin_passwd_options[] = {
    {"generate", NULL, "Make a password and print it, once."}, VERBS_JSON_OPTION, {0}};

#define PASSWORD_HELP                                                                              \
    "Without --generate the password is asked for twice on a terminal, or read as one line from\n" \
    "standard input; it never stands on the command line, where others could see it."

static const struct verb rows[] = {
    {"keys list", "", "The keys whose links are believed, and what came back by each.",
     "The columns count the last 30 days: pages that people opened, forms and one-click messages\n"
     "sent, pages opened by what looks like a machine, and uses of a revoked key.",
     verbs_json_only, 0, 0, key_verb_list},
    {"keys new", "", "Make a signing key of this installation; links are signed with the newest.",
     "Links signed with earlier keys stay good. A running server signs with the new key too.",
     key_new_options, 0, 0, key_verb_new},
    {"keys rotate", "",
     "Make a new signing key; the ones of this installation before it only verify.",
     "Links that were sent stay good. A running server signs with the new key too.",
     verbs_json_only, 0, 0, key_verb_rotate},
    {"keys add", "", "Believe links that a sender signs with its own key.", "", key_add_options, 0,
     0, key_verb_add},
    {"keys retire", "ID", "Sign no more with a key; its links stay good.",
     "ID is the key id in hex, as in \"assent keys list\".", verbs_json_only, 1, 1,
     key_verb_retire},
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
     verbs_json_only, 0, 0, approval_verb_list},
    {"approvals on", "", "Let a second admin approve what is hard to take back.",
     "An import that would opt in more than 100 people, erasing a person, revoking a key: asked\n"
     "for by one admin on the pages, done when another approves. Two owners must be there.",
     verbs_json_only, 0, 0, approval_verb_on},
    {"approvals off", "", "Let each admin act alone again, at once.",
     "On the pages that is itself asked for. The command needs nobody's approval: it is the way\n"
     "out when no second owner is left.",
     verbs_json_only, 0, 0, approval_verb_off},
    {"courier", "",
     "Send what goes out: mails, messages to hooks. \"assent serve\" starts it by itself.",
     "Where \"assent serve\" was told to start none, run it beside the server, as the same user.\n"
     "Runs until Ctrl-C. Killed at any moment it loses nothing: what was not taken is sent again.",
     courier_options, 0, 0, courier_verb_run},
    {"hooks list", "", "Where other systems hear of changes, and how it goes.", "", verbs_json_only,
     0, 0, hook_verb_list},
    {"hooks add", "URL", "Tell an endpoint of every change, by signed messages.",
     "Messages follow Standard Webhooks and are sent by the courier, which \"assent serve\" "
     "starts.\n"
     "Kinds of change: contact.added, contact.choices_changed, contact.frequency_changed,\n"
     "contact.erased, contact.undone, contact.paused, contact.reason_given,\n"
     "contact.details_changed, contact.links_voided, topic.added, topic.edited, topic.retired,\n"
     "import.begun, import.ended.\n"
     "Prints the key to verify with.",
     hook_add_options, 1, 1, hook_verb_add},
    {"hooks test", "ID", "Send a test message, and wait for what comes of it.", "", verbs_json_only,
     1, 1, hook_verb_test},
    {"hooks secret", "ID", "The keys that verify a hook's messages.", "", verbs_json_only, 1, 1,
     hook_verb_secret},
    {"hooks rotate", "ID", "Sign with a new secret; the one before signs too for a day.", "",
     verbs_json_only, 1, 1, hook_verb_rotate},
    {"hooks stop", "ID", "Send nothing more to a hook; what changes meanwhile waits.", "",
     verbs_json_only, 1, 1, hook_verb_stop},
    {"hooks resume", "ID", "Go on with a hook that stopped, and send what waited.", "",
     verbs_json_only, 1, 1, hook_verb_resume},
    {"hooks replay", "ID", "Send again what was given up.", "", verbs_json_only, 1, 1,
     hook_verb_replay},
    {"hooks remove", "ID", "Remove a hook; what waits for it is dropped an hour later.", "",
     verbs_json_only, 1, 1, hook_verb_remove},
    {"hooks restore", "ID", "Bring back a hook that was removed within the hour.",
     "With its keys, what waited for it, and what changed meanwhile.", verbs_json_only, 1, 1,
     hook_verb_restore},
    {"apikey new", "NAME", "Make a key for a program that uses the API, and print it, once.",
     "NAME says which program it is. Only a hash of the key is kept.", apikey_new_options, 1, 1,
     apikey_verb_new},
    {"apikey list", "", "The keys for programs, newest first.", "", verbs_json_only, 0, 0,
     apikey_verb_list},
    {"apikey revoke", "ID", "Refuse a program's key from now on. For ever.",
     "ID is the key's number, as in \"assent apikey list\".", verbs_json_only, 1, 1,
     apikey_verb_revoke},
    {"requests list", "", "What people asked for by letter, phone or mail, by deadline.",
     "One month after it came it must be answered (GDPR 12(3)); overdue ones come first.",
     requests_list_options, 0, 0, request_verb_list},
    {"requests show", "ID", "One request.", "", verbs_json_only, 1, 1, request_verb_show},
    {"requests add", "", "Note a request; prints it with the day by which it must be answered.",
     "--kind and --way are needed, and --who or --email.", request_options, 0, 0, request_verb_add},
    {"requests edit", "ID", "Correct what was noted; what is not named stays.", "", request_options,
     1, 1, request_verb_edit},
    {"requests extend", "ID", "Extend a deadline, once, by two months.",
     "Tell the person within the first month, and why.", requests_extend_options, 1, 1,
     request_verb_extend},
    {"requests close", "ID", "A request is done, or refused.", "", requests_close_options, 1, 1,
     request_verb_close},
    {"requests reopen", "ID", "A closed request is open again.", "", verbs_json_only, 1, 1,
     request_verb_reopen},
    {"admin add", "EMAIL", "Add an admin of the dashboard.", PASSWORD_HELP, admin_add_options, 1, 1,
     admin_verb_add},
    {"admin passwd", "[EMAIL]", "Set an admin's password and end their sessions.",
     "EMAIL may be left out while there is one admin.\n" PASSWORD_HELP, admin_passwd_options, 0, 1,
     admin_verb_passwd},
    {"admin list", "", "The admins.", "", verbs_json_only, 0, 0, admin_verb_list},
    {"admin invite", "EMAIL", "Make a link by which somebody becomes an admin.",
     "The link is printed once and works once, for seven days: whoever opens it sets the "
     "password.\n"
     "For somebody who is invited it makes a new one, and the one before is dead.",
     admin_invite_options, 1, 1, team_verb_invite},
    {"admin role", "EMAIL ROLE", "Make an admin owner, manager or viewer.",
     "Owners do everything. Managers change people and topics. Viewers look.", admin_role_options,
     2, 2, team_verb_role},
    {"admin disable", "EMAIL", "Keep an admin out, and end their sessions.",
     "What they did keeps their name. The last owner can't be disabled.", verbs_json_only, 1, 1,
     team_verb_disable},
    {"admin enable", "EMAIL", "Let a disabled admin in again.", "", verbs_json_only, 1, 1,
     team_verb_enable},
    {"admin remove", "EMAIL", "Remove an admin and end their sessions, or cancel an invitation.",
     "The last owner can't be removed.", verbs_json_only, 1, 1, admin_verb_remove},
    {"admin factor", "EMAIL", "Whether an admin has a second factor; --reset takes a lost one off.",
     "After a reset the password alone signs in, until they set up another on My account; with\n"
     "\"factor_required\" set they are led to that first.",
     factor_options, 1, 1, factor_verb},
    {"ledger", "", "How far the ledger has come, and its newest checkpoint.", "", verbs_json_only,
     0, 0, ledger_verb_head},
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
     verbs_json_only, 0, 0, ledger_verb_checkpoint},
    {"receipt verify", "FILE", "Whether a receipt is signed and unchanged, and what it says.",
     "FILE is a receipt as it was saved; - reads standard input. It may have been indented by "
     "another\n"
     "program. Without --key it must be signed by this installation, and its ledger entry is "
     "looked\n"
     "up too. With --key no data folder is needed; /.well-known/assent/keys.json of a site has "
     "its\n"
     "keys. Exit code: 0 valid, 1 not.",
     receipt_verify_options, 1, 1, receipt_verb_verify},
    {"settings list", "", "What can be set, and how it is.", "", verbs_json_only, 0, 0,
     setting_verb_list},
    {"settings set", "KEY VALUE", "Change a setting; an empty VALUE brings the default back.", "",
     verbs_json_only, 2, 2, setting_verb_set},
    {"version", "", "The version of the program and of its database.", "", verbs_json_only, 0, 0,
     setup_verb_version},
};

const struct verb_rows verbs_site = {rows, sizeof rows / sizeof *rows};
