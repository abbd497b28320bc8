#!/usr/bin/env bash
# create-connectors.sh HOST PORT FILE... : POSTs each connector's JSON to a Connect worker; one that is there already stays as it is.
# Needs bash and nothing else, so it runs in any image that Kafka is in.
set -euo pipefail

host=$1 port=$2
shift 2
attempts=30

post() {
  local body answer
  body=$(<"$1")
  exec 3<>"/dev/tcp/$host/$port"
  printf 'POST /connectors HTTP/1.1\r\nHost: %s:%s\r\nContent-Type: application/json\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s' \
    "$host" "$port" "$(printf '%s' "$body" | wc -c)" "$body" >&3
  answer=$(cat <&3)
  exec 3<&-
  status=$(head -n 1 <<<"$answer" | cut -d ' ' -f 2)
  reason=$(tail -n 1 <<<"$answer")
}

for file in "$@"; do
  for ((i = 1; ; i++)); do
    status=none reason="no answer from $host:$port"
    post "$file" 2>/dev/null || true
    case $status in
      201) echo "$file: created"; break ;;
      409) [[ $reason != *"already exists"* ]] || { echo "$file: is there already"; break; } ;;
      400) echo "$file: refused: $reason" >&2; exit 1 ;;
    esac
    ((i < attempts)) || { echo "$file: not created: $status $reason" >&2; exit 1; }
    sleep 2
  done
done
