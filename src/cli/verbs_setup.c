/*
 * cli/verbs_setup: the verbs that make, serve, check, copy and restore the data folder.
 */
#include "cli/verbs.h"
#include "cli/verbs_rows.h"

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
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option doctor_options[] = {
    {"full", NULL, "Every page with its indexes, every entry of the ledger: minutes for millions."},
    VERBS_JSON_OPTION,
    {0}};
static const struct cli_option restore_options[] = {
    {"yes", NULL, "Don't ask; no's are carried over."},
    {"without-noes", NULL, "Carry no no's over: who said no since is mailed again."},
    VERBS_JSON_OPTION,
    {0}};

static const struct verb rows[] = {
    {"init", "", "Make the data folder: database, keys. Harmless where all is there.",
     "The folder is ASSENT_DATA, or the setting \"data\" of conf/assent.conf, or var.",
     verbs_json_only, 0, 0, setup_verb_init},
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
};

const struct verb_rows verbs_setup = {rows, sizeof rows / sizeof *rows};
