/*
 * cli/secret: reads a password without showing it.
 */
#include "cli/secret.h"

#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Byte by byte from the descriptor, so that no copy stays in a stream's
 * buffer. */
bool secret_line(int fd, char out[SECRET_TEXT_BYTES])
{
    size_t len = 0;
    char c;
    ssize_t got;

    while ((got = read(fd, &c, 1)) == 1 && c != '\n') {
        if (len == SECRET_TEXT_BYTES - 1 || c == '\0')
            return false;
        out[len++] = c;
    }
    if (len > 0 && out[len - 1] == '\r')
        len--;
    out[len] = '\0';
    return got >= 0 && len > 0;
}

static bool ask(const char *prompt, char out[SECRET_TEXT_BYTES])
{
    struct termios before, silent;
    bool is_read;

    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return false;
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    fputs(prompt, stderr);
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) != 0)
        return false;
    is_read = secret_line(STDIN_FILENO, out);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
    return is_read;
}

bool secret_ask(const struct args *args, const char *prompt, bool twice,
                char out[SECRET_TEXT_BYTES])
{
    char again[SECRET_TEXT_BYTES] = "";
    bool is_same;

    if (!isatty(STDIN_FILENO)) {
        if (secret_line(STDIN_FILENO, out))
            return true;
        cli_refused(args, "no secret came on standard input; give one line.");
        return false;
    }
    if (!ask(prompt, out) || (twice && !ask("Once more: ", again))) {
        cli_refused(args, "nothing was typed; nothing was changed.");
        return false;
    }
    is_same = !twice || strcmp(out, again) == 0;
    explicit_bzero(again, sizeof again);
    if (!is_same)
        cli_refused(args, "the two differ; nothing was changed.");
    return is_same;
}

bool secret_read(const struct args *args, char out[SECRET_TEXT_BYTES])
{
    if (isatty(STDIN_FILENO))
        return secret_ask(args, "Password: ", true, out);
    if (secret_line(STDIN_FILENO, out))
        return true;
    cli_refused(args, "no password came on standard input; give one line, or --generate.");
    return false;
}
