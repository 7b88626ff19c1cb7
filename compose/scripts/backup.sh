#!/usr/bin/env bash
# backup.sh FILE.tar: saves Kafka's topics of state and the key of the pseudonyms; everything else is made again from them.
set -euo pipefail
umask 077
: "${1:?backup.sh FILE.tar}"
file=$(realpath "$1")
cd "$(dirname "$0")/.."
# shellcheck disable=SC2016 # the shell in the container expands these
docker compose run --rm -T topics sh -ec \
  'python -m ops backup "$0" >&2; tar -C "$0" -c .; rm -r "$0"' "/var/lib/yarmarka/$(date -u +%Y%m%dT%H%M%SZ)" > "$file"
