# Do servers copy from a claim, and only what has changed? Sourced by real-node.sh.
# shellcheck shell=bash

part_copy() {
  local pod
  with_shared
  registry_off
  k delete resourcequota --all > /dev/null
  render_copy copied
  apply
  rolled_out deployment/copied
  shows 'copying sha256-' k logs deployment/copied -c copy || fail "its log does not say what is copied"
  answers copied
  step "copied to the node's disk and ready, no registry; answers"
  kubectl delete -f "$WORK/bundle.yaml" --wait=false > /dev/null

  render_copy kept --set storage.class=standard
  apply
  rolled_out statefulset/kept
  shows 'copying sha256-' k logs kept-0 -c copy || fail "its log does not say what is copied"
  answers kept
  step "copied to a claim each and ready; answers"
  restart statefulset/kept
  for pod in kept-0 kept-1; do
    shows 'tiny:latest is there' k logs "$pod" -c copy || fail "$pod: its log does not say that all is there"
    grep copying "$WORK/shown" && fail "$pod has copied again"
  done
  answers kept
  step "ready after a restart, nothing was copied: the log says $(tail -n 1 <(k logs kept-0 -c copy))"
  kubectl delete -f "$WORK/bundle.yaml" --wait=false > /dev/null

  render_copy lacking --set "models=[{name: absent, $TINY}]"
  apply
  soon 60 shows 'waiting for absent:latest' k logs deployment/lacking -c wait || fail "no word of what is missing"
  grep -q 'the claim ollama-models must hold them' "$WORK/shown" || fail "it does not say where it must come from"
  step "a model that the source lacks: $(statuses server lacking | sort -u), and: $(grep -m 1 'waiting for' "$WORK/shown")"
  kubectl delete -f "$WORK/bundle.yaml" --wait=false > /dev/null
}

# render_copy NAME [OPTION...]
render_copy() {
  render local-copy --set "name=$1" --set createNamespace=false --set storage.source.claim=ollama-models "${@:2}"
}
