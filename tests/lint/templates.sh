#!/bin/sh
# The template compiler's promises: what is misspelt or unsafe in a template does not become a
# program. Each case is one template that must be refused, by compile.awk or by the C compiler.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/view"
cat > "$work/view/sample.h" <<'END'
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
enum colour { RED, BLUE };
struct row { const char *name; };
struct sample { const char *name; int n; int64_t at; bool is_on; enum colour colour;
                struct row *rows; size_t rows_count; };
END
cat > "$work/assets.h" <<'END'
#define ASSET_URL_admin_css "/assets/admin.css"
END

compiles() {
    printf '<!-- struct sample in view/sample.h -->\n%s\n' "$1" > "$work/page.html"
    awk -v out="$work/templates" -f assets/compile.awk "$work/page.html" 2> "$work/why" &&
        gcc -std=c11 -D_GNU_SOURCE -Werror -Wall -Wextra -fsyntax-only -I"$work" -Isrc \
            "$work/templates.c" 2>> "$work/why"
}

failed=0
good() {
    compiles "$1" || { echo "templates: refused though right: $1"; cat "$work/why"; failed=1; } >&2
}
bad() {
    if compiles "$1"; then echo "templates: let through: $1" >&2; failed=1; fi
}

good '<p title="{{name}}">{{name}} {{n}} {{at}} {{at|when}} {{name|url}}</p>'
good '{{#rows}}<i>{{.name}}{{?name}}!{{:}}?{{/}}</i>{{/rows}}{{?colour=RED}}{{:?!is_on}}{{:}}{{/}}'
good '<link href="{{=admin.css}}">{{>page}}{{! said in passing}} ??/ \ "quoted"'
bad '{{nmae}}'
bad '{{name|wehn}}'
bad '{{name|when}}'
bad '{{#names}}{{/names}}'
bad '{{#rows}}{{.nmae}}{{/rows}}'
bad '{{.name}}'
bad '{{#rows}}{{/row}}'
bad '{{#rows}}'
bad '{{?is_on}}'
bad '{{:}}'
bad '{{/}}'
bad '{{?colour=GREEN}}{{/}}'
bad '{{?colour=red}}{{/}}'
bad '{{colour}}'
bad '{{is_on}}'
bad '{{rows}}'
bad '{{>nowhere}}'
bad '{{>page name}}'
bad '<link href="{{=amdin.css}}">'
bad '<p title={{name}}>'
bad '{{name'
bad '{{name; abort()}}'

[ "$failed" = 0 ] && echo "templates: what is misspelt does not compile"
exit "$failed"
