/*
 * cli/progress: a bar on the terminal with the rate and the time left.
 */
#include "cli/progress.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

#define BAR_CELLS   24
#define REDRAW_NS   INT64_C(100000000)
#define NS_A_SECOND 1e9

void progress_begin(struct progress *progress)
{
    *progress = (struct progress){
        .is_shown = isatty(STDERR_FILENO) == 1, .unit = "rows", .began_ns = clock_monotonic_ns()};
}

static void add_time(struct buf *line, double seconds)
{
    int64_t s = (int64_t)(seconds + 0.5);

    if (s >= 3600)
        buf_printf(line, "%lld h %02lld min left", (long long)(s / 3600),
                   (long long)(s % 3600 / 60));
    else if (s >= 60)
        buf_printf(line, "%lld min %02lld s left", (long long)(s / 60), (long long)(s % 60));
    else
        buf_printf(line, "%lld s left", (long long)s);
}

void progress_draw(struct progress *progress, int64_t rows, int64_t done, int64_t total)
{
    int64_t now = clock_monotonic_ns();
    double seconds = (double)(now - progress->began_ns) / NS_A_SECOND;
    struct buf line = {0};

    if (!progress->is_shown || now - progress->drawn_ns < REDRAW_NS || seconds <= 0)
        return;
    progress->drawn_ns = now;
    buf_adds(&line, "\r\033[K");
    if (total > 0) {
        double part = done < total ? (double)done / (double)total : 1;
        int full = (int)(part * BAR_CELLS);
        buf_addc(&line, '[');
        for (int i = 0; i < BAR_CELLS; i++)
            buf_addc(&line, i < full ? '#' : '.');
        buf_printf(&line, "] %3d %%  ", (int)(part * 100));
    }
    buf_grouped(&line, rows);
    buf_printf(&line, " %s  ", progress->unit);
    buf_grouped(&line, (int64_t)((double)rows / seconds));
    buf_printf(&line, " %s/s  ", progress->unit);
    if (total > 0 && done > 0)
        add_time(&line, seconds * (double)(total - done) / (double)done);
    fwrite(line.data, 1, line.len, stderr);
    fflush(stderr);
    buf_free(&line);
}

double progress_end(struct progress *progress)
{
    if (progress->is_shown) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
    return (double)(clock_monotonic_ns() - progress->began_ns) / NS_A_SECOND;
}
