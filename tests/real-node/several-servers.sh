# Do several servers get their models, each once, and are they replaced without harm? Sourced by real-node.sh.
# shellcheck shell=bash

part_shared() {
  within shared
  registry_off
  render_shared
  apply
  soon 60 has_status 'Init:0/1' server || fail "the servers do not wait"
  soon 60 shows 'waiting for tiny' k logs deployment/ollama -c wait || fail "they do not say what for"
  [ -z "$(k get deployment ollama -o 'jsonpath={.status.readyReplicas}')" ] || fail "ready without the model"
  step "no registry: puller $(statuses puller | sort -u), servers $(statuses server | sort -u)"
  registry_on
  rolled_out deployment/ollama
  is_ready deployment/ollama 2 || fail "not both are ready"
  ready_after_the_last_byte
  soon 30 shows Complete k get jobs || fail "the Job is not complete"
  step "two servers are ready after the last byte, not before; $(k get jobs --no-headers | awk '{ print $1, $2 }')"
  [ "$(downloads)" = 2 ] || fail "$(downloads) downloads"
  step "each of the two blobs was downloaded once"
  answers ollama
  step "answers through its Service"
  k exec deployment/ollama -c ollama -- touch /models/x > "$WORK/touch" 2>&1 && fail "a server can write the store"
  grep -q 'Read-only file system' "$WORK/touch" || fail "touch says $(cat "$WORK/touch")"
  step "the store is read-only for the servers"
  registry_off
  streams_survive_a_restart
  answers ollama
  step "answers after that, with the registry off"
  applying_again_changes_nothing deployment/ollama
}

# Not after the end of the Job, which comes a second after its last file: whoever finds the model whole goes on.
ready_after_the_last_byte() {
  local last at
  last=$(grep 'GET /data/' "$WORK/registry.log" | tail -n 1 | cut -d . -f 1)
  for at in $(k get pods -l app.kubernetes.io/component=server \
    -o 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].lastTransitionTime}'); do
    [ "$(date -d "$at" +%s)" -ge "$last" ] || fail "ready at $at, before the last byte"
  done
}

# Streams of some seconds each, three for each server, one after the other: some are cut short by who does not wait.
streams_survive_a_restart() {
  local body tokens number old begun=$SECONDS running=()
  body='{"model": "tiny", "prompt": "x", "stream": false, "options": {"num_predict": 1000}}'
  request ollama /api/generate "$body" > "$WORK/rate"
  [ "$(field '["eval_count"]' < "$WORK/rate")" = 1000 ] || fail "a long answer ends early: $(cat "$WORK/rate")"
  tokens=$(($(field '["eval_count"]' < "$WORK/rate") * 4 * 1000000000 / $(field '["eval_duration"]' < "$WORK/rate")))
  # Fewer than the context holds.
  [ "$tokens" -lt 6000 ] || tokens=6000
  old=$(pods server | sort)
  for number in 1 2 3 4 5 6; do
    body='{"model": "tiny", "prompt": "x", "options": {"num_predict": '$tokens'}}'
    request ollama /api/generate "$body" > "$WORK/stream-$number" &
    running+=($!)
  done
  soon 20 is_streaming || fail "no stream begins"
  k rollout restart deployment/ollama > /dev/null
  soon 30 has_status Terminating server || fail "no server stops"
  kill -0 "${running[@]}" 2> /dev/null || fail "all streams have ended before the restart"
  rolled_out deployment/ollama
  for number in 1 2 3 4 5 6; do
    wait "${running[number - 1]}" || fail "stream $number was cut"
    tail -n 1 "$WORK/stream-$number" | grep -q '"done":true' || fail "stream $number has no end"
  done
  soon 150 all_gone "$old" || fail "an old server is still there"
  step "restarted under 6 streams of $tokens tokens, all with \"done\":true, $((SECONDS - begun)) s"
}

is_streaming() { grep -qs '"done":false' "$WORK"/stream-?; }

all_gone() { [ -z "$(comm -12 <(printf '%s\n' "$1") <(pods server | sort))" ]; }

# applying_again_changes_nothing WORKLOAD
applying_again_changes_nothing() {
  local before after
  soon 60 settled "$1" || fail "$1 does not settle"
  before=$(k get "$1" -o 'jsonpath={.metadata.resourceVersion}')
  apply
  after=$(k get "$1" -o 'jsonpath={.metadata.resourceVersion}')
  [ "$before" = "$after" ] || fail "applying again changes $1"
  step "applying again leaves $1 at resourceVersion $after"
}

settled() {
  local version
  version=$(k get "$1" -o 'jsonpath={.metadata.resourceVersion}')
  sleep 2
  [ "$version" = "$(k get "$1" -o 'jsonpath={.metadata.resourceVersion}')" ]
}

part_existing() {
  with_shared
  registry_off
  k delete resourcequota --all > /dev/null
  render ha-rwx --set name=guest --set createNamespace=false --set expose.ingress=null --set storage.createClass=null \
    --set storage.existingClaim=ollama-models --set pull.by=none
  apply
  rolled_out deployment/guest
  answers guest
  step "servers of another release are ready with the claim that is there, and answer; nothing is pulled"
  kubectl delete -f "$WORK/bundle.yaml" --wait=false > /dev/null
}

part_per_replica() {
  within per-replica
  registry_on
  render per-replica
  apply
  rolled_out statefulset/ollama
  is_ready statefulset/ollama 2 || fail "not both are ready"
  [ "$(downloads)" = 4 ] || fail "$(downloads) downloads"
  step "two servers are ready, each blob was downloaded twice"
  answers ollama
  registry_off
  restart statefulset/ollama
  answers ollama
  step "ready again with the registry off, answers"
  local pod other
  for pod in 0 1; do
    other=ollama-$((1 - pod)).ollama-servers.$NAMESPACE.svc:11434
    shows 'tiny:latest' k exec "ollama-$pod" -c ollama -- env "OLLAMA_HOST=$other" ollama list ||
      not "$other cannot be reached from ollama-$pod"
    step "ollama-$pod is answered by $other"
  done
  applying_again_changes_nothing statefulset/ollama
  forget
}
