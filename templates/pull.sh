# Puts the models of MODELS into the store OLLAMA_MODELS. What is there already needs no network.
#
# MODELS            names with spaces between; NAME=SHORT also gives the pulled model a short name
# PULL_INSECURE     not empty: plain http
# PULL_SECONDS      when to give up altogether
# PULL_TRY_SECONDS  when to begin a try anew; what has come by then is kept
# PULL_STATUS       a file for the last word, so that waiting servers can say why they wait
#
# Exit status: 0 all are there; 1 given up, trying again may help; 3 a model does not exist.
set -eu

log=$HOME/serve.log
out=$HOME/pull.out
started=$(date +%s)
pod=$(uname -n)
server=''
client=''
last=''

say() {
  last=$*
  printf '%s\n' "$*"
  if [ -n "${PULL_STATUS:-}" ]; then
    printf '%s: %s\n' "$pod" "$*" 2>/dev/null > "$PULL_STATUS" || true
  fi
}

# The last line of a file without the control sequences of a progress bar.
last_line() {
  tr '\r' '\n' < "$1" | sed -e 's/[^[:print:]]\[[0-9;?]*[A-Za-z]//g' -e '/^ *$/d' | tail -n 1
}

nap() {
  sleep "$1" &
  wait $! || true
}

# The client goes first: only then does the server keep what has come of a download.
stop() {
  trap '' TERM INT
  if [ -n "$client" ]; then
    kill "$client" 2>/dev/null || true
    wait "$client" 2>/dev/null || true
    sleep 1
  fi
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
}

trap 'say "told to stop; the next try goes on from here"; stop; exit 143' TERM INT

# In the background, so that a signal is heard at once; says every 30 s how far it is.
follow() {
  seconds=0
  while kill -0 "$client" 2>/dev/null; do
    nap 1
    seconds=$((seconds + 1))
    if [ $((seconds % 30)) -eq 0 ]; then say "$1: $(last_line "$out")"; fi
  done
  wait "$client"
}

pull() {
  failures=0
  while :; do
    left=$((PULL_SECONDS + started - $(date +%s)))
    if [ "$left" -le 0 ]; then
      say "$1: not there after $PULL_SECONDS s; last: $(last_line "$out")"
      return 1
    fi
    try=$PULL_TRY_SECONDS
    if [ "$try" -gt "$left" ]; then try=$left; fi
    timeout -k 10 "$try" ollama pull ${PULL_INSECURE:+--insecure} "$1" > "$out" 2>&1 &
    client=$!
    status=0
    follow "$1" || status=$?
    client=''
    line=$(last_line "$out")
    case $status in
      0) return 0 ;;
      124) say "$1: going on after $try s: $line"; continue ;;
    esac
    case $line in
      *'file does not exist'* | *'invalid model name'*)
        say "$1: there is no such model: $line"
        return 3 ;;
    esac
    failures=$((failures + 1))
    if [ "$failures" -eq 5 ]; then
      say "$1: given up after 5 failures: $line"
      return 1
    fi
    pause=$((failures * 5 + 5))
    if [ "$pause" -gt "$left" ]; then pause=$left; fi
    say "$1: failure $failures of 5, again in $pause s: $line"
    nap "$pause"
  done
}

if ! mkdir -p "$OLLAMA_MODELS/blobs" "$OLLAMA_MODELS/manifests" || [ ! -w "$OLLAMA_MODELS/blobs" ]; then
  say "the store is not writable for $(id -u):$(id -g), it is $(stat -c '%a %u:%g' "$OLLAMA_MODELS"): give it to that user, or set mountPermissions in its class"
  exit 1
fi

ollama serve > "$log" 2>&1 &
server=$!
seconds=0
until timeout 10 ollama list > /dev/null 2>&1; do
  nap 1
  seconds=$((seconds + 1))
  if ! kill -0 "$server" 2>/dev/null || [ "$seconds" -gt 120 ]; then
    say "the server did not start: $(last_line "$log")"
    exit 1
  fi
done

: > "$out"
worst=0
failed=''
for model in $MODELS; do
  source=${model%%=*}
  name=${model#*=}
  if timeout 60 ollama show "$name" > /dev/null 2>&1; then
    say "$name: present"
    continue
  fi
  say "$source: pulling"
  status=0
  pull "$source" || status=$?
  if [ "$status" -eq 0 ] && [ "$source" != "$name" ]; then
    ollama cp "$source" "$name" > "$out" 2>&1 || { status=1; say "$name: $(last_line "$out")"; }
  fi
  if [ "$status" -eq 0 ]; then
    say "$name: there"
  else
    failed="$failed${failed:+; }$last"
    if [ "$status" -gt "$worst" ]; then worst=$status; fi
  fi
done

if [ -n "$failed" ]; then say "not all are there: $failed"; fi
stop
exit "$worst"
