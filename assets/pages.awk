# Makes the table of texts that stand on each page of assets/pages.txt, from the templates: what a
# template says is listed, so that no page's list is kept by hand.
#
#   awk -v out=build/gen/pages -v texts=build/gen/texts.args -f assets/pages.awk assets/pages.txt assets/*.html
#
# pages.txt comes first. Plain awk: works in mawk, gawk and busybox.

function fail(words) {
    printf "%s:%d: %s\n", FILENAME, FNR, words > "/dev/stderr"
    failed = 1
    exit 1
}

function constant(key) {
    key = toupper(key)
    gsub(/[^A-Z0-9]/, "_", key)
    return key
}

# Adds a text, or what stands in a template, unless it is left out or there already.
function add(item, depth, n, i, list) {
    if (item in left_out) {
        used[item] = 1
        return
    }
    if (index(item, ".") > 0) {
        if (!(item in known))
            fail("no such text: " item)
        if (!(item in there)) {
            there[item] = 1
            found = found " " item
        }
        return
    }
    if (!(item in contents))
        fail("no such template: " item)
    if (depth > 9)
        fail("templates within each other: " item)
    n = split(contents[item], list, / +/)
    for (i = 1; i <= n; i++)
        if (list[i] != "")
            add(list[i], depth + 1)
}

function make(page, words, n, i, list, name) {
    n = split(words, list, / +/)
    split("", left_out)
    split("", there)
    split("", used)
    found = ""
    for (i = 1; i <= n; i++)
        if (list[i] ~ /^-/)
            left_out[substr(list[i], 2)] = 1
    for (i = 1; i <= n; i++)
        if (list[i] != "" && list[i] !~ /^-/)
            add(list[i], 0)
    for (name in left_out)
        if (!(name in used))
            fail("the page " page " has no " name " to leave out")
    n = split(substr(found, 2), list, / /)
    printf "\nstatic const enum text %s[] = {\n", page > source
    for (i = 1; i <= n; i++)
        printf "    TEXT_%s,\n", constant(list[i]) > source
    print "};" > source
}

BEGIN {
    source = out ".c"
    header = out ".h"
    while ((getline line < texts) > 0) {
        split(line, parts, /\t/)
        known[parts[1]] = 1
    }
    close(texts)
    print "/* Made from assets/pages.txt and the templates by assets/pages.awk. */" > header
    print "#ifndef ASSENT_GEN_PAGES_H\n#define ASSENT_GEN_PAGES_H\n" > header
    print "#include <stddef.h>\n\n#include \"base/wording.h\"\n#include \"texts.h\"\n" > header
    print "struct page_texts {\n    const enum text *texts;\n    size_t count;\n    const char *const *keys; /* of them, in order */\n};\n" > header
    print "extern const struct page_texts page_texts[WORDING_PAGE_COUNT];\n\n#endif" > header
    print "/* Made from assets/pages.txt and the templates by assets/pages.awk. */" > source
    print "#include \"pages.h\"" > source
}

FNR == NR {
    if ($0 ~ /^#/ || $0 ~ /^[ \t]*$/)
        next
    if (!match($0, /^[a-z_]+: /))
        fail("not \"page: templates\"")
    pages[++count] = substr($0, 1, RLENGTH - 2)
    words_of[count] = substr($0, RLENGTH + 1)
    next
}

FNR == 1 {
    template = FILENAME
    sub(/.*\//, "", template)
    sub(/\.html$/, "", template)
    contents[template] = ""
}

{
    line = $0
    while (match(line, /\{\{[_>][a-z0-9_.]+/)) {
        contents[template] = contents[template] " " substr(line, RSTART + 3, RLENGTH - 3)
        line = substr(line, RSTART + RLENGTH)
    }
}

END {
    if (failed)
        exit 1
    for (p = 1; p <= count; p++) {
        make(pages[p], words_of[p])
        all = all sprintf("    [WORDING_%s] = {%s, sizeof %s / sizeof *%s, %s_keys},\n", \
            constant(pages[p]), pages[p], pages[p], pages[p], pages[p])
        n = split(substr(found, 2), list, / /)
        printf "\nstatic const char *const %s_keys[] = {\n", pages[p] > source
        for (i = 1; i <= n; i++)
            printf "    \"%s\",\n", list[i] > source
        print "};" > source
    }
    if (failed)
        exit 1
    printf "\nconst struct page_texts page_texts[WORDING_PAGE_COUNT] = {\n%s};\n", all > source
}
