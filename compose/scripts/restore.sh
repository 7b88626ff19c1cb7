#!/usr/bin/env bash
# restore.sh FILE.tar: brings a backup into a deployment that has never been started; `docker compose up -d --wait` follows.
set -euo pipefail
: "${1:?restore.sh FILE.tar}"
file=$(realpath "$1")
cd "$(dirname "$0")/.."
# The key first: with another one nobody would be recognised.
docker compose run --rm -T --no-deps setup sh -ec 'umask 077; cd /var/lib/yarmarka; mkdir -p credentials/bot
  test ! -e credentials/bot/user-hash.key || { echo "This deployment has been started before." >&2; exit 1; }
  tar -C credentials/bot -x ./user-hash.key' < "$file"
docker compose run --rm -T topics sh -ec 'rm -rf /var/lib/yarmarka/restored; mkdir -m 700 /var/lib/yarmarka/restored
  tar -C /var/lib/yarmarka/restored -x; python -m pipeline topics; python -m ops restore /var/lib/yarmarka/restored
  rm -r /var/lib/yarmarka/restored' < "$file"
