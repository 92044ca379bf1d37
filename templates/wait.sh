# Waits until all models are in the store: a model's manifest is written last.
#
# WAIT_FOR     NAME=FILE with spaces between, FILE below OLLAMA_MODELS
# PULL_STATUS  where the puller leaves its last word
# PULL_LOG     the command that prints the puller's log
# PULL_AGAIN   what to do when it has failed for good
set -eu
trap 'exit 143' TERM INT

for model in $WAIT_FOR; do
  name=${model%%=*}
  seconds=0
  until [ -s "$OLLAMA_MODELS/${model#*=}" ]; do
    if [ $((seconds % 60)) -eq 0 ]; then
      printf 'waiting for %s, %s s\n' "$name" "$seconds"
      if [ -s "$PULL_STATUS" ]; then printf '  the puller said: %s\n' "$(cat "$PULL_STATUS")"; fi
      printf '  its log: %s\n  if it has failed: %s\n' "$PULL_LOG" "$PULL_AGAIN"
    fi
    sleep 2 &
    wait $! || true
    seconds=$((seconds + 2))
  done
  printf '%s is there\n' "$name"
done
