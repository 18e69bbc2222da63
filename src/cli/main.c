/*
 * cli/main: the operator's command. Everything it does is a verb of cli/verbs.
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/verbs.h"

int main(int argc, char **argv)
{
    enum cli_exit code;

    setlocale(LC_CTYPE, "C.UTF-8");
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an answer that could not be written */
    code = verbs_run(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "assent: the answer could not be written: %s\n", strerror(errno));
        return CLI_REFUSED;
    }
    return (int)code;
}
