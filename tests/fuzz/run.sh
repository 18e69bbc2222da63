#!/bin/sh
# Runs one fuzzer, $1, for FUZZ_S seconds, begun from its seeds and from what was kept of a longer run;
# its log stays beside it. 255 when it found something: xargs then begins no other.
set -u
name=$(basename "$1")
folder=$(dirname "$1")
short=${name#fuzz_}
mkdir -p "$folder/corpus/$name"
[ ! -f "tests/fuzz/kept/$short" ] || sh tests/fuzz/unpack.sh "$short" "$folder/kept/$short"
mkdir -p "$folder/kept/$short"
"$1" -max_total_time="$FUZZ_S" -max_len=8192 -timeout=5 -artifact_prefix="$folder/" \
    "$folder/corpus/$name" "tests/fuzz/seeds/$short" "$folder/kept/$short" >"$folder/$name.log" 2>&1 || {
    tail -n 40 "$folder/$name.log"
    exit 255
}
printf '%s\n%s: clean\n' "$(tail -n 1 "$folder/$name.log")" "$(echo "$name" | tr _ -)"
