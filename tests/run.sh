#!/bin/sh
# Runs the test suites named (each a make target), shows one line a suite and everything a failing
# one said, and closes with the totals. Logs stay in build/test/. An argument "+ SUITE..." runs those
# beside the ones that follow, giving way to them: suites that talk to a server leave much of the
# processors idle. "--" waits for them.
set -u

make=${MAKE:-make}
logs=build/test
mkdir -p "$logs"
passed=0
failed=0

# Sums the closing lines of cmocka and of Node's runner in a log.
count() {
    sed 's/\x1b\[[0-9;]*m//g' "$1" | awk -v want="$2" '
        want == "passed" && /^\[  PASSED  \] [0-9]+ test\(s\)\.?$/ { sum += $4 }
        want == "failed" && /^\[  FAILED  \] [0-9]+ test\(s\)/     { sum += $4 }
        want == "passed" && /^(#|ℹ) pass [0-9]+$/                  { sum += $3 }
        want == "failed" && /^(#|ℹ) fail [0-9]+$/                  { sum += $3 }
        want == "passed" && /^[a-z0-9-]+: clean$/                  { sum++ }
        END { print sum + 0 }'
}

# Names what failed in a log of Node's runner or cmocka, with the first lines of why: said last, where
# whoever sees but the end of a long log finds it.
blame() {
    sed 's/\x1b\[[0-9;]*m//g' "$2" | awk -v suite="$1" '
        /^ *not ok / { if (!/# (TODO|SKIP)/) { left = 16; print suite ":" $0; next } }
        /^\[  FAILED  \] [a-z]/ { print suite ": " $0 }
        /runtime error: |ERROR: [A-Za-z]*Sanitizer/ { print suite ": " $0 }
        /^ *\.\.\.$/ { left = 0 }
        left > 0 && !/duration_ms|^ *---$/ { print; left-- }'
}

# Runs one suite at a niceness; what it came to is added up in a file.
run() {
    suite=$2
    log=$logs/$suite.log
    began=$(date +%s)
    if nice -n "$1" $make --no-print-directory "$suite" >"$log" 2>&1 </dev/null; then ended=ok; else ended=FAILED; fi
    good=$(count "$log" passed)
    bad=$(count "$log" failed)
    if [ "$ended" = FAILED ] && [ "$bad" = 0 ]; then bad=1; fi
    echo "$good $bad" >>"$logs/totals.txt"
    printf '%-10s %-6s %5d passed, %d failed, %d s\n' "$suite" "$ended" "$good" "$bad" \
        $(($(date +%s) - began))
    if [ "$ended" = FAILED ]; then
        tail -n "${TEST_TAIL:-120}" "$log"
        blame "$suite" "$log" >>"$logs/failed.txt"
    fi
}

: >"$logs/failed.txt"
: >"$logs/totals.txt"
for suite in "$@"; do
    case $suite in
    "+"*) for one in ${suite#+}; do run 10 "$one"; done & ;;
    --) wait ;;
    *) run 0 "$suite" ;;
    esac
done
wait

echo
cat "$logs/failed.txt"
awk '{ passed += $1; failed += $2 }
     END { printf "%d passed, %d failed\n", passed, failed; exit failed != 0 }' "$logs/totals.txt"
