#!/bin/sh
# Runs one test program, $1, and shows what it said once it has ended: others run beside it.
set -u
failed=0
"$1" >"$1.log" 2>&1 || failed=1
cat "$1.log"
exit $failed
