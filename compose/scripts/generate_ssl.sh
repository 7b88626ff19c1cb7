#!/usr/bin/env bash
# generate_ssl.sh [--renew] [DIR]: makes the authority and a certificate for each service, as far as they are missing,
# and writes ca-cert, kafka-cert, kafka-key and kafka.server.truststore.jks to DIR (by itself compose/ssl).
# With --renew all certificates are issued anew and taken in by what runs; no message is lost.
set -euo pipefail
renew=()
if [[ ${1-} == --renew ]]; then
  renew=(--renew)
  shift
fi
mkdir -p "${1:-$(dirname "$0")/../ssl}"
target=$(cd "${1:-$(dirname "$0")/../ssl}" && pwd)
cd "$(dirname "$0")/.."

docker compose run --rm -T setup python -m ops hand-out /hand \
  --dir /var/lib/yarmarka --env-file /run/secrets/.env "${renew[@]}"
# Through a pipe, so that the files belong to whoever calls this.
docker compose run --rm -T setup sh -ec \
  'python -m ops certs export /tmp/ssl --dir /var/lib/yarmarka >&2; tar -C /tmp/ssl -c .' | tar -C "$target" -x
chmod 700 "$target"
ls "$target"

# Elasticsearch watches its files; our services read theirs at their next connection; Kafka has to be told.
if docker compose ps --services --status running | grep -qx kafka; then
  docker compose run --rm -T --no-deps topics python -m ops certs reload-kafka /mnt/shared/config/broker/client.pem
fi
