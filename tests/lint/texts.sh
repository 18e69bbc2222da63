#!/bin/sh
# The message catalogues: a key that a language lacks or English does not have, plural forms that a
# language needs and has not, an argument or a tag that differs, a key that nothing uses. With
# arguments: the folder of the catalogues, and the files that use them.
set -eu
folder=${1:-assets/locale}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- assets/*.html src/*/*.[ch]

used=$(mktemp)
trap 'rm -f "$used"' EXIT
# As constants: TEXT_MANAGE_TITLE in C, {{_manage.title}} in a template.
{
    grep -hoE '\<TEXT_[A-Z0-9_]+\>' "$@" || true
    grep -hoE '\{\{_[a-z0-9_.]+' "$@" | sed 's/{{_//' | tr 'a-z.' 'A-Z_' | sed 's/^/TEXT_/' || true
} | sort -u >"$used"

awk -v used_file="$used" '
function say(words) { print FILENAME ": " words > "/dev/stderr"; found = 1 }
function constant(key) { key = toupper(key); gsub(/[^A-Z0-9]/, "_", key); return "TEXT_" key }
# What a text must hold in every language: its names and its tags, sorted and each once.
function shape(text, n, i, j, held, list, piece, all) {
    n = 0; split("", held)
    while (match(text, /\{[a-z_]+\}|<[a-z]+>/)) {
        piece = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        if (!(piece in held)) { held[piece] = 1; list[++n] = piece }
    }
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && list[j] < list[j - 1]; j--) { piece = list[j]; list[j] = list[j - 1]; list[j - 1] = piece }
    all = ""
    for (i = 1; i <= n; i++) all = all " " list[i]
    return all
}
BEGIN {
    forms["en"] = forms["de"] = forms["nl"] = forms["tr"] = "one other"
    # Their form "many" is for whole millions, and may be left out.
    forms["fr"] = forms["es"] = forms["it"] = forms["pt"] = "one other"
    forms["pl"] = "one few many other"; forms["ja"] = "other"
    forms["ar"] = "zero one two few many other"; forms["he"] = "one two other"
    while ((getline line < used_file) > 0) used[line] = 1
}
FNR == 1 { language = FILENAME; sub(/.*\//, "", language); sub(/\..*/, "", language); file[language] = FILENAME }
/^[ \t]*(#|$)/ { next }
{
    at = index($0, " = ")
    if (at == 0) { say("line " FNR ": not \"key = text\""); next }
    key = substr($0, 1, at - 1); text = substr($0, at + 3); form = ""
    if (match(key, /\[[a-z]+\]$/)) { form = substr(key, RSTART + 1, RLENGTH - 2); key = substr(key, 1, RSTART - 1) }
    has[language, key] = 1; has_form[language, key, form] = 1
    if (language == "en") {
        if (!(key in known)) { known[key] = 1; order[++count] = key }
        if (form != "") is_plural[key] = 1
        english[key, form] = shape(text)
    } else if (!(key in known)) {
        say(key " is not in English")
    } else {
        # A form that stands for one number may leave {n} out.
        wanted = is_plural[key] ? english[key, "other"] : english[key, form]
        given = shape(text)
        if (form == "zero" || form == "one" || form == "two") { sub(/ \{n\}/, "", wanted); sub(/ \{n\}/, "", given) }
        if (given != wanted) say(key (form == "" ? "" : "[" form "]") " holds" given ", English" wanted)
    }
}
END {
    for (i = 1; i <= count; i++) {
        key = order[i]
        FILENAME = file["en"]
        if (!(constant(key) in used)) say(key " is used nowhere")
        for (language in forms) {
            if (key ~ /^admin\./ && language != "en") continue
            FILENAME = (language in file) ? file[language] : language
            if (!((language, key) in has)) { say(key " is missing"); continue }
            if (!is_plural[key]) continue
            n = split(forms[language], wanted_forms, " ")
            for (j = 1; j <= n; j++)
                if (!((language, key, wanted_forms[j]) in has_form)) say(key "[" wanted_forms[j] "] is missing")
        }
    }
    if (!found) print "texts: " count " in twelve languages, each used, whole and alike"
    exit found
}' "$folder/en.txt" "$folder/en.admin.txt" $(ls "$folder"/*.txt | grep -v '/en\.')
