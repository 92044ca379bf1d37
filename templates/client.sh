# Ollama's own server and client, watched. Part of pull.sh, which says `say`, `left` and `rest`.
#
# PULL_INSECURE  not empty: plain http
# PULL_PAUSE     seconds by which the pauses between failures grow, 5
# PULL_STALL     seconds without a byte after which a connection is given up, 22
# PULL_SILENCE   seconds without any answer after which a request is given up, 120
# shellcheck shell=sh

pause=${PULL_PAUSE:-5}
# Ollama's server gives a connection up after 30 s without a byte, and with it what has come since it was made.
# When the client is ended before that, the server keeps it.
stall=${PULL_STALL:-22}
silence=${PULL_SILENCE:-120}
log=$HOME/serve.log
out=$HOME/pull.out
server=''
client=''
line=''

serve() {
  ollama serve > "$log" 2>&1 &
  server=$!
  seconds=0
  nap 0.4
  until listed; do
    rest 1
    seconds=$((seconds + 1))
    if ! kill -0 "$server" 2>/dev/null || [ "$seconds" -gt 120 ] || [ "$(left)" -le 0 ]; then
      say "the server did not start: $(last_line "$log")"
      exit 1
    fi
  done
}

listed() {
  timeout 10 ollama list > /dev/null 2>&1 &
  wait $!
}

end() {
  kill "$1" 2>/dev/null || true
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.2
  done
  kill -9 "$1" 2>/dev/null || true
}

# The client goes first: only then does the server keep what has come of a download.
hang_up() {
  if [ -n "$client" ]; then
    end "$client"
    sleep 1
  fi
  if [ -n "$server" ]; then end "$server"; fi
}

# Waits for the client and says every 30 s how far it is. Ends it at the deadline, or when nothing comes: `cut` says why.
follow() {
  cut=''
  status=0
  seconds=0
  still=0
  # Often there is nothing to wait for.
  nap 0.4
  while kill -0 "$client" 2>/dev/null; do
    rest 1
    seconds=$((seconds + 1))
    still=$((still + 1))
    limit=$silence
    line=$(last_line "$out")
    case $line in
      # A bar loses its rate 10 s after the last byte. One that never had any began with the last byte.
      *%*/s*)
        still=10
        limit=11 ;;
      *%*/*) limit=$stall ;;
      *pulling*) ;;
      # Sums are checked, files are written: that takes its time.
      *) still=0 ;;
    esac
    if [ "$still" -ge "$limit" ]; then cut=stall; fi
    if [ "$(left)" -le 0 ]; then cut=deadline; fi
    if [ -n "$cut" ]; then
      end "$client"
      break
    fi
    if [ $((seconds % 30)) -eq 0 ]; then
      # With the time, so that each word is news to who waits: a sum may take many minutes.
      say "$1: after $seconds s: $line"
      # Ten times a second the client writes its bars anew.
      : > "$out"
    fi
  done
  wait "$client" || status=$?
  client=''
  [ -n "$cut" ] || line=$(last_line "$out")
}

# Starts the client with the arguments after the first, and follows it.
run() {
  name_of_run=$1
  shift
  : > "$out"
  ollama "$@" >> "$out" 2>&1 &
  client=$!
  follow "$name_of_run"
}

pull() {
  failures=0
  while :; do
    if [ "$(left)" -le 0 ]; then
      say "$1: not there after $PULL_SECONDS s; last: $line"
      return 1
    fi
    run "$1" pull ${PULL_INSECURE:+--insecure} "$1"
    case $cut$status in
      0) return 0 ;;
      deadline*) continue ;;
      stall*)
        say "$1: the connection stands still, a new one goes on: $line"
        rest "$pause"
        continue ;;
    esac
    case $line in
      *'file does not exist'* | *'invalid model name'*)
        say "$1: there is no such model: $line"
        return 3 ;;
      *'no space left on device'* | *'disk quota exceeded'*)
        say "$1: the store is full, it has $(room "$OLLAMA_MODELS"): $line"
        return 1 ;;
    esac
    failures=$((failures + 1))
    if [ "$failures" -eq 5 ]; then
      say "$1: given up after 5 failures: $line"
      return 1
    fi
    say "$1: failure $failures of 5, again in $((failures * pause)) s: $line"
    rest $((failures * pause))
  done
}
