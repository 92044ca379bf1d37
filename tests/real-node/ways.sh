# Who gets in through the proxy in the pod, and does an answer come to its end? Sourced by real-node.sh.
# shellcheck shell=bash

KEY=a-key-of-the-farm

part_proxy() {
  within proxy
  if [ -z "$(type -P haproxy)" ]; then
    step "skipped: there is no haproxy, of which an image would be made"
    return 0
  fi
  registry_on
  proxy_image
  kubectl create namespace "$NAMESPACE" > /dev/null
  k create secret generic ollama-keys --from-literal=keys="$KEY" > /dev/null
  render single-gpu --set 'expose.proxy={keys: ollama-keys, metrics: {namespace: monitoring, podMonitor: false}}'
  apply
  rolled_out deployment/ollama
  step "ready with its proxy: $(k get pods --no-headers | awk '{ print $2, $3 }'); $(k exec deployment/ollama -c proxy -- id)"
  local at
  at=http://$(address ollama):$(k get service ollama -o 'jsonpath={.spec.ports[0].port}')
  lets_in_inference_alone "$at" -H "Authorization: Bearer $KEY"
  numbers_are_read
  step "its numbers: $(cat "$WORK/shown")"
  long_answer "$at" -H "Authorization: Bearer $KEY"
  k rollout restart deployment/ollama > /dev/null
  ends_though_its_pod_stops "a rollout"
  rolled_out deployment/ollama
  forget
}

