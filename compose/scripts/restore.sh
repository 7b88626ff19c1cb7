#!/usr/bin/env bash
# restore.sh FILE.tar PASSPHRASE_FILE: brings a backup into a deployment that has never been started; `docker compose up
# -d --wait` follows. Who asked to be forgotten since then, and stands in forgotten.jsonl beside FILE.tar, is left out.
set -euo pipefail
umask 077
: "${2:?restore.sh FILE.tar PASSPHRASE_FILE}"
file=$(realpath "$1")
phrase=$(realpath "$2")
cd "$(dirname "$0")/.."
forgotten=$(dirname "$file")/forgotten.jsonl

# The first line is the passphrase, the rest the backup.
# shellcheck disable=SC2016 # the shells in the containers expand it
unpack='umask 077; cd /var/lib/yarmarka; rm -rf restored; mkdir restored
  IFS= read -r phrase; printf %s "$phrase" > /tmp/phrase; tar -C restored -x'
both() { head -n 1 "$phrase"; cat "$file"; }
# remember SERVICE: gives it the list of those who asked to be forgotten.
remember() {
  if [[ -e $forgotten ]]; then
    docker compose run --rm -T --no-deps "$1" sh -ec 'umask 077; cat > /var/lib/yarmarka/forgotten.jsonl' < "$forgotten"
  fi
}

remember topics
# The key first, before the set-up makes another one: with that nobody would be recognised.
both | docker compose run --rm -T --no-deps topics sh -ec "$unpack
  cd /app; python -m ops restore-key /var/lib/yarmarka/restored --dir /tmp/key --passphrase-file /tmp/phrase >&2
  cat /tmp/key/credentials/bot/user-hash.key" |
  docker compose run --rm -T --no-deps setup sh -ec 'umask 077; cd /var/lib/yarmarka; mkdir -p credentials/bot
    test ! -e credentials/bot/user-hash.key || { echo "This deployment has been started before." >&2; exit 1; }
    cat > credentials/bot/user-hash.part; test -s credentials/bot/user-hash.part
    mv credentials/bot/user-hash.part credentials/bot/user-hash.key'
head -n 1 "$phrase" | docker compose run --rm -T topics sh -ec 'umask 077; cat > /tmp/phrase; python -m pipeline topics
  python -m ops restore /var/lib/yarmarka/restored --passphrase-file /tmp/phrase; rm -r /var/lib/yarmarka/restored'
if docker compose config --services | grep -qx analytics; then
  remember analytics
  both | docker compose run --rm -T analytics sh -ec "$unpack
    cd /app; python -m analytics restore /var/lib/yarmarka/restored --passphrase-file /tmp/phrase
    rm -r /var/lib/yarmarka/restored"
fi
