# How does a part look, and wait? Sourced by real-node.sh.
# shellcheck shell=bash

NAMESPACE=

# One line for each sentence that was seen to hold.
step() { printf '%5s s  %-16s  %s\n' "$SECONDS" "$NAMESPACE" "$*"; }

fail() {
  printf 'FAILED: %s: %s\n' "$NAMESPACE" "$*"
  {
    k get pods,jobs -o wide
    k get events --sort-by=.lastTimestamp | tail -n 20
    k logs --all-pods=true --all-containers --prefix --tail=8 deployment/ollama
  } 2>&1 | sed 's/^/  | /'
  exit 1
}

k() { kubectl -n "$NAMESPACE" "$@"; }

# The same, with what was shown instead.
not() {
  cat "$WORK/shown"
  fail "$@"
}

# soon SECONDS COMMAND...: the command, until it succeeds.
soon() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}

# shows REGEX COMMAND...: whether it prints a line like that.
shows() {
  local want=$1
  shift
  "$@" > "$WORK/shown" 2>&1 || true
  grep -qE -- "$want" "$WORK/shown"
}

# is_ready WORKLOAD NUMBER
is_ready() { [ "$(k get "$1" -o 'jsonpath={.status.readyReplicas}')" = "$2" ]; }

# rolled_out WORKLOAD [SECONDS]
rolled_out() {
  k rollout status "$1" --timeout="${2:-180}s" > "$WORK/shown" 2>&1 || not "$1 is not rolled out"
}

restart() {
  k rollout restart "$1" > /dev/null
  rolled_out "$1"
}

address() { k get service "$1" -o 'jsonpath={.spec.clusterIP}'; }

# request SERVICE PATH [BODY]
request() { curl -sS -m 120 "http://$(address "$1"):11434$2" ${3:+-d "$3"}; }

# answers SERVICE [MODEL]
answers() {
  local body='{"model": "'${2:-tiny}'", "prompt": "hello", "stream": false, "options": {"num_predict": 8}}'
  shows '"done":true' request "$1" /api/generate "$body" || not "the Service $1 does not answer"
}

# asked_all_the_time SERVICE MODEL COMMAND...: a request after the other while the command runs; prints how many were answered, and
# fails if two were not. One was not, of about 1000 in six rollouts, with HTTP 500 and {"error":"EOF"}; it is not known why.
asked_all_the_time() {
  local url body asker
  url=http://$(address "$1"):11434/api/generate
  body='{"model": "'$2'", "prompt": "hello", "stream": false, "options": {"num_predict": 2}}'
  shift 2
  : > "$WORK/asking"
  : > "$WORK/refused"
  : > "$WORK/answered"
  while [ -e "$WORK/asking" ]; do
    if curl -sS -m 60 "$url" -d "$body" > "$WORK/answer" 2>&1 && grep -q '"done":true' "$WORK/answer"; then
      echo . >> "$WORK/answered"
    else
      tr '\n' ' ' < "$WORK/answer" >> "$WORK/refused"
      echo >> "$WORK/refused"
    fi
    sleep 0.1
  done &
  asker=$!
  "$@"
  rm "$WORK/asking"
  wait "$asker"
  [ "$(wc -l < "$WORK/refused")" -lt 2 ] || fail "not answered: $(cat "$WORK/refused")"
  printf "%s requests are answered, %s not%s" "$(wc -l < "$WORK/answered")" "$(wc -l < "$WORK/refused")" \
    "$(sed 's/^/: /' "$WORK/refused")"
}

# pods COMPONENT [NAME]: their names.
pods() { k get pods -l "app.kubernetes.io/component=$1,app.kubernetes.io/instance=${2:-ollama}" -o name; }

# statuses COMPONENT [NAME]: the column STATUS of `kubectl get pods`.
statuses() {
  k get pods --no-headers -l "app.kubernetes.io/component=$1,app.kubernetes.io/instance=${2:-ollama}" | awk '{ print $3 }'
}

# has_status REGEX COMPONENT [NAME]: what it shows is kept for `seen`, as the next look shows something else.
has_status() {
  statuses "$2" "${3:-ollama}" > "$WORK/statuses" 2>/dev/null
  grep -qE -- "$1" "$WORK/statuses"
}

seen() { sort -u "$WORK/statuses" | paste -sd, | sed 's/,/, /g'; }

# described REGEX COMPONENT [NAME]: whether `kubectl describe pod` says so.
described() { shows "$1" k describe pods -l "app.kubernetes.io/component=$2,app.kubernetes.io/instance=${3:-ollama}"; }

# The field of a JSON document on stdin: field '["models"][0]["name"]'.
field() { python3 -c "import json, sys; print(json.load(sys.stdin)$1)"; }
