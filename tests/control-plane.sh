#!/usr/bin/env bash
# control-plane.sh VERSION... - runs tests/cluster on a control plane of each version of Kubernetes.
#
# CONTROL_PLANE  the folder that builds and starts them (default ../shared/control-plane beside this checkout);
#                without it nothing is tested, and that is said.
# What is built is kept by it, outside of this checkout.
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=${CONTROL_PLANE:-$root/../shared/control-plane}
if [ ! -x "$tools/up" ]; then
  echo "skipped: tests/cluster, as there is no $tools" >&2
  exit 0
fi

cd "$root"
cargo test --no-run --test cluster
for version in "$@"; do
  "$tools/build" "$version"
  settings=$("$tools/up" "$version" --crds flux,argocd,gateway,keda,prometheus)
  (
    eval "$settings"
    trap '"$tools/down"' EXIT
    echo "Kubernetes $version"
    failed=
    # Four at a time on any machine: they wait more than they work.
    cargo test --test cluster -- --ignored --test-threads=4 || failed=1
    "$tools/check-volumes" --history || failed=1
    [ -z "$failed" ]
  )
done
