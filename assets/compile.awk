# Turns assets/*.html into C: one function a template, templates.c and templates.h.
#
#   awk -v out=build/gen/templates -v texts=build/gen/texts.args -f assets/compile.awk assets/*.html
#
# The first line of a template names the struct that fills it, and the struct's header:
#   <!-- struct person_view in view/person_model.h -->
# and becomes  void template_person(struct buf *out, const struct person_view *v);
#
#   {{name}}          the member v->name, always escaped: there is no raw form
#   {{name|day}}      through slot_day() of view/slot.h, which escapes as well
#   {{a.b}}           members of members
#   {{#rows}}…{{/rows}}   once for each of v->rows[0 … v->rows_count - 1]; inside, {{.name}} is a
#                     member of the row, {{..name}} of the row around it, {{.}} the row itself
#   {{?name}}…{{:?other}}…{{:}}…{{/}}   if it is not 0, not NULL, not ""; also ?!name,
#                     ?name=CONSTANT and ?name!=CONSTANT
#   {{_key}}  {{_key name=member other=member|date}}   a text of assets/locale/ in the language
#                     v->lang (keys that begin with admin. in English) with its arguments, each a
#                     text, a count, or seconds as |date, |moment or |short; an argument that begins with
#                     a slash is an address of this site, as it stands
#   {{member|ldate}} {{member|lmoment}} {{member|lnumber}}   in the form of the language v->lang
#   {{>part}} {{>part member}} {{>part .}}   another template, filled from v, a member, the row
#   {{=admin.css}}    the address of an asset, with its content's hash
#   {{!words}}        a comment
#
# A misspelt member, filter, constant, text, argument, part or asset does not compile. Indentation is dropped,
# except between <pre> and </pre>. Plain awk: works in mawk, gawk and busybox.

function fail(words) {
    printf "%s:%d: %s\n", FILENAME, FNR, words > "/dev/stderr"
    failed = 1
    exit 1
}

function code(text) {
    flush()
    printf "%*s%s\n", 4 * (depth + 1), "", text > source
}

