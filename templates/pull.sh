# Puts the models of MODELS and CREATE into the store OLLAMA_MODELS. What is there already needs no network.
#
# MODELS        names with spaces between; SOURCE=NAME also gives the pulled model a short name
# CREATE        NAME=HASH with spaces between: made from the file modelfile-HASH beside this script; may be empty
# PULL_SECONDS  when to give up altogether
# More in client.sh and lock.sh.
#
# OLLAMA_NOPRUNE must be set: what other pods download looks unused to a server that starts.
# Exit status: 0 all are there; 1 given up, trying again may help; 3 a model does not exist or a Modelfile is refused.
set -eu
# shellcheck source=store.sh source-path=SCRIPTDIR
. "${0%/*}/store.sh"

ours=$OLLAMA_MODELS/.ollama-k8s
started=$(date +%s)
pod=$(uname -n)
last=''

say() {
  last=$*
  printf '%s\n' "$*"
  printf '%s: %s\n' "$pod" "$*" 2>/dev/null > "$ours/status" || true
}

left() {
  printf '%s\n' $((PULL_SECONDS + started - $(date +%s)))
}

# shellcheck source=lock.sh source-path=SCRIPTDIR
. "${0%/*}/lock.sh"
# shellcheck source=client.sh source-path=SCRIPTDIR
. "${0%/*}/client.sh"

stop() {
  trap '' TERM INT
  hang_up
  release
}

trap stop EXIT
trap 'say "told to stop; the next try goes on from here"; exit 143' TERM INT

# The hash of the Modelfile from which a model is wanted, or nothing.
wanted() {
  for pair in ${CREATE:-}; do
    if [ "${pair%%=*}" = "$1" ]; then printf '%s\n' "${pair#*=}"; fi
  done
}

# Whether a pull has nothing to do. A marker of another Modelfile says that the plain model is gone.
is_pulled() {
  is_whole "$OLLAMA_MODELS" "$1" || return 1
  case $(marker "$OLLAMA_MODELS" "$1") in '' | "$(wanted "$1")") ;; *) return 1 ;; esac
}

is_made() {
  is_whole "$OLLAMA_MODELS" "$1" && [ "$(marker "$OLLAMA_MODELS" "$1")" = "$2" ]
}

is_complete() {
  for model in $MODELS; do is_pulled "${model#*=}" || return 1; done
  for pair in ${CREATE:-}; do is_made "${pair%%=*}" "${pair#*=}" || return 1; done
}

# Written before anything changes: whatever happens then, an old marker never stands for what is not so.
mark() {
  file=$OLLAMA_MODELS/$(marker_of "$1")
  if mkdir -p "${file%/*}" && printf '%s\n' "$2" > "$file.new" && mv "$file.new" "$file"; then return 0; fi
  say "$1: $file cannot be written; the store has $(room "$OLLAMA_MODELS")"
  return 1
}

# A model that is not whole is taken off the list, and so are files that only have the name of one: Ollama would take them.
tidy() {
  file=$OLLAMA_MODELS/$(manifest_of "$1")
  if [ -e "$file" ] && ! is_whole "$OLLAMA_MODELS" "$1"; then
    files_of "$file" | missing_from "$OLLAMA_MODELS" | while read -r blob _; do rm -f "$OLLAMA_MODELS/blobs/$blob"; done
    rm -f "$file"
  fi
  # A server without OLLAMA_NOPRUNE does not start on a read-only store with an empty folder.
  find "$OLLAMA_MODELS/manifests" -mindepth 1 -type d -empty -delete
  # The notes on a download of which one is cut: Ollama would stumble over it for ever.
  find "$OLLAMA_MODELS/blobs" -name '*-partial-*' -size 0 | while read -r note; do rm -f "${note%-*}" "${note%-*}"-*; done
}

