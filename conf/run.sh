#!/bin/sh
# What `make run` does once the program is built: the first time it fills the data folder with 200
# made-up people and an admin; then, every time, it serves until Ctrl-C. PORT, DATA and TLS come
# from the environment.
set -eu
assent=${1:-build/assent}
[ -z "${DATA:-}" ] || export ASSENT_DATA="$DATA"
again="${ASSENT_DATA:+ASSENT_DATA=$ASSENT_DATA }$assent admin passwd"
admin=admin@assent.example

"$assent" init >/dev/null
if "$assent" stats --json | grep -q '"total": 0,'; then
    "$assent" import assets/sample-people.csv >/dev/null
    echo "The list now holds 200 made-up people."
fi
if [ "$("$assent" admin list --json)" = "[]" ]; then
    # The answer has two lines: the address, then the password.
    password=$("$assent" admin add "$admin" --name "First Admin" --generate | sed -n 's/^Password: //p')
    login="Login                 $admin
Password              $password
                      Another one: $again"
else
    admin=$("$assent" admin list | awk 'NR == 1 { print $1 }')
    login="Login                 $admin
Password              shown at the first run; another one: $again"
fi
echo "$login"
echo
# --sample-links last: the server's own words end with the addresses.
exec "$assent" serve --sample-links
