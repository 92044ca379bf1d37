# Lets a stopping server finish: waits for the open connections of port 11434 (2CAA), DRAIN_SECONDS at most.
# Ollama itself cuts all of them as soon as it is told to stop.
set -eu

busy() {
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -Eq '^ *[0-9]+: [0-9A-F]+:2CAA [0-9A-F]+:[0-9A-F]+ 01 '
}

# By then the Service sends new requests elsewhere; on a busy cluster some come later, so three quiet looks are wanted.
seconds=5
quiet=0
sleep "$seconds"
while [ "$seconds" -lt "$DRAIN_SECONDS" ] && [ "$quiet" -lt 3 ]; do
  if busy; then quiet=0; else quiet=$((quiet + 1)); fi
  sleep 1
  seconds=$((seconds + 1))
done
