#!/bin/sh
# What `make run` does once the program is built: the first time it fills the data folder with 200
# made-up people and an admin; then, every time, it serves until Ctrl-C. PORT, DATA and TLS come
# from the environment.
set -eu
assent=${1:-build/assent}
[ -z "${DATA:-}" ] || export ASSENT_DATA="$DATA"
again="${ASSENT_DATA:+ASSENT_DATA='$ASSENT_DATA' }$assent admin passwd --generate"
admin=admin@assent.example

"$assent" init >/dev/null
if "$assent" stats --json | grep -q '"total": 0,'; then
    "$assent" import assets/sample-people.csv >/dev/null
    echo "The list now holds 200 made-up people."
fi
if [ "$("$assent" admin list --json)" = "[]" ]; then
    password=$("$assent" admin add "$admin" --name "First Admin" --generate | sed -n 's/^Password: //p')
    [ -n "$password" ] || exit 1
else
    admin=$("$assent" admin list | awk 'NR == 1 { print $1 }')
    password="shown at the first run; for another one: $again"
fi
echo "Login                 $admin"
echo "Password              $password"
exec "$assent" serve --sample-links
