#!/bin/sh
# Keeps what fuzzer $1 found beyond its seeds: of all inputs of its corpus the fewest that reach all
# code which the corpus reaches, as lines of base64 in tests/fuzz/kept. $2: another folder of inputs.
set -eu
name=$(basename "$1")
short=${name#fuzz_}
folder=$(dirname "$1")/keep/$short
rm -rf "$folder"
mkdir -p "$folder/fewer" "$folder/fewest" "$folder/before"
if [ -f "tests/fuzz/kept/$short" ]; then sh tests/fuzz/unpack.sh "$short" "$folder/before"; fi
cp "tests/fuzz/seeds/$short"/* "$folder/fewest/"
"$1" -set_cover_merge=1 -use_counters=0 "$folder/fewest" "${2:-$(dirname "$1")/corpus/$name}" "$folder/before" \
    >"$folder/log" 2>&1
for seed in "tests/fuzz/seeds/$short"/*; do rm "$folder/fewest/$(basename "$seed")"; done
for input in $(ls -Sr "$folder/fewest"); do
    base64 -w 0 "$folder/fewest/$input"
    echo
done >"tests/fuzz/kept/$short"
echo "$short: $(wc -l <"tests/fuzz/kept/$short") inputs kept, $(wc -c <"tests/fuzz/kept/$short") bytes"