# The program of this machine, called and stopped as in the published image: by a script that adds -W -db, as nobody in
# particular, with SIGUSR1.
proxy_image() {
  local root=$WORK/haproxy cache=${REAL_NODE_CACHE:-$HOME/.cache/real-node} image library
  image=$("$TOOL" render single-gpu --quiet --set 'expose.proxy={paths: all}' | sed -n 's/.*image: "\{0,1\}\([^ "]*haproxy:[^ "]*\).*/\1/p')
  mkdir -p "$root/usr/local/lib/haproxy" "$root/usr/local/bin"
  cp "$(type -P haproxy)" "$root/usr/local/lib/haproxy/"
  ldd "$(type -P haproxy)" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' | grep -vE '/(libc|libm|libdl|libpthread)\.so' |
    while read -r library; do cp -L "$library" "$root/usr/local/lib/haproxy/"; done
  cat > "$root/usr/local/bin/haproxy" <<'SH'
#!/bin/sh
LD_LIBRARY_PATH=/usr/local/lib/haproxy exec /usr/local/lib/haproxy/haproxy "$@"
SH
  cat > "$root/usr/local/bin/start" <<'SH'
#!/bin/sh
[ "$1" = haproxy ] || exec "$@"
shift
exec haproxy -W -db "$@"
SH
  chmod 755 "$root"/usr/local/bin/*
  tar --numeric-owner --owner=0 --group=0 -C "$root" -cf "$WORK/haproxy.tar" usr
  sed 's/^    config = {/&"StopSignal": "SIGUSR1", /' "$NODE/tools/pack.py" > "$WORK/pack.py"
  python3 "$WORK/pack.py" "$WORK/haproxy-image.tar" --name "docker.io/library/$image" --entrypoint start --cmd haproxy \
    --user 99:99 "$cache/layers/base.tar" "$WORK/haproxy.tar"
  grep -qa '"StopSignal": *"SIGUSR1"' "$WORK/haproxy-image.tar" || fail "the image says nothing of its signal"
  "$NODE/enter" ctr images import --no-unpack - < "$WORK/haproxy-image.tar" > "$WORK/shown" 2>&1 || not "no image $image"
  step "made $image of $(haproxy -v | head -n 1 | cut -d ' ' -f 1-3)"
}

# status URL [OPTION...]: of an answer, whoever has signed its certificate.
status() { curl -sk -o "$WORK/answer" -m 60 -w '%{http_code}' --path-as-is "$@" || true; }

# is STATUS WHAT URL [OPTION...]
is() {
  local got
  got=$(status "${@:3}")
  case $1 in *"$got"*) ;; *) fail "$2: HTTP $got instead of $1: $(head -c 300 "$WORK/answer")" ;; esac
}

# lets_in_inference_alone URL CREDENTIALS...: whoever has none or others gets 401, whoever has them gets inference.
lets_in_inference_alone() {
  local at=$1
  shift
  is 401 "nobody" "$at/api/tags"
  is 401 "a stranger" "$at/api/tags" -u stranger:needle
  is 200 "a friend" "$at/api/tags" "$@"
  grep -q tiny "$WORK/answer" || fail "no model in $(cat "$WORK/answer")"
  is 200 "a friend" "$at/v1/models" "$@"
  never_lets_in "$at" "$@"
  step "401 for nobody and strangers, 200 for a friend"
}

never_lets_in() {
  local at=$1 path
  shift
  for path in /api/delete /api/pull /api/push /api/create /api/copy /api/chat/../delete /v1/../api/pull /api/chat/%2e%2e/delete; do
    is "400 404" "$path" "$at$path" "$@" -X "$(case $path in *delete) echo DELETE ;; *) echo POST ;; esac)" \
      -d '{"model": "tiny"}'
  done
  shows tiny k exec deployment/ollama -c ollama -- ollama list || not "the model is gone"
  step "nobody pulls, creates or deletes: 404"
}

numbers_are_read() {
  local pod
  pod=$(k get "$(pods server)" -o 'jsonpath={.status.podIP}')
  shows 'haproxy_backend_current_sessions{proxy="ollama"} [0-9]' curl -sS -m 10 "http://$pod:8405/metrics" || not "no numbers"
  grep -o 'haproxy_backend_current_sessions{proxy="ollama"}.*' "$WORK/shown" > "$WORK/shown.one"
  mv "$WORK/shown.one" "$WORK/shown"
}

# freeze SIGNAL: to what computes the answer of this pod.
freeze() {
  # shellcheck disable=SC2016 # of the container
  k exec "$POD" -c ollama -- sh -c 'n=0; for p in /proc/[0-9]*; do
    if grep -qs llama-server "$p/comm"; then kill -'"$1"' "${p#/proc/}"; n=$((n + 1)); fi; done; [ "$n" -gt 0 ]' ||
    fail "nothing computes in $POD"
}

# long_answer URL [OPTION...]: asks for one, sees its first line, and then it falls silent, until somebody thaws it.
long_answer() {
  local at=$1
  shift
  POD=$(pods server)
  : > "$WORK/stream"
  curl -skN -m 600 "$at/api/generate" "$@" \
    -d '{"model": "tiny", "prompt": "baa", "options": {"num_predict": 6000, "temperature": 2}}' > "$WORK/stream" 2> "$WORK/stream.err" &
  ASKER=$!
  soon 120 grep -q '"done":false' "$WORK/stream" || fail "no answer begins: $(cat "$WORK/stream" "$WORK/stream.err")"
  freeze STOP
  if grep -q '"done":true' "$WORK/stream"; then fail "the answer ended before it was looked at"; fi
}

# ends_after SILENCE: the answer comes to its end after so many seconds without a word.
ends_after() {
  sleep "$1"
  freeze CONT
  wait "$ASKER" || fail "the answer was cut after a silence of $1 s: $(tail -c 300 "$WORK/stream")"
  grep -q '"done":true' "$WORK/stream" || fail "the answer has no end: $(tail -c 300 "$WORK/stream")"
}

ends_though_its_pod_stops() {
  local begun=$SECONDS grace
  grace=$(k get "$POD" -o 'jsonpath={.spec.terminationGracePeriodSeconds}')
  soon 20 has_status Terminating server || fail "$POD does not stop"
  ends_after 30
  local answered=$((SECONDS - begun))
  k wait --for=delete "$POD" --timeout="${grace}s" > "$WORK/shown" 2>&1 || not "$POD does not end"
  step "$1 in the middle of an answer: it ends after $answered s, and its pod $((SECONDS - begun - answered)) s later (grace $grace s)"
}
