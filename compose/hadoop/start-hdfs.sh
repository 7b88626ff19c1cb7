#!/usr/bin/env bash
# Starts the NameNode or the DataNode; a NameNode without names is formatted, once.
set -euo pipefail
role=$1
hdfs=/opt/hadoop/bin/hdfs
if [[ $role == namenode && ! -e /data/name/current/VERSION ]]; then
  "$hdfs" namenode -format -force -nonInteractive
fi
exec "$hdfs" "$role"
