# What the scripts share about a store: which files a model has, and whether all of them are there.

# Where a model's manifest is, below the store. A served name is `model:tag`; a source may have a host and a namespace.
manifest_of() {
  name=$1
  case ${name##*/} in *:*) ;; *) name=$name:latest ;; esac
  case $name in
    */*/*) ;;
    */*) name=registry.ollama.ai/$name ;;
    *) name=registry.ollama.ai/library/$name ;;
  esac
  printf '%s\n' "manifests/${name%:*}/${name##*:}"
}

# The files that a manifest asks for, as lines `sha256-HEX SIZE`: each stands in an object of its own, keys in any order.
files_of() {
  tr -d ' \t\r\n' < "$1" | sed 's/"annotations":{[^{}]*}//g' | tr '{}' '[\n*]' | sed -n \
    -e 's/.*"digest":"sha256:\([0-9a-f]*\)".*"size":\([0-9]*\).*/sha256-\1 \2/p' -e t \
    -e 's/.*"size":\([0-9]*\).*"digest":"sha256:\([0-9a-f]*\)".*/sha256-\2 \1/p' | sort -u
}

# Reads such lines and prints those of files that are not in the store, or not of that size.
missing_from() {
  while read -r blob size; do
    if [ "$(stat -c %s "$1/blobs/$blob" 2>/dev/null)" != "$size" ]; then printf '%s\n' "$blob $size"; fi
  done
}

# A manifest is written in place: one that is cut has more braces opened than closed.
is_manifest() {
  [ -s "$1" ] && [ "$(tr -dc '{' < "$1" | wc -c)" = "$(tr -dc '}' < "$1" | wc -c)" ] && [ -n "$(files_of "$1")" ]
}

# is_whole STORE NAME
is_whole() {
  manifest=$1/$(manifest_of "$2")
  is_manifest "$manifest" && [ -z "$(files_of "$manifest" | missing_from "$1")" ]
}

# The marker of a model that was made from a Modelfile: it holds the hash of that file.
marker_of() {
  printf '%s\n' ".ollama-k8s/made/${1%:*}/${1##*:}"
}

# marker STORE NAME
marker() {
  cat "$1/$(marker_of "$2")" 2>/dev/null || true
}

# In the background, so that a signal is heard at once.
nap() {
  sleep "$1" &
  wait $! || true
}

bytes() {
  numfmt --to=iec --suffix=B "$1"
}

# The sizes of such lines, added.
sum_of_sizes() {
  total=0
  while read -r _ size; do total=$((total + ${size:-0})); done
  printf '%s\n' "$total"
}

# What is free on a volume, of how much.
room() {
  df -h --output=avail,size "$1" | sed -n '2s/^ *\([^ ]*\) *\([^ ]*\)$/\1 free of \2/p'
}

# The last line of a program's output without the control sequences of a progress bar.
last_line() {
  tail -c 4000 "$@" | tr '\r' '\n' | sed -e 's/[^[:print:]]\[[0-9;?]*[A-Za-z]//g' -e 's/ *$//' -e '/^$/d' | tail -n 1
}
