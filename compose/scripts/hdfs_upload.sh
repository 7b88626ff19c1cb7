#!/usr/bin/env bash
# hdfs_upload.sh FILE PATH: puts a file of this machine into the lake, for example
# hdfs_upload.sh purchases.csv /imports/purchases.csv
set -euo pipefail
: "${2:?hdfs_upload.sh FILE PATH}"
file=$(realpath "$1")
name=$(basename "$1")
cd "$(dirname "$0")/.."
# shellcheck disable=SC2016 # the shell in the container expands these
docker compose exec -T analytics sh -ec \
  'cat > "/tmp/$1"; python -m analytics upload "/tmp/$1" --to "$2"; rm "/tmp/$1"' upload "$name" "$2" < "$file"
