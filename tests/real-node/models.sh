# Is what a profile says of a model what a server does with it? Sourced by real-node.sh.
# shellcheck shell=bash

# With what a shell, YAML or Kubernetes could take for its own.
# shellcheck disable=SC2016
SYSTEM='You are "the farmer'"'"'s" $HOME, $(HOME), ${HOME} and `date`: \n 100 % # of it'

part_modelfile() {
  within models
  registry_on
  render_chat single-gpu 1024
  apply
  rolled_out deployment/ollama
  request ollama /api/ps > "$WORK/ps"
  is_loaded_with 1024 || fail "ready, and /api/ps says $(cat "$WORK/ps")"
  step "when it is ready, /api/ps lists chat:latest with a context of 1024"
  shows 'preload: chat:latest is loaded' k logs deployment/ollama -c ollama || fail "the log says nothing of the preload"
  step "the log says: $(grep -o 'preload: .*' "$WORK/shown")"
  [ "$(request ollama /api/show '{"model": "chat"}' | field '["system"]')" = "$SYSTEM" ] || fail "the system text has changed"
  step "the system text arrives as written: $SYSTEM"
  answers ollama chat
  step "answers"
  render_chat single-gpu 2048
  apply
  rolled_out deployment/ollama
  request ollama /api/ps > "$WORK/ps"
  is_loaded_with 2048 || fail "/api/ps says $(cat "$WORK/ps")"
  [ "$(downloads)" = 2 ] || fail "$(downloads) downloads"
  step "with another contextLength it is loaded with 2048, and nothing was downloaded again"
  forget

  within models-shared
  render_shared_chat 1024
  apply
  rolled_out deployment/ollama
  render_shared_chat 2048
  local answered
  answered=$(asked_all_the_time ollama chat apply_and_wait) || { echo "$answered"; exit 1; }
  step "two servers with one store: the other contextLength comes, and meanwhile $answered"
  for pod in $(k get pods -l app.kubernetes.io/component=server -o 'jsonpath={.items[*].status.podIP}'); do
    curl -sS -m 20 "http://$pod:11434/api/ps" > "$WORK/ps"
    is_loaded_with 2048 || fail "/api/ps says $(cat "$WORK/ps")"
  done
  step "and then both say 2048"
  forget
}

apply_and_wait() {
  apply
  rolled_out deployment/ollama
}

render_shared_chat() {
  render_chat ha-rwx "$1" --set expose.ingress=null --set storage.createClass.parameters.server=nfs.test \
    --set storage.createClass.parameters.share=/models
}

is_loaded_with() {
  [ "$(field '["models"][0]["name"]' < "$WORK/ps")" = chat:latest ] &&
    [ "$(field '["models"][0]["context_length"]' < "$WORK/ps")" = "$1" ]
}

# render_chat PROFILE CONTEXT [OPTION...]
render_chat() {
  cat > "$WORK/chat.yaml" <<YAML
models:
  - name: chat
    $(printf '%s' "$TINY" | sed 's/, /\n    /g')
    contextLength: $2
    preload: true
    modelfile: |
      FROM tiny
      PARAMETER temperature 0
      SYSTEM """$SYSTEM"""
YAML
  "$TOOL" render "$1" --quiet --namespace "$NAMESPACE" --overlay "$WORK/chat.yaml" --set hardware.gpu=null \
    --set hardware.cpu=1 --set spread.required=false "${@:3}" > "$WORK/bundle.yaml" || fail "it is not rendered"
}

part_memory() {
  within memory
  registry_on
  local network='layers: 8, embedding: 256, heads: 8, kvHeads: 8, headDim: 32'
  local options=(--set "models=[{name: heavy, size: 40Mi, $network, contextLength: 32768}]" --set server.contextLength=32768)
  local status=0 limit body='{"model": "heavy", "prompt": "hello", "stream": false, "options": {"num_predict": 4}}'
  "$TOOL" plan single-gpu --set hardware.gpu=null --set hardware.cpu=1 "${options[@]}" --set hardware.memory=256Mi \
    > "$WORK/plan" 2>&1 || status=$?
  [ "$status" = 3 ] || { cat "$WORK/plan"; fail "plan ends with $status for 256Mi"; }
  step "plan refuses 256Mi, exit 3: $(grep -m 1 'cannot hold' "$WORK/plan")"
  render single-gpu "${options[@]}"
  apply
  rolled_out deployment/ollama
  answers ollama heavy
  limit=$(k get deployment ollama -o 'jsonpath={.spec.template.spec.containers[0].resources.limits.memory}')
  step "with the planned $limit it is loaded and answers; peak $(peak)"
  sed -i "s/memory: \"$limit\"/memory: \"256Mi\"/" "$WORK/bundle.yaml"
  apply
  rolled_out deployment/ollama
  curl -sS -m 60 -w ' HTTP %{http_code}' "http://$(address ollama):11434/api/generate" -d "$body" > "$WORK/answer" 2>&1 || true
  soon 20 is_killed || fail "it lives with 256Mi instead of $limit: $(cat "$WORK/answer") $(peak)"
  step "with 256Mi instead of $limit it is killed: $killed; the client sees $(cut -c 1-160 "$WORK/answer")"
  forget
}

# cgroup FILE FILE: of version 2, or of version 1.
cgroup() {
  local at=/sys/fs/cgroup
  k exec deployment/ollama -c ollama -- sh -c "cat $at/$1 2>/dev/null || cat $at/memory/$2"
}

peak() { cgroup memory.peak memory.max_usage_in_bytes | awk '{ printf "%d MiB", $1 / 1048576 }'; }

killed=
is_killed() {
  killed=$(k get pods -l app.kubernetes.io/component=server \
    -o 'jsonpath={.items[*].status.containerStatuses[0].lastState.terminated.reason}')
  [ -n "$killed" ] && killed="the container, $killed" && return 0
  killed=$(cgroup memory.events memory.oom_control 2>/dev/null | sed -n 's/^oom_kill //p')
  [ "${killed:-0}" -gt 0 ] && killed="llama-server alone, oom_kill $killed"
}
