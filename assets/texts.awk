# Turns the message catalogues into C: the enum of all texts, and a table with a column a language.
#
#   awk -v out=build/gen/texts -f assets/texts.awk assets/locale/en.txt assets/locale/en.admin.txt …
#
# A line is "key = text"; "key[few] = text" is a plural form, by CLDR's categories. A text may hold
# {names} of what is filled in, and <b>, <code>, <kbd>, and <a>, whose address is the argument a.
# Lines that begin with # are comments. en.txt comes first: what it does not have, nobody has. What
# is missing in another language is said in English until it is translated; tests/lint/texts.sh
# finds it. out.args is for assets/compile.awk: key, arguments, "markup" and "plural" or "-".

function fail(words) {
    printf "%s:%d: %s\n", FILENAME, FNR, words > "/dev/stderr"
    failed = 1
    exit 1
}

function constant(key) {
    key = toupper(key)
    gsub(/[^A-Z0-9]/, "_", key)
    return "TEXT_" key
}

function quoted(text) {
    gsub(/["\\?]/, "\\\\&", text)
    return "\"" text "\""
}

# The names in braces, each once, in the order of the alphabet.
function names_in(text, found, n, i, j, name, list, held) {
    split("", held)
    n = 0
    if (text ~ /<a>/) {
        held["a"] = 1
        list[++n] = "a"
    }
    while (match(text, /\{[a-z_]+\}/)) {
        name = substr(text, RSTART + 1, RLENGTH - 2)
        text = substr(text, RSTART + RLENGTH)
        if (!(name in held)) {
            held[name] = 1
            list[++n] = name
        }
    }
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && list[j] < list[j - 1]; j--) {
            name = list[j]
            list[j] = list[j - 1]
            list[j - 1] = name
        }
    found = ""
    for (i = 1; i <= n; i++)
        found = found (i > 1 ? " " : "") list[i]
    return found
}

function check_markup(text, rest, tag, opened) {
    rest = text
    opened = ""
    while (match(rest, /<[^>]*>/)) {
        tag = substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        if (tag ~ /^<(b|code|kbd|a)>$/ && opened == "")
            opened = substr(tag, 2, length(tag) - 2)
        else if (opened != "" && tag == "</" opened ">")
            opened = ""
        else
            fail("not a tag for a text, or not closed: " tag)
    }
    if (opened != "" || rest ~ /</)
        fail("a tag is not closed")
    gsub(/\{[a-z_]+\}/, "", text)
    if (text ~ /[{}]/)
        fail("a brace without its other")
}

BEGIN {
    split("zero one two few many other", forms, " ")
    for (i = 1; i <= 6; i++)
        form_number[forms[i]] = i
    split("en de fr es it pt nl pl tr ja ar he", tags, " ") # as enum locale has them
    for (i = 1; i <= 12; i++)
        tag_number[tags[i]] = i
}

FNR == 1 {
    language = FILENAME
    sub(/.*\//, "", language)
    sub(/\..*/, "", language)
    if (!(language in tag_number))
        fail("a file for a language that base/locale does not have")
}

/^[ \t]*(#|$)/ { next }

{
    if (!match($0, /^[a-z][a-z0-9_.]*(\[[a-z]+\])? = /))
        fail("not \"key = text\"")
    key = substr($0, 1, RLENGTH - 3)
    text = substr($0, RLENGTH + 1)
    if (text == "" || text ~ /[ \t]$/)
        fail("a text that is empty or ends with a blank")
    form = ""
    if (match(key, /\[/)) {
        form = substr(key, RSTART + 1, length(key) - RSTART - 1)
        key = substr(key, 1, RSTART - 1)
        if (!(form in form_number))
            fail("a plural form must be zero, one, two, few, many or other")
    }
    if ((language, key, form) in table)
        fail("twice in this file: " key)
    check_markup(text)
    table[language, key, form] = text
    if (language == "en") {
        if (!(key in known)) {
            known[key] = ++count
            keys[count] = key
            plural[key] = form != ""
            markup[key] = text ~ /</
        }
        if (plural[key] != (form != ""))
            fail("with and without plural forms: " key)
        all[key] = all[key] " " text
    } else if (!(key in known)) {
        fail("English has no such key: " key)
    }
}

END {
    if (failed)
        exit 1
    header = out ".h"
    source = out ".c"
    args = out ".args"
    printf "" > args
    print "/* Made from assets/locale/ by assets/texts.awk. */" > header
    print "#ifndef ASSENT_GEN_TEXTS_H\n#define ASSENT_GEN_TEXTS_H\n" > header
    print "#include <stdbool.h>\n" > header
    print "enum text {" > header
    for (i = 1; i <= count; i++) {
        key = keys[i]
        print "    " constant(key) "," > header
        print key "\t" names_in(all[key]) "\t" (markup[key] ? "markup" : "-") "\t" \
            (plural[key] ? "plural" : "-") > args
    }
    print "    TEXT_COUNT\n};\n" > header
    print "#define TEXT_PLURAL_FORMS 6 /* zero one two few many other */\n" > header
    print "/* One text a language; of a plural the forms, of which \"other\" is always there. */" > header
    print "struct text_row {\n    const char *const *forms; /* NULL: no plural */" > header
    print "    const char *text;" > header
    print "    bool is_plain; /* text is to be said as it stands, in HTML and elsewhere */\n};\n" > header
    print "extern const struct text_row text_rows[][TEXT_COUNT]; /* by enum locale, then enum text */" > header
    print "\n#endif" > header

    print "/* Made from assets/locale/ by assets/texts.awk. */" > source
    print "#include \"texts.h\"\n\n#include <stddef.h>" > source
    for (l = 1; l <= 12; l++)
        for (i = 1; i <= count; i++) {
            key = keys[i]
            if (!plural[key])
                continue
            from = ((tags[l], key, "other") in table) ? tags[l] : "en"
            printf "static const char *const forms_%d_%d[TEXT_PLURAL_FORMS] = {", l, i > source
            for (f = 1; f <= 6; f++) {
                said = "NULL"
                if ((from, key, forms[f]) in table)
                    said = quoted(table[from, key, forms[f]])
                printf "%s%s", (f > 1 ? ", " : ""), said > source
            }
            print "};" > source
        }
    print "\nconst struct text_row text_rows[][TEXT_COUNT] = {" > source
    for (l = 1; l <= 12; l++) {
        print "{" > source
        for (i = 1; i <= count; i++) {
            key = keys[i]
            if (plural[key]) {
                if (!(("en", key, "other") in table)) {
                    print "assets/locale/en.txt: no form [other]: " key > "/dev/stderr"
                    exit 1
                }
                printf "{forms_%d_%d, NULL, 0},\n", l, i > source
            } else {
                from = ((tags[l], key, "") in table) ? tags[l] : "en"
                said = table[from, key, ""]
                printf "{NULL, %s, %d},\n", quoted(said), said !~ /[{<&"]/ > source
            }
        }
        print "}," > source
    }
    print "};" > source
}
