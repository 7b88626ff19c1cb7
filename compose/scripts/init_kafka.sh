#!/usr/bin/env bash
# init_kafka.sh: creates the topics and their permissions as the contracts say, and shows what was different.
set -euo pipefail
cd "$(dirname "$0")/.."
docker compose run --rm -T topics python -m pipeline topics "$@"
