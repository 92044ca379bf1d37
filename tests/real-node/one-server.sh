# Does one server get its models, and keep them? Sourced by real-node.sh.
# shellcheck shell=bash

part_single() {
  within single
  registry_off
  render single-gpu --set 'hardware.gpu={vendor: nvidia, memory: 12Gi}'
  apply
  soon 60 has_status 'Init:0/1' server || fail "the init container does not run"
  is_ready deployment/ollama 1 && fail "ready without the model"
  step "no registry: $(statuses server), and not ready"
  registry_on
  rolled_out deployment/ollama
  step "ready with the registry"
  answers ollama
  step "answers through its Service"
  registry_off
  restart deployment/ollama
  step "ready again, with the registry off"
  shows 'tiny:latest: present|all models are there' k logs deployment/ollama -c pull || fail "it was not found in the store"
  step "from the store: its log says $(tail -n 1 "$WORK/shown")"
  answers ollama
  step "answers again"
  forget
}

part_ephemeral() {
  within ephemeral
  registry_on
  render single-gpu --set storage.topology=ephemeral
  apply
  rolled_out deployment/ollama
  answers ollama
  [ "$(downloads)" = 2 ] || fail "$(downloads) downloads"
  step "ready and answers, with 2 downloads"
  restart deployment/ollama
  answers ollama
  [ "$(downloads)" = 4 ] || fail "$(downloads) downloads"
  step "pulls again after a restart, and answers"
  forget
}

part_air_gapped() {
  within air-gapped
  registry_on
  store_by_hand
  registry_off
  render air-gapped --set server.image.repository=ollama/ollama
  apply
  soon 60 shows 'kubectl .* cp .*' k logs deployment/ollama -c wait || fail "its log does not say what to do"
  local pod line
  pod=$(pods server)
  line=$(grep 'kubectl .* cp ' "$WORK/shown" | head -n 1)
  case $line in *"${pod#pod/}:"*) ;; *) fail "it does not name the pod: $line" ;; esac
  step "waits ($(statuses server)) and says: $line"
  # shellcheck disable=SC2088 # as it is printed
  bash -c "${line/'~/.ollama/models'/$WORK/store}" || fail "that command fails"
  rolled_out deployment/ollama
  answers ollama
  step "ready and answers after that command"
  restart deployment/ollama
  answers ollama
  step "and after a restart"
  forget
}

# A store as a person's own machine has it.
store_by_hand() {
  local ollama pid from=127.0.0.1:$PORT/library/tiny:latest
  ollama=$("$SERVER/build" 2> /dev/null)
  mkdir -p "$WORK/home" "$WORK/store"
  (
    export HOME=$WORK/home OLLAMA_MODELS=$WORK/store OLLAMA_HOST=127.0.0.1:11599 OLLAMA_NO_CLOUD=1
    "$ollama" serve > "$WORK/serve.log" 2>&1 &
    pid=$!
    trap 'kill "$pid"' EXIT
    soon 30 "$ollama" list && "$ollama" pull --insecure "$from" && "$ollama" cp "$from" tiny
  ) > "$WORK/by-hand" 2>&1 || { cat "$WORK/by-hand"; fail "no store was made by hand"; }
}
