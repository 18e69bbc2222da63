#!/bin/sh
# Runs one test program, $1, under valgrind's memcheck; its log stays beside it. Memory that is lost
# for good counts as an error, too. A child that ends by _exit or is killed gives nothing back.
set -u
name=$(basename "$1")
log=$1.valgrind
if valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
    --show-leak-kinds=definite --child-silent-after-fork=yes --num-callers=20 \
    --suppressions=tests/valgrind.txt "$1" >"$log" 2>&1; then
    echo "$name: clean"
else
    code=$?
    echo "$name: exit code $code"
    grep -E '^==|FAILED|\[ *ERROR' "$log" | head -n 80
    exit 1
fi
