#!/bin/sh
# Installs the Debian packages named that are missing: as root, or through sudo, saying which.
# A name of the form PACKAGE:COMMAND counts as there when the command is, whoever installed it.
set -eu
missing=
for name in "$@"; do
    package=${name%%:*}
    case "$name" in
    *:*) command -v "${name#*:}" >/dev/null && continue ;;
    esac
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
        missing="$missing $package"
done
[ -z "$missing" ] && exit 0

as=
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "These Debian packages are missing:$missing" >&2
        echo "Install them as root: apt-get install$missing" >&2
        exit 1
    fi
    as=sudo
fi
echo "Installing missing Debian packages${as:+ through sudo}:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if ! { $as apt-get update && $as apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "The packages could not be installed; what apt-get said stands above." >&2
    exit 1
fi
