#!/usr/bin/env bash
# Runs several commands against one emulator, in any continuous integration that has a shell.
#
# The last line is where your own commands go. Needs adf-emulator on the PATH.
set -euo pipefail

work=$(mktemp -d)
adf-emulator serve --listen 127.0.0.1:0 --ready-file "$work/ready.json" --log off >/dev/null &
emulator=$!
trap 'kill "$emulator" && wait "$emulator"; rm -rf "$work"' EXIT

until [ -s "$work/ready.json" ]; do
  kill -0 "$emulator" # ends the script when the emulator has ended
  sleep 0.1
done
address=$(sed 's/.*"http":"\([^"]*\)".*/\1/' "$work/ready.json")
eval "$(adf-emulator env --url "$address")"

curl --fail --silent --show-error -H 'Authorization: Bearer reader' "$EMULATOR_URL/subscriptions?api-version=2022-12-01"
