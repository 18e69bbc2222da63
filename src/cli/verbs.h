/*
 * cli/verbs: how a command line finds its row in the table of verbs, and what the rows run.
 */
#ifndef ASSENT_CLI_VERBS_H
#define ASSENT_CLI_VERBS_H

#include "cli/cli.h"

/* Finds the verb, reads its options, shows help where it is asked for, runs it. argv[0] is the
 * program. */
enum cli_exit verbs_run(int argc, char **argv);

/* The rows' functions, one file a family. */
enum cli_exit setup_verb_init(const struct args *args);
enum cli_exit setup_verb_version(const struct args *args);
enum cli_exit backup_verb_run(const struct args *args);
enum cli_exit doctor_verb_run(const struct args *args);
enum cli_exit restore_verb_run(const struct args *args);
enum cli_exit serve_verb_run(const struct args *args);
enum cli_exit certificate_verb_run(const struct args *args);
enum cli_exit import_verb_run(const struct args *args);
enum cli_exit people_verb_add(const struct args *args);
enum cli_exit people_verb_show(const struct args *args);
enum cli_exit people_verb_history(const struct args *args);
enum cli_exit activity_verb_run(const struct args *args);
enum cli_exit people_verb_optout(const struct args *args);
enum cli_exit rights_verb_data(const struct args *args);
enum cli_exit rights_verb_erase(const struct args *args);
enum cli_exit pause_verb_run(const struct args *args);
enum cli_exit counts_verb_overview(const struct args *args);
enum cli_exit overview_verb_stats(const struct args *args);
enum cli_exit overview_verb_topics(const struct args *args);
enum cli_exit topic_verb_set(const struct args *args);
/* Whether --campaign is one, if it is given; else it was said. */
bool link_verb_campaign(const struct args *args);
enum cli_exit link_verb_one(const struct args *args);
enum cli_exit links_verb_run(const struct args *args);
enum cli_exit sent_verb_run(const struct args *args);
enum cli_exit check_verb_run(const struct args *args);
/* A moment that has been, from a word or an option; else what to return after it has said why. */
enum cli_exit asof_verb_moment(const struct args *args, const char *text, int64_t *out);
enum cli_exit asof_verb_run(const struct args *args);
enum cli_exit audience_verb_run(const struct args *args);
enum cli_exit mailto_verb_run(const struct args *args);
enum cli_exit key_verb_list(const struct args *args);
enum cli_exit key_verb_new(const struct args *args);
enum cli_exit key_verb_rotate(const struct args *args);
enum cli_exit key_verb_add(const struct args *args);
enum cli_exit key_verb_retire(const struct args *args);
enum cli_exit key_verb_revoke(const struct args *args);
enum cli_exit key_backup_verb_make(const struct args *args);
enum cli_exit key_backup_verb_restore(const struct args *args);
enum cli_exit courier_verb_run(const struct args *args);
enum cli_exit hook_verb_list(const struct args *args);
enum cli_exit hook_verb_add(const struct args *args);
enum cli_exit hook_verb_test(const struct args *args);
enum cli_exit hook_verb_secret(const struct args *args);
enum cli_exit hook_verb_rotate(const struct args *args);
enum cli_exit hook_verb_stop(const struct args *args);
enum cli_exit hook_verb_resume(const struct args *args);
enum cli_exit hook_verb_replay(const struct args *args);
enum cli_exit hook_verb_remove(const struct args *args);
enum cli_exit hook_verb_restore(const struct args *args);
enum cli_exit approval_verb_list(const struct args *args);
enum cli_exit approval_verb_on(const struct args *args);
enum cli_exit approval_verb_off(const struct args *args);
enum cli_exit apikey_verb_new(const struct args *args);
enum cli_exit apikey_verb_list(const struct args *args);
enum cli_exit apikey_verb_revoke(const struct args *args);
enum cli_exit request_verb_list(const struct args *args);
enum cli_exit request_verb_show(const struct args *args);
enum cli_exit request_verb_add(const struct args *args);
enum cli_exit request_verb_edit(const struct args *args);
enum cli_exit request_verb_extend(const struct args *args);
enum cli_exit request_verb_close(const struct args *args);
enum cli_exit request_verb_reopen(const struct args *args);
enum cli_exit factor_verb(const struct args *args);
enum cli_exit admin_verb_add(const struct args *args);
enum cli_exit admin_verb_passwd(const struct args *args);
enum cli_exit admin_verb_list(const struct args *args);
enum cli_exit admin_verb_remove(const struct args *args);
enum cli_exit team_verb_invite(const struct args *args);
enum cli_exit team_verb_role(const struct args *args);
enum cli_exit team_verb_disable(const struct args *args);
enum cli_exit team_verb_enable(const struct args *args);
enum cli_exit ledger_verb_head(const struct args *args);
enum cli_exit ledger_verb_verify(const struct args *args);
enum cli_exit ledger_verb_export(const struct args *args);
enum cli_exit ledger_verb_checkpoint(const struct args *args);
enum cli_exit receipt_verb_verify(const struct args *args);
enum cli_exit wording_verb_list(const struct args *args);
enum cli_exit wording_verb_show(const struct args *args);
enum cli_exit setting_verb_list(const struct args *args);
enum cli_exit setting_verb_set(const struct args *args);

#endif
