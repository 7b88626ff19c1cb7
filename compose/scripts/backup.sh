#!/usr/bin/env bash
# backup.sh FILE.tar PASSPHRASE_FILE: saves what nothing else can bring back, encrypted with the first line of
# PASSPHRASE_FILE, and says what is in it and what is not. FILE.tar is there whole or not at all. Beside it stands
# forgotten.jsonl, who asked to be forgotten: keep the newest with your backups.
set -euo pipefail
umask 077
: "${2:?backup.sh FILE.tar PASSPHRASE_FILE}"
file=$(realpath "$1")
phrase=$(realpath "$2")
cd "$(dirname "$0")/.."
name=$(date -u +%Y%m%dT%H%M%SZ)
trap 'rm -f "$file.part" "$file.forgotten"' EXIT

lake=--without-lake
if docker compose ps --services --status running | grep -qx analytics; then
  lake=--lake=/var/lib/yarmarka/$name.lake
  # shellcheck disable=SC2016 # the shells in the containers expand these
  docker compose exec -T analytics sh -ec \
    'trap "rm -rf \"$0\"" EXIT; python -m analytics export "$0" >&2; tar -C "$0" -c .' "/var/lib/yarmarka/$name.lake" |
    docker compose run --rm -T topics sh -ec 'mkdir -m 700 "$0"; tar -C "$0" -x' "/var/lib/yarmarka/$name.lake"
fi
# shellcheck disable=SC2016
head -n 1 "$phrase" | docker compose run --rm -T topics sh -ec 'umask 077; cat > /tmp/phrase
  trap "rm -rf \"$0\" \"$0.lake\"" EXIT
  python -m ops backup "$0" "$1" --passphrase-file /tmp/phrase >&2
  tar -C "$0" -c .' "/var/lib/yarmarka/$name" "$lake" > "$file.part"
docker compose run --rm -T topics cat /var/lib/yarmarka/forgotten.jsonl > "$file.forgotten"
sync "$file.part" "$file.forgotten"
mv "$file.forgotten" "$(dirname "$file")/forgotten.jsonl"
mv "$file.part" "$file"
