# Loads models into the server of this container, as its startup probe: the pod is ready when all are loaded.
# A probe that fails or takes too long is run again; what is loaded by then takes no time.
#
# PRELOAD  names with spaces between
#
# Exit status: 0 all are loaded; 1 not, and why.
set -eu
# shellcheck source=store.sh source-path=SCRIPTDIR
. "${0%/*}/store.sh"

# The server listens on all addresses; one that is not the machine's own would be asked for through a proxy.
OLLAMA_HOST=127.0.0.1:${OLLAMA_HOST##*:}
export OLLAMA_HOST

# What a probe prints is not in the container's log.
say() {
  printf '%s\n' "$*"
  { printf 'preload: %s\n' "$*" > /proc/1/fd/1; } 2>/dev/null || true
}

trap 'exit 143' TERM INT

until timeout 10 ollama list > /dev/null 2>&1; do nap 1; done

for name in $PRELOAD; do
  # `ollama run` pulls what is not there.
  if ! shown=$(ollama show "$name" 2>&1); then
    say "$name cannot be loaded: $shown"
    exit 1
  fi
  # Without a prompt a model is loaded and says nothing; one for embeddings wants a text.
  set -- "$name"
  if printf '%s\n' "$shown" | grep -q '^ *embedding *$'; then set -- "$name" x; fi
  begun=$(date +%s)
  if ! said=$(ollama run "$@" < /dev/null 2>&1 > /dev/null); then
    say "$name cannot be loaded: $(printf '%s\n' "$said" | last_line -)"
    exit 1
  fi
  say "$name is loaded, $(($(date +%s) - begun)) s"
done