# SOURCE NAME
fetch() {
  if is_pulled "$2"; then
    say "$2: present"
    return 0
  fi
  plain=''
  # What is there under another name needs no registry.
  if [ "$1" != "$2" ] && is_whole "$OLLAMA_MODELS" "$1" && [ -z "$(marker "$OLLAMA_MODELS" "$1")" ]; then plain=yes; fi
  for name in "$1" "$2"; do
    if [ -n "$(marker "$OLLAMA_MODELS" "$name")" ]; then mark "$name" unfinished || return 1; fi
    tidy "$name"
  done
  if [ -z "$plain" ]; then
    say "$1: pulling"
    if pull "$1"; then :; else
      result=$?
      tidy "$1"
      return "$result"
    fi
  fi
  if [ "$1" != "$2" ] && ! ollama cp "$1" "$2" > "$out" 2>&1; then
    say "$2: $(last_line "$out")"
    tidy "$2"
    return 1
  fi
  rm -f "$OLLAMA_MODELS/$(marker_of "$1")" "$OLLAMA_MODELS/$(marker_of "$2")"
  say "$2: there"
}

# NAME HASH. FROM may be the model's own name: then it has just been pulled anew, so that nothing of an older Modelfile stays.
make() {
  if is_made "$1" "$2"; then
    say "$1: present"
    return 0
  fi
  modelfile=${0%/*}/modelfile-$2
  from=$(sed -n 's/^[[:space:]]*[Ff][Rr][Oo][Mm][[:space:]]\{1,\}//p' "$modelfile" | head -n 1)
  if [ -n "$failed" ] && ! is_whole "$OLLAMA_MODELS" "$from"; then
    say "$1: not made, as $from is not there"
    return 1
  fi
  mark "$1" unfinished || return 1
  say "$1: making"
  run "$1" create "$1" -f "$modelfile"
  case $cut$status$line in
    0*)
      mark "$1" "$2" || return 1
      say "$1: there"
      return 0 ;;
    deadline* | stall*) say "$1: not made after $PULL_SECONDS s; last: $line" ;;
    *'no space left on device'* | *'disk quota exceeded'*) say "$1: the store is full, it has $(room "$OLLAMA_MODELS"): $line" ;;
    *'could not connect'* | *'unexpected EOF'*) say "$1: the server has died: $line" ;;
    # What is not in MODELS is pulled by Ollama itself, without any of the care that is taken here.
    *'pull model manifest: Get '*) say "$1: not made, as $from is not there: $line" ;;
    *)
      say "$1: the Modelfile is refused: $line"
      tidy "$1"
      return 3 ;;
  esac
  tidy "$1"
  return 1
}

# What the last step came to: STATUS.
note() {
  if [ "$1" -ne 0 ]; then failed="$failed${failed:+; }$last"; fi
  if [ "$1" -gt "$worst" ]; then worst=$1; fi
}

if ! mkdir -p "$OLLAMA_MODELS/blobs" "$OLLAMA_MODELS/manifests" "$ours" || [ ! -w "$OLLAMA_MODELS/blobs" ]; then
  say "the store is not writable for $(id -u):$(id -g), it is $(stat -c '%a %u:%g' "$OLLAMA_MODELS"): give it to that user, or set mountPermissions in its class"
  exit 1
fi

# Also so that what an earlier puller has died of is not taken for this one's.
say 'looking at what is there'
if ! is_complete; then
  acquire
  worst=0
  failed=''
  # Another puller may have done it by now.
  if ! is_complete; then
    serve
    for model in $MODELS; do
      result=0
      fetch "${model%%=*}" "${model#*=}" || result=$?
      note "$result"
    done
    for pair in ${CREATE:-}; do
      result=0
      make "${pair%%=*}" "${pair#*=}" || result=$?
      note "$result"
    done
  fi
  case $worst in
    0) ;;
    3) say "failed: $failed" ;;
    *) say "not all are there: $failed" ;;
  esac
  if [ "$worst" -ne 0 ]; then exit "$worst"; fi
fi
say 'all models are there'
