#!/bin/sh
# Turns style sheets, scripts, pictures and films into C arrays: OUT.c and OUT.h.
#
#   sh assets/embed.sh OUT FILE…
#
# Each asset is served at /assets/NAME?v=HASH, HASH being of its content, so that it may be cached
# for ever. A line `@import "_name.css";` in a style sheet is replaced by that file, and files whose
# name begins with _ are only imported. Comments that fill whole lines, indentation, and blanks
# and line ends that a style sheet does without, stay here.
#
# Films, their captions, transcripts and first pictures are taken by the assembler as they are, so
# that megabytes cost no time; the C file holds their paths from the folder that make runs in.
set -eu

out=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

{
    echo '/* Made from assets/ by assets/embed.sh. */'
    echo '#ifndef ASSENT_GEN_ASSETS_H'
    echo '#define ASSENT_GEN_ASSETS_H'
    echo '#include <stddef.h>'
    echo 'struct asset {'
    echo '    const char *name;    /* "admin.css" */'
    echo '    const char *type;    /* the Content-Type */'
    echo '    const char *version; /* the hash in ?v= */'
    echo '    const unsigned char *data;'
    echo '    size_t size;'
    echo '};'
    echo 'extern const struct asset assets[];'
    echo 'extern const size_t assets_count;'
    echo '/* NULL: there is none of that name. */'
    echo 'const struct asset *asset_find(const char *name);'
} > "$work/h"
printf '#include "assets.h"\n#include <string.h>\n' > "$work/c"

# An asset's address and its line in the table: FILE TYPE BODY, BODY being what is served.
list() {
    hash=$(sha256sum "$3" | cut -c 1-12)
    size=$(wc -c < "$3")
    symbol=$(printf %s "${1##*/}" | tr -c 'a-z0-9_' '_')
    echo "#define ASSET_URL_$symbol \"/assets/${1##*/}?v=$hash\"" >> "$work/h"
    echo "    {\"${1##*/}\", \"$2\", \"$hash\", data_$symbol, $size}," >> "$work/table"
}

for file; do
    name=${file##*/}
    case $name in
        _*) continue ;;
        *.css) type='text/css; charset=utf-8' ;;
        *.js) type='text/javascript; charset=utf-8' ;;
        *.svg) type='image/svg+xml' ;;
        *.webm) type=video/webm ;;
        *.webp) type=image/webp ;;
        *.vtt) type='text/vtt; charset=utf-8' ;;
        *.txt) type='text/plain; charset=utf-8' ;;
        *.json) type=application/json ;;
        *) echo "embed.sh: what type is $name?" >&2; exit 1 ;;
    esac
    case $name in
        *.webm | *.webp | *.vtt | *.txt)
            list "$file" "$type" "$file"
            {
                echo "extern const unsigned char data_$symbol[] __attribute__((visibility(\"hidden\")));"
                printf '__asm__(".pushsection .rodata\\ndata_%s: .incbin \\"%s\\"\\n.popsection");\n' "$symbol" "$file"
            } >> "$work/c"
            continue
            ;;
    esac
    awk -v dir="${file%/*}" -v is_style="$(case $name in *.css) echo 1 ;; esac)" '
        function put(line) {
            sub(/^[ \t]+/, "", line)
            if (line == "" || line ~ /^\/\*.*\*\/$/ || line ~ /^\/\/ /) return
            if (line ~ /^\/\*/) { inside = 1; return }
            if (inside) { if (line ~ /\*\/$/) inside = 0; return }
            if (is_style) {
                gsub(/: /, ":", line)
                gsub(/; /, ";", line)
                gsub(/ ?\{ ?/, "{", line)
                gsub(/;? ?\}/, "}", line)
                gsub(/, /, ",", line)
                gsub(/ > /, ">", line)
                gsub(/ !important/, "!important", line)
                if (line !~ /[;{},]$/) line = line "\n"
                if (held ~ /;$/ && line ~ /^\}/) sub(/;$/, "", held)
                printf "%s", held
                held = line
                return
            }
            print line
        }
        /^@import "_[a-z]+\.css";$/ {
            part = $2
            gsub(/[";]/, "", part)
            while ((got = (getline line < (dir "/" part))) > 0) put(line)
            if (got < 0) { print part ": not found" > "/dev/stderr"; exit 1 }
            next
        }
        { put($0) }
        END { if (held != "") print held }' "$file" > "$work/body"
    list "$file" "$type" "$work/body"
    {
        echo "static const unsigned char data_$symbol[] = {"
        od -An -v -tx1 "$work/body" | sed 's/ \(..\)/0x\1,/g'
        echo '};'
    } >> "$work/c"
done

{
    echo 'const struct asset assets[] = {'
    cat "$work/table"
    echo '};'
    echo 'const size_t assets_count = sizeof assets / sizeof assets[0];'
    echo 'const struct asset *asset_find(const char *name)'
    echo '{'
    echo '    for (size_t i = 0; i < assets_count; i++)'
    echo '        if (strcmp(assets[i].name, name) == 0)'
    echo '            return &assets[i];'
    echo '    return NULL;'
    echo '}'
} >> "$work/c"
echo '#endif' >> "$work/h"
cp "$work/h" "$out.h"
cp "$work/c" "$out.c"
