# Turns sql/*/*.sql into C tables: out.h with the enums, out.c with the texts.
#
# NNNN_name.sql is a migration, run whole, in the order of its number. schema.sql is documentation
# and skipped. Every other file holds what its noun needs, each behind a marker:
#   -- name: noun_verb      one statement, prepared when a store is opened
#   -- script: noun_verb    statements that are run whole, now and then
# Names begin with the file's. Lines that are only a comment, and blank ones, are left out.
# Plain POSIX awk. Use: awk -v out=PATH -f compile.awk FILES

BEGIN { statements = scripts = migrations = 0 }

function fail(words) {
    print FILENAME ":" FNR ": " words > "/dev/stderr"
    failed = 1
    exit 1
}

function finish() {
    if (kind == "")
        return
    if (text == "")
        fail("nothing stands behind " name)
    if (kind == "name") {
        if (text !~ /;\\n"\n$/)
            fail("the statement " name " does not end in ;")
        if (semicolons != 1)
            fail(name " holds more than one statement: use -- script:")
        statement[statements] = name
        statement_text[statements++] = text
    } else if (kind == "script") {
        script[scripts] = name
        script_text[scripts++] = text
    } else {
        migration[migrations] = name
        migration_text[migrations++] = text "    \"PRAGMA user_version = " migrations ";\\n\"\n"
    }
    kind = ""
}

function begin(new_kind, new_name) {
    finish()
    if (new_name in seen)
        fail(new_name " is there twice")
    if (new_name !~ /^[a-z0-9_]+$/)
        fail("not a name: " new_name)
    seen[new_name] = 1
    kind = new_kind
    name = new_name
    text = ""
    semicolons = 0
}

FNR == 1 {
    finish()
    stem = FILENAME
    sub(/.*\//, "", stem)
    sub(/\.sql$/, "", stem)
    skipped = stem == "schema"
    if (stem ~ /^[0-9][0-9][0-9][0-9]_/) {
        if (substr(stem, 1, 4) + 0 != migrations + 1)
            fail("migrations are numbered without gaps: expected " migrations + 1)
        begin("migration", stem)
    }
}

skipped { next }

/^-- (name|script): / {
    if (substr($3, 1, length(stem) + 1) != stem "_")
        fail($3 " does not begin with " stem "_")
    begin($2 == "name:" ? "name" : "script", $3)
    next
}

/^[ \t]*(--.*)?$/ { next }

{
    if (kind == "")
        fail("no marker stands before this")
    line = $0
    semicolons += gsub(/;/, ";", line)
    gsub(/\\/, "\\\\", line)
    gsub(/"/, "\\\"", line)
    text = text "    \"" line "\\n\"\n"
}

function table(type_name, count_name, names, texts, count,    i) {
    print "\nconst char *const " type_name "_names[" count_name "] = {" > c
    for (i = 0; i < count; i++)
        print "    \"" names[i] "\"," > c
    print "};\n\nconst char *const " type_name "_texts[" count_name "] = {" > c
    for (i = 0; i < count; i++)
        printf "    /* %s */\n%s", names[i], texts[i] "    ,\n" > c
    print "};" > c
}

function declare(type_name, prefix, names, count,    i) {
    if (type_name != "migration") {
        print "\nenum " type_name " {" > h
        for (i = 0; i < count; i++)
            print "    " prefix "_" toupper(names[i]) "," > h
        print "    " prefix "_COUNT\n};" > h
    } else
        print "\n#define " prefix "_COUNT " count > h
    print "extern const char *const " type_name "_names[" prefix "_COUNT];" > h
    print "extern const char *const " type_name "_texts[" prefix "_COUNT];" > h
}

END {
    if (failed)
        exit 1
    finish()
    if (failed)
        exit 1
    if (!statements || !scripts || !migrations)
        fail("statements, scripts and migrations are all expected")
    h = out ".h"
    c = out ".c"
    print "/* Made by sql/compile.awk from sql/. */" > h
    print "#ifndef ASSENT_GEN_STATEMENTS_H\n#define ASSENT_GEN_STATEMENTS_H" > h
    declare("statement", "STATEMENT", statement, statements)
    declare("script", "SCRIPT", script, scripts)
    print "\n/* migration_texts[n] brings a database of version n to n + 1. */" > h
    declare("migration", "MIGRATION", migration, migrations)
    print "\n#endif" > h
    print "/* Made by sql/compile.awk from sql/. */\n#include \"statements.h\"" > c
    table("statement", "STATEMENT_COUNT", statement, statement_text, statements)
    table("script", "SCRIPT_COUNT", script, script_text, scripts)
    table("migration", "MIGRATION_COUNT", migration, migration_text, migrations)
}
