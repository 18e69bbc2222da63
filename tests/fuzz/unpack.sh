#!/bin/sh
# Writes the inputs that were kept of fuzzer $1 (tests/fuzz/keep.sh) as files into folder $2.
set -eu
mkdir -p "$2"
number=0
while read -r line; do
    number=$((number + 1))
    echo "$line" | base64 -d >"$2/$number"
done <"tests/fuzz/kept/$1"
