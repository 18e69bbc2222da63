#!/bin/sh
# The rooms check: each room of src/ may include only the rooms and libraries of this table, read
# from the include lines. A line that breaks it is printed, and the check fails.
set -eu

# room | rooms it may include | system headers it may not (extended regular expression)
table='
base|base|sodium|sqlite3|kore|curl|libpq
crypto|base crypto|sqlite3|kore|csv\.h|jansson|idn2
store|base store|sodium|kore|csv\.h|jansson|idn2
service|base crypto store service|sqlite3|kore|curl
view|base service view|sodium|sqlite3|kore
web|base service view web|sodium|sqlite3|csv\.h|idn2
post|base post|sodium|sqlite3|kore|csv\.h|idn2
cli|base service view post cli|sqlite3|kore|curl'

# What a room may include besides: headers that hold plain structs only, through a service header.
found=0
say() {
    echo "$1" >&2
    found=1
}

for room in src/*/; do
    room=$(basename "$room")
    line=$(printf '%s\n' "$table" | grep "^$room|") || {
        say "src/$room: a room that the table does not know"
        continue
    }
    allowed=$(echo "$line" | cut -d'|' -f2)
    refused=$(echo "$line" | cut -d'|' -f3-)
    for file in src/"$room"/*.[ch]; do
        [ -f "$file" ] || continue
        for included in $(sed -n 's/^[ \t]*#[ \t]*include[ \t]*"\([^"]*\)".*/\1/p' "$file"); do
            case "$included" in
            */*) other=${included%%/*} ;;
            *) other=gen ;;
            esac
            case "$other:$room" in
            gen:*) continue ;;
            esac
            case " $allowed " in
            *" $other "*) ;;
            *) say "$file: includes $included, but $room may include only: $allowed" ;;
            esac
        done
        bad=$(grep -nE "^[ \t]*#[ \t]*include[ \t]*<($refused)[^>]*>" "$file" || true)
        [ -z "$bad" ] || say "$file:$bad: not for room $room"
    done
done

# All SQL lives in sql/. Two headers of the store show SQLite, and only the store includes them.
inside='connection|query'
bad=$(grep -nE 'sqlite3' src/store/*.h | grep -vE "^src/store/($inside)\.h:" || true)
[ -z "$bad" ] || say "$bad: a store header names SQLite"
bad=$(grep -nE "#[ \t]*include[ \t]*\"store/($inside)\.h\"" src/*/*.[ch] | grep -v '^src/store/' || true)
[ -z "$bad" ] || say "$bad: only the store may see inside a store"
bad=$(grep -nE '"[^"]*\<(SELECT .* FROM|INSERT INTO|UPDATE [a-z_]+ SET|DELETE FROM|CREATE TABLE)\>' src/*/*.[ch] || true)
[ -z "$bad" ] || say "$bad: SQL text outside sql/"

# A header's value is Kore's and ends with the request; what is kept in a struct is read by threads
# and by the writer when the client may have gone: a copy.
bad=$(grep -nE '(\.|->)[a-z_]+ = admit_header\(' src/web/*.c || true)
[ -z "$bad" ] || say "$bad: a header is kept longer than its request; copy it with arena_strdup"

[ "$found" = 0 ] && echo "rooms: every include is in its room"
exit $found
