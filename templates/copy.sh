# Copies whole models from the store SOURCE, which is only read, to the store OLLAMA_MODELS on a local disk.
# What is there already is kept, what is not wanted is removed: a copy is worth no more than its space.
#
# COPY  names with spaces between
#
# Exit status: 0 all are there; 1 not, and why.
set -eu
# shellcheck source=store.sh source-path=SCRIPTDIR
. "${0%/*}/store.sh"

ours=$OLLAMA_MODELS/.ollama-k8s
part=$ours/part
sum=$ours/sum
copier=''

stop() {
  # The last of the pipe; the one before it ends by itself.
  if [ -n "$copier" ]; then kill "$copier" 2>/dev/null || true; fi
  rm -f "$part" "$sum"
}

trap stop EXIT
trap 'printf "told to stop; the next try goes on from here\n"; exit 143' TERM INT

fail() {
  printf '%s\n' "$*"
  exit 1
}

# What fails here is named below.
mkdir -p "$OLLAMA_MODELS/blobs" "$OLLAMA_MODELS/manifests" "$ours" || fail "$OLLAMA_MODELS is not writable for $(id -u):$(id -g)"

manifests=''
for name in $COPY; do
  is_whole "$SOURCE" "$name" || fail "$name is not whole in $SOURCE"
  manifests="$manifests$(manifest_of "$name")
"
done
wanted=$(for name in $COPY; do files_of "$SOURCE/$(manifest_of "$name")"; done | sort -u)

is_same() {
  [ -e "$1" ] && [ -e "$2" ] && [ "$(cat "$1")" = "$(cat "$2")" ]
}

# Manifests go before their files, and come after them: what is listed is always whole.
cd "$OLLAMA_MODELS"
find manifests -type f | while read -r file; do
  if printf '%s' "$manifests" | grep -Fqx -e "$file" && is_same "$SOURCE/$file" "$file"; then continue; fi
  printf 'removing %s\n' "$file"
  rm -f "$file"
done
find manifests -mindepth 1 -type d -empty -delete
rm -rf "$ours/made" "$part" "$sum"
find blobs -mindepth 1 -maxdepth 1 | while read -r file; do
  if printf '%s\n' "$wanted" | grep -Fqx -e "${file#blobs/} $(stat -c %s "$file")"; then continue; fi
  printf 'removing %s\n' "$file"
  rm -rf "$file"
done

missing=$(printf '%s\n' "$wanted" | missing_from .)
total=$(printf '%s\n' "$missing" | sum_of_sizes)
free=$(df --block-size=1 --output=avail . | tail -n 1)
[ "$total" -le "$free" ] || fail "too little space in $OLLAMA_MODELS: $total bytes are needed, it has $(room .)"

progress() {
  come=$((copied + $(stat -c %s "$part" 2>/dev/null || printf 0)))
  printf '%s of %s, %s %%\n' "$(bytes "$come")" "$(bytes "$total")" $((total ? come * 100 / total : 100))
}

# Reads a file once and takes its sum on the way. The status of `tee` is lost in the pipe; what it wrote has a size.
copy() {
  tee "$part" < "$SOURCE/blobs/$1" | sha256sum > "$sum" &
  copier=$!
  seconds=0
  delay=0.1
  while kill -0 "$copier" 2>/dev/null; do
    nap "$delay"
    delay=1
    seconds=$((seconds + 1))
    if [ $((seconds % 30)) -eq 0 ]; then progress; fi
  done
  copier=''
  written=$(stat -c %s "$part")
  [ "$written" = "$2" ] || fail "only $written of $2 bytes of $1 could be copied; $OLLAMA_MODELS has $(room .)"
  read -r found _ < "$sum"
  [ "sha256-$found" = "$1" ] || fail "the source is damaged: the sum of $SOURCE/blobs/$1 is $found"
  mv "$part" "blobs/$1"
}

copied=0
while read -r blob size; do
  [ -n "$blob" ] || continue
  printf 'copying %s, %s\n' "$blob" "$(bytes "$size")"
  copy "$blob" "$size"
  copied=$((copied + size))
  progress
done <<END
$missing
END

# The marker first: with the manifest the model is there.
install_file() {
  mkdir -p "${1%/*}"
  cat "$SOURCE/$1" > "$part"
  mv "$part" "$1"
}

for name in $COPY; do
  marker=$(marker_of "$name")
  manifest=$(manifest_of "$name")
  if [ -e "$SOURCE/$marker" ]; then install_file "$marker"; fi
  if ! is_same "$SOURCE/$manifest" "$manifest"; then install_file "$manifest"; fi
  printf '%s is there\n' "$name"
done
