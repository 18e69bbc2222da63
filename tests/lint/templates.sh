#!/bin/sh
# The template compiler's promises: what is misspelt or unsafe in a template does not become a
# program. Each case is one template that must be refused, by compile.awk or by the C compiler.
# And what people read stands in assets/locale/, so no template has words of its own.
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
printf 'page.title\t\t-\t-\npage.many\ta n who\tmarkup\tplural\nadmin.page.many\t\t-\tplural\n' \
    > "$work/texts.args"
cat > "$work/texts.h" <<'END'
#define TEXT_PLURAL_FORMS 6
enum text { TEXT_PAGE_TITLE, TEXT_PAGE_MANY, TEXT_ADMIN_PAGE_MANY, TEXT_COUNT };
END
cat > "$work/assets.h" <<'END'
#define ASSET_URL_admin_css "/assets/admin.css"
END

compiles() {
    printf '<!-- struct sample in view/sample.h -->\n%s\n' "$1" > "$work/page.html"
    awk -v out="$work/templates" -v texts="$work/texts.args" -f assets/compile.awk "$work/page.html" 2> "$work/why" &&
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
good '<p title="{{_admin.page.many n=n}}">{{_admin.page.many n=at}}</p>'
bad '{{_page.title}}'
bad '{{_admin.page.titel}}'
bad '{{_admin.page.many}}'
bad '{{_admin.page.many n=nmae}}'
bad '{{_admin.page.many n=n who=name}}'
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

# Letters outside tags and braces, or in an attribute that is read out. Samples in <pre> and <code>,
# style sheets of mails and the product's name may stand.
words() {
    awk '
    FNR == 1 { sample = 0; next }
    {
        line = $0
        gsub(/\{\{[^}]*\}\}/, "", line)
        gsub(/<code>[^<]*<\/code>/, "", line)
        if (sample && sub(/^.*<\/(pre|style)>/, "", line)) sample = 0
        if (sample) next
        gsub(/<pre>[^<]*<\/pre>/, "", line)
        if (sub(/<(pre|style)>.*$/, "", line)) sample = 1
        gsub(/(^|[^A-Za-z])Assent/, "", line)
        bare = line
        gsub(/<[^>]*>|&[a-z]+;|·|–|…|→/, "", bare)
        if (bare ~ /[A-Za-z\200-\377]/ ||
            line ~ /(placeholder|aria-label|aria-description|title|alt|label|summary)="[^"]*[A-Za-z]/) {
            print FILENAME ":" FNR ": words outside assets/locale/: " $0
            found = 1
        }
    }
    END { exit found }' "$@"
}
for line in '<p>Hello</p>' '<p title="Hello">{{name}}</p>' 'of' '<pre>{{name}}</pre> or'; do
    printf '<!-- struct sample in view/sample.h -->\n%s\n' "$line" > "$work/page.html"
    if words "$work/page.html" > /dev/null; then echo "templates: words let through: $line" >&2; failed=1; fi
done
printf '<!-- -->\n<p title="{{_page.title}}">{{name}} · Assent</p> <pre>\nassent links</pre> <code>x</code>\n' \
    > "$work/page.html"
words "$work/page.html" >&2 || failed=1
words assets/*.html >&2 || failed=1
# The same of the views in C: two words with a space between, but for the lines that mail programs get.
bad=$(grep -nE '"[^"%]*[A-Za-z]{2,} [a-z]{2,}[^"]*"' src/view/*.c |
    grep -vE '#include|static_assert|\\n"|^[^:]*:[0-9]+: *(/\*|\*)' || true)
[ -z "$bad" ] || { echo "words outside assets/locale/: $bad" >&2; failed=1; }

[ "$failed" = 0 ] && echo "templates: what is misspelt does not compile, and words are in the catalogues"
exit "$failed"
