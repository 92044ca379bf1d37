#!/usr/bin/env bash
# real-node.sh [VERSION] [PART...] - applies what is rendered to a real node, with a real Ollama and small models, and looks.
#
# VERSION    of Kubernetes (default 1.36.3)
# PART       topologies (single shared copy existing per-replica ephemeral air-gapped), models (modelfile memory), failures
#            (no-such-model not-writable mended), ways (proxy), or one of those in brackets; default: all
# REAL_NODE  the folder that builds and starts the node (default ../shared/real-node beside this checkout), which has
#            ../ollama-server with the registry beside it; without it nothing is tested, and that is said.
# REAL_NODE_STATE  where it is set, as `up` prints it, that node is used, and left up
# Needs root. What is built is kept by those folders, outside of this checkout.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 0 ;; esac

version=1.36.3
case ${1:-} in [0-9]*) version=$1; shift ;; esac
parts=()
for part in "${@:-all}"; do
  case $part in all | topologies) parts+=(single shared copy existing per-replica ephemeral air-gapped) ;; esac
  case $part in all | models) parts+=(modelfile memory) ;; esac
  case $part in all | ways) parts+=(proxy) ;; esac
  case $part in
    all | failures) parts+=(no-such-model not-writable mended) ;;
    topologies | models | ways) ;;
    *) parts+=("$part") ;;
  esac
done

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
NODE=${REAL_NODE:-$root/../shared/real-node}
SERVER=$NODE/../ollama-server
for file in "$root"/tests/real-node/*.sh; do
  # shellcheck source=/dev/null
  . "$file"
done
for part in "${parts[@]}"; do
  [ "$(type -t "part_${part//-/_}")" = function ] || { echo "there is no part $part; see --help" >&2; exit 2; }
done
if [ ! -x "$NODE/up" ] || [ ! -x "$SERVER/registry" ]; then
  echo "skipped: the real node, as there is no $NODE with $SERVER" >&2
  exit 0
fi

WORK=$(mktemp -d)
started=
finish() {
  registry_off
  if [ -n "$started" ]; then "$NODE/down"; else forget_all; fi
  rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

cd "$root"
cargo build
TOOL=${CARGO_TARGET_DIR:-target}/debug/ollama-k8s
if [ -z "${REAL_NODE_STATE:-}" ]; then
  "$NODE/../control-plane/build" "$version"
  "$SERVER/build"
  "$NODE/build" "$version"
  "$NODE/image"
  settings=$("$NODE/up" "$version")
  started=yes
  eval "$settings"
fi
export NODE SERVER WORK TOOL
make_models

SECONDS=0
for part in "${parts[@]}"; do
  begun=$SECONDS
  "part_${part//-/_}"
  printf '%5s s  == %s, %s s\n' "$SECONDS" "$part" "$((SECONDS - begun))"
done