function literal(text) {
    gsub(/["\\?]/, "\\\\&", text) # the question mark, so that no trigraph appears
    gsub(/\t/, "\\t", text)
    gsub(/\n/, "\\n", text)
    if (text != "")
        pending = pending "\n" sprintf("%*s\"%s\"", 4 * (depth + 2), "", text)
}

function flush(held) {
    if (pending != "") {
        held = pending
        pending = ""
        printf "%*sSLOT_LITERAL(out,%s);\n", 4 * (depth + 1), "", held > source
    }
}

# A path of the template as a C expression.
function expression(path, dots, level) {
    if (path !~ /^\.*[a-z_][a-z0-9_.]*$/ && path !~ /^\.+$/)
        fail("not a member: {{" path "}}")
    dots = match(path, /^\.+/) ? RLENGTH : 0
    if (dots == 0)
        return "v->" path
    level = loops - dots + 1
    if (level < 1)
        fail("no row here: {{" path "}}")
    return length(path) == dots ? "(*i" loop_number[level] ")" \
                                : "i" loop_number[level] "->" substr(path, dots + 1)
}

function condition(text, negated, parts) {
    negated = ""
    if (sub(/^!/, "", text))
        negated = "!"
    if (split(text, parts, /!=/) == 2)
        return expression(parts[1]) " != " constant(parts[2])
    if (split(text, parts, /=/) == 2)
        return expression(parts[1]) " == " constant(parts[2])
    return negated "SLOT_HAS(" expression(text) ")"
}

function constant(text) {
    if (text !~ /^[A-Z][A-Z0-9_]*$/ && text !~ /^[0-9]+$/)
        fail("not a constant: " text)
    return text
}

function address(path) {
    if (path !~ /^\/[a-z0-9_\/?=#-]*$/)
        fail("not an address: " path)
    gsub(/\?/, "\\?", path)
    return "\"" path "\""
}

# {{_key name=path …}}: a text of the catalogues.
function text_call(text, words, n, i, key, name, path, kind, given, lang, list) {
    n = split(text, words, / +/)
    key = words[1]
    if (!(key in text_names))
        fail("no such text: " key)
    if (text_flags[key] ~ /markup/ && is_attribute)
        fail("a text with tags inside an attribute: " key)
    given = list = ""
    for (i = 2; i <= n; i++) {
        if (!match(words[i], /^[a-z_]+=/))
            fail("not name=member: " words[i])
        name = substr(words[i], 1, RLENGTH - 1)
        path = substr(words[i], RLENGTH + 1)
        kind = "ARG"
        if (sub(/\|date$/, "", path))
            kind = "catalogue_arg_date"
        else if (sub(/\|moment$/, "", path))
            kind = "catalogue_arg_moment"
        else if (sub(/\|short$/, "", path))
            kind = "catalogue_arg_short"
        if (index(" " text_names[key] " ", " " name " ") == 0 && \
            !(name == "n" && text_flags[key] ~ /plural/))
            fail("the text " key " has no {" name "}")
        given = given " " name
        list = list ", " kind "(\"" name "\", " (path ~ /^\// ? address(path) : expression(path)) ")"
    }
    split(text_names[key], words, / +/)
    for (i in words)
        if (index(given " ", " " words[i] " ") == 0)
            fail("the text " key " wants {" words[i] "}")
    if (text_flags[key] ~ /plural/ && given !~ / n( |$)/)
        fail("the text " key " has plural forms, chosen by n")
    lang = key ~ /^admin\./ ? "LOCALE_EN" : "v->lang"
    key = toupper(key)
    gsub(/[^A-Z0-9]/, "_", key)
    if (list == "")
        code("catalogue_html(out, " lang ", TEXT_" key ", NULL, 0);")
    else
        code("catalogue_html(out, " lang ", TEXT_" key ", (const struct text_arg[]){" \
            substr(list, 3) "}, " n - 1 ");")
}

function opens(what, path) {
    depth++
    block[depth] = what
    block_path[depth] = path
}

function tag(text, first, rest, parts, where) {
    first = substr(text, 1, 1)
    rest = substr(text, 2)
    if (first == "!") {
        return
    } else if (first == "#") {
        where = expression(rest)
        counter++
        code("for (size_t n" counter " = 0; n" counter " < " where "_count; n" counter "++) {")
        opens("loop", rest)
        loops++
        loop_number[loops] = counter
        code("const __typeof__(" where "[0]) *i" counter " = &" where "[n" counter "];")
    } else if (first == "?") {
        code("if (" condition(rest) ") {")
        opens("if", rest)
    } else if (first == ":") {
        if (block[depth] != "if" || depth == 0)
            fail("{{:}} outside a condition")
        flush()
        depth--
        code(rest == "" ? "} else {" : "} else if (" condition(substr(rest, 2)) ") {")
        depth++
    } else if (first == "/") {
        if (depth == 0)
            fail("nothing to close")
        if (rest != "" && rest != block_path[depth])
            fail("{{" block_path[depth] "}} closed by {{/" rest "}}")
        flush()
        if (block[depth] == "loop")
            loops--
        depth--
        code("}")
    } else if (first == ">") {
        if (split(rest, parts, / +/) == 2)
            where = parts[2] == "." ? "i" loop_number[loops] : "&" expression(parts[2])
        else
            where = "v"
        code("template_" parts[1] "(out, " where ");")
    } else if (first == "_") {
        text_call(rest)
    } else if (first == "=") {
        gsub(/[^a-z0-9_]/, "_", rest)
        pending = pending "\n" sprintf("%*s", 4 * (depth + 2), "") "ASSET_URL_" rest
    } else if (text ~ /\|l(date|moment|number)$/) {
        split(text, parts, /\|l/)
        code("catalogue_" parts[2] "(out, v->lang, " expression(parts[1]) ");")
    } else if (split(text, parts, /\|/) == 2) {
        code("slot_" parts[2] "(out, " expression(parts[1]) ");")
    } else {
        code("SLOT(out, " expression(text) ");")
    }
}

function ends_file() {
    if (name == "")
        return
    flush()
    if (depth > 0) {
        printf "%s: {{%s}} is not closed\n", last, block_path[depth] > "/dev/stderr"
        failed = 1
        exit 1
    }
    print "}" > source
}

BEGIN {
    source = out ".c"
    header = out ".h"
    print "/* Made from the templates in assets/ by assets/compile.awk. */" > header
    print "#ifndef ASSENT_GEN_TEMPLATES_H\n#define ASSENT_GEN_TEMPLATES_H\n" > header
    print "#include \"base/buf.h\"" > header
    print "/* Made from the templates in assets/ by assets/compile.awk. */" > source
    print "#include \"templates.h\"\n#include \"assets.h\"\n#include \"base/catalogue.h\"" > source
    print "#include \"view/slot.h\"" > source
    while ((getline line < texts) > 0) {
        split(line, parts, /\t/)
        text_names[parts[1]] = parts[2]
        text_flags[parts[1]] = parts[3] " " parts[4]
    }
    close(texts)
}

FNR == 1 {
    ends_file()
    if ($0 !~ /^<!-- struct [a-z_]+ in [a-z_\/]+\.h -->$/)
        fail("the first line must be <!-- struct NAME in HEADER -->")
    last = FILENAME
    name = FILENAME
    sub(/.*\//, "", name)
    sub(/\.html$/, "", name)
    depth = loops = counter = preformatted = 0
    if (!($5 in included)) {
        included[$5] = 1
        printf "#include \"%s\"\n", $5 > header
    }
    prototype = "void template_" name "(struct buf *out, const struct " $3 " *v)"
    prototypes = prototypes prototype ";\n"
    printf "\n%s\n{\n    (void)v;\n", prototype > source
    next
}

{
    if (index($0, "<pre"))
        preformatted = 1
    line = $0
    if (!preformatted || index($0, "<pre"))
        sub(/^[ \t]+/, "", line)
    if (index($0, "</pre"))
        preformatted = 0
    if (line == "" && !preformatted)
        next
    alone = line ~ /^\{\{[#?:\/>!][^}]*\}\}$/ # a line of control only leaves no empty line
    sofar = ""
    while ((start = index(line, "{{")) > 0) {
        before = substr(line, 1, start - 1)
        line = substr(line, start + 2)
        end = index(line, "}}")
        if (end == 0)
            fail("{{ without }} on the same line")
        inside = substr(line, 1, end - 1)
        if (before ~ /[ \t][a-z-]+=$/ && inside !~ /^[?:\/#]/)
            fail("quote the attribute before {{" inside "}}")
        literal(before)
        # Inside a quoted attribute: the quotes of the tag that is open on this line are odd.
        sofar = sofar before
        opened = sofar
        sub(/.*>/, "", opened)
        is_attribute = opened ~ /</ && gsub(/"/, "", opened) % 2 == 1
        tag(inside)
        line = substr(line, end + 2)
    }
    literal(alone ? line : line "\n")
}

END {
    if (failed)
        exit 1
    ends_file()
    if (failed)
        exit 1
    printf "\n%s\n#endif\n", prototypes > header
}
