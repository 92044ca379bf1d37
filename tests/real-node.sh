#!/usr/bin/env bash
# real-node.sh [VERSION] - applies the rendered single-gpu bundle to a real node, with a real Ollama and a small model.
#
# VERSION    of Kubernetes (default 1.36.3)
# REAL_NODE  the folder that builds and starts the node (default ../shared/real-node beside this checkout), which has
#            ../ollama-server with the registry beside it; without it nothing is tested, and that is said.
# Needs root. What is built is kept by those folders, outside of this checkout.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;; esac

version=${1:-1.36.3}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
node=${REAL_NODE:-$root/../shared/real-node}
server=$node/../ollama-server
if [ ! -x "$node/up" ] || [ ! -x "$server/registry" ]; then
  echo "skipped: the real node, as there is no $node with $server" >&2
  exit 0
fi

work=$(mktemp -d)
registry=
finish() {
  [ -z "$registry" ] || kill "$registry" 2>/dev/null || true
  [ -z "${REAL_NODE_STATE:-}" ] || "$node/down"
  rm -rf "$work"
}
trap finish EXIT

step() { printf '%5s s  %s\n' "$SECONDS" "$*"; }
fail() { printf 'FAILED: %s\n' "$*"; exit 1; }
ollama() { kubectl -n ollama "$@"; }
# A command, until it succeeds: at most 60 s.
soon() {
  local end=$((SECONDS + 60))
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}
answers() {
  local address body
  address=$(ollama get service ollama -o 'jsonpath={.spec.clusterIP}')
  body='{"model": "tiny", "prompt": "hello", "stream": false, "options": {"num_predict": 8}}'
  curl -sS -m 60 "http://$address:11434/api/generate" -d "$body" | grep -q '"done":true'
}
is_ready() { [ "$(ollama get deployment ollama -o 'jsonpath={.status.readyReplicas}')" = 1 ]; }
is_pulling() { ollama get pods -o 'jsonpath={.items[*].status.initContainerStatuses[*].state}' | grep -q running; }

cd "$root"
cargo build
"$node/../control-plane/build" "$version"
"$server/build"
"$node/build" "$version"
"$node/image"
settings=$("$node/up" "$version")
eval "$settings"

"$server/make-model" "$work/tiny.gguf" > /dev/null
"$server/registry" --gguf tiny:latest="$work/tiny.gguf" > "$work/address" 2> "$work/registry.log" &
registry=$!
soon test -s "$work/address"
port=$(sed 's/.*://' "$work/address")

SECONDS=0
model='models=[{name: tiny, size: 2Mi, layers: 2, kvHeads: 2, headDim: 32}]'
target/debug/ollama-k8s render --set "$model" | kubectl apply --server-side --validate=strict -f -
soon is_pulling || fail "the init container does not run"
is_ready && fail "ready without the model"
step "no registry yet: the pod waits, and is not ready"
"$node/models" "$port"
ollama rollout status deployment/ollama --timeout=120s
step "ready"
answers || fail "no answer"
step "answers through its Service"

kill "$registry"
wait "$registry" 2>/dev/null || true
registry=
ollama rollout restart deployment/ollama
ollama rollout status deployment/ollama --timeout=180s
step "ready again, with the registry off"
answers || fail "no answer after the restart"
ollama logs deployment/ollama -c pull | grep -q 'tiny:latest: present' || fail "it was not found in the store"
step "answers again, from the store"
