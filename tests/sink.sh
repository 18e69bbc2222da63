#!/bin/sh
# Unpacks smtp-sink, a mail server that takes or refuses whatever it is told to, out of Debian's
# package of Postfix into a folder. The package is not installed: that would start a mail server.
set -eu
into=$1
rm -rf "$into.new"
mkdir -p "$into.new"
fetch() { (cd "$into.new" && apt-get -qq download postfix) >"$into.log" 2>&1; }
if ! fetch; then
    # The lists that name it may be old, or not there.
    if [ "$(id -u)" = 0 ]; then apt-get -qq update >/dev/null 2>&1; elif command -v sudo >/dev/null; then sudo apt-get -qq update; fi
    fetch || { cat "$into.log" >&2; exit 1; }
fi
dpkg-deb -x "$into.new"/postfix_*.deb "$into.new"
rm -rf "$into" "$into.new"/postfix_*.deb "$into.log"
mv "$into.new" "$into"
