/*
 * cli/doctor_verb: doctor: every check, what it found, and how to mend it.
 */
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/doctor.h"
#include "cli/open.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/verbs.h"
#include "service/ledger_verify.h"

static bool draw(void *context, int64_t done, int64_t total)
{
    if (total > 0)
        progress_draw(context, done, done, total);
    return !stop_is_wanted();
}

static const char *const levels[] = {
    [DOCTOR_FINE] = "ok", [DOCTOR_LOOK] = "look", [DOCTOR_BROKEN] = "broken"};

static void say(const struct doctor *doctor)
{
    for (size_t i = 0; i < doctor->count; i++) {
        const struct doctor_finding *finding = &doctor->findings[i];
        cli_say("%-6s  %-12s %s.", levels[finding->level], finding->check, finding->words);
        if (finding->mend)
            cli_say("%21s→ %s.", "", finding->mend);
    }
}

static enum cli_exit say_json(const struct doctor *doctor, enum doctor_level worst)
{
    json_t *list = json_array();
    for (size_t i = 0; i < doctor->count; i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:o, s:o}", "check", doctor->findings[i].check,
                                        "level", levels[doctor->findings[i].level], "words",
                                        cli_json_text(doctor->findings[i].words), "mend",
                                        cli_json_text(doctor->findings[i].mend)));
    return cli_json(json_pack("{s:s, s:o}", "level", levels[worst], "findings", list));
}

enum cli_exit doctor_verb_run(const struct args *args)
{
    struct open open = {0};
    struct progress progress;
    cpu_set_t set;
    enum doctor_level worst = DOCTOR_FINE;
    enum cli_exit code = CLI_REFUSED;

    if (!open_conf(args, &open))
        goto out;
    if (access(open.conf.data, F_OK) != 0) {
        code =
            cli_refused(args,
                        "there is no data folder %s. \"assent init\" makes one; ASSENT_DATA names "
                        "another.",
                        open.conf.data);
        goto out;
    }
    const char *conf_path = getenv("ASSENT_CONF");
    const int processors = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    struct doctor *doctor = arena_alloc(open.arena, sizeof *doctor);
    *doctor = (struct doctor){.arena = open.arena, .conf = &open.conf, .now_s = clock_now_s()};
    const struct doctor_plan plan = {.is_full = args_has(args, "full"),
                                     .threads = processors > LEDGER_THREADS_MAX ? LEDGER_THREADS_MAX
                                                                                : processors,
                                     .goes_on = draw,
                                     .context = &progress};
    stop_watch();
    progress_begin(&progress);
    doctor_folder(doctor, conf_path ? conf_path : CONF_PATH);
    const bool is_done = doctor_database(doctor, &plan);
    if (is_done)
        doctor_site(doctor);
    (void)progress_end(&progress);
    for (size_t i = 0; i < doctor->count; i++)
        if (doctor->findings[i].level > worst)
            worst = doctor->findings[i].level;
    if (!is_done) {
        code = cli_refused(args, "stopped.");
        goto out;
    }
    if (!args_has(args, "json"))
        say(doctor);
    else if (say_json(doctor, worst) != CLI_DONE)
        goto out;
    code = worst == DOCTOR_FINE ? CLI_DONE : worst == DOCTOR_LOOK ? CLI_REFUSED : CLI_MISUSED;
out:
    open_end(&open);
    return code;
}
