# Waits until all models are whole in the store OLLAMA_MODELS.
#
# WAIT_FOR      names with spaces between; NAME=HASH waits for the one that is made from the Modelfile of that hash
# WAIT_HELP     lines that are printed with every report: where to look, what to do
# WAIT_SILENCE  seconds without news of a puller after which there is no hope; 0: the store cannot change; empty: for ever
#
# Exit status: 0 all are there; 1 they will not come.
set -eu
# shellcheck source=store.sh source-path=SCRIPTDIR
. "${0%/*}/store.sh"

trap 'exit 143' TERM INT

# What is lacking of a model, NAME HASH, or nothing.
lack_of() {
  file=$OLLAMA_MODELS/$(manifest_of "$1")
  if ! is_manifest "$file"; then
    printf 'it has no manifest yet\n'
    return 0
  fi
  lacking=$(files_of "$file" | missing_from "$OLLAMA_MODELS")
  if [ -n "$lacking" ]; then
    printf '%s of its %s files are missing, %s\n' "$(printf '%s\n' "$lacking" | wc -l)" "$(files_of "$file" | wc -l)" \
      "$(bytes "$(printf '%s\n' "$lacking" | sum_of_sizes)")"
    return 0
  fi
  case $(marker "$OLLAMA_MODELS" "$1") in
    "$2") ;;
    '') printf 'it is not yet made from its Modelfile\n' ;;
    *) printf 'it is still the one made from an earlier Modelfile\n' ;;
  esac
}

report() {
  printf 'waiting for %s, %s s: %s\n' "$name" "$seconds" "$lack"
  if [ -n "$word" ]; then printf '  the puller said: %s\n' "$word"; fi
  if [ -n "${WAIT_HELP:-}" ]; then printf '%s\n' "$WAIT_HELP"; fi
}

word=''
silent=0
for model in $WAIT_FOR; do
  name=${model%%=*}
  hash=${model#"$name"}
  seconds=0
  while lack=$(lack_of "$name" "${hash#=}") && [ -n "$lack" ]; do
    news=$(cat "$OLLAMA_MODELS/.ollama-k8s/status" 2>/dev/null || true)
    if [ "$news" != "$word" ]; then
      word=$news
      silent=0
    fi
    # The reason comes last: Kubernetes shows the end of what a container said.
    case ${word#*: } in
      'failed: '*)
        report
        printf '%s will not come: the puller %s\n' "$name" "${word#*: }"
        exit 1 ;;
    esac
    if [ -n "${WAIT_SILENCE:-}" ] && [ "$silent" -ge "$WAIT_SILENCE" ]; then
      report
      printf '%s will not come: %s, and nobody has said a word for %s s\n' "$name" "$lack" "$silent"
      exit 1
    fi
    if [ $((seconds % 60)) -eq 0 ]; then report; fi
    nap 2
    seconds=$((seconds + 2))
    silent=$((silent + 2))
  done
  printf '%s is there\n' "$name"
done
